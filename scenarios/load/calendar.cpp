#include "scenarios/load/calendar.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace spate::scenarios {

namespace {

/// Two or four digits at `at`; -1 if there are none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/// Day number by name, 0 = Monday; -1 if it is none.
int day_number(std::string_view name) {
    constexpr std::array<std::string_view, 7> english = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    constexpr std::array<std::string_view, 7> chinese = {"周一", "周二", "周三", "周四", "周五", "周六", "周日"};
    for (std::size_t i = 0; i < english.size(); ++i) {
        if (name == english[i] || name == chinese[i]) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

std::optional<sim::Duration> parse_offset(std::string_view text) {
    if (text == "Z") {
        return sim::Duration{};
    }
    const int hours = digits(text, 1, 2);
    const int minutes = digits(text, 4, 2);
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || hours < 0 || hours > 14
        || minutes < 0 || minutes > 59) {
        return std::nullopt;
    }
    const sim::Duration size = sim::hour * hours + sim::minute * minutes;
    return text[0] == '-' ? sim::Duration{-size.us} : size;
}

}  // namespace

sim::Duration Instant::week_time() const {
    constexpr std::int64_t thursday = 3;  // 1970-01-01
    const std::int64_t since_monday = utc_us + offset.us + thursday * sim::day.us;
    const std::int64_t rest = since_monday % sim::week.us;
    return {rest < 0 ? rest + sim::week.us : rest};
}

bool looks_like_date(std::string_view text) {
    return digits(text, 0, 4) >= 0 && text.size() > 4 && text[4] == '-';
}

std::optional<Instant> parse_instant(std::string_view text, std::string& error) {
    error = "not a date and time. write for example 2025-11-10T20:00+08:00?";
    const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    const int hour = digits(text, 11, 2), minute = digits(text, 14, 2);
    if (text.size() < 16 || year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || text[4] != '-'
        || text[7] != '-' || text[10] != 'T' || text[13] != ':') {
        return std::nullopt;
    }
    const bool has_seconds = text.size() > 16 && text[16] == ':';
    const int second = has_seconds ? digits(text, 17, 2) : 0;
    const std::string_view zone = text.substr(has_seconds ? std::min<std::size_t>(19, text.size()) : 16);
    if (zone.empty()) {
        error = "no offset from UTC. write for example 2025-11-10T20:00+08:00?";
        return std::nullopt;
    }
    const auto offset = parse_offset(zone);
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!offset || second < 0) {
        return std::nullopt;
    }
    if (!date.ok() || year < 1900 || hour > 23 || minute > 59 || second > 59) {
        error = "no such date or time";
        return std::nullopt;
    }
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const sim::Duration local = sim::day * days + sim::hour * hour + sim::minute * minute + sim::second * second;
    return Instant{(local - *offset).us, *offset};
}

std::optional<sim::Duration> parse_time_of_day(std::string_view text) {
    const int hour = digits(text, 0, 2), minute = digits(text, 3, 2);
    if (text.size() != 5 || text[2] != ':' || hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60) {
        return std::nullopt;
    }
    return sim::hour * hour + sim::minute * minute;
}

std::optional<unsigned> parse_days(std::string_view text) {
    constexpr unsigned all = 0x7F;
    if (text == "daily") {
        return all;
    }
    unsigned days = 0;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto part = text.substr(begin, end - begin);
        const auto dash = part.find('-');
        const int first = day_number(part.substr(0, dash));
        const int last = dash == std::string_view::npos ? first : day_number(part.substr(dash + 1));
        if (first < 0 || last < 0) {
            return std::nullopt;
        }
        for (int day = first;; day = (day + 1) % 7) {
            days |= 1U << static_cast<unsigned>(day);
            if (day == last) {
                break;
            }
        }
        begin = end + 1;
    }
    return days;
}

}  // namespace spate::scenarios
