#include "models/demand/session_sensing.hpp"

#include <algorithm>
#include <cmath>

#include "models/demand/session_stock.hpp"

namespace spate::models {

namespace {

struct Heard {
    Time at;
    AlarmKind kind;
};

AlarmKind kind_of(ScriptSpec::Phrase phrase) {
    switch (phrase) {
        case ScriptSpec::Phrase::push: return AlarmKind::push;
        case ScriptSpec::Phrase::limited: return AlarmKind::limited;
        case ScriptSpec::Phrase::bargain: return AlarmKind::bargain;
    }
    return AlarmKind::push;
}

/// Words of a broadcast that are heard.
void hear_words(
    const SenseSpec& sense, const Broadcast& show, std::uint64_t entity, sim::RunSeed seed, std::vector<Heard>& heard) {
    for (const auto& event : show.script) {
        if (show.is_cancelled() || event.from >= event.to || (sense.phrase && *sense.phrase != event.phrase))
            continue;
        sim::RandomStream random(seed, sim::mix(entity, event.number), purpose_heard);
        if (random.uniform() < sense.hits)
            heard.push_back({event.from + sense.after, kind_of(event.phrase)});
    }
}

/// Alarms without cause: a Poisson process from the start of a broadcast until its end, without the fading.
void hear_nothing(const SenseSpec& sense,
                  const Broadcast& show,
                  Duration lasts,
                  std::uint64_t entity,
                  sim::RunSeed seed,
                  std::vector<Heard>& heard) {
    if (sense.false_alarms <= 0 || show.is_cancelled())
        return;
    sim::RandomStream random(seed, entity, purpose_false_alarm);
    const auto gap = Distribution::exponential(lasts.seconds() / sense.false_alarms);
    for (double at = gap.sample(random); at < lasts.seconds(); at += gap.sample(random))
        heard.push_back({show.start + sim::from_seconds(at) + sense.after, AlarmKind::false_alarm});
}

std::vector<Heard> heard_in(const ModelSpec& spec, const SenseSpec& sense, const Broadcast& show) {
    const SessionSpec& session = spec.sessions[show.session];
    const std::uint64_t entity = broadcast_entity(session, show.number);
    const sim::RunSeed seed = SessionSeeds(spec, session).at(show.start);
    std::vector<Heard> heard;
    hear_words(sense, show, entity, seed, heard);
    hear_nothing(sense, show, session.lasts, entity, seed, heard);
    return heard;
}

/// Orders what one rule asks for at the alarms of one broadcast.
void order_at(const std::vector<Heard>& heard,
              Index session,
              const std::map<Index, double>& units,
              ReplenishSpec& rule,
              std::vector<Alarm>& alarms) {
    for (const auto& each : heard) {
        Alarm alarm{each.at, rule.site, session, each.kind};
        for (const auto& [product, expected] : units) {
            const auto quantity = static_cast<Units>(std::ceil(expected * rule.sense->order - 1e-9));
            if (quantity <= 0 || !std::binary_search(rule.products.begin(), rule.products.end(), product))
                continue;
            rule.alarms.push_back({each.at, product, quantity});
            ++alarm.lines;
            alarm.units += quantity;
        }
        if (alarm.lines > 0)
            alarms.push_back(alarm);
    }
}

}  // namespace

bool is_listened_to(const ModelSpec& spec) {
    return std::any_of(
        spec.replenish.begin(), spec.replenish.end(), [](const ReplenishSpec& rule) { return rule.sense.has_value(); });
}

std::vector<Alarm> listen_to_sessions(ModelSpec& spec,
                                      const BaseDemand& base,
                                      const std::vector<std::vector<double>>& parts) {
    std::vector<Alarm> alarms;
    if (!is_listened_to(spec))
        return alarms;
    std::vector<MeanUnits> by_order;
    for (const auto& session : spec.sessions)
        by_order.push_back(mean_units(session));
    for (auto& rule : spec.replenish) {
        if (!rule.sense)
            continue;
        rule.alarms.clear();
        const auto shares = shares_of_site(spec, rule.site, parts);
        for (Index s = 0; s < spec.sessions.size(); ++s) {
            for (const auto& show : base.broadcasts().of(s)) {
                const auto heard = heard_in(spec, *rule.sense, show);
                if (!heard.empty())
                    order_at(heard, s, expected_units(spec, base, show, by_order[s], shares), rule, alarms);
            }
        }
        std::stable_sort(
            rule.alarms.begin(), rule.alarms.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    }
    std::stable_sort(alarms.begin(), alarms.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    return alarms;
}

}  // namespace spate::models
