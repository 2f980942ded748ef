#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/time.hpp"

namespace spate::scenarios {

/// A moment of the civil calendar with its offset from UTC.
struct Instant {
    std::int64_t utc_us = 0;  ///< since 1970-01-01T00:00Z [microseconds]
    sim::Duration offset;     ///< local time minus UTC

    /// Local time since Monday 00:00.
    sim::Duration week_time() const;
};

/// "2025-11-10T20:00+08:00", seconds optional, `Z` for UTC. Nothing, and why in `error`, if it is no such text.
std::optional<Instant> parse_instant(std::string_view text, std::string& error);
/// Whether the text begins like a date, so that a message can speak of dates.
bool looks_like_date(std::string_view text);
/// "08:00" as the time since midnight; up to "24:00".
std::optional<sim::Duration> parse_time_of_day(std::string_view text);
/// "mon-fri", "sat,sun", "mon", "daily": bit i is day i, Monday first. Nothing if it is no such text.
std::optional<unsigned> parse_days(std::string_view text);

}  // namespace spate::scenarios
