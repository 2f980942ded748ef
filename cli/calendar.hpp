#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/time.hpp"

namespace spate::cli {

/// Turns simulated time into the local date and time of the scenario.
class Calendar {
  public:
    /// `start`: ISO 8601 date, or date and time, with or without offset. Anything else: times are shown as spans.
    explicit Calendar(const std::string& start);

    /// "2025-11-11 20:00:00", with microseconds if there are any; "3d 04:05:06" without a start.
    std::string text(sim::Time time) const;
    /// The same to the minute.
    std::string minute_text(sim::Time time) const;

  private:
    /// None: there is no start, or the year would not have four digits.
    std::optional<std::int64_t> local_us(sim::Time time) const;

    std::optional<std::int64_t> start_us_;  ///< local, since 1970-01-01 00:00 [microseconds]
};

/// A span as people write it: "10 min", "1 h 30 min", "2 d", "0.25 s".
std::string duration_text(sim::Duration duration);

}  // namespace spate::cli
