#include "models/demand/base_demand.hpp"

#include <numeric>

#include <catch2/catch.hpp>

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::SpecBuilder;

namespace {

SpecBuilder shop() {
    SpecBuilder builder;
    builder.product("tea", 5);
    builder.product("rice", 3);
    builder.product("soap", 7);
    builder.market("east", 3);
    builder.market("west", 1);
    builder.market("north", 9);
    builder.channel("web", 0.25);
    builder.channel("app", 0.75);
    return builder;
}

}  // namespace

TEST_CASE("base demand of all together is shared by market weight and popularity of what is selected") {
    auto builder = shop();
    auto& demand = builder.demand(2, false);
    demand.products = {0, 1};
    demand.markets = {0, 1};
    demand.quantity = Distribution::empirical({1, 3}, {1, 1});
    const BaseDemand base(builder.spec);
    CHECK(base.at(0, 0).orders == Approx(2 * 0.75 * 0.625).epsilon(1e-14));
    CHECK(base.at(1, 1).orders == Approx(2 * 0.25 * 0.375).epsilon(1e-14));
    CHECK(base.at(1, 1).units == Approx(2 * 2 * 0.25 * 0.375).epsilon(1e-14));
    CHECK(base.at(2, 0).orders == 0);
    CHECK(base.at(0, 2).orders == 0);
    double all = 0;
    for (Index m = 0; m < 3; ++m) {
        for (Index p = 0; p < 3; ++p)
            all += base.at(m, p).orders;
    }
    CHECK(all == Approx(2).epsilon(1e-14));
}

namespace {

/// Orders per second of each product of the first session, in one market, while it is at its full strength.
std::vector<double> session_rates(const ModelSpec& spec, Index market) {
    std::vector<double> weights;
    const double rate = BaseDemand(spec).pulse_rate(spec, 0, market, weights);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double& weight : weights)
        weight *= sum > 0 ? rate / sum : 0;
    return weights;
}

}  // namespace

TEST_CASE("orders of a session are shared as base orders are, or by weight and popularity where there are none") {
    auto builder = shop();
    auto& demand = builder.demand(2, false);
    demand.products = {0, 1};
    demand.markets = {0, 1};
    auto& session = builder.spec.sessions.emplace_back();
    session.markets = {0, 1};
    session.lasts = sim::second * 100;
    session.orders = 400;  // 4 a second
    const auto rates = [&](std::vector<Index> products, Index market) {
        session.products = std::move(products);
        return session_rates(builder.spec, market);
    };
    CHECK(rates({0, 1}, 0)[1] == Approx(4 * 0.75 * 3 / 8));
    CHECK(rates({2}, 0)[0] == Approx(4 * 0.75));  // sold in the live room only
    CHECK(rates({2}, 1)[0] == Approx(4 * 0.25));
    CHECK(rates({0, 2}, 1)[0] == Approx(4 * 0.25 * 5 / 12));
    CHECK(rates({0, 2}, 1)[1] == Approx(4 * 0.25 * 7 / 12));
    session.markets = {0, 2};
    CHECK(rates({0, 1}, 2)[0] == Approx(4 * 0.75 * 5 / 8));
    builder.spec.demand.clear();
    CHECK(rates({0, 1}, 0)[0] == Approx(4 * 0.25 * 5 / 8));
    for (auto& product : builder.spec.products)
        product.popularity = 0;
    builder.demand(2, true).products = {1};  // and tea has neither orders nor popularity
    CHECK(rates({0, 1}, 0)[1] == Approx(4 * 0.5));
    builder.spec.demand.clear();
    session.orders.reset();
    session.lift = 10;
    CHECK(rates({0, 1}, 0) == std::vector<double>{0, 0});
}

TEST_CASE("base demand of each counts every channel, market and product in full") {
    auto builder = shop();
    builder.demand(0.5, true).quantity = Distribution::constant(4);
    const BaseDemand base(builder.spec);
    for (Index m = 0; m < 3; ++m) {
        for (Index p = 0; p < 3; ++p) {
            CHECK(base.at(m, p).orders == Approx(2 * 0.5).epsilon(1e-14));
            CHECK(base.at(m, p).units == Approx(2 * 0.5 * 4).epsilon(1e-14));
        }
    }
}

TEST_CASE("periodic base demand is one order a period in every channel") {
    auto builder = shop();
    auto& demand = builder.demand(0, false);
    demand.kind = DemandSpec::Kind::periodic;
    demand.every = sim::minute;
    demand.products = {2};
    demand.quantity = Distribution::constant(3);
    const BaseDemand base(builder.spec);
    CHECK(base.at(1, 2).orders == Approx(2.0 / 60).epsilon(1e-14));
    CHECK(base.at(1, 2).units == Approx(6.0 / 60).epsilon(1e-14));
    CHECK(base.at(1, 0).orders == 0);
}

TEST_CASE("recorded base demand is its average over the run, warm-up included") {
    auto builder = shop();
    builder.spec.warm_up = sim::hour;
    builder.spec.horizon = sim::hour * 3;
    builder.recorded(0, {{{10}, 1, 0, 4}, {{20}, 1, 0, 2}, {{30}, 2, 0, 5}});
    const BaseDemand base(builder.spec);
    CHECK(base.at(1, 0).orders == Approx(2 / 14400.0).epsilon(1e-14));
    CHECK(base.at(1, 0).units == Approx(6 / 14400.0).epsilon(1e-14));
    CHECK(base.at(2, 0).units == Approx(5 / 14400.0).epsilon(1e-14));
    CHECK(base.at(0, 0).orders == 0);
}

TEST_CASE("base demand is the sum of all entries, without sessions") {
    auto builder = shop();
    builder.spec.horizon = sim::hour;
    builder.demand(2, false);
    builder.demand(0.5, true).markets = {1};
    builder.recorded(0, {{{10}, 1, 0, 36}});
    const auto plain = BaseDemand(builder.spec).at(1, 0);
    CHECK(plain.orders == Approx(2 * (1.0 / 13) * (5.0 / 15) + 2 * 0.5 + 1 / 3600.0).epsilon(1e-14));
    CHECK(plain.units == Approx(2 * (1.0 / 13) * (5.0 / 15) + 2 * 0.5 + 36 / 3600.0).epsilon(1e-14));
    SessionSpec session;
    session.channel = 0;
    session.products = {0};
    session.markets = {1};
    session.lasts = sim::minute;
    session.lift = 10;
    builder.spec.sessions.push_back(session);
    CHECK(BaseDemand(builder.spec).at(1, 0).orders == plain.orders);
}
