// What channels know of the stock, order by order.

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

/// Two channels that sell one product from one shop on pushed views; orders at given times.
struct TwoShops {
    TwoShops(Units units, double lag, std::vector<double> first, std::vector<double> second) {
        builder.product("phone");
        builder.market("east");
        for (const char* id : {"first", "second"}) {
            builder.channel(id);
            auto& channel = builder.spec.channels.back();
            channel.view = StockView::pushed;
            channel.view_lag = sim::from_seconds(lag);
            channel.push_lag = Distribution::constant(lag);
            channel.release_every = channel.release_lag = Duration{};
        }
        builder.site("shop", SiteKind::store, units);
        builder.lane_to_market(0, 0, 3600);
        builder.recorded(0, one_unit_each(first));
        builder.recorded(1, one_unit_each(second));
        builder.spec.trace.series_every = sim::second * 100;
        builder.spec.horizon = sim::second * 1000;
    }

    static std::vector<DemandSpec::Recorded> one_unit_each(const std::vector<double>& at) {
        std::vector<DemandSpec::Recorded> orders;
        for (const double seconds : at)
            orders.push_back(order(seconds, 1));
        return orders;
    }

    ChannelSpec& channel(std::size_t c) { return builder.spec.channels[c]; }

    SpecBuilder builder;
};

/// What became of the orders of a channel, in order.
std::string statuses(const Run& run, std::int64_t desk) {
    const auto ids = run.integers("/orders/id"), status = run.integers("/orders/status"),
               desks = run.integers("/orders/desk");
    std::map<std::int64_t, char> by_id;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (desks[i] == desk)
            by_id[ids[i]] = "diolrc"[status[i]];
    }
    std::string text;
    for (const auto& [id, letter] : by_id)
        text += letter;
    return text;
}

/// The chain with both new kinds of views.
ModelSpec chain_of_views() {
    auto builder = chain();
    auto& web = builder.spec.channels[0];
    web.view = StockView::pushed;
    web.view_lag = sim::second;
    web.push_lag = Distribution::gamma(20, 1);
    web.view_loss = 0.05;
    web.view_updates_per_second = 0.5;
    web.hold_back = 1;
    web.view_check = ViewCheckSpec{sim::hour, 0.05, sim::minute * 5};
    web.release_every = sim::minute;
    web.release_lag = sim::second * 2;
    auto& live = builder.spec.channels[1];
    live.view = StockView::reserved;
    live.view_lag = sim::second * 3;
    builder.spec.trace.views_within = 0.05;
    return builder.spec;
}

}  // namespace

TEST_CASE("a sale of another channel is known when its message has come, own sales are known at once") {
    for (const auto& [lag, second] : {std::pair{0.05, "l"}, std::pair{0.2, "r"}}) {
        TwoShops shops(1, lag, {100, 100.01}, {100.1});
        const Run run(shops.builder.spec);
        CHECK(statuses(run, 0) == "il");
        CHECK(statuses(run, 1) == second);
    }
}

TEST_CASE(
    "all changes of an instant are one message to each channel, and a message for a promise not kept is another") {
    TwoShops shops(3, 0.2, {100, 200, 300}, {100, 300.1});
    const Run run(shops.builder.spec);
    CHECK(statuses(run, 0) == "iil");  // two were sold at 100, one at 200
    CHECK(statuses(run, 1) == "il");
    CHECK(run.integers("/summary/feeds/messages") == std::vector<std::int64_t>{2, 2});
    CHECK(run.integers("/summary/feeds/messages_lost") == std::vector<std::int64_t>{0, 0});
    for (const double delay : run.numbers("/summary/feeds/mean_delay"))
        CHECK(delay == Approx(0.2));
    TwoShops late(1, 0.2, {100}, {100.1, 100.5});
    const Run other(late.builder.spec);
    CHECK(statuses(other, 1) == "rl");
    CHECK(other.integers("/summary/feeds/messages") == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("receipts are pushed like sales") {
    TwoShops shops(0, 5, {100, 104.9, 105.1}, {});
    auto& builder = shops.builder;
    const Index lane = builder.lane_to_site(builder.supplier("supplier"), 0, 40);
    ReplenishSpec rule;
    rule.kind = ReplenishSpec::Kind::plan;
    rule.lane = lane;
    rule.products = {0};
    rule.order_lag = sim::second * 60;
    rule.plan.push_back({at_seconds(0), 0, 5});  // arrives at 100
    builder.spec.replenish.push_back(rule);
    CHECK(statuses(Run(builder.spec), 0) == "lli");
}

TEST_CASE("units held back are not sold by that channel") {
    TwoShops shops(3, 0.2, {100, 200}, {300, 400, 500});
    shops.channel(0).hold_back = 2;
    const Run run(shops.builder.spec);
    CHECK(statuses(run, 0) == "il");
    CHECK(statuses(run, 1) == "iil");
}

TEST_CASE("a channel whose messages are lost oversells once, and is put right by that") {
    TwoShops shops(2, 0.2, {100, 110}, {200, 200.05, 300});
    shops.channel(1).view_loss = 1;
    const Run run(shops.builder.spec);
    CHECK(statuses(run, 0) == "ii");
    CHECK(statuses(run, 1) == "rrl");  // the second of them before the answer is there
    CHECK(run.integers("/summary/feeds/messages_lost") == std::vector<std::int64_t>{0, 4});
}

TEST_CASE("a check finds what is lost before a customer does") {
    TwoShops shops(2, 0.2, {100, 110}, {130, 200});
    auto& second = shops.channel(1);
    second.view_loss = 1;
    second.view_check = ViewCheckSpec{sim::minute, 0.0, sim::second * 20};  // finds it at 120, sends at 140
    const Run run(shops.builder.spec);
    CHECK(statuses(run, 1) == "rl");
    second.view_check->repair = sim::second * 5;
    const Run quick(shops.builder.spec);
    CHECK(statuses(quick, 1) == "ll");
    CHECK(quick.integers("/summary/feeds/incidents") == std::vector<std::int64_t>{0, 1});
    CHECK(quick.integers("/summary/feeds/repaired") == std::vector<std::int64_t>{0, 1});
    CHECK(quick.integers("/summary/feeds/checks") == std::vector<std::int64_t>{0, 16});
}

TEST_CASE("a roll-back puts right what was lost since so long before the check, and nothing else") {
    for (const auto& [back, second] : {std::pair{25.0, "il"}, {5.0, "ir"}}) {
        TwoShops shops(2, 0.2, {100}, {130, 200});  // the sale at 100 is not told; the check is at 120
        auto& channel = shops.channel(1);
        channel.view_loss = 1;
        channel.view_check = ViewCheckSpec{sim::minute, 0.0, sim::second * 5, sim::from_seconds(back)};
        const Run run(shops.builder.spec);
        CHECK(statuses(run, 1) == second);
    }
}

TEST_CASE("a check of copies at intervals sends one between") {
    TwoShops shops(2, 0.2, {100, 110}, {200});
    for (auto& channel : shops.builder.spec.channels) {
        channel.view = StockView::cached;
        channel.view_every = sim::second * 900;
    }
    CHECK(statuses(Run(shops.builder.spec), 1) == "r");
    shops.channel(1).view_check = ViewCheckSpec{sim::minute, 0.0, sim::second * 5};
    const Run run(shops.builder.spec);
    CHECK(statuses(run, 1) == "l");
    CHECK(run.integers("/summary/feeds/incidents") == std::vector<std::int64_t>{0, 1});
}

TEST_CASE("a copy that is lost is made good by the next one") {
    TwoShops shops(2, 0.2, {100, 110}, {200});
    for (auto& channel : shops.builder.spec.channels) {
        channel.view = StockView::cached;
        channel.view_every = sim::second * 50;
    }
    CHECK(statuses(Run(shops.builder.spec), 1) == "l");
    shops.channel(1).view_loss = 1;
    CHECK(statuses(Run(shops.builder.spec), 1) == "r");
}

TEST_CASE("announced orders of a live channel are pushed when they are placed") {
    for (const auto& [lag, second] : {std::pair{0.05, "l"}, std::pair{0.2, "r"}}) {
        TwoShops shops(1, lag, {100}, {100.1});
        shops.channel(0).view = StockView::live;
        CHECK(statuses(Run(shops.builder.spec), 1) == second);
    }
}

TEST_CASE("what channels know of the stock is counted at every sample") {
    TwoShops shops(10, 0.2, {150, 160, 170}, {});
    shops.channel(1).view_loss = 1;
    shops.builder.spec.trace.views_within = 0.2;
    const Run run(shops.builder.spec);
    // Ten samples; from the second on the other channel believes in 10 where there are 7, in 9 too many in all.
    CHECK(run.integers("/summary/views/samples") == std::vector<std::int64_t>{10, 10});
    CHECK(run.integers("/summary/views/stocks") == std::vector<std::int64_t>{10, 10});
    CHECK(run.integers("/summary/views/stocks_known") == std::vector<std::int64_t>{10, 1});
    CHECK(run.integers("/summary/views/units_excess") == std::vector<std::int64_t>{0, 27});
    CHECK(run.sum("/summary/views/units_hidden") == 0);
    shops.channel(1).hold_back = 10;
    const Run hidden(shops.builder.spec);
    CHECK(hidden.integers("/summary/views/units_hidden") == std::vector<std::int64_t>{0, 10 + 9 * 7});
}

TEST_CASE("pushed and reserving views give the same run with any number of workers of any kind") {
    const auto spec = chain_of_views();
    const Run reference(spec);
    CHECK(reference.sum("/summary/feeds/messages_lost") > 20);
    CHECK(reference.sum("/summary/feeds/incidents") > 2);
    CHECK(reference.sum("/summary/desks/orders_shipped") > 1000);
    test::check_workers(spec, reference);
}

TEST_CASE("how a channel knows the stock changes nothing of what customers want") {
    auto spec = chain_of_views();
    const auto placed = [&] {
        Run run(spec);
        auto all = run.integers("/orders/placed");
        std::sort(all.begin(), all.end());
        return all;
    };
    const auto expected = placed();
    spec.channels[0].view_lag = sim::minute;
    spec.channels[0].view_loss = 0.5;
    spec.channels[1].view_lag = sim::minute;
    CHECK(placed() == expected);
    spec.channels[0].view = StockView::cached;
    spec.channels[1].view = StockView::live;
    CHECK(placed() == expected);
}
