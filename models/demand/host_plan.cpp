#include "models/demand/host_plan.hpp"

#include <algorithm>
#include <tuple>

#include "sim/base/check.hpp"

namespace spate::models {

HostPlan::HostPlan(const ModelSpec& spec, std::vector<Broadcast*> broadcasts)
    : spec_(spec)
    , broadcasts_(std::move(broadcasts))
    , busy_(spec.hosts.size())
    , taken_(spec.hosts.size()) {}

void HostPlan::run() {
    for (auto* broadcast : broadcasts_)
        plan(*broadcast);
    for (auto* broadcast : broadcasts_)
        fill(*broadcast);
}

bool HostPlan::is_busy(Index host, const Broadcast& broadcast) const {
    return std::any_of(busy_[host].begin(), busy_[host].end(), [&](const Span& span) {
        return span.from < broadcast.end && broadcast.start < span.to;
    });
}

/// What a fork draws anew begins at its own time for sessions with and without carts: absences go by the lead.
const std::vector<Time>& HostPlan::absences(Index host, const SessionSpec& session) {
    const auto [found, is_new] = absent_.try_emplace({host, longest_lead(session).us});
    if (is_new) {
        const Time end{(spec_.warm_up + spec_.horizon).us};
        found->second = absences_of(spec_.hosts[host], SessionSeeds(spec_, session), end);
    }
    return found->second;
}

bool HostPlan::is_absent(Index host, const Broadcast& broadcast) {
    const auto& all = absences(host, spec_.sessions[broadcast.session]);
    const Time at = broadcast.start;
    const Duration length = spec_.hosts[host].absent_for;
    return std::any_of(all.begin(), all.end(), [&](Time from) { return from <= at && at < from + length; });
}

/// Whether one more broadcast of a host of tier S keeps to the share.
bool HostPlan::may_take_s() const {
    return static_cast<double>(planned_s_ + 1) <= spec_.host_policy.s_share * static_cast<double>(planned_ + 1) + 1e-9;
}

/// Tier S as long as its share allows, else the others; of these who has had the fewest, then the larger audience, then
/// the name. A host with two broadcasts at a time is taken only where nobody else is there.
void HostPlan::plan(Broadcast& broadcast) {
    const auto& hosts = spec_.hosts;
    const bool wants_s = may_take_s();
    const auto before = [&](Index a, Index b) {
        const auto rank = [&](Index h) {
            const bool is_s = hosts[h].tier == HostSpec::Tier::s;
            return std::make_tuple(is_busy(h, broadcast), is_s != wants_s, taken_[h], -hosts[h].followers);
        };
        const auto first = rank(a), second = rank(b);
        return first != second ? first < second : hosts[a].id < hosts[b].id;
    };
    const auto& pool = spec_.sessions[broadcast.session].hosts;
    SPATE_EXPECT(!pool.empty());
    const Index host = *std::min_element(pool.begin(), pool.end(), before);
    ++taken_[host];
    ++planned_;
    planned_s_ += hosts[host].tier == HostSpec::Tier::s;
    busy_[host].push_back({broadcast.start, broadcast.end});
    broadcast.planned = host;
    broadcast.planned_audience = audience_of(hosts[host]);
}

/// The best match of those that stand ready and can come; none: nobody can.
std::optional<Index> HostPlan::substitute(const Broadcast& broadcast) {
    const HostSpec& planned = spec_.hosts[*broadcast.planned];
    std::vector<Index> ready;
    for (Index h = 0; h < spec_.hosts.size(); ++h) {
        if (h != *broadcast.planned && substitute_match(planned, spec_.hosts[h]) > 0)
            ready.push_back(h);
    }
    std::sort(ready.begin(), ready.end(), [&](Index a, Index b) {
        const double first = substitute_match(planned, spec_.hosts[a]),
                     second = substitute_match(planned, spec_.hosts[b]);
        return first != second ? first > second : spec_.hosts[a].id < spec_.hosts[b].id;
    });
    ready.resize(std::min<std::size_t>(ready.size(), spec_.host_policy.substitutes));
    const auto found = std::find_if(
        ready.begin(), ready.end(), [&](Index h) { return !is_absent(h, broadcast) && !is_busy(h, broadcast); });
    return found != ready.end() ? std::optional(*found) : std::nullopt;
}

void HostPlan::fill(Broadcast& broadcast) {
    const Index planned = *broadcast.planned;
    if (!is_absent(planned, broadcast)) {
        broadcast.host = planned;
        broadcast.audience = broadcast.planned_audience;
        return;
    }
    broadcast.host = substitute(broadcast);
    broadcast.audience = 0;
    if (!broadcast.host)
        return;
    busy_[*broadcast.host].push_back({broadcast.start, broadcast.end});
    broadcast.audience = broadcast.planned_audience * spec_.host_policy.keeps
                         * substitute_match(spec_.hosts[planned], spec_.hosts[*broadcast.host]);
}

}  // namespace spate::models
