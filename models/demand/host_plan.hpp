#pragma once

#include <map>
#include <utility>
#include <vector>

#include "models/demand/broadcasts.hpp"

namespace spate::models {

/// Shares broadcasts out among hosts, and finds substitutes for those who are absent: in order of the broadcasts'
/// starts, each with what is known of the ones before.
class HostPlan {
  public:
    /// `broadcasts`: those of sessions that have hosts, by start.
    HostPlan(const ModelSpec& spec, std::vector<Broadcast*> broadcasts);

    /// Fills planned, host and the audiences of all of them.
    void run();

  private:
    struct Span {
        Time from, to;
    };

    void plan(Broadcast& broadcast);
    void fill(Broadcast& broadcast);
    bool may_take_s() const;
    bool is_busy(Index host, const Broadcast& broadcast) const;
    const std::vector<Time>& absences(Index host, const SessionSpec& session);
    bool is_absent(Index host, const Broadcast& broadcast);
    std::optional<Index> substitute(const Broadcast& broadcast);

    const ModelSpec& spec_;
    std::vector<Broadcast*> broadcasts_;
    std::vector<std::vector<Span>> busy_;  ///< by host: broadcasts planned, and those it stands in for
    /// Beginnings, by host and longest lead of the session's carts.
    std::map<std::pair<Index, std::int64_t>, std::vector<Time>> absent_;
    std::vector<std::uint32_t> taken_;  ///< by host: broadcasts planned so far
    std::uint64_t planned_ = 0, planned_s_ = 0;
};

}  // namespace spate::models
