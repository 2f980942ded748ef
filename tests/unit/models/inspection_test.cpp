#include <cmath>
#include <random>
#include <vector>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <catch2/catch.hpp>

#include "tests/support/queue_theory.hpp"
#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;
using test::SpecBuilder;

namespace {

/// A supplier's deliveries of ten units of one product to a shop that inspects them, at these times.
SpecBuilder deliveries(const std::vector<Time>& times) {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.channel("web");
    const Index supplier = builder.supplier("supplier"), shop = builder.site("shop", SiteKind::rdc, 0);
    const Index lane = builder.lane_to_site(supplier, shop, 60);
    builder.lane_to_market(shop, 0, 7200);
    ReplenishSpec rule;
    rule.kind = ReplenishSpec::Kind::plan;
    rule.site = shop;
    rule.lane = lane;
    rule.products = {0};
    for (const Time at : times)
        rule.plan.push_back({at, 0, 10});
    auto& spec = builder.spec;
    spec.replenish.push_back(rule);
    spec.horizon = Duration{times.back().us} + sim::day * 30;
    spec.trace.shipments = spec.trace.decisions = false;
    spec.trace.series_every = sim::day;
    DefectSpec defects;
    defects.products = {0};
    defects.share = 0.2;
    defects.alike = 1e9;
    spec.defects = {defects};
    InspectionSpec inspection;
    inspection.site = shop;
    inspection.sample_units = 1;
    inspection.accept_units = 1;
    spec.inspections = {inspection};
    return builder;
}

std::vector<Time> poisson_times(std::uint64_t seed, double rate, std::size_t count) {
    std::mt19937_64 random(seed);
    std::exponential_distribution<double> gap(rate);
    std::vector<Time> times;
    for (double at = 0; times.size() < count;)
        times.push_back(test::at_seconds(at += gap(random)));
    return times;
}

}  // namespace

TEST_CASE("deliveries wait for a test bench as in M/M/c") {
    CHECK(test::erlang_wait(1, 0.5) == Approx(1));
    constexpr int runs = 25, count = 4000;
    constexpr double mean_hours = 5, load = 1.5;
    double sum = 0, squares = 0;
    for (int run = 0; run < runs; ++run) {
        auto builder = deliveries(poisson_times(static_cast<std::uint64_t>(run) + 1, load / mean_hours / 3600, count));
        builder.spec.seed = static_cast<std::uint64_t>(run) + 1;
        builder.spec.inspections[0].time = Distribution::exponential(mean_hours * 3600);
        builder.spec.inspections[0].benches = 2;
        const Run result(builder.spec);
        REQUIRE(result.sum("/summary/quality/deliveries") == count);
        const double wait = static_cast<double>(result.sum("/summary/quality/bench_wait_sum")) / 3.6e9 / count;
        sum += wait;
        squares += wait * wait;
    }
    const double mean = sum / runs, error = std::sqrt((squares / runs - mean * mean) / (runs - 1));
    const double half = boost::math::quantile(boost::math::students_t(runs - 1), 0.9995) * error;
    const double expected = test::erlang_wait(2, load / 2) * mean_hours;
    INFO("mean wait " << mean << " h, Erlang C " << expected << " +- " << half << " (99.9 %)");
    CHECK(half < 0.2 * expected);
    CHECK(std::abs(mean - expected) < half);
}

TEST_CASE("the first batches of a product are tested whole") {
    std::vector<Time> times;
    for (int day = 1; day <= 20; ++day)
        times.push_back(Time{sim::day.us * day});
    auto builder = deliveries(times);
    builder.spec.inspections[0].admission = 3;
    const Run run(builder.spec);
    CHECK(run.sum("/summary/quality/units_tested") == 3 * 10 + 17);
    builder.spec.defects[0].share = 1;
    builder.spec.inspections[0].sample_units = 0;
    const Run bad(builder.spec);
    // Nothing is sampled later, so only what was tested for admission fails.
    CHECK(bad.sum("/summary/quality/batches_failed") == 3);
    CHECK(bad.sum("/summary/quality/units_removed") == 30);
}

TEST_CASE("a line of an order comes back if a unit of it is defective") {
    constexpr double share = 0.04;
    SpecBuilder builder;
    for (const char* id : {"a", "b", "c", "d", "e"})
        builder.product(id);
    builder.market("east");
    builder.channel("web");
    const Index supplier = builder.supplier("supplier"), shop = builder.site("shop", SiteKind::rdc, 0);
    const Index lane = builder.lane_to_site(supplier, shop, 3600);
    builder.base_stock(shop, lane, 100'000, sim::day);
    builder.lane_to_market(shop, 0, 7200);
    auto& spec = builder.spec;
    spec.horizon = sim::day * 6;
    spec.trace.shipments = spec.trace.decisions = false;
    DefectSpec defects;
    defects.products = test::first_indices(5);
    defects.share = share;
    defects.alike = 1e9;
    spec.defects = {defects};
    spec.channels[0].defect_return = 1;
    spec.channels[0].unmet = Unmet::backorder;
    auto& demand = builder.demand(6000.0 / 86'400, false);
    demand.further = Distribution::constant(2);  // three units in each order, in one to three lines
    const Run run(spec);
    const auto delivered = static_cast<double>(run.sum("/summary/desks/orders_delivered"));
    const auto returned = static_cast<double>(run.sum("/summary/desks/orders_returned"));
    REQUIRE(delivered > 25'000);
    const double bad = 1 - std::pow(1 - share, 3);
    const boost::math::binomial law(delivered, bad);
    INFO("returned " << returned << " of " << delivered << ", expected a part of " << bad);
    CHECK(returned >= boost::math::quantile(law, 0.0005));
    CHECK(returned <= boost::math::quantile(law, 0.9995));
    CHECK(run.sum("/summary/desks/lines_placed") > run.sum("/summary/desks/orders_placed"));
    // The rest of the order stays: of three units in 2.4 lines or so.
    CHECK(static_cast<double>(run.sum("/summary/desks/units_returned")) < 1.6 * returned);
}
