#include "models/demand/session_streams.hpp"

#include <algorithm>

namespace spate::models {

std::uint64_t place_key(const ModelSpec& spec, Index market, Index channel) {
    return sim::mix(sim::hash_name(spec.markets[market].id), sim::hash_name(spec.channels[channel].id));
}

std::vector<SessionStream> session_streams(const ModelSpec& spec,
                                           const BaseDemand& base,
                                           std::size_t number,
                                           Index market) {
    const SessionSpec& session = spec.sessions[number];
    std::vector<double> weights;
    const double rate = base.pulse_rate(spec, number, market, weights);  // orders per second of pulse
    if (rate <= 0)
        return {};
    const auto mix = std::make_shared<const ProductMix>(session.products, weights);
    const PulseTrain one({session.rise, session.lasts, session.decay}, session.start, {}, 1);
    const Duration every = session.repeat_every.value_or(Duration{});
    const Duration length = one.end() - session.start;
    const std::int64_t needed = session.repeat_times > 1 ? (length.us + every.us - 1) / every.us : 1;
    const auto trains = static_cast<std::uint32_t>(std::clamp<std::int64_t>(needed, 1, session.repeat_times));
    const std::uint64_t key = sim::mix(place_key(spec, market, session.channel), sim::hash_name(session.id));
    std::vector<SessionStream> streams;
    for (std::uint32_t first = 0; first < trains; ++first) {
        auto train = std::make_unique<const PulseTrain>(base.broadcasts().train(spec, number, first, trains));
        streams.push_back(
            {sim::mix(key, first), first, trains, {nullptr, std::move(train), 1 / rate, mix, &session.quantity}});
    }
    return streams;
}

}  // namespace spate::models
