// The fingerprint of demand, and prices at the time of ordering, in whole runs.
#include "tests/support/back_ends.hpp"
#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

std::string digest_in(const Run& run) {
    for (const auto& [name, value] : run.attributes()) {
        if (name == "demand_digest")
            return value;
    }
    return "";
}

}  // namespace

TEST_CASE("the digest of demand depends on what makes demand and on nothing else") {
    const auto spec = chain().spec;
    const Run reference(spec);
    REQUIRE(reference.result.demand_digest != 0);
    CHECK(digest_in(reference) == fmt::format("{:016x}", reference.result.demand_digest));
    const auto digest = [](const ModelSpec& changed) { return Run(changed).result.demand_digest; };
    for (const auto& options : test::all_executives())
        CHECK(Run(spec, options).result.demand_digest == reference.result.demand_digest);

    auto other = spec;
    other.replenish[2].max.units = 500;
    CHECK(digest(other) == reference.result.demand_digest);
    CHECK(Run(other).result.report.digest.total != reference.result.report.digest.total);
    other.sites[3].outbound[0].servers = 9;
    CHECK(digest(other) == reference.result.demand_digest);
    other.lanes.pop_back();
    CHECK(digest(other) == reference.result.demand_digest);
    other.channels[0].view = StockView::live;
    other.channels[0].release_every = Duration{0};
    other.channels[1].unmet = Unmet::lose;
    other.max_sources = 1;
    CHECK(digest(other) == reference.result.demand_digest);

    for (const auto& change : std::vector<std::function<void(ModelSpec&)>>{
             [](ModelSpec& s) { s.seed = 2; },
             [](ModelSpec& s) { s.replication = 1; },
             [](ModelSpec& s) { s.demand[0].orders_per_second *= 1.0001; },
             [](ModelSpec& s) { s.sessions[0].lift = 21; },
             [](ModelSpec& s) { s.demand[0].quantity = Distribution::constant(2); },
             [](ModelSpec& s) { s.markets[0].id = "far east"; }}) {
        auto changed = spec;
        change(changed);
        CHECK(digest(changed) != reference.result.demand_digest);
    }
}

TEST_CASE("an order is paid at the price of the time it was placed") {
    Shop shop(1000, {order(1000, 2), order(50'000, 3), order(79'999, 5), order(80'000, 7)});
    shop.builder.spec.horizon = sim::day * 3;
    const auto revenue = [&] {
        const Run run(shop.builder.spec);
        return run.integers("/summary/ledger/closing")[unit_accounts + static_cast<std::size_t>(MoneyAccount::revenue)];
    };
    const Money price = 30 * currency_unit;
    CHECK(revenue() == -17 * price);
    PriceChangeSpec change;
    change.products = {0};
    change.from = test::at_seconds(50'000);
    change.to = test::at_seconds(80'000);
    change.share = 0.8;
    shop.builder.spec.price_changes = {change};
    CHECK(revenue() == -(9 * price + 8 * price / 5 * 4));
    change.from = test::at_seconds(80'000);
    change.to = test::at_seconds(90'000);
    change.share = 1.5;
    shop.builder.spec.price_changes.push_back(change);
    CHECK(revenue() == -(2 * price + 8 * price / 5 * 4 + 7 * price / 2 * 3));
}

TEST_CASE("shaped demand gives the same run with any number of workers") {
    auto builder = chain();
    auto& demand = builder.spec.demand[0];
    demand.branching = 0.4;
    demand.branching_delay = sim::minute * 10;
    demand.shape.noise = {0.4, sim::hour * 6, 0.5};
    demand.shape.trend = 0.2;
    demand.shape.trend_every = sim::day;
    PriceChangeSpec change;
    change.products = {1};
    change.from = test::at_seconds(40'000);
    change.to = test::at_seconds(90'000);
    change.share = 0.8;
    change.elasticity = 2;
    change.cannibalise = 0.3;
    builder.spec.price_changes = {change};
    const Run reference(builder.spec);
    CHECK(reference.result.orders > 1500);
    test::check_workers(builder.spec, reference);
}
