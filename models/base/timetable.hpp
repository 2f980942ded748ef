#pragma once

#include "models/spec.hpp"

namespace spate::models {

/// Departures of a lane. Immutable.
class Timetable {
  public:
    Timetable(TimetableSpec spec, Duration week_time_at_start);
    /// The first departure at or after `t`; `t` itself where goods leave at once.
    Time next(Time t) const;

  private:
    TimetableSpec spec_;
    Duration week_time_at_start_;
};

}  // namespace spate::models
