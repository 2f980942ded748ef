#include <functional>

#include <catch2/catch.hpp>

#include "tests/unit/models/site_bench.hpp"

/// Rules of replenishment in forks: what a site has observed of a product goes on with it, and with nothing else.

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::SiteBench;
using test::SiteCase;

namespace {

using Ordered = std::vector<std::tuple<std::int64_t, Index, Units>>;

Time at_day(double day) {
    return at_seconds(day * 86400);
}

/// A shop that expects to sell 10 units a day of each product, and sells 4 of tea and 20 of rice, at noon. It looks at
/// its stock at midnight.
SiteCase steady() {
    SiteCase c;
    c.builder.product("rice");
    c.site().assortment = {0, 1};
    c.site().initial_units = {400, 400};
    c.builder.spec.sites[1].assortment = {0, 1};
    c.rule().products = {0, 1};
    c.rule().kind = ReplenishSpec::Kind::base_stock;
    c.rule().review.continuous = false;
    c.rule().forecast.window = 3;
    c.rule().max = {{}, sim::day};
    return c;
}

/// A day of forecast demand is a thousand units more or less, whatever the stock.
void order_much(SiteCase& c) {
    for (auto& rule : c.builder.spec.replenish) {
        rule.kind = ReplenishSpec::Kind::min_max;
        rule.min = rule.max = {{}, sim::day * 1000};
    }
}

void sell(SiteBench& bench) {
    for (int day = 0; day < 15; ++day) {
        for (const Index product : {0U, 1U}) {
            Order order;
            order.key = sim::mix(static_cast<std::uint64_t>(day), product);
            order.placed = at_day(day + 0.5);
            order.product = product;
            order.quantity = product == 0 ? 4 : 20;
            order.may_wait = true;
            bench.send(order.placed, {order});
        }
    }
}

/// What a fork at six in the evening of the eighth day orders up to the morning of the tenth: in thousands.
Ordered orders_of_fork(const SiteCase& a, const SiteCase& b) {
    SiteBench first(a), second(b);
    first.start();
    sell(first);
    first.run_until(at_day(7.75));
    const std::size_t before = first.orders.size();
    second.go_on_from(first);
    second.run_until(at_day(9.25));
    Ordered orders(second.orders.begin() + static_cast<std::ptrdiff_t>(before), second.orders.end());
    for (auto& [time, product, units] : orders) {
        time /= sim::day.us;
        units = (units + 500) / 1000;
    }
    std::erase_if(orders, [](const auto& order) { return std::get<2>(order) == 0; });
    return orders;
}

SiteCase swapped(bool is_swapped) {
    SiteCase c = steady();
    c.builder.spec.replenish.push_back(c.rule());
    c.builder.spec.replenish[is_swapped ? 1 : 0].products = {0};
    c.builder.spec.replenish[is_swapped ? 0 : 1].products = {1};
    return c;
}

}  // namespace

TEST_CASE("a fork with a forecast that was there before goes on with what it has observed") {
    SiteCase b = steady();
    order_much(b);
    // Noon of the eighth day is in the period that ends at midnight.
    CHECK(orders_of_fork(steady(), b) == Ordered{{8, 0, 4}, {8, 1, 20}});
}

TEST_CASE("a forecast that is new in a fork knows nothing of the time before it") {
    SiteCase a = steady(), b = steady();
    order_much(b);
    a.rule().max.units = 60;
    CHECK(orders_of_fork(a, b) == Ordered{{8, 0, 10}, {8, 1, 10}, {9, 1, 3}});
}

TEST_CASE("a forecast of another period, window or kind begins at the fork") {
    SiteCase hourly = steady(), longer = steady(), linear = steady();
    hourly.rule().forecast.period = sim::hour;
    longer.rule().forecast.window = 4;
    linear.rule().forecast.kind = ForecastSpec::Kind::linear;
    for (SiteCase* b : {&longer, &linear}) {
        order_much(*b);
        const auto orders = orders_of_fork(steady(), *b);
        REQUIRE(orders.size() >= 2);
        CHECK((Ordered{orders[0], orders[1]}) == Ordered{{8, 0, 10}, {8, 1, 10}});
    }
    order_much(hourly);
    // In the six hours up to midnight nobody comes.
    CHECK(orders_of_fork(steady(), hourly).size() <= 1);
}

TEST_CASE("what was observed goes with the product to another rule of the site") {
    SiteCase b = swapped(true);
    order_much(b);
    CHECK(orders_of_fork(swapped(false), b) == Ordered{{8, 1, 20}, {8, 0, 4}});
    b.builder.spec.replenish[0].forecast.window = 4;  // of rice
    CHECK(orders_of_fork(swapped(false), b) == Ordered{{8, 1, 10}, {8, 0, 4}, {9, 1, 3}});
}

TEST_CASE("a product that is new in a forecast counts as expected up to the fork") {
    SiteCase a = steady(), b = steady();
    a.rule().products = {0};
    b.rule().products = {1};
    order_much(b);
    // At midnight it has seen 8 of 10 units, and nobody who came later; a day later 20.
    CHECK(orders_of_fork(a, b) == Ordered{{8, 1, 9}, {9, 1, 3}});
}

TEST_CASE("a new plan orders nothing that it had for the time before the fork") {
    SiteCase a = steady(), b = steady();
    for (SiteCase* c : {&a, &b}) {
        c->rule().kind = ReplenishSpec::Kind::plan;
        c->rule().plan = {{at_day(1.5), 0, 10'000}};
    }
    b.rule().plan.insert(b.rule().plan.end(), {{at_day(7.7), 0, 500'000}, {at_day(7.75), 0, 1000}});
    b.rule().plan.push_back({at_day(8.2), 0, 7000});
    CHECK(orders_of_fork(a, b) == Ordered{{7, 0, 1}, {8, 0, 7}});
}
