#include "sim/base/time.hpp"

#include <catch2/catch.hpp>

using namespace spate::sim;

TEST_CASE("durations add, subtract, scale and divide as whole microseconds") {
    CHECK((hour + minute).us == 3'660'000'000);
    CHECK((minute - hour).us == -3'540'000'000);
    CHECK((day * 7) == week);
    CHECK(day / hour == 24);
    CHECK((hour - microsecond) / minute == 59);
    CHECK(hour.seconds() == 3600.0);
    CHECK(week.hours() == 168.0);
}

TEST_CASE("times differ by durations and are ordered") {
    const Time start{5};
    Time later = start + second;
    CHECK(later - start == second);
    CHECK(later - second == start);
    CHECK(start < later);
    later += second;
    CHECK(later.us == 2'000'005);
    CHECK(later < end_of_time);
}

TEST_CASE("seconds are rounded to the nearest microsecond, halves away from zero") {
    CHECK(from_seconds(1.5) == Duration{1'500'000});
    CHECK(from_seconds(0.0) == Duration{0});
    CHECK(from_seconds(1.4e-6) == Duration{1});
    CHECK(from_seconds(1.6e-6) == Duration{2});
    CHECK(from_seconds(-1.4e-6) == Duration{-1});
    CHECK(from_seconds(-1.6e-6) == Duration{-2});
    CHECK(from_seconds(0.5e-6) == Duration{1});
    CHECK(from_seconds(-0.5e-6) == Duration{-1});
    CHECK(from_seconds(86400.0 * 365) == day * 365);
}

TEST_CASE("a point of the grid is its own next point") {
    CHECK(next_on_grid(Time{0}, hour) == Time{0});
    CHECK(next_on_grid(Time{3 * hour.us}, hour) == Time{3 * hour.us});
    CHECK(next_on_grid(Time{-3 * hour.us}, hour) == Time{-3 * hour.us});
    CHECK(next_on_grid(Time{7}, Duration{10}, Duration{7}) == Time{7});
    CHECK(next_on_grid(Time{-13}, Duration{10}, Duration{7}) == Time{-13});
}

TEST_CASE("one microsecond off the grid goes up to the next point") {
    CHECK(next_on_grid(Time{1}, hour) == Time{hour.us});
    CHECK(next_on_grid(Time{hour.us - 1}, hour) == Time{hour.us});
    CHECK(next_on_grid(Time{-1}, hour) == Time{0});
    CHECK(next_on_grid(Time{-hour.us + 1}, hour) == Time{0});
    CHECK(next_on_grid(Time{-hour.us - 1}, hour) == Time{-hour.us});
}

TEST_CASE("the next grid point is the least one not before, also for negative times and offsets") {
    for (std::int64_t step = 1; step <= 7; ++step) {
        for (std::int64_t offset = -9; offset <= 9; ++offset) {
            for (std::int64_t t = -30; t <= 30; ++t) {
                const std::int64_t next = next_on_grid(Time{t}, Duration{step}, Duration{offset}).us;
                const bool is_right = next >= t && next - t < step && (next - offset) % step == 0;
                if (!is_right) {
                    FAIL("step " << step << " offset " << offset << " time " << t << " gives " << next);
                }
            }
        }
    }
}
