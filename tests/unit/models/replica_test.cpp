// Customers are shown a replica of the stock that lags; orders are confirmed on the stock itself.
//
// One product, a stock of S, orders of one unit at a Poisson rate λ over all channels, confirmed r after they are
// placed; what is sold is gone from the replica L later. Let t be when the S-th order is placed. It takes the last unit
// at t + r, and the replica shows that at t + r + L. Exactly the orders placed in (t, t + r + L) are shown a unit that
// is no more: their number is Poisson distributed with mean λ (r + L), since t is a stopping time of the order stream.
// It does not depend on the number of channels, and nothing is ever oversold.

#include <cmath>
#include <cstdio>
#include <vector>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

struct Case {
    std::uint32_t channels;
    double rate, reserve, lag;  // orders/s in all, s, s
};

ModelSpec shops(const Case& c, std::uint32_t copies, Units stock) {
    SpecBuilder builder;
    auto& spec = builder.spec;
    builder.product("phone");
    for (std::uint32_t i = 0; i < c.channels; ++i) {
        builder.channel("channel-" + std::to_string(i));
        auto& channel = spec.channels.back();
        channel.view = c.reserve > 0 ? StockView::reserved : StockView::live;
        channel.view_lag = sim::from_seconds(c.reserve);
        channel.read = ReplicaSpec{Distribution::constant(c.lag), sim::from_seconds(c.lag)};
        channel.release_every = channel.release_lag = Duration{};
    }
    for (std::uint32_t m = 0; m < copies; ++m) {
        builder.market("market-" + std::to_string(m));
        builder.site("shop-" + std::to_string(m), SiteKind::store, stock);
        builder.lane_to_market(m, m, 3600);
    }
    builder.demand(c.rate * copies, false);
    spec.trace.orders_share = 0;
    spec.trace.shipments = spec.trace.decisions = false;
    spec.horizon = sim::from_seconds((c.reserve + c.lag) * 5 + 1.5 * static_cast<double>(stock) / c.rate);
    return spec;
}

}  // namespace

TEST_CASE("stale reads: the orders of the way to the stock and of the replica's lag, whatever the number of channels") {
    constexpr std::uint32_t copies = 200;
    constexpr double z = 3.0;  // of nine intervals that hold with 97.5 % together
    for (const auto& c : {Case{1, 50, 0, 1},
                          {1, 50, 0.5, 1},
                          {3, 50, 0.5, 1},
                          {5, 200, 0.1, 0.4},
                          {2, 200, 0.4, 0.1},
                          {10, 200, 0.05, 0.2}}) {
        constexpr Units stock = 150;
        const Run run(shops(c, copies, stock));
        const double expected = c.rate * (c.reserve + c.lag);
        const double got = static_cast<double>(run.sum("/summary/reads/orders_stale")) / copies;
        const double half_width = z * std::sqrt(expected / copies);
        std::printf(
            "%2u channels, %3.0f orders/s, reserve %.2f s, read %.2f s: expected %.2f stale, got %.2f +- %.2f\n",
            c.channels,
            c.rate,
            c.reserve,
            c.lag,
            expected,
            got,
            half_width);
        CHECK(std::abs(got - expected) <= half_width);
        CHECK(run.sum("/summary/desks/orders_shipped") == stock * copies);
        CHECK(run.sum("/summary/desks/orders_refused") == 0);
        // Told from an answer without the way to the stock, or without the lag.
        CHECK((c.reserve == 0 || std::abs(got - c.rate * c.lag) > half_width));
        CHECK(std::abs(got - c.rate * c.reserve) > half_width);
    }
}

TEST_CASE("goods that have come are shown a lag later; until then nobody asks for them") {
    for (const double reserve : {0.0, 2.0}) {
        Shop shop(0, {order(100, 1), order(104.9, 1), order(105.1, 1), order(106, 1)});
        auto& channel = shop.channel();
        channel.view = reserve > 0 ? StockView::reserved : StockView::live;
        channel.view_lag = sim::from_seconds(reserve);
        channel.read = ReplicaSpec{Distribution::constant(5), sim::second * 5};
        channel.release_every = channel.release_lag = Duration{};
        shop.receive({{at_seconds(100), 1}});
        const Run run(shop.builder.spec);
        const auto at = times(run, "released");
        REQUIRE(at.size() == 4);
        CHECK_FALSE(at[0]);
        CHECK_FALSE(at[1]);
        CHECK(at[2].value() == Approx(105.1 + reserve));
        CHECK_FALSE(at[3]);
        CHECK(run.sum("/summary/desks/orders_lost") == 3);
        CHECK(run.sum("/summary/reads/orders_stale") == 1);
    }
}

TEST_CASE("a replica is compared with the stock like every other copy") {
    Shop shop(10, {order(150, 4)});
    auto& channel = shop.channel();
    channel.view = StockView::reserved;
    channel.view_lag = sim::second;
    channel.read = ReplicaSpec{Distribution::constant(100), sim::second * 100};
    channel.release_every = channel.release_lag = Duration{};
    shop.builder.spec.trace.views_within = 0.1;
    shop.builder.spec.trace.series_every = sim::second * 100;
    shop.builder.spec.horizon = sim::second * 1000;
    const Run run(shop.builder.spec);
    CHECK(run.sum("/summary/views/samples") == 10);
    CHECK(run.sum("/summary/views/stocks_known") == 9);  // not at 200
    CHECK(run.sum("/summary/views/units_excess") == 4);
    CHECK(run.sum("/summary/feeds/messages") == 1);
    CHECK(run.numbers("/summary/feeds/mean_delay").at(0) == Approx(100));
}
