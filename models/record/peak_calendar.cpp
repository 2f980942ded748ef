#include "models/record/peak_calendar.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace spate::models {

PeakCalendar::PeakCalendar(const ModelSpec& spec) {
    if (!spec.trace.peaks_every)
        return;
    every_ = spec.trace.series_every;
    step_ = *spec.trace.peaks_every;
    SPATE_EXPECT(step_.us > 0 && every_.us % step_.us == 0);
    for (const auto& session : spec.sessions)
        add(session, Time{(spec.warm_up + spec.horizon).us});
    peaks_ = std::count(is_peak_.begin(), is_peak_.end(), 1);
}

void PeakCalendar::add(const SessionSpec& session, Time end) {
    for (std::uint32_t i = 0; i < session.repeat_times; ++i) {
        const Time start = session.start + session.repeat_every.value_or(Duration{}) * i;
        const Time from = std::max(start - before, Time{0}), to = std::min(start + session.lasts + after, end);
        if (from >= end)
            return;
        if (to <= from)
            continue;
        const auto first = static_cast<std::size_t>(from.us / every_.us),
                   last = static_cast<std::size_t>((to.us - 1) / every_.us);
        is_peak_.resize(std::max(is_peak_.size(), last + 1));
        std::fill(is_peak_.begin() + static_cast<std::ptrdiff_t>(first),
                  is_peak_.begin() + static_cast<std::ptrdiff_t>(last + 1),
                  std::uint8_t{1});
    }
}

}  // namespace spate::models
