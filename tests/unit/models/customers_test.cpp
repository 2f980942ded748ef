#include "models/desk/order_desk.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

TEST_CASE("two desks that look at one stale view of the stock sell the same unit twice") {
    Shop shop(1, {order(100, 1, 1), order(200, 1, 0)});
    shop.builder.market("west");
    shop.builder.lane_to_market(shop.shop, 1, 7200);
    const Run run(shop.builder.spec);
    CHECK(run.integers("/summary/desks/orders_delivered") == std::vector<std::int64_t>{0, 1});  // the earlier order
    CHECK(run.integers("/summary/desks/orders_refused") == std::vector<std::int64_t>{1, 0});
    CHECK(run.sum("/summary/desks/orders_lost") == 0);

    SECTION("one that has seen a fresh view tells the customer at once") {
        shop.builder.spec.demand[0].recorded[1] = order(3000, 1, 0);
        const Run later(shop.builder.spec);
        CHECK(later.integers("/summary/desks/orders_lost") == std::vector<std::int64_t>{1, 0});
        CHECK(later.sum("/summary/desks/orders_refused") == 0);
    }
    SECTION("and do not on a live view") {
        shop.channel().view = StockView::live;
        const Run live(shop.builder.spec);
        CHECK(live.integers("/summary/desks/orders_delivered") == std::vector<std::int64_t>{0, 1});
        CHECK(live.integers("/summary/desks/orders_lost") == std::vector<std::int64_t>{1, 0});
        CHECK(live.sum("/summary/desks/orders_refused") == 0);
    }
}

TEST_CASE("desks with cached views oversell in a busy chain, desks with a live view never do") {
    auto builder = chain();
    builder.spec.channels[0].unmet = Unmet::lose;
    const Run run(builder.spec);
    const auto refused = run.integers("/summary/desks/orders_refused");
    CHECK(refused[0] + refused[2] + refused[4] > 0);
    CHECK(refused[1] + refused[3] + refused[5] == 0);
}

TEST_CASE("a desk does not promise the same unit twice, and tries the next site before it gives up") {
    Shop shop(1, {order(100, 1), order(200, 1), order(300, 1)});
    const Index second = shop.builder.site("second", SiteKind::store, 1);
    shop.builder.lane_to_market(second, 0, 3600, 500);
    const Run run(shop.builder.spec);
    CHECK(run.sum("/summary/desks/orders_delivered") == 2);
    CHECK(run.sum("/summary/desks/orders_lost") == 1);
    CHECK(run.sum("/summary/desks/orders_refused") == 0);
    // Released at 600 s, a minute on the way, two hours and one hour to the customer.
    CHECK(times(run, "delivered") == Times{660 + 7200.0, 660 + 3600.0, std::nullopt});
    shop.builder.spec.max_sources = 1;
    CHECK(Run(shop.builder.spec).sum("/summary/desks/orders_lost") == 2);
}

TEST_CASE("an order refused for want of stock goes to the next site that has it") {
    Shop shop(1, {order(100, 1, 1), order(200, 1, 0)});
    shop.builder.market("west");
    shop.builder.lane_to_market(shop.shop, 1, 7200);
    const Index second = shop.builder.site("second", SiteKind::store, 1);
    shop.builder.lane_to_market(second, 0, 3600, 500);
    const Run run(shop.builder.spec);
    CHECK(run.sum("/summary/desks/orders_delivered") == 2);
    CHECK(run.sum("/summary/desks/orders_refused") == 0);
    // Refused at 660 s, back at the desk at 720 s, at the next site at 780 s.
    CHECK(times(run, "delivered") == Times{780 + 3600.0, 660 + 7200.0});
}

TEST_CASE("an order is delivered when the calculation by hand says") {
    Shop shop(100, {order(0, 1), order(1000, 1), order(1200, 2)});
    // Waves every 600 s take what was placed before them; 60 s to the site; two hours to the customer.
    SECTION("without stages it leaves at once") {
        const Run run(shop.builder.spec);
        CHECK(times(run, "released") == Times{660, 1260, 1860});
        CHECK(times(run, "shipped") == Times{660, 1260, 1860});
        CHECK(times(run, "delivered") == Times{7860, 8460, 9060});
    }
    SECTION("after its stages it leaves with the next hand-over") {
        shop.site().outbound = {test::stage("pick", 1, Distribution::constant(90)),
                                test::stage("pack", 0, Distribution::constant(450))};
        shop.site().outbound[0].per = StageSpec::Per::unit;
        const Run run(shop.builder.spec);
        // Done at 660 + 90 + 450 = 1200, 1800 and 1860 + 180 + 450 = 2490; hand-overs every 600 s.
        CHECK(times(run, "shipped") == Times{1200, 1800, 3000});
        CHECK(times(run, "delivered") == Times{8400, 9000, 10200});
    }
    SECTION("released one by one it is on its way at once") {
        shop.channel().release_every = Duration{0};
        const Run run(shop.builder.spec);
        CHECK(times(run, "released") == Times{60, 1060, 1260});
        CHECK(times(run, "delivered") == Times{7260, 8260, 8460});
    }
    SECTION("with a live view nothing is on its way between desk and site") {
        shop.channel().release_every = Duration{0};
        shop.channel().view = StockView::live;
        const Run run(shop.builder.spec);
        CHECK(times(run, "released") == Times{0, 1000, 1200});
        CHECK(times(run, "delivered") == Times{7200, 8200, 8400});
    }
}

TEST_CASE("an order delivered later than promised is late") {
    Shop shop(100, {order(0, 1), order(599, 1)});  // delivered at 7860 s
    shop.channel().promise = sim::second * 7860;
    CHECK(Run(shop.builder.spec).sum("/summary/desks/orders_late") == 0);
    shop.channel().promise = sim::second * 7860 - sim::microsecond;
    const Run run(shop.builder.spec);
    CHECK(run.sum("/summary/desks/orders_late") == 1);
    CHECK(run.sum("/summary/desks/orders_promised") == 2);
    CHECK(run.sum("/summary/desks/delivery_time_sum") == (7860 + 7261) * std::int64_t{1'000'000});
}

TEST_CASE("waiting customers are served first come, first served, each with all its units") {
    Shop shop(0, {order(100, 2), order(200, 3), order(300, 1)});
    shop.channel().unmet = Unmet::backorder;
    shop.receive({{at_seconds(5000), 1}, {at_seconds(6000), 1}, {at_seconds(7000), 2}, {at_seconds(8000), 5}});
    const Run run(shop.builder.spec);
    CHECK(times(run, "released") == Times{660, 660, 660});
    CHECK(times(run, "shipped") == Times{6000, 8000, 8000});
    CHECK(run.sum("/summary/desks/orders_backordered") == 3);
    CHECK(run.sum("/summary/desks/orders_filled") == 0);
    const auto final_units = run.integers("/summary/stock/final");
    CHECK(final_units[0] == 3);
    // Six units wait from 660 s, four from 6000 s, none from 8000 s.
    CHECK(run.numbers("/summary/stock/mean_backordered")[0]
          == Approx((6 * (6000 - 660) + 4 * (8000 - 6000)) / 86400.0).epsilon(1e-12));
}

TEST_CASE("a waiting customer leaves when the patience ends") {
    Shop shop(0, {order(100, 1), order(2000, 1)});
    shop.channel().unmet = Unmet::backorder;
    shop.channel().patience = sim::second * 3600;  // until 3700 s, and until 5600 s
    const auto statuses = [&] {
        const Run run(shop.builder.spec);
        return run.integers("/orders/status");
    };
    using Statuses = std::vector<std::int64_t>;
    const auto code = [](OrderStatus status) { return static_cast<std::int64_t>(status); };
    SECTION("if nothing comes") {
        CHECK(statuses() == Statuses{code(OrderStatus::cancelled), code(OrderStatus::cancelled)});
    }
    SECTION("but not if goods come before") {
        shop.receive({{at_seconds(3650), 1}, {at_seconds(5000), 1}});
        CHECK(statuses() == Statuses{code(OrderStatus::delivered), code(OrderStatus::delivered)});
    }
    SECTION("and the goods go to the next") {
        shop.receive({{at_seconds(5000), 1}});
        const Run run(shop.builder.spec);
        CHECK(run.orders_with(OrderStatus::cancelled, 0) == 1);
        CHECK(times(run, "shipped") == Times{std::nullopt, 5000});
    }
}

TEST_CASE("goods that come after the patience has ended do not go to that customer") {
    Shop shop(0, {order(100, 1)});
    shop.channel().unmet = Unmet::backorder;
    shop.channel().patience = sim::second * 3600;  // until 3700 s; the next hand-over is at 4200 s
    shop.receive({{at_seconds(3800), 1}});
    const Run run(shop.builder.spec);
    CHECK(run.orders_with(OrderStatus::cancelled, 0) == 1);
}

TEST_CASE("a customer served because another gave up shows in the views of the stock") {
    // Three units: the first wants five and waits, the second two and waits behind. After 3700 s the first gives up and
    // the second is served, which leaves one unit. At 9000 s a third wants two.
    Shop shop(3, {order(100, 5), order(2000, 2)});
    shop.channel().unmet = Unmet::backorder;
    shop.channel().patience = sim::second * 3600;
    shop.builder.channel("app");
    shop.builder.recorded(1, {order(9000, 2)});
    const Run run(shop.builder.spec);
    CHECK(run.orders_with(OrderStatus::cancelled, 0) == 1);
    CHECK(run.orders_with(OrderStatus::delivered, 0) == 1);
    CHECK(run.orders_with(OrderStatus::refused, 1) == 0);
    CHECK(run.orders_with(OrderStatus::lost, 1) == 1);
}
