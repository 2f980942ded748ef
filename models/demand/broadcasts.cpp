#include "models/demand/broadcasts.hpp"

#include <algorithm>
#include <cmath>

#include "models/demand/host_plan.hpp"

namespace spate::models {

namespace {

constexpr double seconds_per_year = 365.0 * 86400;

/// Mean 1. One draw, so that equal draws of other spreads rank the same.
double draw_luck(const SessionSpec& session, std::uint64_t entity, sim::RunSeed run) {
    if (session.luck_cv <= 0)
        return 1;
    sim::RandomStream random(run, entity, purpose_luck);
    return Distribution::lognormal(1, session.luck_cv).sample(random);
}

std::vector<ScriptEvent> draw_script(const SessionSpec& session, Time start, std::uint64_t entity, sim::RunSeed run) {
    std::vector<ScriptEvent> script;
    for (std::size_t i = 0; i < session.script.size(); ++i) {
        const ScriptSpec& event = session.script[i];
        sim::RandomStream random(run, sim::mix(entity, i), purpose_script);
        const double after = std::clamp(event.at.sample(random), 0.0, session.lasts.seconds());
        const Time from = start + sim::from_seconds(after);
        script.push_back({event.phrase,
                          from,
                          std::min(from + event.lasts, start + session.lasts),
                          event.rate,
                          event.gift,
                          static_cast<std::uint32_t>(i)});
    }
    std::stable_sort(script.begin(), script.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    return script;
}

/// Scripts of broadcasts that are cancelled are not heard.
SessionGifts gifts_of(const SessionSpec& session, std::span<const Broadcast> broadcasts) {
    std::vector<SessionGifts::Span> spans;
    for (const auto& broadcast : broadcasts) {
        for (const auto& event : broadcast.script) {
            if (event.gift && event.from < event.to && !broadcast.is_cancelled())
                spans.push_back({event.from, event.to, *event.gift});
        }
    }
    std::stable_sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    return {session.gift.value_or(GiftSpec{}), spans};
}

/// The stretches of a pulse with one factor each: factors of events that overlap are multiplied.
PulseTrain::Pulse pulse_of(const Broadcast& broadcast) {
    std::vector<Time> times{broadcast.start};
    for (const auto& event : broadcast.script) {
        times.push_back(event.from);
        times.push_back(event.to);
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    PulseTrain::Pulse pulse{broadcast.start, {}};
    for (const Time at : times) {
        double factor = broadcast.factor();
        for (const auto& event : broadcast.script)
            factor *= event.from <= at && at < event.to ? event.rate : 1;
        pulse.steps.push_back({at - broadcast.start, factor});
    }
    return pulse;
}

}  // namespace

Broadcasts::Broadcasts(const ModelSpec& spec) {
    std::vector<Broadcast*> hosted;
    for (Index s = 0; s < spec.sessions.size(); ++s) {
        const auto& session = spec.sessions[s];
        const SessionSeeds seeds(spec, session);
        const PulseTrain::Shape shape{session.rise, session.lasts, session.decay};
        const Duration length = PulseTrain(shape, session.start, {}, 1).end() - session.start;
        auto& list = all_.emplace_back(session.repeat_times);
        for (std::uint32_t n = 0; n < list.size(); ++n) {
            Broadcast& broadcast = list[n];
            const std::uint64_t entity = broadcast_entity(session, n);
            broadcast.session = s;
            broadcast.number = n;
            broadcast.start = session.start + session.repeat_every.value_or(Duration{}) * n;
            broadcast.end = broadcast.start + length;
            broadcast.luck = draw_luck(session, entity, seeds.at(broadcast.start));
            broadcast.script = draw_script(session, broadcast.start, entity, seeds.at(broadcast.start));
        }
        is_plain_.push_back(session.hosts.empty() && session.luck_cv <= 0 && session.script.empty());
    }
    for (Index s = 0; s < spec.sessions.size(); ++s) {
        for (auto& broadcast : all_[s]) {
            if (!spec.sessions[s].hosts.empty())
                hosted.push_back(&broadcast);
        }
    }
    std::sort(hosted.begin(), hosted.end(), [&](const Broadcast* a, const Broadcast* b) {
        return a->start != b->start ? a->start < b->start : spec.sessions[a->session].id < spec.sessions[b->session].id;
    });
    HostPlan(spec, std::move(hosted)).run();
    for (Index s = 0; s < spec.sessions.size(); ++s)
        gifts_.push_back(gifts_of(spec.sessions[s], all_[s]));
}

PulseTrain Broadcasts::train(const ModelSpec& spec,
                             std::size_t session,
                             std::uint32_t first,
                             std::uint32_t step) const {
    const auto& s = spec.sessions[session];
    const PulseTrain::Shape shape{s.rise, s.lasts, s.decay};
    const Duration every = s.repeat_every.value_or(Duration{});
    const auto& list = all_[session];
    if (is_plain(session)) {
        const auto times = static_cast<std::uint32_t>((list.size() - first + step - 1) / step);
        return {shape, s.start + every * first, every * step, times};
    }
    std::vector<PulseTrain::Pulse> pulses;
    for (std::size_t n = first; n < list.size(); n += step)
        pulses.push_back(pulse_of(list[n]));
    return {shape, pulses};
}

std::uint64_t broadcast_entity(const SessionSpec& session, std::uint32_t number) {
    return sim::mix(sim::mix(sim::hash_name("broadcast"), sim::hash_name(session.id)), number);
}

double audience_of(const HostSpec& host) {
    return std::sqrt(host.followers / 1e6);
}

double style_match(const HostSpec& a, const HostSpec& b) {
    if (a.style.empty() || b.style.empty())
        return 1;
    std::vector<std::string> both;
    std::set_intersection(a.style.begin(), a.style.end(), b.style.begin(), b.style.end(), std::back_inserter(both));
    return static_cast<double>(both.size()) / std::sqrt(static_cast<double>(a.style.size() * b.style.size()));
}

double substitute_match(const HostSpec& host, const HostSpec& other) {
    return style_match(host, other) * std::min(1.0, audience_of(other) / audience_of(host));
}

std::vector<Time> absences_of(const HostSpec& host, const SessionSeeds& seeds, Time end) {
    std::vector<Time> all = host.absent_at;
    if (host.absences_per_year > 0) {
        const auto entity = sim::mix(sim::hash_name("host"), sim::hash_name(host.id));
        const auto gap = Distribution::exponential(seconds_per_year / host.absences_per_year);
        for (const auto& span : seeds.spans()) {
            sim::RandomStream random(span.run, entity, purpose_absence);
            for (double at = gap.sample(random); at < Duration{end.us}.seconds(); at += gap.sample(random)) {
                const Time from = Time{} + sim::from_seconds(at);
                if (from >= span.from && from < span.to)
                    all.push_back(from);
            }
        }
        // Who is absent when the run begins: backwards from time zero.
        sim::RandomStream before(seeds.at(Time{0}), sim::mix(entity, sim::hash_name("before")), purpose_absence);
        for (double ago = gap.sample(before); ago < host.absent_for.seconds(); ago += gap.sample(before))
            all.push_back(Time{} - sim::from_seconds(ago));
    }
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace spate::models
