#include "models/sites/quota_calendar.hpp"

#include <algorithm>
#include <iterator>

#include "models/demand/pulse_train.hpp"

namespace spate::models {

namespace {

using Per = QuotaSpec::Per;

Duration length_of(Per per) {
    return per == Per::day ? sim::day : sim::week;
}

}  // namespace

QuotaCalendar::QuotaCalendar(const ModelSpec& spec, Index channel)
    : week_time_(spec.week_time_at_start) {
    std::vector<std::pair<Time, Time>> all;
    for (const auto& session : spec.sessions) {
        if (session.channel != channel)
            continue;
        const PulseTrain::Shape shape{session.rise, session.lasts, session.decay};
        const Duration length = PulseTrain(shape, session.start, {}, 1).end() - session.start;
        for (std::uint32_t i = 0; i < session.repeat_times; ++i) {
            const Time start = session.start + session.repeat_every.value_or(Duration{}) * i;
            all.emplace_back(start, start + length);
            starts_.push_back(start);
        }
    }
    std::sort(starts_.begin(), starts_.end());
    std::sort(all.begin(), all.end());
    for (const auto& [from, to] : all) {
        if (!sessions_.empty() && from <= sessions_.back().second) {
            sessions_.back().second = std::max(sessions_.back().second, to);
        } else {
            sessions_.emplace_back(from, to);
        }
    }
}

Time QuotaCalendar::next(Per per, Time after) const {
    if (per != Per::session)
        return sim::next_on_grid(after + sim::microsecond + week_time_, length_of(per)) - week_time_;
    Time next = sim::end_of_time;
    if (const auto start = std::upper_bound(starts_.begin(), starts_.end(), after); start != starts_.end())
        next = *start;
    for (const auto& [from, to] : sessions_) {
        if (to > after)
            return std::min(next, to);
    }
    return next;
}

bool QuotaCalendar::begins(Per per, Time at) const {
    return per != Per::session && (at + week_time_).us % length_of(per).us == 0;
}

std::uint64_t QuotaCalendar::broadcast(Time at) const {
    const auto is_before = [](Time t, const auto& span) { return t < span.first; };
    const auto span = std::upper_bound(sessions_.begin(), sessions_.end(), at, is_before);
    if (span == sessions_.begin() || at >= std::prev(span)->second)
        return 0;
    return static_cast<std::uint64_t>(std::upper_bound(starts_.begin(), starts_.end(), at) - starts_.begin());
}

}  // namespace spate::models
