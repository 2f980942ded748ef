#include <algorithm>
#include <functional>

#include <catch2/catch.hpp>

#include "tests/unit/models/site_bench.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::SiteBench;
using test::SiteCase;

namespace {

using Change = std::function<void(SiteCase&)>;

/// A busy shop: queues at the dock and at the shelves, goods by piece, customers who wait and who give up.
SiteCase busy() {
    SiteCase c;
    c.builder.product("rice");
    c.site().assortment = c.rule().products = {0, 1};
    c.site().initial_units = {40, 20};
    c.builder.spec.sites[1].assortment = {0, 1};
    c.site().outbound = {test::stage("pick", 1, Distribution::exponential(1700)),
                         test::stage("pack", 3, Distribution::gamma(5000, 0.5))};
    c.site().receive = test::stage("receive", 1, Distribution::constant(7));
    c.channel().patience = sim::hour * 30;
    c.builder.spec.trace.series_every = sim::hour;
    c.builder.spec.trace.shipments = true;
    return c;
}

const std::pair<const char*, Change> variants[] = {
    {"(s,S)", [](SiteCase&) {}},
    {"no stages", [](SiteCase& c) { c.site().outbound.clear(), c.site().receive.reset(); }},
    {"base stock by a moving average",
     [](SiteCase& c) {
         c.rule().kind = ReplenishSpec::Kind::base_stock;
         c.rule().max = {{}, sim::day};
         c.rule().review.continuous = false;
     }},
    {"(s,S) by a linear forecast",
     [](SiteCase& c) {
         c.rule().min = {{}, sim::day};
         c.rule().max = {{}, sim::day * 2};
         c.rule().forecast.kind = ForecastSpec::Kind::linear;
     }},
    {"a plan",
     [](SiteCase& c) {
         c.rule().kind = ReplenishSpec::Kind::plan;
         for (int d = 0; d < 20; ++d)
             c.rule().plan.push_back({Time{(sim::day * d + sim::hour).us}, static_cast<Index>(d % 2), 50});
     }},
    {"production",
     [](SiteCase& c) {
         c.builder.spec.replenish.clear();
         c.site().production = ProductionSpec{2, 0.0008, 9, sim::minute * 30, {}};
     }},
    {"lost sales", [](SiteCase& c) { c.channel().unmet = Unmet::lose; }},
    {"shared out among those who wait", [](SiteCase& c) { c.site().allocate = SiteSpec::Allocate::proportional; }},
    {"by priority", [](SiteCase& c) { c.site().allocate = SiteSpec::Allocate::priority; }},
};

/// Orders in batches of a day, half of them before they are placed.
void send_all(SiteBench& bench, bool may_wait) {
    std::vector<Order> orders = test::some_orders(2, 1, 9), batch;
    for (auto& order : orders) {
        order.may_wait = may_wait;
        batch.push_back(order);
        if (batch.size() < 40)
            continue;
        bench.send(batch[20].placed, batch);
        batch.clear();
    }
    bench.send(orders.back().placed, batch);
}

void check_tail(const std::map<std::string, std::vector<double>>& whole,
                const std::map<std::string, std::vector<double>>& tail) {
    for (const auto& [name, numbers] : tail) {
        INFO(name);
        const auto& all = whole.at(name);
        REQUIRE(numbers.size() <= all.size());
        CHECK(std::equal(numbers.begin(), numbers.end(), all.end() - static_cast<std::ptrdiff_t>(numbers.size())));
    }
    CHECK(tail.at("/summary/sites/mean_on_hand").size() == 1);
    CHECK(tail.at("/series/sites/on_hand").size() > 100);
}

/// What may not differ between the scenario of a snapshot and the one that goes on from it.
auto shape(const SiteCase& c) {
    const auto& site = c.builder.spec.sites[0];
    return std::tuple(
        site.outbound.size(), site.receive.has_value(), site.production.has_value(), c.builder.spec.replenish.size());
}

SiteCase with(const Change& change) {
    SiteCase c = busy();
    change(c);
    return c;
}

}  // namespace

TEST_CASE("a site that is saved and read back goes on as if nothing had happened") {
    for (const auto& [name, change] : variants) {
        INFO(name);
        const SiteCase c = with(change);
        for (const double days : {0.3, 7.77, 11.0, 15.5}) {
            INFO(days);
            SiteBench first(c), second(c);
            first.start();
            send_all(first, c.builder.spec.channels[0].unmet == Unmet::backorder);
            first.run_until(at_seconds(days * 86400));
            second.go_on_from(first);
            first.finish();
            second.finish();
            CHECK(first.outcomes.size() > 300);
            CHECK(second.outcomes == first.outcomes);
            CHECK(second.orders == first.orders);
            check_tail(first.rows(), second.rows());
        }
    }
}

TEST_CASE("a site that is read into another scenario keeps what is pending and goes on by the new terms") {
    const std::pair<const char*, Change> changes[] = {
        {"other servers", [](SiteCase& c) { c.site().outbound[1].servers = 1; }},
        {"no limit of servers", [](SiteCase& c) { c.site().outbound[1].servers = 0; }},
        {"other work", [](SiteCase& c) { c.site().outbound[0].work = Distribution::constant(900); }},
        {"other waves", [](SiteCase& c) { c.site().wave = sim::minute * 7; }},
        {"other levels", [](SiteCase& c) { c.rule().max.units = 90, c.rule().min.units = 70; }},
        {"another seed", [](SiteCase& c) { c.builder.spec.seed = 77; }},
    };
    for (const auto& [from_name, from] : variants) {
        for (const auto& [to_name, to] : changes) {
            SiteCase a = with(from);
            if (a.builder.spec.replenish.empty() || a.site().outbound.empty())
                continue;
            SiteCase b = a;
            to(b);
            INFO(from_name << ", then " << to_name);
            SiteBench first(a), second(b);
            first.start();
            send_all(first, true);
            first.run_until(at_seconds(7.77 * 86400));
            second.go_on_from(first);
            first.finish();
            second.finish();  // audits
            CHECK(second.site().orders_received() == first.site().orders_received());
            CHECK(second.site().orders_received() == second.site().outcomes_sent() + second.site().orders_held());
            // A plan has no levels.
            CHECK((second.outcomes != first.outcomes || a.builder.spec.replenish[0].kind == ReplenishSpec::Kind::plan));
        }
    }
}

TEST_CASE("receipts that start at a fork with more servers are put away when their work is done") {
    SiteCase a;
    a.site().initial_units = {0};
    a.site().receive = test::stage("receive", 1, Distribution::constant(3600));
    a.site().receive->per = StageSpec::Per::order;
    a.rule().kind = ReplenishSpec::Kind::plan;
    for (int n = 0; n < 6; ++n)
        a.rule().plan.push_back({Time{(sim::hour * 10 + sim::minute * n).us}, 0, 50});  // two days on the way
    a.builder.spec.trace.series_every = sim::minute * 10;
    a.builder.spec.horizon = sim::hour * 62;
    SiteCase b = a;
    b.site().receive->servers = 3;
    SiteBench first(a), second(b);
    first.start();
    first.run_until(Time{(sim::hour * 58 + sim::minute * 35).us});
    second.go_on_from(first);
    second.finish();
    std::vector<double> expected;
    for (int minute = 40; minute <= 240; minute += 10)  // one is done at 60, two new servers begin at 35
        expected.push_back(minute <= 60 ? 0 : minute < 95 ? 50 : minute <= 120 ? 150 : minute < 155 ? 200 : 300);
    CHECK(second.rows().at("/series/sites/on_hand") == expected);
}

TEST_CASE("a site goes on under a policy of another kind") {
    for (const auto& [from_name, from] : variants) {
        for (const auto& [to_name, to] : variants) {
            const SiteCase a = with(from), b = with(to);
            if (shape(a) != shape(b))
                continue;
            INFO(from_name << ", then " << to_name);
            SiteBench first(a), second(b);
            first.start();
            send_all(first, true);
            const Time middle = at_seconds(7.77 * 86400);
            first.run_until(middle);
            second.go_on_from(first);
            second.finish();
            const auto late = std::count_if(second.orders.begin(), second.orders.end(), [&](const auto& order) {
                return std::get<0>(order) > (middle + sim::day).us;
            });
            CHECK(late > (b.builder.spec.replenish.empty() ? -1 : 1));
        }
    }
}

TEST_CASE("a snapshot of a site with other stages is refused") {
    const SiteCase a = busy();
    SiteCase b = busy();
    b.site().outbound.pop_back();
    SiteBench first(a), second(b);
    first.start();
    CHECK_THROWS_AS(second.go_on_from(first), sim::InvariantError);
}
