#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/context.hpp"

namespace spate::sim {

/// A link together with the process that sends on it.
struct DeclaredLink {
    ProcessId source;
    Link link;
};

/// Processes that must advance together because zero-lookahead links join them, and what the group waits for.
struct ProcessGroup {
    std::vector<ProcessId> members;
    Duration lookahead{
        INT64_MAX};  ///< smallest lookahead of a link that leaves the group; INT64_MAX: no link leaves it
};

/// The fused groups and the group of every process.
/// Order: groups are numbered by their first member and members ascend, whatever the order of the links.
struct Partition {
    std::vector<ProcessGroup> groups;
    std::vector<std::uint32_t> group_of;  ///< index into `groups`, per process
};

/// Fuses the ends of every zero-lookahead link. Requires: the links name processes below `processes`.
Partition make_partition(std::size_t processes, std::span<const DeclaredLink> links);

}  // namespace spate::sim
