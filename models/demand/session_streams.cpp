#include "models/demand/session_streams.hpp"

#include <algorithm>

namespace spate::models {

namespace {

/// How many streams take turns, so that none overlaps itself.
std::uint32_t trains_for(const SessionSpec& session, Duration length) {
    const Duration every = session.repeat_every.value_or(Duration{});
    const std::int64_t needed = session.repeat_times > 1 ? (length.us + every.us - 1) / every.us : 1;
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(needed, 1, session.repeat_times));
}

/// A product of the same name has a stream of its own.
std::uint64_t session_key(const ModelSpec& spec, const SessionSpec& session, Index market) {
    const bool is_product = std::any_of(
        spec.products.begin(), spec.products.end(), [&](const ProductSpec& p) { return p.id == session.id; });
    const std::uint64_t key = sim::mix(place_key(spec, market, session.channel), sim::hash_name(session.id));
    return is_product ? sim::mix(key, sim::hash_name("session")) : key;
}

}  // namespace

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
    const std::uint32_t trains = trains_for(session, one.end() - session.start);
    const std::uint64_t key = session_key(spec, session, market);
    const SessionGifts& gifts = base.broadcasts().gifts(number);
    std::vector<SessionStream> streams;
    for (std::uint32_t first = 0; first < trains; ++first) {
        auto train = std::make_unique<const PulseTrain>(base.broadcasts().train(spec, number, first, trains));
        SessionStream& stream = streams.emplace_back();
        stream.key = sim::mix(key, first);
        stream.first = first;
        stream.step = trains;
        stream.law = {nullptr, std::move(train), 1 / rate, mix, &session.quantity};
        stream.law.session = static_cast<std::uint16_t>(number + 1);
        stream.seeds = SessionSeeds(spec, session);
        stream.law.gifts = gifts.is_empty() ? nullptr : &gifts;
    }
    return streams;
}

std::vector<SessionStream> base_streams_instead(const ModelSpec& spec,
                                                const BaseDemand& base,
                                                std::size_t number,
                                                Index market) {
    const SessionSpec& session = spec.sessions[number];
    std::vector<double> weights;
    const double rate = session.to_base > 0 ? base.pulse_rate(spec, number, market, weights) : 0;
    if (rate <= 0)
        return {};
    const auto mix = std::make_shared<const ProductMix>(session.products, weights);
    const PulseTrain one({session.rise, session.lasts, session.decay}, session.start, {}, 1);
    const Duration over = session.to_base_over;
    const std::uint32_t trains = trains_for(session, over);
    const std::uint64_t key = sim::mix(session_key(spec, session, market), sim::hash_name("instead"));
    const auto broadcasts = base.broadcasts().of(number);
    std::vector<SessionStream> streams;
    for (std::uint32_t first = 0; first < trains; ++first) {
        std::vector<PulseTrain::Pulse> pulses;
        for (std::size_t n = first; n < broadcasts.size(); n += trains) {
            if (broadcasts[n].is_cancelled())
                pulses.push_back({broadcasts[n].start, {{Duration{}, broadcasts[n].planned_factor()}}});
        }
        if (pulses.empty())
            continue;
        auto train = std::make_unique<const PulseTrain>(PulseTrain::Shape{Duration{}, over, Duration{}}, pulses);
        const double orders = rate * one.per_pulse() * session.to_base;  // of a pulse of factor 1
        SessionStream& stream = streams.emplace_back();
        stream.key = sim::mix(key, first);
        stream.first = first;
        stream.step = trains;
        stream.law = {nullptr, std::move(train), over.seconds() / orders, mix, &session.quantity};
        stream.seeds = SessionSeeds(spec, session);
    }
    return streams;
}

}  // namespace spate::models
