#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/roster.hpp"
#include "sim/engine/window_queue.hpp"

namespace spate::sim {

class Context;

/// Events on their way from one shard to another.
class alignas(64) Mailbox {
  public:
    Mailbox() = default;
    Mailbox(Mailbox&&) noexcept = default;
    Mailbox& operator=(Mailbox&&) noexcept = default;

    ~Mailbox() {
        for (Event& event : events_)
            drop_payload(event);
    }

    /// Room for an event of this time, to be written at once.
    Event& place(Time time) {
        if (time < earliest_)
            earliest_ = time;
        return events_.emplace_back();
    }

    bool empty() const { return events_.empty(); }

    Time earliest() const { return earliest_; }

    /// Hands every event to `take`, and its payload.
    template <class Take>
    void empty_into(Take&& take) {
        for (const Event& event : events_)
            take(event);
        events_.clear();
        earliest_ = end_of_time;
    }

  private:
    std::vector<Event> events_;
    Time earliest_ = end_of_time;
};

/// Which queue keeps the pending events of a shard. Results do not depend on it.
enum class QueueKind : std::uint8_t {
    windows,  ///< windows as wide as the shard's lookahead; a heap where a shard has one cluster
    heap      ///< one heap for everything: events are handled strictly in their order
};

/// Some clusters of processes, their pending events, and the loop that handles them.
///
/// With windows, the clusters are run one after another within a window, which no other cluster can disturb: what they
/// send each other arrives after it. So memory is walked in order, and events need no order but that within a cluster.
/// Threads: run by one thread at a time; mail for others goes to mailboxes that they empty one round later.
class alignas(64) Shard {
  public:
    /// Where an event failed, and how.
    struct Failure {
        Event place;
        std::exception_ptr error;
    };

    /// `window`: no event of a cluster takes less time to another of the shard. None: the shard uses a heap.
    Shard(Roster& roster, std::uint32_t index, std::optional<Duration> window);
    ~Shard();
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;

    /// An event of a process to itself: fill(event) writes it where it will lie.
    template <class Fill>
    void accept_own(Time time, Fill&& fill) {
        if (time < bound_) {
            Event event;
            fill(event);
            near_.push(event);
        } else {
            fill(later_->place(time));
        }
    }

    /// An event of one of the shard's processes to any: fill(event, slot and depth of the receiver) writes it where it
    /// will lie. False where the receiver does not exist or may be ahead of the event.
    template <class Fill>
    [[nodiscard]] bool accept(ProcessId target, Time time, std::uint32_t sender, Fill&& fill) {
        if (target.index() >= roster_.records.size()) [[unlikely]]
            return false;
        const std::uint32_t slot = roster_.slot_of(target);
        const std::uint64_t depth = roster_.depth_of(slot) & 15U;
        if (slot < first_slot_ || slot >= last_slot_) {
            fill(mail_[parity_][roster_.shard_of(slot)].place(time), slot, depth);
        } else if (time >= bound_) {
            fill(later_->place(time), slot, depth);
        } else {
            // Follows from the lookahead while windows are right; checked because a late event would be handled
            // silently.
            if (later_ && roster_.cluster_of(slot) != roster_.cluster_of(sender))
                return false;
            Event event;
            fill(event, slot, depth);
            near_.push(event);
        }
        return true;
    }

    /// Takes an event that is pending here: mail, or from a snapshot.
    void receive(const Event& event) {
        if (later_) {
            later_->push(event);
        } else {
            near_.push(event);
        }
    }

    /// Time of the earliest pending event; end_of_time when there is none.
    Time next_time() const { return later_ ? later_->next_time() : near_.next_time(); }

    /// A limit that ends with a whole window where that is not before the first event's.
    Time aligned(Time limit, Time next) const {
        if (!later_)
            return limit;
        const Time start = later_->window_start(limit);
        return start > next ? start : limit;
    }

    /// Calls start on the shard's process `record`.
    void start(ProcessRecord& record, Context& context);
    /// Calls on_loaded on the shard's process `record`.
    void loaded(ProcessRecord& record, Context& context, Time now);
    /// Handles every event before `limit`. A cluster that throws stops; the others go on. Requires: nothing can arrive
    /// before `limit` any more.
    void run(Time limit, Context& context);

    /// Number of pending events; counts them.
    std::size_t pending() const { return near_.size() + (later_ ? later_->size() : 0); }

    /// Takes all pending events out: visit(event), which takes the payloads over.
    template <class Visit>
    void drain(Visit&& visit) {
        if (later_)
            later_->drain(visit);
        while (!near_.empty()) {
            Event event = near_.pop();
            visit(event);
        }
    }

    std::uint64_t events() const { return events_; }

    /// First failure in event order.
    const std::optional<Failure>& failure() const { return failure_; }

    std::vector<Mailbox>& mail(std::size_t parity) { return mail_[parity]; }

    /// Which of the two sets of mailboxes is written.
    void write_mail(std::size_t parity) { parity_ = parity; }

  private:
    /// An event of the opened window, and what it is sorted by first.
    struct Entry {
        std::uint32_t cluster;
        std::uint32_t slot;
        Event* event;
    };

    static bool before(const Entry& a, const Entry& b) {
        return a.cluster != b.cluster ? a.cluster < b.cluster : comes_before(*a.event, *b.event);
    }

    void run_heap(Time limit, Context& context);
    void run_window(Context& context);
    std::size_t run_cluster_on(std::size_t i, Context& context);
    bool handle(Event& event, Context& context);
    bool handle_near(Event& event, Context& context);
    void fail(Event& event);
    std::size_t skip_cluster(std::size_t i);
    bool is_dead(std::uint32_t cluster) const;
    void remove_dead();
    void sort_entries();
    static void sort_small(Entry* begin, Entry* end);
    void narrow_windows();
    void fetch_ahead(std::size_t i) const;

    static constexpr std::size_t most_in_window = 65'536;
    /// A cluster (with a heap, a shard) that handles more events at one instant is taken for one that answers itself
    /// without end.
    static constexpr std::uint32_t most_at_an_instant = 10'000'000;

    Roster& roster_;
    std::uint32_t first_slot_, last_slot_;
    EventQueue near_;  ///< heap: everything; windows: events for the window that is being run
    std::unique_ptr<WindowQueue> later_;
    Time bound_;  ///< events before it belong to near_
    std::vector<Entry> entries_, sorted_;
    std::vector<std::uint32_t> cells_;
    std::size_t parity_ = 0;
    std::vector<Mailbox> mail_[2];  ///< by target shard
    std::uint64_t events_ = 0;
    Time instant_;                  ///< of the last event from near_
    std::uint32_t at_instant_ = 0;  ///< events from near_ then
    std::optional<Failure> failure_;
    std::vector<std::uint32_t> dead_;  ///< clusters that have failed
};

}  // namespace spate::sim
