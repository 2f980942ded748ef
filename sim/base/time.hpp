#pragma once

#include <compare>
#include <cstdint>

namespace spate::sim {

/// A span of simulated time: a whole number of microseconds, may be negative.
/// Range: about 292,000 years. Absence is std::optional, never a special value.
struct Duration {
    std::int64_t us = 0;  ///< [microseconds]

    friend constexpr auto operator<=>(Duration, Duration) = default;

    friend constexpr Duration operator+(Duration a, Duration b) { return {a.us + b.us}; }

    friend constexpr Duration operator-(Duration a, Duration b) { return {a.us - b.us}; }

    friend constexpr Duration operator*(Duration a, std::int64_t n) { return {a.us * n}; }

    friend constexpr std::int64_t operator/(Duration a, Duration b) { return a.us / b.us; }

    constexpr double seconds() const { return static_cast<double>(us) * 1e-6; }

    constexpr double hours() const { return static_cast<double>(us) / 3.6e9; }
};

inline constexpr Duration microsecond{1};
inline constexpr Duration second{1'000'000};
inline constexpr Duration minute{60'000'000};
inline constexpr Duration hour{3'600'000'000};
inline constexpr Duration day{86'400'000'000};
inline constexpr Duration week{7 * 86'400'000'000};

/// Nearest duration to a number of seconds. Requires: |seconds| < 9e12.
constexpr Duration from_seconds(double seconds) {
    const double us = seconds * 1e6;
    return {static_cast<std::int64_t>(us < 0 ? us - 0.5 : us + 0.5)};
}

/// A point of simulated time: microseconds since the start of the run.
struct Time {
    std::int64_t us = 0;  ///< [microseconds since the start]

    friend constexpr auto operator<=>(Time, Time) = default;

    friend constexpr Time operator+(Time t, Duration d) { return {t.us + d.us}; }

    friend constexpr Time operator-(Time t, Duration d) { return {t.us - d.us}; }

    friend constexpr Duration operator-(Time a, Time b) { return {a.us - b.us}; }

    constexpr Time& operator+=(Duration d) {
        us += d.us;
        return *this;
    }
};

/// Later than every event of every run.
inline constexpr Time end_of_time{INT64_MAX};

/// The first instant of the grid {offset + k * step} that is at or after `t`. Requires: step > 0.
constexpr Time next_on_grid(Time t, Duration step, Duration offset = {}) {
    const std::int64_t since = t.us - offset.us;
    std::int64_t k = since / step.us;
    if (k * step.us < since)
        ++k;
    return {offset.us + k * step.us};
}

}  // namespace spate::sim
