// clang-format off
// Why the result does not depend on the workers, and how they share the work:
//
// 1. The processes are cut into shards (partition.hpp). A shard has its own pending events and is run by one worker at
//    a time, as if it were alone.
// 2. A round: every shard has an earliest pending event, `next`. Nothing that is pending in shard t can have a
//    consequence in shard s before next(t) + reach(t, s). So s may run to the least of these over all t: as far as the
//    links allow, not to a time common to all.
// 3. What a shard sends to others goes to mailboxes, one for each pair of shards, and is read one round later. There are
//    two sets of mailboxes: one is written while the other is read.
// 4. Workers claim shards, their own first, then those that others have not begun. Who finishes the last shard of a
//    round plans the next one. Nobody waits for a worker that holds no shard: one that sleeps, was never started or was
//    displaced by another program costs nothing but its help.
//
//      worker 0   | run shard 0 | run 1 |              | plan | run 0 | …
//      worker 1   | run shard 2       | run 3 (last) --'      | run 2 | …
//                 `---- round n ------------------'     `---- round n + 1
//
// 5. Waiting is a bounded spin, then yields, then a sleep. A round with little work is run by one worker alone.
// 6. A process that throws stops with its cluster. The target of the rounds becomes that time, so that every shard gets
//    there; of all failures the first in event order is rethrown.
// 7. At a few times the cut is reviewed: shards by measured load, as many as there is work for (cut_review.cpp).
//
// By 1 to 3 each process sees the same events in the same order, whatever the cut and the workers.
// clang-format on
#include "sim/engine/executive.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <thread>

#include "sim/base/check.hpp"

namespace spate::sim {

namespace {

using RealClock = std::chrono::steady_clock;

double nanoseconds_since(RealClock::time_point begin) {
    return std::chrono::duration<double, std::nano>(RealClock::now() - begin).count();
}

}  // namespace

Executive::Executive(std::span<const std::unique_ptr<Process>> processes,
                     const LinkTable& table,
                     const EngineOptions& options)
    : processes_(processes)
    , table_(table)
    , options_(options) {
    for (std::uint32_t i = 0; i < options.workers; ++i)
        workers_.push_back(std::make_unique<Worker>());
    if (options.workers > 1)
        pool_ = make_worker_pool(options.backend, options.workers);
    CutOptions cutting;
    cutting.shards = options.workers == 1 ? 1 : std::min<std::size_t>(options.workers * 4, most_shards);
    if (options.shards > 0)
        cutting.shards = options.shards;
    cutting.is_one_heap = options.queue == QueueKind::heap;
    cut(cutting);
}

Executive::~Executive() = default;

void Executive::cut(const CutOptions& options) {
    cut_ = make_cut(table_, options);
    shards_.clear();
    for (std::uint32_t s = 0; s < cut_.shards(); ++s) {
        const bool is_single = cut_.roster.cluster_of(cut_.roster.first_slot[s])
                               == cut_.roster.cluster_of(std::max(cut_.roster.first_slot[s + 1], 1U) - 1);
        std::optional<Duration> window;
        if (!is_single && !options.is_one_heap)
            window = std::clamp(std::min(cut_.windows[s], cut_.reach[s * cut_.shards() + s]), microsecond, day);
        shards_.push_back(std::make_unique<Shard>(cut_.roster, s, window));
    }
    for (ProcessRecord& record : cut_.roster.records)
        record.process = processes_[record.id.index()].get();
    turns_ = std::vector<Turn>(cut_.shards());
    order_shards();
}

/// Deals the shards out to the workers, the busiest first to whoever has least; each worker's list begins with its own.
void Executive::order_shards() {
    std::vector<std::uint32_t> busiest(shards_.size());
    std::iota(busiest.begin(), busiest.end(), 0U);
    std::stable_sort(
        busiest.begin(), busiest.end(), [&](std::uint32_t a, std::uint32_t b) { return turns_[a].ns > turns_[b].ns; });
    std::vector<double> load(workers_.size());
    std::vector<std::vector<std::uint32_t>> own(workers_.size());
    for (const std::uint32_t shard : busiest) {
        const auto least = static_cast<std::size_t>(std::min_element(load.begin(), load.end()) - load.begin());
        load[least] += turns_[shard].ns + 1;
        own[least].push_back(shard);
    }
    for (std::size_t w = 0; w < workers_.size(); ++w) {
        workers_[w]->order = own[w];
        workers_[w]->own = own[w].size();
        for (std::size_t other = 1; other < workers_.size(); ++other) {
            const auto& more = own[(w + other) % workers_.size()];
            workers_[w]->order.insert(workers_[w]->order.end(), more.begin(), more.end());
        }
    }
}

void Executive::start() {
    Worker& worker = *workers_.front();
    for (const auto& process : processes_) {
        ProcessRecord& record = cut_.roster.record_of(process->id());
        shards_[cut_.roster.shard_of(record.slot)]->start(record, worker.context);
    }
    for (std::size_t s = 0; s < shards_.size(); ++s) {
        turns_[s].next = shards_[s]->next_time();
        note_mail(s);
    }
    parity_ ^= 1;
    first_event_ = next_event();
}

Time Executive::next_event() const {
    Time next = end_of_time;
    for (const Turn& turn : turns_)
        next = std::min(next, turn.arrival());
    return next;
}

void Executive::advance_to(Time boundary) {
    while (reached_ < boundary) {
        const Time stop = next_review(reviews_);
        const Time target = stop > reached_ ? std::min(boundary, stop) : boundary;
        run_rounds(target);
        const Shard::Failure* first = nullptr;
        for (const auto& shard : shards_) {
            if (shard->failure() && (first == nullptr || comes_before(shard->failure()->place, first->place)))
                first = &*shard->failure();
        }
        if (first != nullptr)
            std::rethrow_exception(first->error);
        reached_ = target;
        if (target >= stop)
            review();
    }
    if (joined_density_ > 0)
        part_again();
    share_free_payloads();
}

void Executive::run_rounds(Time target) {
    target_ = target;
    Worker& worker = *workers_.front();
    while (plan_round()) {
        if (workers_.size() > 1 && !is_small_round()) {
            open_round();
            pool_->run([this](std::uint32_t index) { work(index); });
            return;
        }
        run_serially(worker);
        end_round();
    }
}

/// Sets the limits of all shards. False when there is nothing left to do before the target.
bool Executive::plan_round() {
    const std::size_t shards = shards_.size();
    bool is_any_ready = false;
    for (std::size_t s = 0; s < shards; ++s) {
        Turn& turn = turns_[s];
        Time limit = target_;
        for (std::size_t t = 0; t < shards; ++t) {
            const Duration reach = cut_.reach[t * shards + s];
            if (reach != never)
                limit = std::min(limit, saturating_add(turns_[t].arrival(), reach));
        }
        turn.is_ready = turn.has_mail || turn.arrival() < limit;
        turn.limit = limit < target_ ? shards_[s]->aligned(limit, turn.arrival()) : limit;
        is_any_ready |= turn.is_ready;
    }
    return is_any_ready;
}

/// The round is too short to be worth waking or interrupting the other workers.
bool Executive::is_small_round() const {
    std::uint64_t events = 0;
    std::size_t ready = 0;
    for (const Turn& turn : turns_) {
        events += turn.is_ready ? turn.last_events + 1 : 0;
        ready += turn.is_ready;
    }
    return ready < 2 || static_cast<double>(events) * event_ns_ < options_.share_rounds_above_ns;
}

/// Lets all workers see the planned round.
void Executive::open_round() {
    ++rounds_;
    is_timed_ = rounds_ % 16 == 1;
    const std::uint64_t word = 2 * rounds_ + 1;
    std::uint32_t ready = 0;
    for (const Turn& turn : turns_)
        ready += turn.is_ready;
    unfinished_.store(ready, std::memory_order_relaxed);
    for (Turn& turn : turns_) {
        if (turn.is_ready)
            turn.claim.store(word, std::memory_order_release);
    }
    round_.store(word, std::memory_order_seq_cst);
    if (sleepers_.load(std::memory_order_seq_cst) > 0)
        round_.notify_all();
}

void Executive::work(std::uint32_t index) {
    Worker& worker = *workers_[index];
    for (;;) {
        const std::uint64_t word = round_.load(std::memory_order_acquire);
        if (word % 2 == 0)
            return;
        if (!claim_and_run(worker, word))
            wait_for_other_round(word);
    }
}

/// Runs one shard of the round, and plans the next round if it was the last. False if none is free.
bool Executive::claim_and_run(Worker& worker, std::uint64_t word) {
    constexpr int patience = 32;  // a worker is about to take its own shards, whose state is in its cache
    for (std::size_t i = 0; i < worker.order.size(); ++i) {
        const std::uint32_t shard = worker.order[i];
        for (int spin = 0; i == worker.own && spin < patience; ++spin) {
            if (round_.load(std::memory_order_relaxed) != word)
                return true;
            pause_briefly();
        }
        std::uint64_t free = word;
        if (turns_[shard].claim.load(std::memory_order_relaxed) != word
            || !turns_[shard].claim.compare_exchange_strong(free, word + 1, std::memory_order_acq_rel))
            continue;
        run_shard(shard, worker);
        if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) != 1)
            return true;
        end_round();
        while (plan_round()) {
            if (!is_small_round()) {
                open_round();
                return true;
            }
            run_serially(worker);
            end_round();
        }
        round_.store(2 * rounds_, std::memory_order_seq_cst);  // no more rounds
        if (sleepers_.load(std::memory_order_seq_cst) > 0)
            round_.notify_all();
        return true;
    }
    return false;
}

void Executive::wait_for_other_round(std::uint64_t word) {
    constexpr int spins = 2'000, yields = 200;
    for (int i = 0; i < spins + yields; ++i) {
        if (round_.load(std::memory_order_acquire) != word)
            return;
        i < spins ? pause_briefly() : std::this_thread::yield();
    }
    sleepers_.fetch_add(1, std::memory_order_seq_cst);
    round_.wait(word, std::memory_order_seq_cst);
    sleepers_.fetch_sub(1, std::memory_order_seq_cst);
}

void Executive::run_serially(Worker& worker) {
    ++rounds_;
    is_timed_ = rounds_ % 16 == 1;
    for (std::size_t s = 0; s < shards_.size(); ++s) {
        if (turns_[s].is_ready)
            run_shard(s, worker);
    }
}

void Executive::run_shard(std::size_t s, Worker& worker) {
    Shard& shard = *shards_[s];
    Turn& turn = turns_[s];
    const auto begin = is_timed_ ? RealClock::now() : RealClock::time_point{};
    if (turn.has_mail) {
        for (const auto& sender : shards_)
            sender->mail(parity_ ^ 1)[s].empty_into([&](const Event& event) { shard.receive(event); });
    }
    const std::uint64_t before = shard.events();
    shard.write_mail(parity_);
    shard.run(turn.limit, worker.context);
    turn.next = shard.next_time();
    turn.last_events = shard.events() - before;
    worker.events += turn.last_events;
    turn.last_ns = is_timed_ ? nanoseconds_since(begin) : 0;
    turn.ns += turn.last_ns;
}

/// After the last shard of a round: who has mail now, and whether somebody failed.
void Executive::end_round() {
    double ns = 0;
    std::uint64_t events = 0;
    for (Turn& turn : turns_) {
        if (!turn.is_ready)
            continue;
        turn.has_mail = false;
        turn.mail = end_of_time;
        ns += turn.last_ns;
        events += turn.last_events;
    }
    for (std::size_t s = 0; s < shards_.size(); ++s) {
        if (turns_[s].is_ready)
            note_mail(s);
        if (const auto& failure = shards_[s]->failure())
            target_ = std::min(target_, failure->place.time + microsecond);
    }
    parity_ ^= 1;
    if (rounds_ % 64 == 0)
        share_free_payloads();
    if (is_timed_ && events > 0) {
        const double weight = std::max(0.1, 1 / static_cast<double>(++measured_rounds_));
        event_ns_ += weight * (ns / static_cast<double>(events) - event_ns_);
        round_ns_ += weight * (ns - round_ns_);
    }
}

/// Notes what shard `s` has just written to others.
void Executive::note_mail(std::size_t s) {
    const auto& boxes = shards_[s]->mail(parity_);
    for (std::size_t to = 0; to < boxes.size(); ++to) {
        if (boxes[to].empty())
            continue;
        turns_[to].has_mail = true;
        turns_[to].mail = std::min(turns_[to].mail, boxes[to].earliest());
    }
}

/// Hands all mail to the shards it is for. Between rounds.
void Executive::collect_mail() {
    for (std::size_t s = 0; s < shards_.size(); ++s) {
        for (const auto& sender : shards_) {
            for (const std::size_t parity : {0U, 1U})
                sender->mail(parity)[s].empty_into([&](const Event& event) { shards_[s]->receive(event); });
        }
        turns_[s].next = shards_[s]->next_time();
        turns_[s].mail = end_of_time;
        turns_[s].has_mail = false;
    }
}

std::vector<Event> Executive::pending_events() {
    std::vector<Event> events;
    collect_mail();
    for (auto& shard : shards_) {
        const std::size_t first = events.size();
        shard->drain([&](const Event& event) { events.push_back(event); });
        for (std::size_t i = first; i < events.size(); ++i)
            shard->receive(events[i]);
    }
    for (Event& event : events)
        event.slot = cut_.roster.records[event.slot].id.value();
    std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
        return a.slot != b.slot ? a.slot < b.slot : comes_before(a, b);
    });
    return events;
}

void Executive::restore(Time reached,
                        std::span<const std::uint64_t> sequences,
                        std::span<const std::uint64_t> digests,
                        std::span<const Event> events) {
    for (ProcessRecord& record : cut_.roster.records) {
        record.sequence = sequences[record.id.index()] & ((std::uint64_t{1} << 48) - 1);
        record.digest = digests[record.id.index()];
    }
    for (Event event : events) {
        event.slot = cut_.roster.slot_of(ProcessId(event.slot));
        event.depth = cut_.roster.depth_of(event.slot) & 15U;
        shards_[cut_.roster.shard_of(event.slot)]->receive(event);
    }
    for (std::size_t s = 0; s < shards_.size(); ++s)
        turns_[s].next = shards_[s]->next_time();
    reached_ = first_event_ = reached;
}

void Executive::loaded() {
    Worker& worker = *workers_.front();
    for (const auto& process : processes_) {
        ProcessRecord& record = cut_.roster.record_of(process->id());
        shards_[cut_.roster.shard_of(record.slot)]->loaded(record, worker.context, reached_);
    }
    for (std::size_t s = 0; s < shards_.size(); ++s)
        turns_[s].next = shards_[s]->next_time();
}

void Executive::share_free_payloads() {
    if (workers_.size() == 1)
        return;
    std::vector<PayloadPools*> pools;
    for (const auto& worker : workers_)
        pools.push_back(&worker->context.pools());
    PayloadPools::level(pools);
}

std::vector<std::uint64_t> Executive::events_by_worker() const {
    std::vector<std::uint64_t> events;
    for (const auto& worker : workers_)
        events.push_back(worker->events);
    return events;
}

std::uint64_t Executive::events() const {
    const auto by_worker = events_by_worker();
    return std::accumulate(by_worker.begin(), by_worker.end(), std::uint64_t{0});
}

}  // namespace spate::sim
