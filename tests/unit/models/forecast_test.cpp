#include "models/policies/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

using namespace spate;
using namespace spate::models;

namespace {

ForecastSpec moving_average(std::uint32_t window) {
    ForecastSpec spec;
    spec.kind = ForecastSpec::Kind::moving_average;
    spec.window = window;
    return spec;
}

}  // namespace

TEST_CASE("expected demand stays the forecast whatever is observed, with the deviation of the Poisson law") {
    ForecastSpec spec;
    spec.kind = ForecastSpec::Kind::expected;
    const auto forecaster = make_forecaster(spec, {4, 0, 2.25});
    const std::vector<Units> demand{100, 100, 100};
    forecaster->observe(demand);
    CHECK(forecaster->forecast().mean == std::vector<double>{4, 0, 2.25});
    CHECK(forecaster->forecast().deviation == std::vector<double>{2, 0, 1.5});
}

TEST_CASE("a moving average is the mean of the last periods, those before the start being as expected") {
    const auto forecaster = make_forecaster(moving_average(3), {10, 0});
    CHECK(forecaster->forecast().mean == std::vector<double>{10, 0});
    CHECK(forecaster->forecast().deviation[0] == Approx(std::sqrt(10.0)));
    forecaster->observe(std::vector<Units>{40, 6});
    CHECK(forecaster->forecast().mean == std::vector<double>{20, 2});
    // Sample deviation of 40, 10, 10: √((400 + 100 + 100) / 2).
    CHECK(forecaster->forecast().deviation[0] == Approx(std::sqrt(300.0)));
    CHECK(forecaster->forecast().deviation[1] == Approx(std::sqrt(12.0)));
    forecaster->observe(std::vector<Units>{20, 0});
    forecaster->observe(std::vector<Units>{0, 3});
    CHECK(forecaster->forecast().mean == std::vector<double>{20, 3});
    forecaster->observe(std::vector<Units>{1, 0});  // 20, 0, 1: the 40 has left
    CHECK(forecaster->forecast().mean == std::vector<double>{7, 1});
    CHECK(forecaster->forecast().deviation[0] == Approx(std::sqrt((169.0 + 49 + 36) / 2)));
}

TEST_CASE("the deviation of a moving average is at least that of the Poisson law") {
    const auto forecaster = make_forecaster(moving_average(2), {0});
    forecaster->observe(std::vector<Units>{9});
    forecaster->observe(std::vector<Units>{9});
    CHECK(forecaster->forecast().mean[0] == 9);
    CHECK(forecaster->forecast().deviation[0] == 3);
    const auto last = make_forecaster(moving_average(1), {0});
    last->observe(std::vector<Units>{16});
    CHECK(last->forecast().mean[0] == 16);
    CHECK(last->forecast().deviation[0] == 4);
}

TEST_CASE("moving averages of random demand agree with their definition") {
    sim::RandomStream random({6, 0}, 1, 1);
    for (const std::uint32_t window : {1U, 2U, 7U, 30U}) {
        const double expected[] = {3, 250};
        const auto forecaster = make_forecaster(moving_average(window), {3, 250});
        std::deque<double> kept[2];
        for (int i = 0; i < 2; ++i)
            kept[i].assign(window, expected[i]);
        for (int period = 0; period < 100; ++period) {
            const std::vector<Units> demand{random.below(7), random.below(500)};
            forecaster->observe(demand);
            for (std::size_t i = 0; i < 2; ++i) {
                kept[i].pop_front();
                kept[i].push_back(static_cast<double>(demand[i]));
                double mean = 0, squares = 0;
                for (const double value : kept[i])
                    mean += value / window;
                for (const double value : kept[i])
                    squares += (value - mean) * (value - mean);
                const double deviation = std::sqrt(window > 1 ? squares / (window - 1) : 0);
                REQUIRE(forecaster->forecast().mean[i] == Approx(mean).margin(1e-9));
                REQUIRE(forecaster->forecast().deviation[i]
                        == Approx(std::max(deviation, std::sqrt(mean))).margin(1e-6));
            }
        }
    }
}

TEST_CASE("a linear forecast is its formula of the last period, exactly, and never negative") {
    ForecastSpec spec;
    spec.kind = ForecastSpec::Kind::linear;
    spec.intercept = 0.1;
    spec.slope = 1.2;
    spec.trend_slope = 1.05;
    spec.trend = 1.2;
    const auto forecaster = make_forecaster(spec, {10, 0});
    CHECK(forecaster->forecast().mean[0] == 0.1 + 1.2 * 10.0 + 1.05 * 1.2);
    forecaster->observe(std::vector<Units>{130, 0});
    CHECK(forecaster->forecast().mean[0] == 0.1 + 1.2 * 130.0 + 1.05 * 1.2);
    CHECK(forecaster->forecast().mean[0] == Approx(157.36).epsilon(1e-15));
    CHECK(forecaster->forecast().deviation[0] == Approx(std::sqrt(157.36)));
    CHECK(forecaster->forecast().mean[1] == 0.1 + 1.2 * 0.0 + 1.05 * 1.2);
    spec.intercept = -50;
    const auto falling = make_forecaster(spec, {10, 0});
    CHECK(falling->forecast().mean == std::vector<double>{0, 0});
}

TEST_CASE("a forecast takes over what others observed, product by product and period by period") {
    const auto first = make_forecaster(moving_average(3), {10, 20});
    const auto second = make_forecaster(moving_average(3), {0, 0, 50});
    for (Units demand = 1; demand <= 4; ++demand)
        first->observe(std::vector<Units>{demand, 100 * demand});
    second->load(first->save(), std::vector<std::int32_t>{1, 0, -1});
    CHECK(second->forecast().mean == std::vector<double>{300, 3, 50});
    second->observe(std::vector<Units>{200, 2, 50});  // the oldest period of both goes
    CHECK(second->forecast().mean[0] == Approx((300 + 400 + 200) / 3.0));
    CHECK(second->forecast().mean[1] == Approx((3 + 4 + 2) / 3.0));
    const auto other = make_forecaster(moving_average(3), {70});
    other->observe(std::vector<Units>{700});  // its ring is elsewhere
    second->load(other->save(), std::vector<std::int32_t>{-1, -1, 0});
    second->observe(std::vector<Units>{200, 2, 10});
    CHECK(second->forecast().mean[2] == Approx((70 + 700 + 10) / 3.0));

    ForecastSpec linear;
    linear.kind = ForecastSpec::Kind::linear;
    const auto last = make_forecaster(linear, {1, 2}), next = make_forecaster(linear, {3, 4});
    last->observe(std::vector<Units>{5, 6});
    next->load(last->save(), std::vector<std::int32_t>{-1, 0});
    CHECK(next->forecast().mean == std::vector<double>{3, 5});
}
