#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;
using test::SpecBuilder;

namespace {

/// Ten days of about 20,000 orders, delivered after two hours; many are returned.
SpecBuilder mail_order(double share, Distribution after) {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.channel("web");
    builder.spec.channels[0].return_share = share;
    builder.spec.channels[0].return_after = std::move(after);
    builder.lane_to_market(builder.supplier("store"), 0, 7200);
    builder.demand(20'000.0 / 864'000, false).quantity = Distribution::empirical({1, 3}, {1, 1});
    builder.spec.horizon = sim::day * 10;
    return builder;
}

/// When returns start, by number of the order.
std::map<std::int64_t, std::int64_t> returns_of(const Run& run) {
    std::map<std::int64_t, std::int64_t> returns;
    const auto ids = run.integers("/orders/id"), returned = run.integers("/orders/returned");
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (returned[i] != no_time)
            returns[ids[i]] = returned[i];
    }
    return returns;
}

}  // namespace

TEST_CASE("a share of the delivered orders is returned, after a time of its distribution") {
    const Run run(mail_order(0.3, Distribution::exponential(86'400)).spec);
    const auto delivered = run.integers("/orders/delivered"), returned = run.integers("/orders/returned");
    const std::int64_t end = sim::day.us * 10;
    double expected = 0, started = 0, units = 0;
    const auto quantity = run.integers("/orders/quantity");
    for (std::size_t i = 0; i < delivered.size(); ++i) {
        if (delivered[i] == no_time || delivered[i] >= end) {
            CHECK(returned[i] == no_time);
            continue;
        }
        // Orders delivered at d are returned before the end with probability 0.3 (1 - exp(-(end - d) / mean)).
        expected += 0.3 * (1 - std::exp(-static_cast<double>(end - delivered[i]) / 86.4e9));
        if (returned[i] == no_time)
            continue;
        ++started;
        units += static_cast<double>(quantity[i]);
        REQUIRE(returned[i] >= delivered[i]);
        REQUIRE(returned[i] < end);
    }
    REQUIRE(expected > 5000);
    CHECK(std::abs(started - expected) < 4 * std::sqrt(expected * 0.7));
    CHECK(static_cast<double>(run.sum("/summary/desks/orders_returned")) == started);
    CHECK(static_cast<double>(run.sum("/summary/desks/units_returned")) == units);
    CHECK(run.sum("/series/desks/returns") == run.sum("/summary/desks/orders_returned"));
    CHECK(run.sum("/series/desks/units_returned") == run.sum("/summary/desks/units_returned"));
}

TEST_CASE("units of a return are booked as returning in the sample period of its start") {
    auto builder = mail_order(1, Distribution::constant(86'400));
    builder.spec.trace.series_every = sim::hour * 6;
    const Run run(builder.spec);
    const auto balance = run.integers("/series/ledger/balance");
    const auto quantity = run.integers("/orders/quantity"), returned = run.integers("/orders/returned");
    const std::size_t accounts = unit_accounts + money_accounts;
    REQUIRE(balance.size() == 41 * accounts);
    for (std::size_t sample = 0; sample <= 40; ++sample) {
        std::int64_t units = 0;
        for (std::size_t i = 0; i < quantity.size(); ++i) {
            const bool has_started =
                returned[i] != no_time && returned[i] < static_cast<std::int64_t>(sample) * sim::hour.us * 6;
            units += has_started ? quantity[i] : 0;
        }
        CHECK(balance[sample * accounts + static_cast<std::size_t>(UnitAccount::returning)] == units);
    }
    CHECK(run.sum("/summary/desks/orders_returned") > 15'000);
}

TEST_CASE("returns change nothing else, and a larger share returns the same orders and more") {
    const Run none(mail_order(0, Distribution::constant(3600)).spec);
    const Run few(mail_order(0.1, Distribution::constant(3600)).spec);
    const Run many(mail_order(0.4, Distribution::constant(3600)).spec);
    CHECK(none.result.report.digest.total == few.result.report.digest.total);
    CHECK(returns_of(none).empty());
    const auto some = returns_of(few), more = returns_of(many);
    CHECK(some.size() > 1500);
    CHECK(more.size() > 3 * some.size());
    CHECK(std::includes(more.begin(), more.end(), some.begin(), some.end()));
}
