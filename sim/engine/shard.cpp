// The loop that handles events. A window, step by step:
//
//   WindowQueue::open      the window's events, unsorted, in their blocks      e9 e2 e7 e1 e5 …
//   sort_entries           by cluster, then by event key                       A: e1 e5 | C: e2 | D: e7 e9 | …
//   run_window             cluster after cluster; memory is walked upwards and fetched ahead
//     handle               digest, then the process reacts; what it sends …
//       accept_own/accept    … into this window (own cluster only)    → near_, a small heap, merged in run_cluster_on
//                            … later, to this shard                   → later_, an append
//                            … to another shard                       → a mailbox
#include "sim/engine/shard.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "sim/base/check.hpp"
#include "sim/base/prefetch.hpp"
#include "sim/engine/clock_text.hpp"
#include "sim/engine/context.hpp"

namespace spate::sim {

Shard::Shard(Roster& roster, std::uint32_t index, std::optional<Duration> window)
    : roster_(roster)
    , first_slot_(roster.first_slot[index])
    , last_slot_(roster.first_slot[index + 1])
    , bound_(window ? Time{0} : end_of_time) {
    if (window)
        later_ = std::make_unique<WindowQueue>(*window);
    for (auto& boxes : mail_)
        boxes.resize(roster.first_slot.size() - 1);
}

Shard::~Shard() {
    drain([](Event& event) { drop_payload(event); });
}

void Shard::start(ProcessRecord& record, Context& context) {
    context.enter(*this, record, Time{});
    try {
        record.process->start(context);
    } catch (...) {
        rethrow_named(*record.process, Time{});
    }
}

void Shard::loaded(ProcessRecord& record, Context& context, Time now) {
    context.enter(*this, record, now);
    try {
        record.process->on_loaded(context);
    } catch (...) {
        rethrow_named(*record.process, now);
    }
}

void Shard::run(Time limit, Context& context) {
    if (!later_)
        return run_heap(limit, context);
    const auto gather = [this](Event& event) {
        entries_.push_back({roster_.cluster_of(event.slot), event.slot, &event});
    };
    for (;;) {
        entries_.clear();
        if (!later_->open(limit, gather))
            break;
        bound_ = later_->bound();
        if (!dead_.empty())
            remove_dead();
        sort_entries();
        run_window(context);
        later_->release();
        if (entries_.size() > most_in_window)
            narrow_windows();
    }
    bound_ = limit;
}

void Shard::run_heap(Time limit, Context& context) {
    while (near_.next_time() < limit) {
        Event event = near_.pop();
        if (!near_.empty())
            prefetch(&roster_.records[near_.top().slot]);
        if (dead_.empty() || !is_dead(roster_.cluster_of(event.slot))) {
            handle_near(event, context);
        } else {
            drop_payload(event);
        }
    }
}

void Shard::run_window(Context& context) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        fetch_ahead(i);
        if (!handle(*entries_[i].event, context)) [[unlikely]] {
            i = skip_cluster(i);
        } else if (!near_.empty()) {
            i = run_cluster_on(i, context);
        }
    }
}

/// Handles the rest of the cluster of entry `i`: what it has sent into the window, merged with its further entries.
/// Returns its last entry.
std::size_t Shard::run_cluster_on(std::size_t i, Context& context) {
    const std::uint32_t cluster = entries_[i].cluster;
    at_instant_ = 0;
    while (!near_.empty()) {
        const bool has_entry = i + 1 < entries_.size() && entries_[i + 1].cluster == cluster;
        bool is_handled = false;
        if (has_entry && comes_before(*entries_[i + 1].event, near_.top())) {
            is_handled = handle(*entries_[++i].event, context);
        } else {
            Event event = near_.pop();
            is_handled = handle_near(event, context);
        }
        if (!is_handled)
            return skip_cluster(i);
    }
    return i;
}

/// Digest, then the process reacts. False if it threw.
inline bool Shard::handle(Event& event, Context& context) {
    ProcessRecord& record = roster_.records[event.slot];
    std::uint64_t content = event.digest();
    ++events_;
    try {
        if (event.is_bulk) {
            Digest digest;
            event.payload()->digest(digest);
            content ^= digest.value();
        }
        record.digest = fold(record.digest ^ content, 0xE7037ED1A0B428DBULL) + content;
        context.enter(*this, record, event.time);
        record.process->on_event(context, event);
        if (event.is_bulk)
            context.pools().recycle(event.type, std::unique_ptr<Payload>(event.take_payload()));
    } catch (...) {
        fail(event);
        return false;
    }
    return true;
}

/// An event of the heap, which may be the next of an endless row of answers at one instant. False if it failed.
inline bool Shard::handle_near(Event& event, Context& context) {
    at_instant_ = event.time == instant_ ? at_instant_ + 1 : 1;
    instant_ = event.time;
    if (at_instant_ <= most_at_an_instant) [[likely]]
        return handle(event, context);
    try {
        throw RunError(roster_.records[event.slot].process->name() + " at " + clock_text(event.time)
                       + ": time stands still after " + std::to_string(most_at_an_instant)
                       + " events at this instant, which answer each other without delay. give one of them a time (a "
                         "lag, a transit, a time of work)?");
    } catch (...) {
        fail(event);
    }
    return false;
}

/// Remembers the exception being handled if its event comes before that of all others.
void Shard::fail(Event& event) {
    drop_payload(event);
    dead_.push_back(roster_.cluster_of(event.slot));
    if (failure_ && comes_before(failure_->place, event))
        return;
    try {
        rethrow_named(*roster_.records[event.slot].process, event.time);
    } catch (...) {
        failure_ = Failure{event, std::current_exception()};
    }
}

/// Drops what is left of the window for the cluster of entry `i`, which has failed. Returns its last entry.
std::size_t Shard::skip_cluster(std::size_t i) {
    const std::uint32_t cluster = entries_[i].cluster;
    for (; i + 1 < entries_.size() && entries_[i + 1].cluster == cluster; ++i)
        drop_payload(*entries_[i + 1].event);
    while (!near_.empty()) {
        Event event = near_.pop();
        drop_payload(event);
    }
    return i;
}

bool Shard::is_dead(std::uint32_t cluster) const {
    return std::find(dead_.begin(), dead_.end(), cluster) != dead_.end();
}

void Shard::remove_dead() {
    std::erase_if(entries_, [this](const Entry& entry) {
        if (!is_dead(entry.cluster))
            return false;
        drop_payload(*entry.event);
        return true;
    });
}

void Shard::sort_entries() {
    const std::size_t size = entries_.size();
    constexpr std::size_t small = 32;
    if (size <= small) {
        sort_small(entries_.data(), entries_.data() + size);
        return;
    }
    // A counting sort into cells of about two entries, then each cell by itself.
    const std::uint32_t first = roster_.cluster_of(first_slot_);
    const std::uint64_t clusters = roster_.cluster_of(last_slot_ - 1) - first + 1U;
    const std::uint64_t cells = std::min<std::uint64_t>(std::bit_ceil(size / 2), clusters);
    const std::uint64_t scale = (cells << 32) / clusters;
    const auto cell_of = [&](const Entry& entry) { return ((entry.cluster - first) * scale) >> 32; };
    cells_.assign(cells + 1, 0);
    for (const Entry& entry : entries_)
        ++cells_[cell_of(entry) + 1];
    for (std::size_t c = 1; c <= cells; ++c)
        cells_[c] += cells_[c - 1];
    sorted_.resize(size);
    for (const Entry& entry : entries_)
        sorted_[cells_[cell_of(entry)]++] = entry;
    entries_.swap(sorted_);
    std::size_t begin = 0;
    for (std::size_t c = 0; c < cells; ++c) {
        const std::size_t end = cells_[c];  // has been moved on to the next cell's begin
        if (end - begin > 1)
            end - begin <= small ? sort_small(&entries_[begin], &entries_[0] + end)
                                 : std::sort(&entries_[begin], &entries_[0] + end, before);
        begin = end;
    }
}

/// Insertion sort.
void Shard::sort_small(Entry* begin, Entry* end) {
    for (Entry* next = begin + 1; next < end; ++next) {
        const Entry entry = *next;
        Entry* hole = next;
        for (; hole != begin && before(entry, hole[-1]); --hole)
            *hole = hole[-1];
        *hole = entry;
    }
}

/// Where windows hold so many events that they fall out of the cache, they are made smaller.
void Shard::narrow_windows() {
    const Duration width{later_->width().us / 4};
    if (width > Duration{0})
        later_->set_width(width);
}

/// Fetches what the entries behind `i` will touch: with many processes it is not in the cache.
inline void Shard::fetch_ahead(std::size_t i) const {
    constexpr std::size_t far = 20, near = 10;
    if (i + far < entries_.size()) {
        prefetch(&roster_.records[entries_[i + far].slot]);
        prefetch(entries_[i + far].event);
    }
    if (i + near < entries_.size()) {
        const auto* process = reinterpret_cast<const char*>(roster_.records[entries_[i + near].slot].process);
        prefetch(process);
        prefetch(process + 64);
    }
}

}  // namespace spate::sim
