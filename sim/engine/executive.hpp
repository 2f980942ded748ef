#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/base/digest.hpp"
#include "sim/engine/context.hpp"
#include "sim/engine/partition.hpp"
#include "sim/engine/process.hpp"

namespace spate::sim {

/// What an executive keeps for one process: one cache line.
/// Threads: touched only by the thread that advances the process's group.
struct alignas(64) ProcessRecord {
    Process* process = nullptr;
    const char* name = "";
    std::uint64_t sequence = 0;  ///< sends so far
    Digest keys;                 ///< of the events handled so far
    Digest payloads;             ///< of their messages
};

/// The processes of a run and how they are grouped, as both executives see them.
struct Roster {
    std::vector<ProcessRecord> records;
    Partition partition;

    /// The rule that every sent event obeys; it does not depend on the executive. An event to another group takes at
    /// least the sender's group lookahead, one within the group must not go back in time.
    /// Throws: InvariantError, naming sender, receiver and times.
    void check_sent(const Event& event, Time now) const {
        const std::size_t target = event.target.index();
        if (event.target == event.source && event.time >= now)
            return;
        if (target >= records.size())
            fail_unknown(event, now);
        const std::uint32_t from = partition.group_of[event.source.index()];
        const Duration least = partition.group_of[target] == from ? Duration{0} : partition.groups[from].lookahead;
        if (event.time - now < least)
            fail_early(event, now);
    }

    [[noreturn]] void fail_unknown(const Event& event, Time now) const;
    [[noreturn]] void fail_early(const Event& event, Time now) const;
};

/// Rethrows the exception being handled: a RunError as it is, any other as a RunError naming process and time.
[[noreturn]] void rethrow_named(const char* name, Time now);

/// Deletes the payload of an event that nobody took.
struct PayloadGuard {
    Event& event;

    ~PayloadGuard() { delete event.payload; }
};

/// Hands an event to its process: the one step that all executives share, so their semantics cannot differ.
/// Throws: what the process threw, see rethrow_named.
inline void hand_over(Context& context, PayloadPools& pools, ProcessRecord& record, Event& event) {
    const PayloadGuard guard{event};
    context.enter(event.target, record.name, event.time, record.sequence);
    record.keys.add(event.time.us);
    record.keys.add(std::uint64_t{event.source.value()} << 32 | std::uint64_t{event.priority} << 16 | event.type);
    record.keys.add(event.sequence);
    for (const std::uint64_t word : event.words)
        record.payloads.add(word);
    try {
        if (event.payload != nullptr)
            event.payload->digest(record.payloads);
        record.process->on_event(context, event);
    } catch (...) {
        rethrow_named(record.name, event.time);
    }
    if (event.payload != nullptr) {
        pools.recycle(event.type, std::unique_ptr<Payload>(std::exchange(event.payload, nullptr)));
    }
}

/// Fetches what hand_over will touch, ahead of time: with many processes their state is not in the cache.
inline void prefetch(const ProcessRecord& record) {
    __builtin_prefetch(&record, 1);
    __builtin_prefetch(record.process, 1);
    __builtin_prefetch(reinterpret_cast<const char*>(record.process) + 64, 1);
}

/// Lets a process schedule its first events, at time zero.
inline void call_start(Context& context, ProcessRecord& record) {
    context.enter(record.process->id(), record.name, Time{}, record.sequence);
    try {
        record.process->start(context);
    } catch (...) {
        rethrow_named(record.name, Time{});
    }
}

/// `time` + `duration`, at most end_of_time. Requires: both at least zero.
constexpr Time saturating_add(Time time, Duration duration) {
    return duration > end_of_time - time ? end_of_time : time + duration;
}

/// Advances all processes of a run, window by window. Every executive gives the same results.
/// Threads: all calls come from one thread.
class Executive {
  public:
    virtual ~Executive() = default;

    /// Calls start on every process in order. Once, first.
    virtual void start() = 0;
    /// Time of the earliest pending event; end_of_time when there is none.
    virtual Time next_event() const = 0;
    /// Every group may advance to this time without hearing from the others.
    virtual Time safe_time() const = 0;
    /// Runs every event before `boundary`. Requires: boundary <= safe_time().
    /// Throws: the first error in event order, the same for every executive; afterwards only the destructor is called.
    virtual void advance_to(Time boundary) = 0;
    /// Events handled so far by each worker.
    virtual std::vector<std::uint64_t> events_by_worker() const = 0;
};

}  // namespace spate::sim
