#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;

namespace {

/// The chain with a dock that closes at night, and a promise in both channels.
ModelSpec busy_chain() {
    auto builder = test::chain();
    auto& spec = builder.spec;
    const WeeklyProfile by_day(
        {{sim::hour * 0, 0.0}, {sim::hour * 6, 2.0}, {sim::hour * 22, 0.0}, {sim::hour * 30, 2.0}}, sim::Duration{});
    spec.sites[3].outbound[0].calendar = by_day;
    spec.channels[1].promise = sim::hour * 12;
    return builder.spec;
}

/// One entity of a grid: a number for each sample.
std::vector<double> column_of(const Run& run, const std::string& column, std::size_t entity, std::size_t entities) {
    const auto grid = run.numbers(column);
    std::vector<double> values;
    for (std::size_t i = entity; i < grid.size(); i += entities)
        values.push_back(grid[i]);
    return values;
}

/// The sample that counts what happens at a time: the first one after it.
std::size_t sample_after(std::int64_t us, Duration every) {
    return static_cast<std::size_t>(us / every.us + 1);
}

}  // namespace

TEST_CASE("the series of lanes count every parcel and every load in the period in which it left") {
    ModelSpec spec = busy_chain();
    spec.trace.series_every = sim::hour * 5;
    const Run run(spec);
    const std::size_t lanes = spec.lanes.size(), samples = run.integers("/series/lanes/time").size();
    std::vector<double> expected(lanes * samples);
    std::map<std::pair<Index, Index>, Index> lane_of;
    for (Index l = 0; l < lanes; ++l)
        lane_of[{spec.lanes[l].from, spec.lanes[l].to_market ? spec.lanes[l].to : 1000 + spec.lanes[l].to}] = l;
    const auto note = [&](std::int64_t site, std::int64_t to, std::int64_t sent, std::int64_t units) {
        const Index lane = lane_of.at({static_cast<Index>(site), static_cast<Index>(to)});
        expected[sample_after(sent, spec.trace.series_every) * lanes + lane] += static_cast<double>(units);
    };
    const auto desk = run.integers("/orders/desk"), site = run.integers("/orders/site"),
               shipped = run.integers("/orders/shipped"), quantity = run.integers("/orders/quantity");
    const auto market_of = run.integers("/network/desks/market");
    for (std::size_t i = 0; i < desk.size(); ++i) {
        if (shipped[i] != no_time)
            note(site[i], market_of[static_cast<std::size_t>(desk[i])], shipped[i], quantity[i]);
    }
    const auto from = run.integers("/shipments/from"), to = run.integers("/shipments/to"),
               sent = run.integers("/shipments/sent"), units = run.integers("/shipments/quantity");
    for (std::size_t i = 0; i < from.size(); ++i)
        note(from[i], 1000 + to[i], sent[i], units[i]);
    const auto written = run.numbers("/series/lanes/units"), totals = run.numbers("/summary/lanes/units_sent");
    REQUIRE(written.size() == expected.size());
    for (std::size_t l = 0; l < lanes; ++l) {
        INFO(l);
        const auto series = column_of(run, "/series/lanes/units", l, lanes);
        CHECK(std::accumulate(series.begin(), series.end(), 0.0) == totals[l]);
        CHECK(totals[l] > 0);
        // Loads that have not arrived have no row in /shipments.
        for (std::size_t s = 0; s < samples; ++s) {
            if (spec.lanes[l].to_market || s + 4 < samples)
                CHECK(written[s * lanes + l] == expected[s * lanes + l]);
        }
    }
}

TEST_CASE("the work and capacity of the sample periods add up to those of the horizon") {
    ModelSpec spec = busy_chain();
    for (const auto warm_up : {Duration{}, sim::hour * 30}) {
        spec.warm_up = warm_up;
        const Run run(spec);
        const auto times = run.integers("/series/stages/time");
        const auto work = run.numbers("/summary/stages/work"), capacity = run.numbers("/summary/stages/capacity");
        REQUIRE(work.size() == 6);
        for (std::size_t stage = 0; stage < work.size(); ++stage) {
            INFO(stage);
            const auto works = column_of(run, "/series/stages/work", stage, work.size()),
                       capacities = column_of(run, "/series/stages/capacity", stage, work.size());
            double work_sum = 0, capacity_sum = 0;
            for (std::size_t s = 0; s < times.size(); ++s) {
                CHECK(works[s] >= 0);
                CHECK(works[s] <= capacities[s] + 1e-9);
                work_sum += times[s] > warm_up.us ? works[s] : 0;
                capacity_sum += times[s] > warm_up.us ? capacities[s] : 0;
            }
            CHECK(work[stage] > 0);
            CHECK(work_sum == Approx(work[stage]).epsilon(1e-9));
            CHECK(capacity_sum == Approx(capacity[stage]).epsilon(1e-9));
        }
        CHECK(column_of(run, "/series/stages/capacity", 1, work.size())[3] == 0);   // 02:00 to 03:00
        CHECK(column_of(run, "/series/stages/capacity", 1, work.size())[12] == 4);  // two servers at speed 2
    }
}

TEST_CASE("the end of the warm-up does not show in the work of the sample periods") {
    ModelSpec spec = busy_chain();
    spec.horizon = sim::day * 2;
    const auto whole = Run(spec).numbers("/series/stages/work");
    for (const Duration warm_up : {sim::hour * 15, sim::hour * 15 + sim::minute * 20}) {
        spec.warm_up = warm_up;
        spec.horizon = sim::day * 2 - warm_up;
        const auto parts = Run(spec).numbers("/series/stages/work");
        REQUIRE(parts.size() == whole.size());
        for (std::size_t i = 0; i < whole.size(); ++i)
            CHECK(parts[i] == Approx(whole[i]).margin(1e-9));
    }
}

TEST_CASE("the delivered orders with a promise are in the histogram by the promised time") {
    ModelSpec spec = busy_chain();
    spec.channels[0].promise = sim::hour * 20 + sim::minute * 20;
    spec.channels[1].promise.reset();
    const Run run(spec);
    const auto promised = run.integers("/summary/delivery_time/promised");
    CHECK(run.sum("/summary/delivery_time/promised") == run.sum("/summary/desks/orders_promised"));
    CHECK(promised[20 * 4 + 1] == run.sum("/summary/desks/orders_promised"));
    CHECK(promised[20 * 4 + 1] > 100);
    spec.channels[1].promise = sim::day * 900;
    const Run second(spec);
    CHECK(second.sum("/summary/delivery_time/promised") == second.sum("/summary/desks/orders_delivered"));
    CHECK(second.integers("/summary/delivery_time/promised").back() > 100);
}
