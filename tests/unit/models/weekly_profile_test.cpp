#include "models/base/weekly_profile.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

using namespace spate;
using models::WeeklyProfile;
using sim::Duration;
using sim::Time;

namespace {

using Segments = std::vector<WeeklyProfile::Segment>;

struct Case {
    Segments segments;
    Duration offset;  ///< week time at time zero
    double largest = 0;

    WeeklyProfile profile() const { return {segments, offset}; }

    /// The value at `t`, found by looking at every segment.
    double value_at(Time t) const {
        const std::int64_t us = ((t.us + offset.us) % sim::week.us + sim::week.us) % sim::week.us;
        double value = 0;
        for (const auto& segment : segments) {
            if (segment.from.us <= us)
                value = segment.value;
        }
        return value;
    }

    /// The integral as a sum over steps of one minute. Requires: minutes, and segments that start on minutes.
    double sum(Time from, Time to) const {
        double sum = 0;
        for (Time t = from; t < to; t += sim::minute)
            sum += value_at(t) * 60;
        return sum;
    }
};

/// Segments that start on minutes; about a third of them closed.
Case random_case(std::uint64_t number) {
    sim::RandomStream random({7, 0}, number, 1);
    Case result;
    std::vector<std::int64_t> starts{0};
    for (std::uint32_t n = random.below(12); n > 0; --n)
        starts.push_back(1 + random.below(7 * 1440 - 1));
    std::sort(starts.begin(), starts.end());
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    const auto open = random.below(static_cast<std::uint32_t>(starts.size()));
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const bool is_closed = i != open && random.below(3) == 0;
        const double value = is_closed ? 0 : 0.05 + 4 * random.uniform();
        result.segments.push_back({sim::minute * starts[i], value});
        result.largest = std::max(result.largest, value);
    }
    result.offset = sim::minute * random.below(7 * 1440);
    return result;
}

/// Open Monday to Friday 08:00 to 18:00 at speed 1, closed else.
Segments office_hours() {
    Segments segments{{Duration{0}, 0}};
    for (int d = 0; d < 5; ++d) {
        segments.push_back({sim::day * d + sim::hour * 8, 1});
        segments.push_back({sim::day * d + sim::hour * 18, 0});
    }
    return segments;
}

}  // namespace

TEST_CASE("a weekly profile has the value and the integral of its segments") {
    for (std::uint64_t number = 0; number < 40; ++number) {
        const Case c = random_case(number);
        const WeeklyProfile profile = c.profile();
        CHECK(profile.mean() == Approx(c.sum({0}, Time{sim::week.us}) / sim::week.seconds()).epsilon(1e-12));
        sim::RandomStream random({7, 0}, number, 2);
        for (int i = 0; i < 20; ++i) {
            const Time t{static_cast<std::int64_t>(random.uniform() * 9 * static_cast<double>(sim::week.us))};
            REQUIRE(profile.at(t) == c.value_at(t));
            const Time from{(sim::minute * random.below(5 * 7 * 1440)).us};
            const Time to = from + sim::minute * random.below(3 * 7 * 1440 + 1);
            REQUIRE(profile.integral(from, to) == Approx(c.sum(from, to)).epsilon(1e-11).margin(1e-6));
        }
    }
}

TEST_CASE("advancing a profile by an amount is the inverse of its integral") {
    for (std::uint64_t number = 0; number < 100; ++number) {
        const Case c = random_case(number);
        const WeeklyProfile profile = c.profile();
        sim::RandomStream random({7, 0}, number, 3);
        for (int i = 0; i < 100; ++i) {
            const Time from{static_cast<std::int64_t>(random.uniform() * 5 * static_cast<double>(sim::week.us))};
            const double amount = std::pow(10.0, -7 + 13 * random.uniform());  // 0.1 µs to two weeks, evenly in its log
            const Time t = profile.advance(from, amount);
            const double tolerance = c.largest * 2e-9 + amount * 1e-12;
            INFO("profile " << number << ", from " << from.us << ", amount " << amount << ", found " << t.us);
            REQUIRE(t > from);
            REQUIRE(profile.integral(from, t) >= amount - tolerance);
            REQUIRE(profile.integral(from, t - sim::microsecond) <= amount + tolerance);
            REQUIRE(c.value_at(t - sim::microsecond) > 0);  // else it would not be the earliest
        }
    }
}

TEST_CASE("advancing a profile by many weeks keeps its microseconds") {
    const Case c{office_hours(), {}, 1};
    const WeeklyProfile profile = c.profile();
    for (const std::int64_t weeks : {1, 50, 10'000, 1'000'000}) {
        const Time monday_nine{(sim::hour * 9).us};
        const double amount = static_cast<double>(weeks) * 50 * 3600 + 1800.5;
        CHECK(profile.advance(monday_nine, amount).us == (sim::week * weeks + sim::hour * 9).us + 1'800'500'000);
    }
}

TEST_CASE("advancing a profile by nothing stays, also where it is closed") {
    const WeeklyProfile profile(office_hours(), {});
    CHECK(profile.advance({0}, 0) == Time{0});
    CHECK(profile.advance({(sim::hour * 10).us + 1}, 0) == Time{(sim::hour * 10).us + 1});
    CHECK(profile.advance({(sim::day * 6).us}, 0) == Time{(sim::day * 6).us});
}

TEST_CASE("work begun while a profile is closed starts at its opening") {
    const WeeklyProfile profile(office_hours(), sim::day * 4);  // time zero is Friday 00:00
    CHECK(profile.advance({0}, 60) == Time{(sim::hour * 8 + sim::minute).us});
    const Time friday_evening{(sim::hour * 20).us}, monday_opening{(sim::day * 3 + sim::hour * 8).us};
    CHECK(profile.advance(friday_evening, 60) == monday_opening + sim::minute);
    CHECK(profile.advance(friday_evening + sim::week * 300, 60) == monday_opening + sim::week * 300 + sim::minute);
}

TEST_CASE("work that fills the time up to closing ends at closing, not at the next opening") {
    const WeeklyProfile profile(office_hours(), {});
    const Time closing{(sim::hour * 18).us};
    std::int64_t late = 0;
    for (std::int64_t us = 1; us <= 2'000'000; us += 997) {
        // The amount as a scenario states it: the nearest double to the decimal number of seconds.
        late += profile.advance(closing - Duration{us}, static_cast<double>(us) / 1e6) > closing;
    }
    CHECK(late == 0);
    CHECK(profile.advance({0}, 10 * 3600) == closing);
}

TEST_CASE("a whole week's work begun after closing ends at closing, a week later") {
    const WeeklyProfile profile(office_hours(), {});
    const Time evening{(sim::hour * 20).us};  // Monday
    CHECK(profile.advance(evening, 50 * 3600) == Time{(sim::week + sim::hour * 18).us});
    CHECK(profile.advance(evening, 150 * 3600) == Time{(sim::week * 3 + sim::hour * 18).us});
}

TEST_CASE("an amount that no time can hold is reached at the end of time") {
    const WeeklyProfile always, office(office_hours(), {});
    CHECK(always.advance({0}, 1e13) == sim::end_of_time);
    CHECK(always.advance({0}, 1e300) == sim::end_of_time);
    CHECK(office.advance({0}, 1e13) == sim::end_of_time);
}

TEST_CASE("work begun just before the end of time ends there") {
    const WeeklyProfile always, office(office_hours(), {});
    CHECK(always.advance(sim::end_of_time - sim::second, 2) == sim::end_of_time);
    CHECK(office.advance(sim::end_of_time - sim::day, 7 * 86400) == sim::end_of_time);
}

TEST_CASE("a constant profile is time itself times its value") {
    const WeeklyProfile always;
    CHECK(always.is_constant());
    CHECK(always.mean() == 1);
    CHECK(always.integral({5}, {3'000'005}) == 3);
    CHECK(always.advance({123}, 0.5) == Time{500'123});
    const WeeklyProfile quarter({{Duration{0}, 0.25}}, sim::day);
    CHECK(quarter.at({0}) == 0.25);
    CHECK(quarter.mean() == Approx(0.25).epsilon(1e-15));
    CHECK(quarter.integral({0}, {(sim::week * 3 + sim::hour).us}) == Approx(0.25 * (3 * 604800 + 3600)).epsilon(1e-15));
    CHECK(quarter.advance({7}, 900) == Time{3'600'000'007});
    CHECK(quarter.advance({7}, 604800) == Time{(sim::week * 4).us + 7});
}

TEST_CASE("a profile without segments, order or a positive integral is refused") {
    CHECK_THROWS_AS(WeeklyProfile({}, {}), std::logic_error);
    CHECK_THROWS_AS(WeeklyProfile({{sim::hour, 1.0}}, {}), std::logic_error);
    CHECK_THROWS_AS(WeeklyProfile({{Duration{0}, 0.0}}, {}), std::logic_error);
    CHECK_THROWS_AS(WeeklyProfile({{Duration{0}, 1.0}, {sim::hour, -1.0}}, {}), std::logic_error);
    CHECK_THROWS_AS(WeeklyProfile({{Duration{0}, 1.0}, {sim::hour, 1.0}, {sim::hour, 2.0}}, {}), std::logic_error);
}
