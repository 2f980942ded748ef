#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/large_memory.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/process.hpp"

namespace spate::sim {

/// A declared way from one process to another, or from one process to any: messages on it take at least `lookahead`.
/// Only the engine makes links, so a process cannot send on one that was not declared.
class Link {
  public:
    Link() = default;  ///< connected to nothing

    ProcessId source() const { return source_; }

    ProcessId target() const { return target_; }

    Duration lookahead() const { return lookahead_; }

    bool is_connected() const { return target_.is_valid(); }

  private:
    friend class Engine;
    friend class Broadcast;

    Link(ProcessId source, ProcessId target, Duration lookahead)
        : source_(source)
        , target_(target)
        , lookahead_(lookahead) {}

    ProcessId source_, target_;
    Duration lookahead_{0};
};

/// The right of one process to send to any other, each message taking at least `lookahead` (Engine::connect_to_all).
class Broadcast {
  public:
    Broadcast() = default;

    Link to(ProcessId target) const { return {source_, target, lookahead_}; }

    Duration lookahead() const { return lookahead_; }

  private:
    friend class Engine;

    Broadcast(ProcessId source, Duration lookahead)
        : source_(source)
        , lookahead_(lookahead) {}

    ProcessId source_;
    Duration lookahead_{0};
};

/// What an executive keeps for one process: half a cache line.
/// Threads: touched only by the thread that runs the process's shard.
struct alignas(32) ProcessRecord {
    Process* process = nullptr;
    std::uint64_t digest = 0x243F6A8885A308D3ULL;  ///< of the events handled so far and of their messages
    std::uint64_t sequence : 48 = 0;               ///< sends so far
    std::uint64_t depth : 4 = 0;                   ///< longest way to it over one-way zero-lookahead links
    std::uint32_t slot = 0;                        ///< its place in the roster
    ProcessId id;
};

static_assert(sizeof(ProcessRecord) == 32);

/// The processes of a run in the order in which memory is walked: shard by shard, cluster by cluster. A cluster is a
/// set of processes that advance together; most have one member.
struct Roster {
    std::vector<ProcessRecord, LargeAllocator<ProcessRecord>> records;  ///< by slot
    std::vector<std::uint32_t> slots;       ///< by process; empty: a process's slot is its number
    std::vector<std::uint32_t> clusters;    ///< cluster by slot, ascending; empty: every slot is a cluster of its own
    std::vector<std::uint32_t> first_slot;  ///< of every shard, and the number of slots at the end
    std::vector<std::uint8_t> depths;       ///< Event::depth by slot of the receiver; empty: all 0

    std::uint32_t slot_of(ProcessId process) const { return slots.empty() ? process.value() : slots[process.index()]; }

    std::uint32_t cluster_of(std::uint32_t slot) const { return clusters.empty() ? slot : clusters[slot]; }

    /// Kept apart from the records, which only their own thread may look at.
    std::uint8_t depth_of(std::uint32_t slot) const { return depths.empty() ? std::uint8_t{0} : depths[slot]; }

    ProcessRecord& record_of(ProcessId process) { return records[slot_of(process)]; }

    const ProcessRecord& record_of(ProcessId process) const { return records[slot_of(process)]; }

    /// The shard that holds a slot. Counts: shards are few, and a table by slot would not be in the cache.
    std::uint32_t shard_of(std::uint32_t slot) const {
        std::uint32_t shard = 0;
        for (std::size_t next = 1; next + 1 < first_slot.size(); ++next)
            shard += first_slot[next] <= slot;
        return shard;
    }
};

/// Deletes the payload of an event, if it has one.
inline void drop_payload(Event& event) {
    delete event.take_payload();
}

/// `time` + `duration`, at most end_of_time. Requires: both at least zero.
constexpr Time saturating_add(Time time, Duration duration) {
    return duration > end_of_time - time ? end_of_time : time + duration;
}

/// Rethrows the exception being handled: a RunError as it is, any other as a RunError naming process and time.
[[noreturn]] void rethrow_named(const Process& process, Time now);

}  // namespace spate::sim
