#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sim/engine/roster.hpp"

namespace spate::sim {

/// Who may send to whom, and how soon it arrives.
struct LinkTable {
    struct Row {
        ProcessId source, target;
        Duration lookahead;
    };

    /// Processes that may send to any.
    struct BroadcastSet {
        Duration lookahead;  ///< > 0
        std::vector<ProcessId> sources;
    };

    std::size_t processes = 0;
    std::vector<Row> links;
    std::vector<BroadcastSet> broadcasts;
};

/// Processes that must advance together because zero-lookahead links lead from each to all others, and what the group
/// makes others wait for.
struct ProcessGroup {
    std::vector<ProcessId> members;
    Duration lookahead{INT64_MAX};  ///< smallest of a link that leaves the group; INT64_MAX: no link leaves it
};

/// The groups, numbered by their first member; members ascend, whatever the order of the links.
std::vector<ProcessGroup> make_groups(const LinkTable& table);

/// How the processes of a run are cut: clusters, which advance together, in shards, which workers run.
///
/// A cluster is a strongly connected component over the links shorter than some threshold. The threshold is the largest
/// declared lookahead that leaves no cluster with too much of the work. So a few short links among long ones do not
/// shorten the windows of the rest: their ends are in one cluster or, if the short links lead one way only, in
/// different layers, where the later layer waits for the earlier one. A shard holds clusters of one layer.
struct Cut {
    Roster roster;
    std::vector<Duration> windows;  ///< by shard: least lookahead between two of its clusters; Duration::max: none
    /// Least time from a pending event of shard s to its first consequence in shard t, by way of any others; row s.
    std::vector<Duration> reach;

    std::size_t shards() const { return windows.size(); }
};

inline constexpr Duration never{INT64_MAX};

struct CutOptions {
    std::size_t shards = 1;              ///< wanted; more where there are several layers, fewer where few clusters
    std::vector<std::uint64_t> weights;  ///< work by process; empty: all equal
    double largest_cluster = 1.0 / 16;   ///< share of the work that short links may fuse into one cluster
    bool is_one_heap = false;            ///< one shard, no windows
};

/// Requires: the links name processes below `table.processes`. Only slots are filled in, not the processes.
Cut make_cut(const LinkTable& table, const CutOptions& options);

}  // namespace spate::sim
