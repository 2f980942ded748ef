#include <algorithm>
#include <functional>

#include <catch2/catch.hpp>

#include "tests/unit/models/site_bench.hpp"

using namespace spate;
using namespace spate::models;
using test::SiteBench;
using test::SiteCase;

namespace {

/// Every order in a message of its own, at the time it is placed.
void one_by_one(SiteBench& bench, const std::vector<Order>& orders) {
    for (const auto& order : orders)
        bench.send(order.placed, {order});
}

/// Each desk tells of its next orders when the last one it told of is placed.
void announced(SiteBench& bench, const std::vector<Order>& orders, std::uint32_t desks, std::size_t many) {
    for (std::uint32_t d = 0; d < desks; ++d) {
        std::vector<Order> run;
        Time at{0};
        for (const auto& order : orders) {
            if (order.slot != d)
                continue;
            run.push_back(order);
            if (run.size() < many + d)
                continue;
            const Time last = run.back().placed;
            bench.send(at, std::move(run));
            run.clear();
            at = last;
        }
        bench.send(at, std::move(run));
    }
}

struct Variant {
    const char* name;
    std::function<void(SiteCase&)> change;
    bool may_wait;
    double most_events;  ///< by those of orders one by one
};

const Variant variants[] = {
    {"a retailer under (s,S)", [](SiteCase&) {}, true, 0.3},
    {"a retailer whose customers come back to wait", [](SiteCase&) {}, false, 0.9},
    {"no stock is ever short",
     [](SiteCase& c) {
         c.site().unlimited_stock = true;
         c.builder.spec.replenish.clear();
     },
     false,
     0.2},
    {"queues",
     [](SiteCase& c) {
         c.site().unlimited_stock = true;
         c.builder.spec.replenish.clear();
         c.site().outbound = {test::stage("pick", 1, Distribution::exponential(1500)),
                              test::stage("pack", 2, Distribution::exponential(3000))};
     },
     false,
     0.7},
    {"queues and little stock",
     [](SiteCase& c) { c.site().outbound = {test::stage("pick", 1, Distribution::exponential(1500))}; },
     true,
     0.7},
    {"patience", [](SiteCase& c) { c.channel().patience = sim::hour * 5; }, true, 1.5},
    {"lost sales", [](SiteCase& c) { c.channel().unmet = Unmet::lose; }, false, 1.5},
    {"base stock", [](SiteCase& c) { c.rule().kind = ReplenishSpec::Kind::base_stock; }, true, 1.5},
    {"levels by forecast",
     [](SiteCase& c) {
         c.rule().min = {{}, sim::day};
         c.rule().max = {{}, sim::day * 2};
     },
     true,
     0.5},
    {"a review a day", [](SiteCase& c) { c.rule().review.continuous = false; }, true, 0.3},
    {"three products, two desks",
     [](SiteCase& c) {
         c.builder.product("rice");
         c.builder.product("salt");
         c.site().assortment = c.rule().products = {0, 1, 2};
         c.site().initial_units = {60, 60, 60};
         c.builder.spec.sites[1].assortment = {0, 1, 2};
         c.desks = 2;
     },
     true,
     1.5},
};

}  // namespace

TEST_CASE("orders that are announced are served as if they came one by one") {
    for (const auto& variant : variants) {
        INFO(variant.name);
        SiteCase c;
        variant.change(c);
        auto orders = test::some_orders(static_cast<std::uint32_t>(c.builder.spec.products.size()), c.desks, 4);
        for (auto& order : orders)
            order.may_wait = variant.may_wait;
        SiteBench plain(c);
        plain.start();
        one_by_one(plain, orders);
        plain.finish();
        std::sort(plain.outcomes.begin(), plain.outcomes.end());
        CHECK(plain.outcomes.size() > 700);
        for (const std::size_t many : {1U, 7U, 64U, 2000U}) {
            INFO(many);
            SiteBench bench(c);
            bench.start();
            announced(bench, orders, c.desks, many);
            bench.finish();
            std::sort(bench.outcomes.begin(), bench.outcomes.end());
            CHECK(bench.outcomes == plain.outcomes);
            CHECK(bench.orders == plain.orders);
            CHECK(bench.rows() == plain.rows());
            CHECK(bench.site().orders_received() == plain.site().orders_received());
            if (many == 64) {
                CHECK(static_cast<double>(bench.events) < variant.most_events * static_cast<double>(plain.events));
            }
        }
    }
}
