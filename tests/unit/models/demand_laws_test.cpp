// Laws of demand that changes in absolute time, by a million draws and more.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/snapshot/archive.hpp"
#include "models/demand/excited_stream.hpp"
#include "models/demand/market_noise.hpp"
#include "models/demand/order_source.hpp"

#include "tests/unit/models/chi_square.hpp"
#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::SpecBuilder;

namespace {

std::vector<CustomerOrder> take(const ModelSpec& spec, Time end, Index market = 0, std::size_t block = 64) {
    const BaseDemand base(spec);
    OrderSource source(spec, base, market, 0, block);
    std::vector<CustomerOrder> orders;
    source.take_before(end, orders);
    return orders;
}

std::vector<double> counts(const std::vector<CustomerOrder>& orders, Duration width, Time end) {
    std::vector<double> result(static_cast<std::size_t>(end.us / width.us));
    for (const auto& order : orders)
        ++result[static_cast<std::size_t>(order.placed.us / width.us)];
    return result;
}

SpecBuilder shop(std::size_t products, double rate, std::int64_t days) {
    SpecBuilder builder;
    for (std::size_t p = 0; p < products; ++p)
        builder.product("product " + std::to_string(p), 1 / static_cast<double>(p + 1));
    builder.market("east");
    builder.market("west");
    builder.channel("web");
    builder.demand(2 * rate, false);
    builder.spec.horizon = sim::day * days;
    return builder;
}

/// The mean of the values of equal parts of a series, against what is expected: within 4 standard errors (99.994 %; by
/// Student's law with 39 degrees of freedom 99.97 %).
template <class Value>
void check_by_parts(const char* what, const std::vector<double>& series, double expected, Value&& value) {
    constexpr std::size_t parts = 40;
    std::vector<double> values;
    const std::size_t size = series.size() / parts;
    for (std::size_t i = 0; i < parts; ++i) {
        const auto begin = series.begin() + static_cast<std::ptrdiff_t>(i * size);
        values.push_back(value(std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(size))));
    }
    const auto found = test::moments(values);
    std::printf("%s: %.5g expected, %.5g ± %.2g found\n",
                what,
                expected,
                found.mean,
                found.deviation() / std::sqrt(static_cast<double>(parts)));
    INFO(what);
    CHECK(test::errors_from(values, expected) < 4);
}

double log_negative_binomial(double k, double mean, double cv) {
    const double r = 1 / (cv * cv), p = r / (r + mean);
    return std::lgamma(k + r) - std::lgamma(r) - std::lgamma(k + 1) + r * std::log(p) + k * std::log(1 - p);
}

}  // namespace

TEST_CASE("a million orders follow calendar, launch and trend hour by hour, and choose by popularity", "[laws]") {
    constexpr std::size_t products = 100;
    auto builder = shop(products, 0.5, 28);
    auto& demand = builder.spec.demand[0];
    std::vector<WeeklyProfile::Segment> segments;
    for (int h = 0; h < 168; ++h)
        segments.push_back({sim::hour * h, h % 24 < 6 ? 0.2 : 1 + (h % 24 == 20 ? 3 : 0)});
    demand.profile = WeeklyProfile(segments, Duration{0});
    demand.shape.trend = 0.5;
    demand.shape.trend_every = sim::day * 28;
    demand.shape.calendar.push_back({Time{sim::day.us * 10}, Time{sim::day.us * 11}, 3, {}, "", {}});
    demand.shape.calendar.push_back({Time{sim::day.us * 20}, Time{sim::day.us * 24}, 0, 1, "", {}});
    const Time end{sim::day.us * 28};
    const auto orders = take(builder.spec, end);
    REQUIRE(orders.size() > 1'000'000);
    const DemandShape shape(builder.spec, 0);
    const auto found = counts(orders, sim::hour, end);
    std::vector<double> expected, chosen(products), shares(products);
    for (std::size_t h = 0; h < found.size(); ++h) {
        const Time from{sim::hour.us * static_cast<std::int64_t>(h)};
        expected.push_back(0.5 * (shape.together(0)->integral(from + sim::hour) - shape.together(0)->integral(from)));
    }
    double harmonic = 0;
    for (const auto& order : orders)
        ++chosen[order.product];
    for (std::size_t p = 0; p < products; ++p)
        harmonic += 1 / static_cast<double>(p + 1);
    for (std::size_t p = 0; p < products; ++p)
        shares[p] = static_cast<double>(orders.size()) / static_cast<double>(p + 1) / harmonic;
    const double hours = test::chi_square(found, expected), zipf = test::chi_square(chosen, shares);
    std::printf("calendar: chi-square %.1f of 672 hours (limit %.1f), Zipf %.1f of 99 (limit %.1f), %zu orders\n",
                hours,
                test::chi_square_limit(672),
                zipf,
                test::chi_square_limit(99),
                orders.size());
    CHECK(hours < test::chi_square_limit(672));
    CHECK(zipf < test::chi_square_limit(products - 1));
    for (const auto& order : take(builder.spec, end, 1))
        REQUIRE((order.placed < Time{sim::day.us * 20} || order.placed >= Time{sim::day.us * 24}));
}

TEST_CASE("counts of a noisy rate are negative binomial, and correlated between markets", "[laws]") {
    constexpr double mean = 20, cv = 0.5, correlation = 0.6;
    constexpr std::int64_t days = 2500;
    auto builder = shop(3, mean / 3600, days);
    builder.spec.demand[0].shape.noise = {cv, sim::hour, correlation};
    const Time end{sim::day.us * days};
    const auto east = counts(take(builder.spec, end, 0), sim::hour, end);
    const auto west = counts(take(builder.spec, end, 1), sim::hour, end);
    const auto n = static_cast<double>(east.size());
    std::vector<double> found(101), expected(101);
    double above = n;
    for (std::size_t k = 0; k < 100; ++k)
        above -= expected[k] = n * std::exp(log_negative_binomial(static_cast<double>(k), mean, cv));
    expected[100] = above;
    for (const double count : east)
        ++found[std::min<std::size_t>(static_cast<std::size_t>(count), 100)];
    // Cells of fewer than five are put together.
    std::vector<double> f, e;
    for (std::size_t k = 0; k <= 100; ++k) {
        if (e.empty() || e.back() >= 5) {
            f.push_back(0);
            e.push_back(0);
        }
        f.back() += found[k];
        e.back() += expected[k];
    }
    const double statistic = test::chi_square(f, e), limit = test::chi_square_limit(static_cast<double>(e.size()) - 1);
    std::printf("noise: chi-square %.1f of %zu cells (limit %.1f), %.0f orders\n",
                statistic,
                e.size(),
                limit,
                test::moments(east).mean * n);
    CHECK(test::moments(east).mean * n > 1'000'000);
    CHECK(statistic < limit);
    check_by_parts("noise, mean", east, mean, [](const auto& part) { return test::moments(part).mean; });
    check_by_parts("noise, variance", east, mean + mean * mean * cv * cv, [](const auto& part) {
        return test::moments(part).variance;
    });
    std::vector<double> products;
    for (std::size_t i = 0; i < east.size(); ++i)
        products.push_back((east[i] - mean) * (west[i] - mean));
    check_by_parts(
        "noise, covariance of two markets", products, correlation * mean * mean * cv * cv, [](const auto& part) {
            return test::moments(part).mean;
        });
    std::vector<double> serial;
    for (std::size_t i = 1; i < east.size(); ++i)
        serial.push_back((east[i] - mean) * (east[i - 1] - mean));
    check_by_parts(
        "noise, covariance of two hours", serial, 0, [](const auto& part) { return test::moments(part).mean; });
}

TEST_CASE("the extremes of correlation: one factor for all, and one for each", "[laws]") {
    auto builder = shop(1, 1, 10);
    auto& noise = builder.spec.demand[0].shape.noise;
    noise = {0.4, sim::day, 1};
    const MarketNoise one(builder.spec, 0, 0), same(builder.spec, 0, 1);
    noise.correlation = 0;
    const MarketNoise other(builder.spec, 0, 0), independent(builder.spec, 0, 1);
    for (int period = -3; period < 10; ++period) {
        CHECK(one.factor(period) == same.factor(period));
        CHECK(other.factor(period) != independent.factor(period));
    }
    CHECK(one.period_of(Time{-1}) == -1);
    CHECK(one.period_of(Time{sim::day.us}) == 1);
}

TEST_CASE("orders that bring others about: rate, spread and branching", "[laws]") {
    constexpr double rate = 2, branching = 0.4, delay = 10;
    auto builder = shop(1, rate, 12);
    auto& demand = builder.spec.demand[0];
    demand.branching = branching;
    demand.branching_delay = sim::from_seconds(delay);
    const Time end{sim::day.us * 12};
    const auto orders = take(builder.spec, end);
    REQUIRE(orders.size() > 2'000'000);
    // Covariance density a·e^(-cs), c = (1 - n)/τ, a = λ·n/τ·(2 - n)/(2·(1 - n)/τ)/τ (Hawkes 1971, with n/τ·e^(-s/τ)).
    const double alpha = branching / delay, beta = 1 / delay, c = beta - alpha;
    const double a = rate * alpha * (2 * beta - alpha) / (2 * c);
    const auto variance = [&](double t) { return rate * t + 2 * a * (t / c - (1 - std::exp(-c * t)) / (c * c)); };
    for (const double width : {2.0, 10.0, 60.0}) {
        const auto found = counts(orders, sim::from_seconds(width), end);
        char what[80];
        std::snprintf(what, sizeof what, "excited, mean of %g s", width);
        check_by_parts(what, found, rate * width, [](const auto& part) { return test::moments(part).mean; });
        std::snprintf(what, sizeof what, "excited, variance of %g s", width);
        check_by_parts(what, found, variance(width), [](const auto& part) { return test::moments(part).variance; });
    }
    // Back from the spread: variance by mean tends to 1 / (1 - n)²; what is missing in a window of t follows from
    // above.
    const auto wide = counts(orders, sim::from_seconds(600), end);
    check_by_parts(
        "excited, branching from the spread", wide, 1 - std::sqrt(rate * 600 / variance(600)), [](const auto& part) {
            const auto m = test::moments(part);
            return 1 - std::sqrt(m.mean / m.variance);
        });
}

TEST_CASE("a stream of orders that bring others about is stationary from the first moment on", "[laws]") {
    const auto curve = std::make_shared<const RateCurve>(
        std::vector<RateCurve::Step>{{Time{-250 * sim::second.us}, 1, 0, {}}}, WeeklyProfile(), Time{sim::day.us});
    const auto mix = std::make_shared<const ProductMix>(std::vector<Index>{0}, std::vector<double>{1});
    const Distribution one = Distribution::constant(1);
    std::vector<double> early, late;
    for (std::uint64_t s = 0; s < 4000; ++s) {
        ExcitedStream stream({1, 0}, sim::mix(99, s), {curve, 2, 0.6, 4, mix, &one});
        std::vector<CustomerOrder> orders;
        stream.take_before(Time{5 * sim::second.us}, orders);
        early.push_back(static_cast<double>(orders.size()));
        stream.take_before(Time{200 * sim::second.us}, orders);
        const auto before = orders.size();
        stream.take_before(Time{205 * sim::second.us}, orders);
        late.push_back(static_cast<double>(orders.size() - before));
    }
    std::printf("excited, first 5 s: mean %.4f, variance %.3f; later: %.4f, %.3f; 10 expected\n",
                test::moments(early).mean,
                test::moments(early).variance,
                test::moments(late).mean,
                test::moments(late).variance);
    CHECK(test::errors_from(early, 10) < 4);
    CHECK(test::errors_from(late, 10) < 4);
    // Variance as above: with λ = 2, n = 0.6, τ = 4 and t = 5.
    const double alpha = 0.15, beta = 0.25, c = beta - alpha, a = 2 * alpha * (2 * beta - alpha) / (2 * c);
    const double expected = 10 + 2 * a * (5 / c - (1 - std::exp(-c * 5)) / (c * c));
    for (const auto* values : {&early, &late}) {
        std::vector<double> squares;
        for (const double value : *values)
            squares.push_back((value - 10) * (value - 10));
        CHECK(test::errors_from(squares, expected) < 4);
    }
    // Of a million customers a share of 1 - n comes of its own accord, to 4 standard errors of 0.0005 · 1/(1 - n).
    ExcitedStream stream({1, 0}, 1, {curve, 2, 0.6, 4, mix, &one});
    std::vector<CustomerOrder> orders;
    stream.take_before(Time{500'000 * sim::second.us}, orders);
    const double own = static_cast<double>(stream.state().own_number) / static_cast<double>(stream.state().number);
    std::printf("excited, share of own accord: %.5f, 0.4 expected, of %zu orders\n", own, orders.size());
    CHECK(own == Approx(0.4).margin(0.005));
}

TEST_CASE("a price change moves a million orders as the elasticity says", "[laws]") {
    auto builder = shop(4, 1, 20);
    auto& change = builder.spec.price_changes.emplace_back();
    change.products = {1};
    change.from = Time{sim::day.us * 5};
    change.to = Time{sim::day.us * 8};
    change.share = 0.8;
    change.elasticity = 1.8;
    change.cannibalise = 0.25;
    change.pull_forward = 0.5;
    change.pull_over = sim::day * 7;
    const auto orders = take(builder.spec, Time{sim::day.us * 20});
    REQUIRE(orders.size() > 1'700'000);
    // Shares 12, 6, 4 and 3 of 25.
    const double share[] = {12.0 / 25, 6.0 / 25, 4.0 / 25, 3.0 / 25};
    const double lift = std::pow(0.8, -1.8), extra = (lift - 1) * share[1], others = 1 - share[1];
    std::vector<double> found(4 * 4), expected(4 * 4);
    const std::int64_t parts[] = {0, 5, 8, 15, 20};
    for (const auto& order : orders) {
        const auto after = std::upper_bound(std::begin(parts), std::end(parts), order.placed.us / sim::day.us);
        ++found[static_cast<std::size_t>(after - std::begin(parts) - 1) * 4 + order.product];
    }
    for (std::size_t part = 0; part < 4; ++part) {
        const double seconds = static_cast<double>(parts[part + 1] - parts[part]) * 86400;
        for (std::size_t p = 0; p < 4; ++p) {
            double factor = 1;
            if (part == 1)
                factor = p == 1 ? lift : 1 - 0.25 * extra / others;
            if (part == 2 && p == 1)
                factor = 1 - 0.5 * (lift - 1) * 3 / 7;
            expected[part * 4 + p] = seconds * share[p] * factor;
        }
    }
    const double statistic = test::chi_square(found, expected);
    std::printf("price: chi-square %.1f of 16 (limit %.1f)\n", statistic, test::chi_square_limit(16));
    CHECK(statistic < test::chi_square_limit(16));
}

namespace {

/// Every law that moves the rate.
SpecBuilder everything() {
    auto builder = shop(20, 0.05, 21);
    const auto shape = [&](DemandSpec& demand) {
        demand.shape.trend = 0.2;
        demand.shape.noise = {0.5, sim::hour * 6, 0.5};
        demand.shape.calendar.push_back({Time{sim::day.us * 3}, Time{sim::day.us * 4}, 2, {}, "", {}});
    };
    shape(builder.spec.demand[0]);
    builder.spec.demand[0].quantity = Distribution::empirical({0, 1, 2}, {1, 2, 1});
    shape(builder.demand(0.0005, true));
    shape(builder.demand(0.0005, true));
    builder.spec.demand[2].gap = Distribution::gamma(1, 2);
    auto& excited = builder.demand(0.05, false);
    excited.branching = 0.5;
    excited.branching_delay = sim::minute * 10;
    excited.quantity = Distribution::poisson(1);
    auto& each = builder.demand(0.001, true);
    each.products = {3, 4};
    each.branching = 0.3;
    each.branching_delay = sim::minute;
    auto& recorded = builder.recorded(0, {});
    for (int d = 0; d < 14; ++d)
        recorded.recorded.push_back({Time{sim::day.us * (d - 20) + d}, 0, 1, 1 + d});
    recorded.bootstrap = sim::day * 2;
    recorded.scale = 1.5;
    auto& change = builder.spec.price_changes.emplace_back();
    change.products = {2, 5};
    change.from = Time{sim::day.us * 2};
    change.to = Time{sim::day.us * 5};
    change.share = 0.7;
    change.elasticity = 2;
    change.cannibalise = 0.2;
    change.pull_forward = 0.3;
    change.pull_over = sim::day * 6;
    return builder;
}

}  // namespace

TEST_CASE("shaped demand goes on from an archived state as if nothing had happened") {
    const auto spec = everything().spec;
    const Time end{sim::week.us};
    const auto whole = take(spec, end);
    REQUIRE(whole.size() > 40'000);
    CHECK(take(spec, end, 0, 1) == whole);
    std::uint64_t digest = 0;
    for (const double half : {0.0, 80'000.0, 200'000.0, 604'799.0}) {
        std::stringstream text;
        const BaseDemand base(spec);
        {
            OrderSource source(spec, base, 0, 0);
            std::vector<CustomerOrder> orders;
            source.take_before(test::at_seconds(half), orders);
            sim::StateWriter archive(text);
            source.save_state(archive);
        }
        OrderSource source(spec, base, 0, 0, 16);
        sim::StateReader archive(text);
        source.load_state(archive);
        std::vector<CustomerOrder> orders;
        source.take_before(end, orders);
        const auto first = std::find_if(
            whole.begin(), whole.end(), [&](const auto& order) { return order.placed >= test::at_seconds(half); });
        CHECK(orders == std::vector<CustomerOrder>(first, whole.end()));
        CHECK((digest == 0 || source.digest() == digest));
        digest = source.digest();
        CHECK(digest != 0);
    }
}
