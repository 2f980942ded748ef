#include <algorithm>

#include "scenarios/load/load_sections.hpp"

/// Timetables and reviews: "daily 20:00", "every 6 h", "mon,thu 08:00".
namespace spate::scenarios {

namespace {

using models::ReviewSpec;
using models::TimetableSpec;
using sim::Duration;

/// "every 6 h": the duration. A problem if it is none or not above 0.
std::optional<Duration> read_every(Draft& draft, const Node& node) {
    Node span = node;
    span.text = node.text.substr(6);
    const auto q = read_quantity(draft, span, Measure::duration, "> 0");
    if (!q) {
        return std::nullopt;
    }
    const Duration every = sim::from_seconds(q->value);
    refuse_too_often(draft, node, every);
    return every;
}

/// "20:00", "daily 20:00" or "mon,thu 08:00" as times since Monday 00:00, one for each day.
std::optional<std::vector<Duration>> read_clock(Draft& draft, const Node& node) {
    const auto blank = node.text.find(' ');
    const auto days =
        blank == std::string::npos ? parse_days("daily") : parse_days(std::string_view(node.text).substr(0, blank));
    const auto time = parse_time_of_day(std::string_view(node.text).substr(blank == std::string::npos ? 0 : blank + 1));
    if (!node.is_scalar() || !days || !time || *time == sim::day) {
        draft.problems.add(
            node.place,
            in_quotes(node.text)
                + " is no time of departure or review. write for example daily 20:00, mon,thu 08:00 or every 6 h?");
        return std::nullopt;
    }
    std::vector<Duration> result;
    for (unsigned day = 0; day < 7; ++day) {
        if ((*days >> day & 1U) != 0) {
            result.push_back(sim::day * day + *time);
        }
    }
    return result;
}

/// A timetable of the week, told by the day if all days are the same.
TimetableSpec compact(std::vector<Duration> week_times) {
    std::sort(week_times.begin(), week_times.end());
    week_times.erase(std::unique(week_times.begin(), week_times.end()), week_times.end());
    TimetableSpec daily{sim::day, {}}, weekly{sim::week, week_times};
    for (const auto time : week_times) {
        if (time < sim::day) {
            daily.offsets.push_back(time);
        }
    }
    std::vector<Duration> repeated;
    for (std::int64_t day = 0; day < 7; ++day) {
        for (const auto time : daily.offsets) {
            repeated.push_back(sim::day * day + time);
        }
    }
    return repeated == week_times ? daily : weekly;
}

}  // namespace

TimetableSpec read_timetable(Draft& draft, const Node& node) {
    if (node.is_scalar() && node.text.starts_with("every ")) {
        const auto every = read_every(draft, node);
        return every ? TimetableSpec{*every, {Duration{}}} : TimetableSpec{};
    }
    std::vector<Duration> times;
    const std::vector<Node> single{node};
    for (const auto& item : node.is_sequence() ? node.items : single) {
        if (const auto clock = read_clock(draft, item)) {
            times.insert(times.end(), clock->begin(), clock->end());
        }
    }
    return compact(std::move(times));
}

ReviewSpec read_review(Draft& draft, const Node& node) {
    ReviewSpec review;
    if (node.is_map()) {
        Reader reader(draft, "review", node);
        review.every = reader.duration("every").value_or(sim::day);
        refuse_too_often(reader, "every", review.every);
        review.offset = reader.duration("offset").value_or(Duration{});
        return review;
    }
    if (node.is_scalar() && node.text == "continuous") {
        review.continuous = true;
        return review;
    }
    if (node.is_scalar() && node.text.starts_with("every ")) {
        review.every = read_every(draft, node).value_or(sim::day);
        return review;
    }
    const auto clock = read_clock(draft, node);
    if (clock && clock->size() == 7) {
        review.offset = clock->front();
    } else if (clock && clock->size() == 1) {
        review.every = sim::week;
        review.offset = clock->front();
    } else if (clock) {
        draft.problems.add(node.place,
                           "a review is daily or on one day of the week. write for example daily 02:00 or mon 02:00?");
    }
    return review;
}

}  // namespace spate::scenarios
