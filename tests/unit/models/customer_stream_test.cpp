#include "models/demand/customer_stream.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/snapshot/archive.hpp"
#include "models/demand/order_source.hpp"

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::SpecBuilder;

namespace {

/// Nights without orders, a busy evening, different days, and a week that begins on a Thursday noon.
WeeklyProfile busy_week() {
    std::vector<WeeklyProfile::Segment> segments;
    for (int h = 0; h < 168; ++h)
        segments.push_back({sim::hour * h, h % 24 < 6 ? 0 : 1 + (h % 24 == 20 ? 3 : 0) + 0.1 * (h / 24)});
    return WeeklyProfile(segments, sim::hour * 84);
}

SpecBuilder shop(std::size_t products, double orders_per_second) {
    SpecBuilder builder;
    for (std::size_t p = 0; p < products; ++p)
        builder.product("product " + std::to_string(p), 1 / static_cast<double>(p + 1));
    builder.market("east");
    builder.channel("web");
    builder.demand(orders_per_second, false);
    return builder;
}

SessionSpec show(std::size_t products) {
    SessionSpec session;
    session.id = "show";
    session.products = test::first_indices(products);
    session.markets = {0};
    session.start = at_seconds(7200);
    session.rise = sim::minute * 10;
    session.lasts = sim::hour;
    session.decay = sim::minute * 20;
    session.lift = 40;
    session.quantity = Distribution::empirical({1, 2, 5}, {7, 2, 1});
    return session;
}

std::vector<CustomerOrder> take(const ModelSpec& spec, Time end, std::size_t block = CustomerStream::usual_block) {
    const BaseDemand base(spec);
    OrderSource source(spec, base, 0, 0, block);
    std::vector<CustomerOrder> orders;
    source.take_before(end, orders);
    return orders;
}

/// Upper quantile of the chi-square law at level 0.001 (Wilson and Hilferty 1931).
double chi_square_limit(double degrees) {
    const double c = 2 / (9 * degrees);
    return degrees * std::pow(1 - c + 3.0902 * std::sqrt(c), 3);
}

double chi_square(const std::vector<double>& counts, const std::vector<double>& expected) {
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (expected[i] > 0)
            sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
    }
    return sum;
}

}  // namespace

TEST_CASE("a million customers follow the profile hour by hour and choose products by popularity") {
    constexpr std::size_t products = 200;
    auto builder = shop(products, 1.0);
    builder.spec.demand[0].profile = busy_week();
    const auto orders = take(builder.spec, Time{(sim::week * 2).us});
    std::vector<double> hours(168), hours_expected(168), chosen(products), chosen_expected(products);
    const auto& profile = builder.spec.demand[0].profile;
    for (const auto& order : orders) {
        ++hours[static_cast<std::size_t>(order.placed.us / sim::hour.us % 168)];
        ++chosen[order.product];
    }
    for (std::size_t h = 0; h < 168; ++h) {
        const Time from{sim::hour.us * static_cast<std::int64_t>(h)};
        hours_expected[h] = 2 * profile.integral(from, from + sim::hour) / profile.mean();
        if (hours_expected[h] == 0)
            CHECK(hours[h] == 0);
    }
    double harmonic = 0;
    for (std::size_t p = 0; p < products; ++p)
        harmonic += 1 / static_cast<double>(p + 1);
    for (std::size_t p = 0; p < products; ++p)
        chosen_expected[p] = static_cast<double>(orders.size()) / static_cast<double>(p + 1) / harmonic;
    REQUIRE(orders.size() > 1'000'000);
    // 126 open hours of independent Poisson counts; products given their number.
    CHECK(chi_square(hours, hours_expected) < chi_square_limit(126));
    CHECK(chi_square(chosen, chosen_expected) < chi_square_limit(products - 1));
}

TEST_CASE("gaps between customers are exponential and independent of each other and of the product") {
    const double rate = 10;
    const auto orders = take(shop(2, rate).spec, at_seconds(100'000));
    REQUIRE(orders.size() > 990'000);
    std::vector<double> counts(64), expected(64);
    double previous = 0, product_sum = 0, product_square = 0, serial = 0, chosen[2] = {}, gap_of[2] = {};
    for (const auto& order : orders) {
        const double gap = (Duration{order.placed.us}.seconds() - previous) * rate;
        previous = Duration{order.placed.us}.seconds();
        ++counts[std::min<std::size_t>(static_cast<std::size_t>((1 - std::exp(-gap)) * 64), 63)];
        serial += (gap - 1) * (product_sum - 1);
        product_square += (gap - 1) * (gap - 1);
        product_sum = gap;
        ++chosen[order.product];
        gap_of[order.product] += gap;
    }
    const auto n = static_cast<double>(orders.size());
    std::fill(expected.begin(), expected.end(), n / 64);
    CHECK(chi_square(counts, expected) < chi_square_limit(63));
    CHECK(std::abs(serial / n) < 4 / std::sqrt(n));
    CHECK(std::abs(product_square / n - 1) < 4 * std::sqrt(8 / n));  // the fourth central moment is 9
    for (int p = 0; p < 2; ++p)
        CHECK(std::abs(gap_of[p] / chosen[p] - 1) < 4 / std::sqrt(chosen[p]));
}

TEST_CASE("customers drawn one by one and in blocks are the same") {
    auto builder = shop(30, 0.05);
    auto& demand = builder.spec.demand[0];
    demand.profile = busy_week();
    demand.quantity = Distribution::empirical({0, 1, 2}, {1, 2, 1});
    builder.demand(0.01, false).quantity = Distribution::poisson(2);
    builder.spec.sessions.push_back(show(5));
    const auto one = take(builder.spec, Time{(sim::week * 3).us}, 1);
    REQUIRE(one.size() > 80'000);
    CHECK(take(builder.spec, Time{(sim::week * 3).us}, 256) == one);
    CHECK(take(builder.spec, Time{(sim::week * 3).us}, 7) == one);
    CHECK(std::is_sorted(one.begin(), one.end(), [](const auto& a, const auto& b) { return comes_before(a, b); }));
    std::map<std::uint64_t, int> keys;
    for (const auto& order : one)
        ++keys[order.key];
    CHECK(keys.size() == one.size());
}

TEST_CASE("demand of each product is the same whether its products are few or many") {
    SpecBuilder builder;
    for (const char* id : {"tea", "rice", "soap"})
        builder.product(id);
    builder.market("east");
    builder.channel("web");
    auto& demand = builder.demand(0.01, true);
    demand.profile = busy_week();
    demand.quantity = Distribution::empirical({1, 2}, {1, 1});
    const auto few = take(builder.spec, Time{sim::week.us});
    REQUIRE(few.size() > 10'000);
    for (int p = 0; p < 20; ++p)
        builder.product("other " + std::to_string(p));
    builder.spec.demand[0].products = test::first_indices(23);
    auto many = take(builder.spec, Time{sim::week.us});
    many.erase(std::remove_if(many.begin(), many.end(), [](const auto& order) { return order.product > 2; }),
               many.end());
    CHECK(many == few);
}

TEST_CASE("neither sites nor lanes nor channels' terms change the customers") {
    auto builder = shop(20, 0.1);
    builder.spec.sessions.push_back(show(3));
    const auto before = take(builder.spec, Time{sim::day.us});
    builder.lane_to_market(builder.site("shop", SiteKind::store, 100), 0, 3600);
    builder.spec.channels[0].view = StockView::live;
    builder.spec.channels[0].release_every = Duration{0};
    builder.spec.channels[0].unmet = Unmet::backorder;
    builder.spec.max_sources = 1;
    CHECK(take(builder.spec, Time{sim::day.us}) == before);
}

TEST_CASE("a higher rate brings the customers earlier and changes nothing else of them") {
    auto builder = shop(20, 0.1);
    const auto slow = take(builder.spec, Time{sim::day.us});
    builder.spec.demand[0].orders_per_second = 0.2;
    const auto fast = take(builder.spec, at_seconds(43200));
    REQUIRE(std::min(slow.size(), fast.size()) > 8000);
    for (std::size_t i = 0; i < std::min(slow.size(), fast.size()); ++i) {
        REQUIRE(fast[i].key == slow[i].key);
        REQUIRE(fast[i].product == slow[i].product);
        REQUIRE(std::abs(slow[i].placed.us - 2 * fast[i].placed.us) <= 2);
    }
}

TEST_CASE("customers of one instant come by product, whatever the size of the blocks") {
    // A hundred customers in a microsecond: most instants have several.
    const auto spec = shop(50, 1e8).spec;
    const auto one = take(spec, Time{300}, 1);
    REQUIRE(one.size() > 25'000);
    std::size_t ties = 0;
    for (std::size_t i = 1; i < one.size(); ++i) {
        REQUIRE(comes_before(one[i - 1], one[i]));
        ties += one[i - 1].placed == one[i].placed;
    }
    CHECK(ties > 20'000);
    CHECK(take(spec, Time{300}, 256) == one);
}

TEST_CASE("session customers choose by base demand and have the session's quantities") {
    auto builder = shop(4, 1.0);
    builder.spec.demand[0].channels.clear();
    builder.channel("base");
    builder.spec.demand[0].channels = {1};
    builder.spec.sessions.push_back(show(4));
    builder.spec.sessions[0].orders = 200'000;
    const auto orders = take(builder.spec, Time{sim::day.us});
    const auto n = static_cast<double>(orders.size());
    CHECK(std::abs(n - 200'000) < 4 * std::sqrt(200'000));
    std::vector<double> chosen(4), expected, quantities(6);
    for (const auto& order : orders) {
        ++chosen[order.product];
        ++quantities[order.quantity];
    }
    for (const double share : {12, 6, 4, 3})
        expected.push_back(n * share / 25);
    CHECK(chi_square(chosen, expected) < chi_square_limit(3));
    CHECK(chi_square(quantities, {0, 0.7 * n, 0.2 * n, 0, 0, 0.1 * n}) < chi_square_limit(2));
}

namespace {

/// The customers from `half` on, of a source built from `spec` that goes on from where one of `before` stood.
std::vector<CustomerOrder> take_over(const ModelSpec& before, const ModelSpec& spec, Time half, Time end) {
    std::stringstream text;
    {
        const BaseDemand base(before);
        OrderSource source(before, base, 0, 0);
        std::vector<CustomerOrder> orders;
        source.take_before(half, orders);
        sim::StateWriter archive(text);
        source.save_state(archive);
    }
    const BaseDemand base(spec);
    OrderSource source(spec, base, 0, 0, 16);
    sim::StateReader archive(text);
    source.load_state(archive);
    std::vector<CustomerOrder> orders;
    source.take_before(end, orders);
    return orders;
}

/// Every kind of demand.
SpecBuilder everything() {
    auto builder = shop(20, 0.05);
    auto& demand = builder.spec.demand[0];
    demand.profile = busy_week();
    demand.quantity = Distribution::empirical({1, 2}, {1, 1});
    builder.demand(0.001, true).profile = busy_week();  // of twenty products: single streams
    builder.demand(0.001, true).gap = Distribution::gamma(1, 0.5);
    auto& regular = builder.demand(0, false);
    regular.kind = DemandSpec::Kind::periodic;
    regular.every = sim::hour * 5;
    builder.recorded(0, {{{10}, 0, 1, 4}, {at_seconds(80'000), 0, 1, 3}, {at_seconds(200'000), 0, 0, 2}});
    builder.spec.sessions.push_back(show(5));
    builder.spec.sessions[0].start = at_seconds(84'000);
    return builder;
}

}  // namespace

TEST_CASE("customers go on from an archived state as if nothing had happened") {
    const auto spec = everything().spec;
    const Time end{sim::week.us};
    const auto whole = take(spec, end);
    for (const double half : {0.0, 0.5, 80'000.0, 86'000.0, 400'000.0, 604'799.0}) {
        auto expected = whole;
        expected.erase(expected.begin(), std::find_if(expected.begin(), expected.end(), [&](const auto& order) {
                           return order.placed >= at_seconds(half);
                       }));
        CHECK(take_over(spec, spec, at_seconds(half), end) == expected);
    }
}

TEST_CASE("customers of another seed, rate or profile begin after those that were known") {
    const auto before = everything().spec;
    const Time half{sim::day.us * 3}, end{sim::day.us * 6};
    const auto count = [&](const ModelSpec& spec) {
        const auto orders = take_over(before, spec, half, end);
        REQUIRE(std::is_sorted(
            orders.begin(), orders.end(), [](const auto& a, const auto& b) { return comes_before(a, b); }));
        REQUIRE(orders.front().placed >= half);
        return static_cast<double>(orders.size());
    };
    const auto& profile = before.demand[0].profile;
    const double base = 3 * 86400 * 0.05, share = profile.integral(half, end) / profile.mean() / (3 * 86400);
    const double rest = 3 * 86400 * 0.02 * (1 + share) + 20 * 14.4;  // gamma, many products, periodic
    auto other = before;
    other.seed = 7;
    CHECK(std::abs(count(other) - base * share - rest) < 5 * std::sqrt(base * share + rest));
    CHECK(take_over(before, other, half, end).back() != take_over(before, before, half, end).back());
    other.demand[0].orders_per_second *= 4;
    CHECK(std::abs(count(other) - 4 * base * share - rest) < 5 * std::sqrt(4 * base * share + rest));
    other.demand[0].profile = WeeklyProfile();
    CHECK(std::abs(count(other) - 4 * base - rest) < 5 * std::sqrt(4 * base + rest));
    // A show that was not known yet.
    other.sessions[0].id = "another show";
    other.sessions[0].start = half + sim::hour;
    other.sessions[0].orders = 3000;
    CHECK(std::abs(count(other) - 4 * base - rest - 3000) < 5 * std::sqrt(4 * base + rest + 3000));
}
