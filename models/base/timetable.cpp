#include "models/base/timetable.hpp"

#include "sim/base/check.hpp"

namespace spate::models {

Timetable::Timetable(TimetableSpec spec, Duration week_time_at_start)
    : spec_(std::move(spec))
    , week_time_at_start_(week_time_at_start) {
    SPATE_EXPECT(spec_.period.us > 0 || spec_.offsets.empty());
}

Time Timetable::next(Time t) const {
    if (spec_.offsets.empty())
        return t;
    // Local time counts from the Monday before the start, so that daily and weekly tables share one rule.
    Time best = sim::end_of_time;
    for (const Duration offset : spec_.offsets) {
        const Time local = t + week_time_at_start_;
        const Time departure = sim::next_on_grid(local, spec_.period, offset) - week_time_at_start_;
        if (departure < best)
            best = departure;
    }
    return best;
}

}  // namespace spate::models
