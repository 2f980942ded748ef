#include "models/demand/order_source.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::SpecBuilder;

namespace {

std::vector<CustomerOrder> take(const ModelSpec& spec, Index market, Index channel, Time end, Duration step) {
    const BaseDemand base(spec);
    OrderSource source(spec, base, market, channel);
    std::vector<CustomerOrder> orders;
    for (Time t = Time{0} + step; t < end; t += step)
        source.take_before(t, orders);
    source.take_before(end, orders);
    REQUIRE(source.next() >= end);
    return orders;
}

std::vector<CustomerOrder> take(const ModelSpec& spec, Index market, Index channel, Time end) {
    return take(spec, market, channel, end, Duration{end.us});
}

using Placed = std::vector<std::pair<std::int64_t, std::uint32_t>>;  ///< time and quantity
using ByNames = std::map<std::string, Placed>;                       ///< by "market/channel/product"

/// All orders of the first half day, by the names of where they come from.
ByNames orders_by_names(const ModelSpec& spec) {
    ByNames all;
    for (Index m = 0; m < spec.markets.size(); ++m) {
        for (Index c = 0; c < spec.channels.size(); ++c) {
            for (const auto& order : take(spec, m, c, at_seconds(43200))) {
                const auto name =
                    spec.markets[m].id + "/" + spec.channels[c].id + "/" + spec.products[order.product].id;
                all[name].emplace_back(order.placed.us, order.quantity);
            }
        }
    }
    return all;
}

/// Every product of three, in two markets and channels, from two demand entries of different laws.
SpecBuilder crowd() {
    SpecBuilder builder;
    for (const char* id : {"tea", "rice", "soap"})
        builder.product(id);
    builder.market("east");
    builder.market("west");
    builder.channel("web");
    builder.channel("app");
    builder.demand(1.0 / 900, true).quantity = Distribution::poisson(2);
    builder.demand(1.0 / 1500, true).gap = Distribution::gamma(1, 0.5);
    return builder;
}

void check_kept(const ByNames& before, const ByNames& after) {
    REQUIRE(before.size() == 12);
    for (const auto& [name, orders] : before) {
        INFO(name);
        REQUIRE(orders.size() > 20);
        REQUIRE(after.count(name) == 1);
        CHECK(after.at(name) == orders);
    }
}

/// Selects item `item` of a list that had it inserted at the front.
void shift(std::vector<Index>& selected) {
    for (auto& index : selected)
        ++index;
    selected.insert(selected.begin(), 0);
}

double poisson_limit(double mean) {
    return 4 * std::sqrt(mean);
}

double pulse_share(double t, double rise, double lasts, double decay) {
    const double total = rise / 2 + lasts - rise + decay * (1 - std::exp(-8.0));
    if (t <= rise)
        return t * t / (2 * rise) / total;
    if (t <= lasts)
        return (t - rise / 2) / total;
    return (lasts - rise / 2 + decay * (1 - std::exp(-(t - lasts) / decay))) / total;
}

/// One live session in a channel that has no orders of its own; the base demand is in the other channel.
SpecBuilder live_show(std::size_t products, double base_per_second) {
    SpecBuilder builder;
    for (std::size_t p = 0; p < products; ++p)
        builder.product("product " + std::to_string(p));
    builder.market("east");
    builder.channel("web");
    builder.demand(base_per_second, true);
    builder.channel("live");
    SessionSpec session;
    session.id = "show";
    session.channel = 1;
    session.products = test::first_indices(products);
    session.markets = {0};
    session.start = at_seconds(7200);
    session.rise = sim::minute * 10;
    session.lasts = sim::hour;
    session.decay = sim::minute * 20;
    session.lift = 5;
    builder.spec.sessions.push_back(session);
    return builder;
}

constexpr double show_integral = 300 + 3000 + 1200 * (1 - 0.00033546262790251185);  ///< of one pulse [s]

}  // namespace

TEST_CASE("numbers of orders with exponential gaps have the mean and variance of the Poisson law") {
    SpecBuilder builder;
    constexpr std::size_t streams = 2000;
    for (std::size_t p = 0; p < streams; ++p)
        builder.product("product " + std::to_string(p));
    builder.market("east");
    builder.channel("web");
    builder.demand(0.01, true);
    std::vector<double> counts(streams);
    for (const auto& order : take(builder.spec, 0, 0, at_seconds(10'000)))
        ++counts[order.product];
    double mean = 0, variance = 0;
    for (const double count : counts)
        mean += count / streams;
    for (const double count : counts)
        variance += (count - mean) * (count - mean) / (streams - 1);
    // Standard errors: of a Poisson mean √(λ/n), of its variance √((λ + 2λ²)/n).
    CHECK(std::abs(mean - 100) < 4 * std::sqrt(100.0 / streams));
    CHECK(std::abs(variance - 100) < 4 * std::sqrt((100.0 + 2 * 100 * 100) / streams));
}

TEST_CASE("orders follow the profile of the week, at the stated mean rate") {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.channel("web");
    auto& demand = builder.demand(0.05, true);
    const std::vector<std::pair<int, double>> hours{{0, 0}, {8, 2}, {16, 6}, {20, 1}};
    std::vector<WeeklyProfile::Segment> segments;
    for (int d = 0; d < 7; ++d) {
        for (const auto& [hour, value] : hours)
            segments.push_back({sim::day * d + sim::hour * hour, value});
    }
    demand.profile = WeeklyProfile(segments, {});
    std::map<int, double> counts;  // by start of the segment
    for (const auto& order : take(builder.spec, 0, 0, Time{(sim::week * 2).us})) {
        const auto hour = static_cast<int>(order.placed.us % sim::day.us / sim::hour.us);
        ++counts[hour < 8 ? 0 : hour < 16 ? 8 : hour < 20 ? 16 : 20];
    }
    const double per_value_hour = 0.05 * 14 * 24 * 3600 / (8 * 2 + 4 * 6 + 4 * 1);
    CHECK(counts[0] == 0);
    CHECK(std::abs(counts[8] - 16 * per_value_hour) < poisson_limit(16 * per_value_hour));
    CHECK(std::abs(counts[16] - 24 * per_value_hour) < poisson_limit(24 * per_value_hour));
    CHECK(std::abs(counts[20] - 4 * per_value_hour) < poisson_limit(4 * per_value_hour));
}

TEST_CASE("demand of all together is shared by market weight, channel share and popularity") {
    SpecBuilder builder;
    builder.product("tea", 5);
    builder.product("rice", 3);
    builder.product("not sold", 100);
    builder.product("soap", 0);
    builder.market("east", 3);
    builder.market("west", 1);
    builder.market("not served", 100);
    builder.channel("web", 0.25);
    builder.channel("app", 0.75);
    auto& demand = builder.demand(1, false);
    demand.products = {0, 1, 3};
    demand.markets = {0, 1};
    const double weight[] = {0.75, 0.25, 0}, share[] = {0.25, 0.75}, popularity[] = {0.625, 0.375, 0, 0};
    for (Index m = 0; m < 3; ++m) {
        for (Index c = 0; c < 2; ++c) {
            std::vector<double> counts(4);
            for (const auto& order : take(builder.spec, m, c, at_seconds(40'000)))
                ++counts[order.product];
            for (Index p = 0; p < 4; ++p) {
                const double expected = 40'000 * weight[m] * share[c] * popularity[p];
                CHECK(std::abs(counts[p] - expected) <= poisson_limit(expected));
            }
        }
    }
}

TEST_CASE("regular gaps place orders at exact multiples of the gap") {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.channel("web");
    builder.demand(0.125, true).gap = Distribution::constant(1);
    const auto orders = take(builder.spec, 0, 0, at_seconds(8000), sim::minute);
    REQUIRE(orders.size() == 999);
    for (std::size_t i = 0; i < orders.size(); ++i)
        REQUIRE(orders[i].placed == at_seconds(8.0 * static_cast<double>(i + 1)));
}

TEST_CASE("periodic demand places one order of every product at the offset and then every period") {
    SpecBuilder builder;
    builder.product("tea");
    builder.product("rice");
    builder.market("east");
    builder.market("west");
    builder.channel("web");
    auto& demand = builder.demand(0, false);
    demand.kind = DemandSpec::Kind::periodic;
    demand.every = sim::hour;
    demand.offset = sim::minute * 5;
    demand.quantity = Distribution::constant(3);
    for (Index m = 0; m < 2; ++m) {
        const auto orders = take(builder.spec, m, 0, Time{sim::day.us});
        REQUIRE(orders.size() == 48);
        for (std::size_t i = 0; i < orders.size(); ++i) {
            REQUIRE(orders[i].placed == Time{(sim::hour * static_cast<std::int64_t>(i / 2) + sim::minute * 5).us});
            REQUIRE(orders[i].product == i % 2);
            REQUIRE(orders[i].quantity == 3);
        }
    }
}

TEST_CASE("recorded orders are placed as recorded, in the first channel only") {
    SpecBuilder builder;
    builder.product("tea");
    builder.product("rice");
    builder.market("east");
    builder.market("west");
    builder.channel("web");
    builder.channel("app");
    auto& demand = builder.recorded(
        0, {{{10}, 0, 1, 4}, {{10}, 1, 0, 9}, {{20}, 0, 0, 0}, {{20}, 0, 1, 2}, {{20}, 0, 0, 7}, {{99}, 0, 0, 1}});
    demand.channels = {0, 1};
    const auto east = take(builder.spec, 0, 0, {99}), west = take(builder.spec, 1, 0, {99});
    REQUIRE(east.size() == 3);
    CHECK((east[0].placed == Time{10} && east[0].product == 1 && east[0].quantity == 4));
    CHECK((east[1].placed == Time{20} && east[1].product == 0 && east[1].quantity == 7));
    CHECK((east[2].placed == Time{20} && east[2].product == 1 && east[2].quantity == 2));
    REQUIRE(west.size() == 1);
    CHECK(west[0].quantity == 9);
    CHECK(take(builder.spec, 0, 1, {99}).empty());
}

TEST_CASE("a session brings lift minus one times the base rate times the integral of its pulse") {
    const auto builder = live_show(500, 0.001);
    const auto orders = take(builder.spec, 0, 1, Time{sim::day.us});
    const double expected = 500 * (5 - 1) * 0.001 * show_integral;
    CHECK(std::abs(static_cast<double>(orders.size()) - expected) < poisson_limit(expected));
}

TEST_CASE("orders of a session follow the shape of its pulse") {
    const auto builder = live_show(500, 0.001);
    const auto orders = take(builder.spec, 0, 1, Time{sim::day.us});
    double distance = 0;  // Kolmogorov-Smirnov
    const auto n = static_cast<double>(orders.size());
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const double share = pulse_share((orders[i].placed - at_seconds(7200)).seconds(), 600, 3600, 1200);
        distance = std::max({distance, share - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - share});
    }
    CHECK(distance * std::sqrt(n) < 1.9495);  // level 0.001
}

TEST_CASE("a session with a stated number of orders shares it like the base demand") {
    auto builder = live_show(2, 0.001);
    auto& spec = builder.spec;
    builder.market("west");
    spec.demand[0].markets = {0, 1};
    spec.sessions[0].markets = {0, 1};
    spec.sessions[0].orders = 8000;
    spec.demand.push_back(spec.demand[0]);  // the first product in the east sells four times as much as the others
    spec.demand[1].products = {0};
    spec.demand[1].markets = {0};
    spec.demand[1].orders_per_second = 0.003;
    const double expected[2][2] = {{8000 * 4.0 / 7, 8000 / 7.0}, {8000 / 7.0, 8000 / 7.0}};
    for (Index m = 0; m < 2; ++m) {
        double counts[2] = {};
        for (const auto& order : take(spec, m, 1, Time{sim::day.us}))
            ++counts[order.product];
        for (Index p = 0; p < 2; ++p)
            CHECK(std::abs(counts[p] - expected[m][p]) < poisson_limit(expected[m][p]));
    }
}

TEST_CASE("every broadcast of a repeated session brings the same number of orders on average") {
    auto builder = live_show(500, 0.001);
    builder.spec.sessions[0].repeat_every = sim::day;
    builder.spec.sessions[0].repeat_times = 4;
    double counts[5] = {};
    for (const auto& order : take(builder.spec, 0, 1, Time{(sim::day * 5).us}))
        ++counts[order.placed.us / sim::day.us];
    for (int d = 0; d < 4; ++d)
        CHECK(std::abs(counts[d] - 2 * show_integral) < poisson_limit(2 * show_integral));
    CHECK(counts[4] == 0);
}

TEST_CASE("broadcasts that overlap add up") {
    auto builder = live_show(50, 0.01);
    builder.spec.sessions[0].repeat_every = sim::hour;
    builder.spec.sessions[0].repeat_times = 3;
    const auto orders = take(builder.spec, 0, 1, Time{sim::day.us});
    const double expected = 3 * 50 * 4 * 0.01 * show_integral;
    CHECK(std::abs(static_cast<double>(orders.size()) - expected) < poisson_limit(expected));
}

TEST_CASE("quantities follow their distribution, rounded to the nearest whole number") {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.channel("web");
    auto& demand = builder.demand(1, true);
    const auto count = [&](double seconds) {
        std::map<std::uint32_t, double> counts;
        for (const auto& order : take(builder.spec, 0, 0, at_seconds(seconds)))
            ++counts[order.quantity];
        return counts;
    };
    demand.quantity = Distribution::empirical({1, 2, 5}, {70, 20, 10});
    auto counts = count(30'000);
    const double n = counts[1] + counts[2] + counts[5];
    double chi_square = 0;
    for (const auto& [quantity, share] : std::map<std::uint32_t, double>{{1, 0.7}, {2, 0.2}, {5, 0.1}})
        chi_square += (counts[quantity] - n * share) * (counts[quantity] - n * share) / (n * share);
    CHECK(counts.size() == 3);
    CHECK(chi_square < 13.8);  // 2 degrees of freedom, level 0.001

    // Below one half there is no order at all.
    demand.quantity = Distribution::empirical({-3, 0, 0.49, 0.5, 1.49, 1.5}, {1, 1, 1, 1, 1, 1});
    counts = count(30'000);
    CHECK(counts.size() == 2);
    CHECK(std::abs(counts[1] - 10'000) < poisson_limit(10'000));
    CHECK(std::abs(counts[2] - 5'000) < poisson_limit(5'000));
}

TEST_CASE("orders of a session have a quantity law of their own") {
    auto builder = live_show(50, 0.01);
    builder.spec.demand[0].quantity = Distribution::constant(7);
    const auto is_all = [&](std::uint32_t quantity) {
        const auto orders = take(builder.spec, 0, 1, Time{sim::day.us});
        REQUIRE(orders.size() > 1000);
        return std::all_of(orders.begin(), orders.end(), [&](const auto& order) { return order.quantity == quantity; });
    };
    CHECK(is_all(1));
    builder.spec.sessions[0].quantity = Distribution::constant(3);
    CHECK(is_all(3));
}

TEST_CASE("orders come in order of time whatever the steps in which they are taken") {
    auto builder = crowd();
    builder.recorded(0, {{{10}, 0, 1, 4}, {{43'000'000'000}, 0, 1, 2}});
    SessionSpec session = live_show(1, 1).spec.sessions[0];
    session.channel = 0;
    session.products = {0, 1};
    session.lift = 30;
    builder.spec.sessions.push_back(session);
    for (const auto release_every : {sim::minute * 10, Duration{0}}) {
        for (auto& channel : builder.spec.channels)
            channel.release_every = release_every;
        const auto once = take(builder.spec, 0, 0, at_seconds(43200));
        REQUIRE(once.size() > 500);
        REQUIRE(
            std::is_sorted(once.begin(), once.end(), [](const auto& a, const auto& b) { return a.placed < b.placed; }));
        for (const auto step : {sim::second * 7, sim::minute * 10, sim::hour * 3, Duration{1'234'567'891}}) {
            const auto stepwise = take(builder.spec, 0, 0, at_seconds(43200), step);
            REQUIRE((stepwise == once));
        }
    }
}

TEST_CASE("the time of the next order is that of the first order taken") {
    const auto builder = crowd();
    const BaseDemand base(builder.spec);
    OrderSource source(builder.spec, base, 1, 1);
    std::vector<CustomerOrder> all;
    for (int i = 0; i < 200; ++i) {
        const Time next = source.next();
        std::vector<CustomerOrder> orders;
        source.take_before(next, orders);
        REQUIRE(orders.empty());
        source.take_before(next + sim::microsecond, orders);
        if (orders.empty())
            continue;  // a quantity of zero: no order
        REQUIRE(orders.front().placed == next);
        all.insert(all.end(), orders.begin(), orders.end());
    }
    CHECK(all.size() > 100);
}

TEST_CASE("another product changes no other product's orders") {
    const auto before = orders_by_names(crowd().spec);
    auto builder = crowd();
    builder.spec.products.insert(builder.spec.products.begin(), builder.spec.products[0]);
    builder.spec.products[0].id = "new";
    for (auto& demand : builder.spec.demand)
        shift(demand.products);
    const auto after = orders_by_names(builder.spec);
    check_kept(before, after);
    CHECK(after.size() == 16);
}

TEST_CASE("another market changes no other market's orders") {
    const auto before = orders_by_names(crowd().spec);
    auto builder = crowd();
    builder.spec.markets.insert(builder.spec.markets.begin(), builder.spec.markets[0]);
    builder.spec.markets[0].id = "new";
    for (auto& demand : builder.spec.demand)
        shift(demand.markets);
    const auto after = orders_by_names(builder.spec);
    check_kept(before, after);
    CHECK(after.size() == 18);
}

TEST_CASE("another channel changes no other channel's orders") {
    const auto before = orders_by_names(crowd().spec);
    auto builder = crowd();
    builder.spec.channels.insert(builder.spec.channels.begin(), builder.spec.channels[0]);
    builder.spec.channels[0].id = "new";
    for (auto& demand : builder.spec.demand)
        shift(demand.channels);
    const auto after = orders_by_names(builder.spec);
    check_kept(before, after);
    CHECK(after.size() == 18);
}

TEST_CASE("a demand entry for other products changes no orders") {
    const auto before = orders_by_names(crowd().spec);
    auto builder = crowd();
    builder.product("new");
    builder.demand(0.01, true).products = {3};
    std::rotate(builder.spec.demand.begin(), builder.spec.demand.end() - 1, builder.spec.demand.end());
    const auto after = orders_by_names(builder.spec);
    check_kept(before, after);
    CHECK(after.size() == 16);
}

TEST_CASE("a session adds orders and changes none") {
    const auto before = orders_by_names(crowd().spec);
    auto builder = crowd();
    SessionSpec session = live_show(1, 1).spec.sessions[0];
    session.channel = 1;
    session.products = {2};
    session.lift = 20;
    builder.spec.sessions.push_back(session);
    const auto after = orders_by_names(builder.spec);
    for (const auto& [name, orders] : before) {
        INFO(name);
        auto sorted = after.at(name), expected = orders;
        std::sort(sorted.begin(), sorted.end());
        std::sort(expected.begin(), expected.end());
        REQUIRE(std::includes(sorted.begin(), sorted.end(), expected.begin(), expected.end()));
        CHECK((sorted.size() > expected.size()) == (name == "east/app/soap"));
    }
}

TEST_CASE("the streams of a source differ from each other, and with the seed and the replication") {
    auto builder = crowd();
    const auto first = orders_by_names(builder.spec);
    std::map<Placed, std::string> seen;
    for (const auto& [name, orders] : first)
        CHECK(seen.emplace(orders, name).second);
    builder.spec.replication = 1;
    for (const auto& [name, orders] : orders_by_names(builder.spec))
        CHECK(seen.emplace(orders, name).second);
    builder.spec.replication = 0;
    builder.spec.seed = 2;
    for (const auto& [name, orders] : orders_by_names(builder.spec))
        CHECK(seen.emplace(orders, name).second);
}
