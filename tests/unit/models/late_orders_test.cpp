#include <cmath>
#include <cstdio>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;

namespace {

constexpr double pick_s = 100, pack_s = 60;

/// The chain with constant work, so that all that varies is waits and transit, and promises that many orders miss.
ModelSpec late_chain() {
    auto builder = test::chain();
    auto& spec = builder.spec;
    for (auto& site : spec.sites) {
        if (site.outbound.empty())
            continue;
        site.outbound = {test::stage("pick", 2, Distribution::constant(pick_s)),
                         test::stage("pack", 1, Distribution::constant(pack_s))};
    }
    for (auto& lane : spec.lanes) {
        if (lane.to_market && lane.to == 0)
            lane.transit = Distribution::gamma(5400, 0.4);
    }
    spec.channels[0].promise = sim::hour * 7;
    spec.channels[1].promise = sim::hour * 6;
    return spec;
}

struct Part {
    std::int64_t kind, stage;
    double hours;

    friend bool operator==(const Part&, const Part&) = default;
};

/// Rows of /late_orders by order.
std::map<std::int64_t, std::vector<Part>> parts_of(const Run& run) {
    std::map<std::int64_t, std::vector<Part>> parts;
    const auto ids = run.integers("/late_orders/id"), kinds = run.integers("/late_orders/kind"),
               stages = run.integers("/late_orders/stage");
    const auto hours = run.numbers("/late_orders/hours");
    for (std::size_t i = 0; i < ids.size(); ++i)
        parts[ids[i]].push_back({kinds[i], stages[i], hours[i]});
    return parts;
}

}  // namespace

TEST_CASE("a late order tells where it waited") {
    test::Shop shop(100, {test::order(2950, 1), test::order(2951, 1), test::order(40'000, 1)});
    shop.site().outbound = {test::stage("pick", 1, Distribution::constant(1000))};
    shop.builder.spec.channels[0].promise = test::Duration{8600 * sim::second.us};
    const Run run(shop.builder.spec);
    // At the site at 3060 s; picked by 4060 s and 5060 s; with the carrier at 4200 s and 5400 s; two hours on the way.
    constexpr std::int64_t first = std::int64_t{1} << 32, none = no_row;
    const auto parts = parts_of(run);
    REQUIRE(parts.size() == 1);
    CHECK(parts.at(first + 1)
          == std::vector<Part>{{0, none, 109.0 / 3600}, {2, 0, 1000.0 / 3600}, {3, none, 340.0 / 3600}});
    CHECK(run.integers("/late_orders/placed").front() == 2951 * sim::second.us);
}

TEST_CASE("what late orders lost adds up to the time they took, less work and mean transit") {
    const ModelSpec spec = late_chain();
    const Run run(spec);
    const auto parts = parts_of(run);
    const auto ids = run.integers("/orders/id"), desks = run.integers("/orders/desk"),
               sites = run.integers("/orders/site"), placed = run.integers("/orders/placed"),
               delivered = run.integers("/orders/delivered"), status = run.integers("/orders/status");
    std::map<std::pair<std::int64_t, std::int64_t>, double> mean_transit;
    for (const auto& lane : spec.lanes) {
        if (lane.to_market)
            mean_transit[{lane.from, lane.to}] = lane.transit.mean();
    }
    std::size_t late = 0;
    std::set<std::int64_t> kinds;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto channels = static_cast<std::int64_t>(spec.channels.size());
        const auto promise = spec.channels[static_cast<std::size_t>(desks[i] % channels)].promise->us;
        const bool is_late = status[i] == 0 && delivered[i] - placed[i] > promise;
        REQUIRE(parts.count(ids[i]) == (is_late ? 1 : 0));
        if (!is_late)
            continue;
        ++late;
        double hours = 0;
        for (const auto& part : parts.at(ids[i])) {
            hours += part.hours;
            kinds.insert(part.kind);
        }
        const double work = spec.sites[static_cast<std::size_t>(sites[i])].outbound.empty() ? 0 : pick_s + pack_s;
        const double took = static_cast<double>(delivered[i] - placed[i]) * 1e-6;
        CHECK(hours * 3600 == Approx(took - work - mean_transit.at({sites[i], desks[i] / channels})).margin(1e-4));
    }
    CHECK(late == static_cast<std::size_t>(run.sum("/summary/desks/orders_late")));
    CHECK(late == parts.size());
    CHECK(late > 100);
    CHECK(kinds == std::set<std::int64_t>{0, 1, 2, 3, 4});
}

TEST_CASE("late orders of a smaller sample are some of those of a larger one, with the same rows") {
    ModelSpec spec = late_chain();
    const Run all(spec);
    spec.trace.orders_share = 0.3;
    const Run some(spec);
    CHECK(all.result.report.digest.total == some.result.report.digest.total);
    const auto larger = parts_of(all), smaller = parts_of(some);
    for (const auto& [id, parts] : smaller)
        CHECK(parts == larger.at(id));
    const auto expected = 0.3 * static_cast<double>(larger.size());
    CHECK(static_cast<double>(smaller.size()) == Approx(expected).margin(5 * std::sqrt(expected)));
    spec.trace.orders_share = 0;
    CHECK(parts_of(Run(spec)).empty());
}

TEST_CASE("a resumed run leaves the same rows of late orders") {
    REQUIRE(!parts_of(Run(late_chain())).empty());
    test::check_resumed(late_chain(), sim::minute * 307, 3);
}
