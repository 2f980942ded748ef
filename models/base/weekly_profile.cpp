#include "models/base/weekly_profile.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"

namespace spate::models {

namespace {

constexpr std::int64_t week_us = sim::week.us;

std::int64_t floor_mod(std::int64_t a, std::int64_t n) {
    const std::int64_t r = a % n;
    return r < 0 ? r + n : r;
}

}  // namespace

WeeklyProfile::WeeklyProfile()
    : WeeklyProfile({{sim::Duration{0}, 1.0}}, sim::Duration{0}) {}

WeeklyProfile::WeeklyProfile(std::vector<Segment> segments, sim::Duration week_time_at_start)
    : segments_(std::move(segments))
    , offset_us_(floor_mod(week_time_at_start.us, week_us)) {
    SPATE_EXPECT(!segments_.empty() && segments_.front().from.us == 0);
    cumulative_.reserve(segments_.size());
    for (std::size_t i = 0; i < segments_.size(); ++i) {
        const auto end = i + 1 < segments_.size() ? segments_[i + 1].from.us : week_us;
        SPATE_EXPECT(segments_[i].value >= 0 && end > segments_[i].from.us);
        cumulative_.push_back(per_week_);
        us_per_amount_.push_back(segments_[i].value > 0 ? 1e6 / segments_[i].value : 0);
        per_week_ += segments_[i].value * sim::Duration{end - segments_[i].from.us}.seconds();
    }
    SPATE_EXPECT(per_week_ > 0);
}

std::size_t WeeklyProfile::segment_at(std::int64_t us) const {
    const auto after = std::upper_bound(
        segments_.begin(), segments_.end(), us, [](std::int64_t t, const Segment& s) { return t < s.from.us; });
    return static_cast<std::size_t>(after - segments_.begin()) - 1;
}

double WeeklyProfile::at(sim::Time t) const {
    return segments_[segment_at(floor_mod(t.us + offset_us_, week_us))].value;
}

sim::Time WeeklyProfile::segment_end(sim::Time t) const {
    const std::int64_t us = floor_mod(t.us + offset_us_, week_us);
    const std::size_t s = segment_at(us);
    return {t.us - us + (s + 1 < segments_.size() ? segments_[s + 1].from.us : week_us)};
}

double WeeklyProfile::integral(sim::Time from, sim::Time to) const {
    if (is_constant())
        return segments_.front().value * (to - from).seconds();
    const auto since_monday = [this](sim::Time t) {
        const std::int64_t us = floor_mod(t.us + offset_us_, week_us);
        const std::size_t s = segment_at(us);
        return cumulative_[s] + segments_[s].value * sim::Duration{us - segments_[s].from.us}.seconds();
    };
    const auto week_of = [this](sim::Time t) {
        return (t.us + offset_us_ - floor_mod(t.us + offset_us_, week_us)) / week_us;
    };
    return static_cast<double>(week_of(to) - week_of(from)) * per_week_ + since_monday(to) - since_monday(from);
}

sim::Time WeeklyProfile::advance(sim::Time from, double amount) const {
    constexpr double range_s = 9e12;  // beyond the range of simulated time
    constexpr double slack_s = 1e-9;  // rounding of the amount must not carry work over a closing time
    std::int64_t us = floor_mod(from.us + offset_us_, week_us);
    std::size_t s = segment_at(us);
    // Whole weeks but the last: what is left ends in the segments of one week from here, in an open one.
    const double weeks = amount > per_week_ ? std::ceil(amount / per_week_) - 1 : 0;
    if (weeks * sim::week.seconds() > range_s)
        return sim::end_of_time;
    double left = amount - weeks * per_week_;
    std::int64_t passed = static_cast<std::int64_t>(weeks) * week_us;
    while (left > 0) {
        const std::int64_t end = s + 1 < segments_.size() ? segments_[s + 1].from.us : week_us;
        const double value = segments_[s].value;
        const double seconds = value > 0 ? left / value : range_s;
        if (seconds <= sim::Duration{end - us}.seconds() + slack_s) {
            passed += std::min(static_cast<std::int64_t>(std::ceil(seconds * 1e6 - 1e-3)), end - us);
            break;
        }
        left -= value * sim::Duration{end - us}.seconds();
        passed += end - us;
        us = end == week_us ? 0 : end;
        s = end == week_us ? 0 : s + 1;
    }
    return from.us > INT64_MAX - passed ? sim::end_of_time : sim::Time{from.us + passed};
}

WeeklyProfile::Position WeeklyProfile::position(sim::Time t) const {
    const std::int64_t us = floor_mod(t.us + offset_us_, week_us);
    const std::size_t s = segment_at(us);
    const double amount = cumulative_[s] + segments_[s].value * sim::Duration{us - segments_[s].from.us}.seconds();
    Position position{(t.us + offset_us_ - us) / week_us, 0};
    move_on(position, amount);
    return position;
}

void WeeklyProfile::carry(Position& position) const {
    const double weeks = std::floor(position.amount / per_week_);
    position.amount = std::max(position.amount - weeks * per_week_, 0.0);
    if (position.amount >= per_week_)  // rounding
        position.amount = std::nextafter(per_week_, 0.0);
    constexpr double last_week = 1e12;  // beyond the range of simulated time
    const double week = static_cast<double>(position.week) + weeks;
    position.week = static_cast<std::int64_t>(std::min(week, last_week));
}

sim::Time WeeklyProfile::time_of(const Position& position, std::uint32_t& segment) const {
    if (position.week >= INT64_MAX / week_us - 1)
        return sim::end_of_time;
    std::size_t s = segment;
    if (s + 1 < segments_.size() && cumulative_[s + 1] <= position.amount)
        ++s;
    const bool is_found = s < segments_.size() && cumulative_[s] <= position.amount
                          && (s + 1 == segments_.size() || cumulative_[s + 1] > position.amount);
    if (!is_found) {
        const auto after = std::upper_bound(cumulative_.begin(), cumulative_.end(), position.amount);
        s = static_cast<std::size_t>(after - cumulative_.begin()) - 1;
    }
    segment = static_cast<std::uint32_t>(s);
    const std::int64_t from = segments_[s].from.us;
    const std::int64_t end = s + 1 < segments_.size() ? segments_[s + 1].from.us : week_us;
    const double us = (position.amount - cumulative_[s]) * us_per_amount_[s];
    const std::int64_t into = std::min(static_cast<std::int64_t>(us), end - from - 1);
    return {std::max<std::int64_t>(position.week * week_us + from + into - offset_us_, 0)};
}

}  // namespace spate::models
