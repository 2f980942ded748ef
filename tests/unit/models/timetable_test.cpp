#include "models/base/timetable.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

using namespace spate;
using namespace spate::models;

namespace {

/// The first departure at or after `t`, by going through all of four months.
Time search(const TimetableSpec& spec, Duration week_time_at_start, Time t) {
    Time best = sim::end_of_time;
    const Duration four_months = sim::week * 17;
    for (Duration period{0}; period < four_months; period = period + spec.period) {
        for (const auto offset : spec.offsets) {
            const Time departure = Time{0} - week_time_at_start + period + offset;  // counted from Monday 00:00
            if (departure >= t)
                best = std::min(best, departure);
        }
    }
    return best;
}

}  // namespace

TEST_CASE("without departures goods leave at once") {
    const Timetable timetable({}, sim::hour * 5);
    for (const std::int64_t us : {0L, 1L, 123'456'789'012L})
        CHECK(timetable.next({us}) == Time{us});
}

TEST_CASE("a daily truck leaves at its local time of day") {
    const Timetable timetable({sim::day, {sim::hour * 18}}, sim::day * 2 + sim::hour * 10);  // start: Wednesday 10:00
    const Time six_pm{(sim::hour * 8).us};
    CHECK(timetable.next({0}) == six_pm);
    CHECK(timetable.next(six_pm) == six_pm);
    CHECK(timetable.next(six_pm + sim::microsecond) == six_pm + sim::day);
    CHECK(timetable.next(six_pm + sim::week * 9 - sim::hour) == six_pm + sim::week * 9);
}

TEST_CASE("a weekly truck leaves on its day of the week") {
    const Timetable timetable({sim::week, {sim::day * 1 + sim::hour * 6, sim::day * 4}},
                              sim::day * 2);  // start: Wednesday
    const Time friday{(sim::day * 2).us}, tuesday{(sim::day * 6 + sim::hour * 6).us};
    CHECK(timetable.next({0}) == friday);
    CHECK(timetable.next(friday + sim::microsecond) == tuesday);
    CHECK(timetable.next(tuesday + sim::microsecond) == friday + sim::week);
}

TEST_CASE("any timetable gives the departure that a search of them all finds") {
    for (std::uint64_t number = 0; number < 60; ++number) {
        sim::RandomStream random({8, 0}, number, 1);
        const Duration periods[] = {sim::week, sim::day, sim::hour * 4, sim::minute * 20};
        TimetableSpec spec;
        spec.period = periods[random.below(4)];
        for (std::uint32_t n = 1 + random.below(4); n > 0; --n)
            spec.offsets.push_back(sim::minute * random.below(static_cast<std::uint32_t>(spec.period / sim::minute)));
        std::sort(spec.offsets.begin(), spec.offsets.end());
        const Duration start = sim::minute * random.below(7 * 1440);
        const Timetable timetable(spec, start);
        for (int i = 0; i < 20; ++i) {
            const Time t{sim::minute.us * random.below(7 * 1440 * 3)
                         + (random.below(2) == 0 ? 0 : random.below(60'000'000))};
            REQUIRE(timetable.next(t) == search(spec, start, t));
        }
    }
}
