#include "cli/calendar.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "sim/engine/clock_text.hpp"

namespace spate::cli {
namespace {

/// Quotient rounded down.
std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

Calendar::Calendar(const std::string& start) {
    int year = 0, hour = 0, minute = 0;
    unsigned month = 0, day = 0;
    double second = 0;
    const int parts =
        std::sscanf(start.c_str(), "%4d-%2u-%2u%*[T ]%2d:%2d:%9lf", &year, &month, &day, &hour, &minute, &second);
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (parts < 3 || !date.ok()) {
        return;
    }
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    start_us_ = days * sim::day.us + hour * sim::hour.us + minute * sim::minute.us + std::llround(second * 1e6);
}

std::optional<std::int64_t> Calendar::local_us(sim::Time time) const {
    constexpr std::int64_t most = 250'000'000'000'000'000;  // about the year 9900
    std::int64_t us = 0;
    if (!start_us_ || __builtin_add_overflow(*start_us_, time.us, &us) || us < -most / 5 || us > most) {
        return std::nullopt;
    }
    return us;
}

std::string Calendar::text(sim::Time time) const {
    const auto local = local_us(time);
    if (!local) {
        return sim::clock_text(time);
    }
    const std::int64_t us = *local;
    const std::int64_t of_day = us - floor_divide(us, sim::day.us) * sim::day.us;
    const std::int64_t seconds = of_day / sim::second.us, fraction = of_day % sim::second.us;
    return minute_text(time) + fmt::format(":{:02}", seconds % 60)
           + (fraction != 0 ? fmt::format(".{:06}", fraction) : "");
}

std::string Calendar::minute_text(sim::Time time) const {
    const auto local = local_us(time);
    if (!local) {
        return sim::clock_text(time);
    }
    const std::int64_t us = *local;
    const std::int64_t day = floor_divide(us, sim::day.us);
    const std::int64_t minutes = (us - day * sim::day.us) / sim::minute.us;
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}",
                       static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()),
                       minutes / 60,
                       minutes % 60);
}

std::string duration_text(sim::Duration duration) {
    if (duration.us == INT64_MIN) {
        return "–";
    }
    if (duration.us < 0) {
        return "-" + duration_text({-duration.us});
    }

    struct Unit {
        std::int64_t us;
        const char* name;
    };

    constexpr std::array units{
        Unit{sim::day.us, "d"}, Unit{sim::hour.us, "h"}, Unit{sim::minute.us, "min"}, Unit{sim::second.us, "s"}};
    for (std::size_t i = 0; i < units.size() - 1; ++i) {
        if (duration.us < units[i].us) {
            continue;
        }
        const std::int64_t rest = duration.us % units[i].us / units[i + 1].us;
        const std::string whole = fmt::format("{} {}", duration.us / units[i].us, units[i].name);
        return rest == 0 ? whole : whole + fmt::format(" {} {}", rest, units[i + 1].name);
    }
    return fmt::format("{:.6g} s", duration.seconds());
}

}  // namespace spate::cli
