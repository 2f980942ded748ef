// Dedicated stock and quotas of channels.

#include "models/sites/channel_stock.hpp"

#include <cmath>
#include <cstdio>
#include <vector>

#include <boost/math/distributions/poisson.hpp>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

enum class View : std::uint8_t { live, reserved, pushed, cached };
constexpr View all_views[] = {View::live, View::reserved, View::pushed, View::cached};

void set_view(ChannelSpec& channel, View view) {
    constexpr double lag = 1e-3;
    channel.release_every = channel.release_lag = Duration{};
    channel.view = view == View::live       ? StockView::live
                   : view == View::reserved ? StockView::reserved
                   : view == View::pushed   ? StockView::pushed
                                            : StockView::cached;
    channel.view_lag = sim::from_seconds(lag);
    channel.push_lag = Distribution::constant(lag);
    channel.view_every = sim::second;
}

/// Copies of one market, each with a shop with one product and two channels, with Poisson demand of their own. One run
/// of many markets is many runs of one.
struct TwoChannels {
    TwoChannels(std::uint32_t copies, double first, double second, Units stock, View view) {
        auto& spec = builder.spec;
        builder.product("phone");
        builder.channel("a");
        builder.channel("b");
        set_view(spec.channels[0], view);
        set_view(spec.channels[1], view);
        for (std::uint32_t m = 0; m < copies; ++m) {
            builder.market("market-" + std::to_string(m));
            builder.site("shop-" + std::to_string(m), SiteKind::store, stock);
            builder.lane_to_market(m, m, 3600);
        }
        for (const Index c : {0U, 1U})
            builder.demand((c == 0 ? first : second) * copies, false).channels = {c};
        spec.trace.orders_share = 0;
        spec.trace.shipments = spec.trace.decisions = false;
        spec.horizon = sim::second * 100;
        spec.trace.series_every = sim::second * 10;
    }

    DedicatedSpec part(double share) const {
        DedicatedSpec rule;
        rule.sites = first_indices(builder.spec.sites.size());
        rule.products = {0};
        rule.share = share;
        return rule;
    }

    QuotaSpec quota(Units units, QuotaSpec::Per per) const {
        QuotaSpec rule;
        rule.sites = first_indices(builder.spec.sites.size());
        rule.products = {0};
        rule.units = units;
        rule.per = per;
        return rule;
    }

    ChannelSpec& channel(std::size_t c) { return builder.spec.channels[c]; }

    SpecBuilder builder;
};

/// A column of the desks of a channel.
std::vector<std::int64_t> of_channel(const Run& run, std::size_t c, const std::string& column) {
    const auto all = run.integers("/summary/desks/" + column);
    std::vector<std::int64_t> values;
    for (std::size_t d = c; d < all.size(); d += 2)
        values.push_back(all[d]);
    return values;
}

std::int64_t sum(const std::vector<std::int64_t>& values) {
    return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

/// What became of the orders of a desk, in order.
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

/// One shop, one product, two channels, and the orders of a list for each.
struct Listed {
    Listed(Units units, const std::vector<double>& first, const std::vector<double>& second, View view = View::live) {
        builder.product("phone");
        builder.market("east");
        for (const char* id : {"a", "b"}) {
            builder.channel(id);
            set_view(builder.spec.channels.back(), view);
        }
        builder.site("shop", SiteKind::store, units);
        builder.lane_to_market(0, 0, 3600);
        for (const Index c : {0U, 1U}) {
            std::vector<DemandSpec::Recorded> orders;
            for (const double at : c == 0 ? first : second)
                orders.push_back(order(at, 1));
            builder.recorded(c, orders);
        }
        builder.spec.trace.series_every = sim::second * 100;
        builder.spec.horizon = sim::second * 1000;
    }

    DedicatedSpec& dedicate(std::size_t c, double share, Units units = 0) {
        DedicatedSpec rule;
        rule.sites = rule.products = {0};
        rule.share = share;
        rule.units = units;
        builder.spec.channels[c].dedicated.push_back(rule);
        return builder.spec.channels[c].dedicated.back();
    }

    /// Goods from a supplier come onto the shelf at these times.
    void receive(const std::vector<std::pair<double, Units>>& receipts) {
        const Index lane = builder.lane_to_site(builder.supplier("supplier"), 0, 40);
        ReplenishSpec rule;
        rule.kind = ReplenishSpec::Kind::plan;
        rule.lane = lane;
        rule.products = {0};
        rule.order_lag = sim::second * 60;
        for (const auto& [at, units] : receipts)
            rule.plan.push_back({at_seconds(at - 100), 0, units});
        builder.spec.replenish.push_back(rule);
    }

    SpecBuilder builder;
};

/// The chain, with parts and quotas at its sites and all kinds of views.
ModelSpec chain_of_parts(bool reads) {
    auto builder = chain();
    auto& spec = builder.spec;
    DedicatedSpec part;
    part.sites = {3, 4};  // south, upper
    part.products = {0, 1, 2};
    part.share = 0.4;
    part.release_after = sim::hour * 7;
    spec.channels[0].dedicated.push_back(part);
    part.share = 0.3;
    part.release_after.reset();
    spec.channels[1].dedicated.push_back(part);
    QuotaSpec quota;
    quota.sites = {3, 4};
    quota.products = {1, 2, 3};
    quota.units = 9;
    spec.channels[0].quotas.push_back(quota);
    quota.units = 12;
    quota.per = QuotaSpec::Per::session;
    spec.channels[1].quotas.push_back(quota);
    if (reads) {
        spec.channels[1].read = ReplicaSpec{Distribution::gamma(20, 1), sim::second};
        auto& web = spec.channels[0];
        web.view = StockView::pushed;
        web.view_lag = sim::second;
        web.push_lag = Distribution::gamma(20, 1);
        web.view_loss = 0.05;
        web.view_check = ViewCheckSpec{sim::hour, 0.05, sim::minute * 5, sim::hour * 3};
        web.release_every = sim::minute;
        web.release_lag = sim::second * 2;
        spec.trace.views_within = 0.05;
    }
    return spec;
}

}  // namespace

TEST_CASE("two channels with all the stock set apart are two shops: sold is E[min(Poisson, stock)]") {
    constexpr std::uint32_t copies = 400;
    for (const View view : all_views) {
        INFO("view " << static_cast<int>(view));
        TwoChannels both(copies, 0.5, 0.3, 80, view);  // 50 and 30 customers on average, 40 units each
        both.channel(0).dedicated.push_back(both.part(0.5));
        both.channel(1).dedicated.push_back(both.part(0.5));
        const Run run(both.builder.spec);
        for (const std::size_t c : {0U, 1U}) {
            TwoChannels alone(copies, 0.5, 0.3, 40, view);
            alone.builder.spec.demand.erase(alone.builder.spec.demand.begin() + (c == 0 ? 1 : 0));
            const Run other(alone.builder.spec);
            // Order by order the same customers, whatever the other channel does.
            CHECK(of_channel(run, c, "orders_placed") == of_channel(other, c, "orders_placed"));
            CHECK(of_channel(run, c, "orders_shipped") == of_channel(other, c, "orders_shipped"));
            const auto sold = of_channel(run, c, "orders_shipped");
            const boost::math::poisson law(c == 0 ? 50 : 30);
            double mean = 0, square = 0;
            for (int n = 0; n < 200; ++n) {
                mean += boost::math::pdf(law, n) * std::min(n, 40);
                square += boost::math::pdf(law, n) * std::min(n, 40) * std::min(n, 40);
            }
            const double got = static_cast<double>(sum(sold)) / copies;
            const double half_width = 2.576 * std::sqrt((square - mean * mean) / copies);  // 99 %
            std::printf("view %d, channel %zu: expected sales %.3f, got %.3f, 99 %% +- %.3f\n",
                        static_cast<int>(view),
                        c,
                        mean,
                        got,
                        half_width);
            CHECK(std::abs(got - mean) <= half_width);
        }
    }
}

TEST_CASE("shared stock never sells less than dedicated stock to the same customers") {
    for (const View view : {View::live, View::pushed}) {
        TwoChannels two(200, 0.5, 0.3, 80, view);
        const auto sold = [&] {
            const Run run(two.builder.spec);
            auto all = of_channel(run, 0, "orders_shipped");
            const auto more = of_channel(run, 1, "orders_shipped");
            for (std::size_t m = 0; m < all.size(); ++m)
                all[m] += more[m];
            return all;
        };
        const auto pooled = sold();
        std::int64_t less = 0;
        for (const auto& [first, second] : {std::pair{0.5, 0.5}, {0.5, 0.2}, {0.9, 0.0}}) {
            two.channel(0).dedicated = {two.part(first)};
            two.channel(1).dedicated = {two.part(second)};
            const auto apart = sold();
            for (std::size_t m = 0; m < pooled.size(); ++m) {
                REQUIRE(apart[m] <= pooled[m]);
                less += pooled[m] - apart[m];
            }
        }
        std::printf("view %d: %lld units less sold with dedicated stock in 3 x 200 shops of 80\n",
                    static_cast<int>(view),
                    static_cast<long long>(less));
        CHECK(less > 100);
    }
}

TEST_CASE("a quota of Q sells the lesser of Q and the demand") {
    for (const View view : all_views) {
        INFO("view " << static_cast<int>(view));
        TwoChannels two(100, 0.5, 0.3, 1000, view);
        two.channel(0).quotas.push_back(two.quota(45, QuotaSpec::Per::day));
        const Run run(two.builder.spec);
        const auto placed = of_channel(run, 0, "orders_placed"), shipped = of_channel(run, 0, "orders_shipped");
        std::int64_t capped = 0;
        for (std::size_t m = 0; m < placed.size(); ++m) {
            REQUIRE(shipped[m] == std::min<std::int64_t>(placed[m], 45));
            capped += placed[m] - shipped[m];
        }
        CHECK(capped > 200);
        CHECK(of_channel(run, 1, "orders_shipped") == of_channel(run, 1, "orders_placed"));
        // All of it is lost while the stock is there.
        CHECK(run.sum("/summary/withheld/units") == capped);
        CHECK(run.sum("/summary/desks/orders_refused") == 0);
    }
}

TEST_CASE("quotas begin anew at local midnight, on Mondays, with a broadcast") {
    TwoChannels two(1, 0.01, 0.01, 100'000, View::live);
    auto& spec = two.builder.spec;
    spec.start = "2025-06-04T18:00:00+08:00";  // a Wednesday
    spec.week_time_at_start = sim::hour * (2 * 24 + 18);
    spec.horizon = sim::day * 12;
    spec.trace.series_every = sim::hour * 6;
    spec.demand[0].orders_per_second = spec.demand[1].orders_per_second = 400 / 86400.0;  // more than any quota here
    for (const auto& [per, units, periods] : {std::tuple{QuotaSpec::Per::day, 30, 13}, {QuotaSpec::Per::week, 70, 3}}) {
        two.channel(0).quotas = {two.quota(units, per)};
        const Run run(spec);
        // The first and the last period are shorter than the others, but long enough.
        CHECK(sum(of_channel(run, 0, "orders_shipped")) == units * periods);
    }
    SessionSpec session = show();
    session.channel = 0;
    session.products = {0};
    session.markets = {0};
    session.start = Time{(sim::day * 2).us};
    session.repeat_every = sim::day * 3;
    session.repeat_times = 3;
    session.orders = 10;
    session.rise = Duration{};
    session.lasts = sim::hour * 2;
    session.decay = Duration{};
    spec.sessions = {session};
    two.channel(0).quotas = {two.quota(5, QuotaSpec::Per::session)};
    spec.trace.orders_share = 1;
    const Run run(spec);
    const auto at = run.integers("/orders/placed"), desks = run.integers("/orders/desk"),
               status = run.integers("/orders/status");
    std::map<std::int64_t, std::int64_t> sold, wanted;  // by hour since the start
    for (std::size_t i = 0; i < at.size(); ++i) {
        const std::int64_t hour = at[i] / sim::hour.us;
        const std::int64_t day = hour / 24;
        const bool is_on_air = (day == 2 || day == 5 || day == 8) && hour % 24 < 2;
        if (desks[i] != 0)
            continue;
        const bool is_sold = status[i] <= static_cast<std::int64_t>(OrderStatus::open);
        if (is_on_air) {
            ++wanted[day];
            sold[day] += is_sold;
        } else {
            REQUIRE(is_sold);  // no cap at other times
        }
    }
    REQUIRE(wanted.size() == 3);
    for (const auto& [day, orders] : wanted)
        CHECK(sold[day] == std::min<std::int64_t>(orders, 5));
    CHECK(sum(of_channel(run, 0, "orders_lost")) > 30);
}

TEST_CASE("what arrives is shared out, the parts add up, and what rounding leaves is everybody's") {
    Listed shop(0, {}, {});
    shop.dedicate(0, 0.5).release_after = sim::second * 10;
    shop.dedicate(1, 0.3);
    const Assortment assortment({0}, 1);
    ChannelStock parts(shop.builder.spec, 0, assortment);
    Units all = 0;
    sim::RandomStream random({1, 0}, 2, 3);
    for (int i = 1; i <= 200; ++i) {
        const auto units = static_cast<Units>(random.below(7));
        all += units;
        parts.arrive(0, units, at_seconds(i));
        // Since nothing is sold: never more than the share, and never one unit less.
        const Units given = parts.own(0, 0) + parts.counts(0).released;
        REQUIRE(given <= static_cast<Units>(std::floor(0.5 * static_cast<double>(all) + 1e-9)));
        REQUIRE(parts.own(1, 0) <= static_cast<Units>(std::floor(0.3 * static_cast<double>(all) + 1e-9)));
        REQUIRE(given + parts.own(1, 0) + 2 > static_cast<Units>(0.8 * static_cast<double>(all)) - 1);
        REQUIRE(parts.own(0, 0) + parts.own(1, 0) + parts.shared(0, all) == all);
        const std::vector<std::int32_t> there{static_cast<std::int32_t>(all)};
        parts.audit(there);
        static_cast<void>(parts.release(at_seconds(i)));
    }
    CHECK(parts.counts(0).released > 200);
    CHECK(parts.counts(1).released == 0);
    CHECK(parts.counts(0).set_apart == parts.counts(0).released + parts.left(0));
    const std::vector<std::int32_t> too_few{static_cast<std::int32_t>(parts.own(1, 0))};
    CHECK_THROWS_AS(parts.audit(too_few), sim::InvariantError);
}

TEST_CASE("a fixed number is set apart once, and used up") {
    for (const View view : all_views) {
        Listed shop(10, {10, 20, 30, 40, 50}, {100, 110, 120, 130, 140, 150, 160, 170, 180, 300}, view);
        shop.dedicate(0, 0, 7);  // five of them are sold to the channel, two stay
        shop.receive({{200, 1}});
        const Run run(shop.builder.spec);
        CHECK(statuses(run, 0) == "iiiii");
        CHECK(statuses(run, 1) == "iii" + std::string(6, 'l') + "i");
        CHECK(run.sum("/summary/withheld/units") == 6);  // one each, while two lie there
    }
}

TEST_CASE("a recall takes shared units first, then the parts in proportion") {
    TwoChannels shop(1, 1, 1, 20, View::live);
    shop.channel(0).dedicated = {shop.part(0.3)};
    shop.channel(1).dedicated = {shop.part(0.5)};
    const Assortment assortment({0}, 1);
    ChannelStock stock(shop.builder.spec, 0, assortment);
    const auto parts = [&](std::int32_t available) {
        stock.audit(std::vector{available});
        return std::vector<Units>{stock.own(0, 0), stock.own(1, 0), stock.shared(0, available)};
    };
    stock.start_measuring();
    stock.arrive(0, 20, Time{});
    CHECK(parts(20) == std::vector<Units>{6, 10, 4});
    stock.recall(0, 17);
    CHECK(parts(17) == std::vector<Units>{6, 10, 1});
    stock.recall(0, 8);
    CHECK(parts(8) == std::vector<Units>{3, 5, 0});
    stock.arrive(0, 10, Time{});  // shares are of all that ever came
    CHECK(parts(18) == std::vector<Units>{6, 10, 2});
    CHECK(stock.counts(0).recalled == 3);
    CHECK(stock.counts(1).recalled == 5);
}

TEST_CASE("units that are not sold in time become everybody's") {
    for (const View view : {View::live, View::pushed}) {
        Listed shop(4, {10}, {20, 30, 490, 510, 520, 530, 540}, view);
        shop.dedicate(0, 1).release_after = sim::second * 500;
        const Run run(shop.builder.spec);
        CHECK(statuses(run, 0) == "i");
        CHECK(statuses(run, 1) == "llliiil");
        CHECK(run.integers("/summary/channel_stock/units_opening") == std::vector<std::int64_t>{4});
        CHECK(run.integers("/summary/channel_stock/units_set_apart") == std::vector<std::int64_t>{0});
        CHECK(run.integers("/summary/channel_stock/units_sold_own") == std::vector<std::int64_t>{1});
        CHECK(run.integers("/summary/channel_stock/units_released") == std::vector<std::int64_t>{3});
        CHECK(run.sum("/summary/withheld/orders") == 3);
    }
}

TEST_CASE("who waits is served from the own part at once, and from what is shared in turn") {
    Listed shop(0, {10, 20, 200}, {30, 40, 210});
    for (auto& channel : shop.builder.spec.channels)
        channel.unmet = Unmet::backorder;
    shop.dedicate(1, 0.5);
    shop.receive({{100, 2}, {300, 2}});
    // At 100 one unit is for b, the other is shared and goes to a, who came first. At 300 likewise.
    const Run run(shop.builder.spec);
    const auto at = times(run, "shipped");
    REQUIRE(at.size() == 6);
    std::map<std::int64_t, std::vector<std::optional<double>>> by_desk;
    for (std::size_t i = 0; i < at.size(); ++i)
        by_desk[i < 3 ? 0 : 1].push_back(at[i]);
    CHECK(by_desk[0].at(0).has_value());
    CHECK(by_desk[0].at(1).has_value());
    CHECK_FALSE(by_desk[0].at(2).has_value());
    CHECK(by_desk[1].at(0).has_value());
    CHECK(by_desk[1].at(1).has_value());
    CHECK_FALSE(by_desk[1].at(2).has_value());
    CHECK(run.integers("/summary/channel_stock/units_sold_own") == std::vector<std::int64_t>{2});
}

TEST_CASE("parts and quotas: the same numbers for any number of workers of any kind") {
    for (const bool reads : {false, true}) {
        const auto spec = chain_of_parts(reads);
        const Run reference(spec);
        CHECK(reference.sum("/summary/withheld/units") > 50);
        CHECK(reference.sum("/summary/channel_stock/units_released") > 20);
        CHECK(reference.sum("/summary/channel_stock/units_sold_own") > 100);
        test::check_workers(spec, reference);
    }
}

TEST_CASE("parts and quotas: a resumed run leaves the same numbers") {
    for (const bool reads : {false, true})
        check_resumed(chain_of_parts(reads), sim::minute * 431, 8);
}

TEST_CASE("a snapshot does not fit other parts of the stock") {
    ModelSpec spec = chain_of_parts(false);
    spec.snapshot.every = sim::day;
    std::vector<std::string> states;
    const Run whole(spec, {}, &states);
    spec.channels[0].dedicated[0].share = 0.5;
    CHECK_THROWS_WITH(Run(spec, {}, nullptr, states.at(0)), Catch::Contains("dedicated stock or quotas"));
}

TEST_CASE("parts and quotas change nothing of what customers want") {
    const auto placed = [](ModelSpec spec) {
        Run run(std::move(spec));
        auto all = run.integers("/orders/placed");
        std::sort(all.begin(), all.end());
        return all;
    };
    CHECK(placed(chain_of_parts(false)) == placed(chain().spec));
}
