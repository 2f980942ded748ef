#include "models/demand/activity.hpp"

#include <algorithm>

#include "models/demand/pulse_train.hpp"

namespace spate::models {

Spans activity_of(const ModelSpec& spec, Index channel, Time end) {
    for (const auto& demand : spec.demand) {
        if (std::binary_search(demand.channels.begin(), demand.channels.end(), channel))
            return {{Time{0}, end}};
    }
    const auto& view = spec.channels[channel];
    // Groups close, and balances are paid, long after the order: only then is a site looked for.
    const bool decides_later = view.group || (view.presale && !view.presale->locks_stock);
    const Duration margin = (view.view_every + view.view_lag + view.release_every + view.release_lag) * 2;
    Spans spans;
    for (const auto& session : spec.sessions) {
        const bool takes_over = session.to_base > 0 && session.to_base_channel == channel;
        if (session.channel != channel && !takes_over)
            continue;
        const PulseTrain::Shape shape{session.rise, session.lasts, session.decay};
        Duration length = PulseTrain(shape, session.start, {}, 1).end() - session.start;
        if (takes_over)
            length = std::max(length, session.to_base_over);
        for (std::uint32_t i = 0; i < session.repeat_times; ++i) {
            const Time start = session.start + session.repeat_every.value_or(Duration{}) * i;
            const Time last = start + length + margin;
            spans.emplace_back(std::max(start - margin, Time{0}), decides_later ? std::max(last, end) : last);
        }
    }
    std::sort(spans.begin(), spans.end());
    return spans;
}

}  // namespace spate::models
