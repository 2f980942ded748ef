#include "models/demand/rate_curve.hpp"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

using namespace spate;
using namespace spate::models;
using sim::Duration;
using sim::Time;

namespace {

WeeklyProfile busy_week() {
    std::vector<WeeklyProfile::Segment> segments;
    for (int h = 0; h < 168; ++h)
        segments.push_back({sim::hour * h, h % 24 < 6 ? 0 : 1 + (h % 24 == 20 ? 3 : 0) + 0.1 * (h / 24)});
    return WeeklyProfile(segments, sim::hour * 84);
}

/// Steps at odd places, some of them 0, from three days before time zero.
std::vector<RateCurve::Step> steps() {
    std::vector<RateCurve::Step> all;
    sim::RandomStream random({7, 0}, 1, 1);
    Time at{-3 * sim::day.us};
    for (int i = 0; i < 60; ++i) {
        all.push_back({at, i % 7 == 3 ? 0 : 3 * random.uniform(), 0, i == 20 ? sim::day * 2 : Duration{}});
        at += sim::from_seconds(100 + 80'000 * random.uniform());
    }
    return all;
}

const Time end{40 * sim::day.us};

/// The integral second by second.
double slow_integral(const std::vector<RateCurve::Step>& all, const WeeklyProfile& profile, Time to) {
    double sum = 0;
    for (std::size_t i = 0; i < all.size() && all[i].from < to; ++i) {
        const Time until = std::min(i + 1 < all.size() ? all[i + 1].from : to, to);
        sum += all[i].factor * profile.integral(all[i].from + all[i].like, until + all[i].like) / profile.mean();
    }
    return sum;
}

}  // namespace

TEST_CASE("the integral of a curve is that of its steps times the profile") {
    const auto profile = busy_week();
    const RateCurve curve(steps(), profile, end);
    CHECK(curve.begin() == Time{-3 * sim::day.us});
    sim::RandomStream random({8, 0}, 1, 1);
    for (int i = 0; i < 1000; ++i) {
        const Time t = curve.begin() + sim::from_seconds(random.uniform() * 45 * 86400);
        REQUIRE(curve.integral(t) == Approx(slow_integral(steps(), profile, t)).epsilon(1e-12));
    }
    CHECK(curve.integral(curve.begin()) == 0);
}

TEST_CASE("times by a curve are where its integral reaches the amount, to the microsecond below") {
    const auto profile = busy_week();
    const RateCurve curve(steps(), profile, end);
    const double all = curve.integral(end);
    std::uint32_t piece = 0;
    Time before = curve.begin();
    for (int i = 0; i < 100'000; ++i) {
        const double amount = all * i / 100'000;
        const Time t = curve.time_of(amount, piece);
        std::uint32_t from_anywhere = UINT32_MAX;
        REQUIRE(curve.time_of(amount, from_anywhere) == t);
        REQUIRE(t >= before);
        // No piece is steeper than 40: a microsecond is at most 4e-5.
        REQUIRE(curve.integral(t) <= amount + 1e-7);
        REQUIRE(curve.integral(t + sim::microsecond) >= amount - 1e-7);
        REQUIRE(curve.at(t) > 0);
        before = t;
    }
}

TEST_CASE("advancing along a curve loses nothing over a million steps") {
    const RateCurve curve({{Time{0}, 2, 0, {}}}, WeeklyProfile(), Time{sim::day.us});
    Time t{0};
    for (int i = 0; i < 1'000'000; ++i)
        t = curve.advance(t, 0.5);
    CHECK(t == Time{250'000 * sim::second.us});
    const RateCurve closed({{Time{0}, 1, 0, {}}, {Time{1'000'000}, 0, 0, {}}, {Time{5'000'000}, 1, 0, {}}},
                           WeeklyProfile(),
                           Time{9'000'000});
    CHECK(closed.advance(Time{500'000}, 1) == Time{5'500'000});
    const RateCurve over({{Time{0}, 1, 0, {}}, {Time{1'000'000}, 0, 0, {}}}, WeeklyProfile(), Time{9'000'000});
    CHECK(over.advance(Time{500'000}, 1) == sim::end_of_time);
    std::uint32_t piece = 0;
    CHECK(over.time_of(2, piece) == sim::end_of_time);
}
