#pragma once

#include "tests/unit/models/model_runs.hpp"

/// A shop whose customers send goods back to a return centre.
namespace spate::test {

/// One product, one market, orders delivered after two hours; a centre with an inspection and nothing else, that sends
/// A back to the shop, sells B at a special sale, C by an outlet, and scraps D.
inline SpecBuilder returning_shop(double orders_per_second, double share) {
    SpecBuilder builder;
    auto& spec = builder.spec;
    builder.product("tea");
    builder.market("east");
    builder.channel("web");
    spec.channels[0].return_share = share;
    spec.channels[0].return_quality = share * 0.5;
    spec.channels[0].return_expectation = share * 0.3;
    spec.channels[0].return_after = Distribution::exponential(86'400);
    builder.lane_to_market(builder.supplier("shop"), 0, 7200);
    builder.demand(orders_per_second, false);
    ReturnCentreSpec centre;
    centre.id = centre.name = "back";
    centre.markets = {0};
    centre.transit = Distribution::gamma(2 * 86'400, 0.3);
    centre.inspect = stage("inspect", 3, Distribution::exponential(600));
    const double grades[3][4] = {{0.1, 0.4, 0.3, 0.2}, {0.7, 0.2, 0.06, 0.04}, {0.8, 0.1, 0.05, 0.05}};
    std::copy(&grades[0][0], &grades[0][0] + 12, &centre.grades[0][0]);
    centre.routes[1] = ReturnRoute::special;
    centre.reshelve = ReturnCentreSpec::Reshelve{0, sim::day, sim::hour * 5, currency_unit / 2};
    centre.special = SecondsSaleSpec{sim::day * 7, sim::hour * 20, 0.8, 0, 1, 4};
    centre.outlet = SecondsSaleSpec{sim::day * 2, {}, 0.3, 0, 1, 4};
    centre.freight_per_order = 3 * currency_unit;
    centre.handling_per_unit = currency_unit;
    spec.return_centres.push_back(centre);
    return builder;
}

/// The same with a dock, repair, a window, wrong grades, unsold goods, claims for money only, and orders of several
/// units.
inline SpecBuilder everything_returns(double orders_per_second) {
    auto builder = returning_shop(orders_per_second, 0.4);
    builder.spec.demand[0].quantity = Distribution::empirical({1, 2, 5}, {6, 3, 1});
    auto& centre = builder.spec.return_centres[0];
    centre.dock = stage("dock", 1, Distribution::constant(120));
    centre.inspect.per = StageSpec::Per::unit;
    centre.repair = stage("repair", 1, Distribution::gamma(1800, 0.5));
    centre.routes[2] = ReturnRoute::repair;
    centre.repair_per_unit = 4 * currency_unit;
    centre.window = sim::day * 4;
    centre.window_until = ReturnCentreSpec::Moment::inspected;
    centre.accuracy = 0.85;
    centre.claim_per_unit = 7 * currency_unit;
    centre.special->sold = 0.6;
    centre.special->tries = 2;
    centre.special->loses = 0.01;
    centre.outlet->sold = 0.7;
    centre.outlet->tries = 2;
    centre.scrap_per_unit = currency_unit;
    centre.fixed_per_day = 100 * currency_unit;
    centre.refund_plus = sim::hour * 3;
    centre.refund_only = 0.2;
    centre.abuse = 0.3;
    centre.caught = 0.8;
    centre.wrongly_caught = 0.1;
    return builder;
}

}  // namespace spate::test
