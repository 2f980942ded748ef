#include "models/demand/session_seeds.hpp"

#include <algorithm>
#include <iterator>

namespace spate::models {

SessionSeeds::SessionSeeds(const ModelSpec& spec, const SessionSpec& session)
    : earlier_(spec.earlier_seeds)
    , run_{spec.seed, spec.replication}
    , lead_(longest_lead(session)) {
    for (auto& seed : earlier_)
        seed.until += lead_;
}

sim::RunSeed SessionSeeds::at(Time t) const {
    const auto seed = holding_at(t);
    return seed != earlier_.end() ? seed->run : run_;
}

Time SessionSeeds::ends(Time t) const {
    const auto seed = holding_at(t);
    return seed != earlier_.end() ? seed->until : sim::end_of_time;
}

Time SessionSeeds::fork_before(Time t) const {
    const auto seed = holding_at(t);
    return seed != earlier_.begin() ? std::prev(seed)->until - lead_ : Time{};
}

/// The end: the run's own.
std::vector<EarlierSeed>::const_iterator SessionSeeds::holding_at(Time t) const {
    return std::find_if(earlier_.begin(), earlier_.end(), [&](const EarlierSeed& seed) { return t < seed.until; });
}

std::vector<SessionSeeds::Span> SessionSeeds::spans() const {
    std::vector<Span> spans;
    Time from;
    for (const auto& seed : earlier_) {
        spans.push_back({seed.run, from, seed.until});
        from = seed.until;
    }
    spans.push_back({run_, from, sim::end_of_time});
    return spans;
}

Duration longest_lead(const SessionSpec& session) {
    if (!session.carts)
        return {};
    const auto& lead = session.carts->lead;
    return sim::from_seconds(std::clamp(lead.mean() + 8 * lead.standard_deviation(), 0.0, 1e10));
}

}  // namespace spate::models
