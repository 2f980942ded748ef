// clang-format off
// Conservative parallel execution in synchronous windows.
//
// 1. Processes joined by zero-lookahead links form a group. A group has one queue and is advanced by one worker at a
//    time, in key order, exactly as the sequential executive would advance it.
// 2. Window end = min over groups (earliest pending event + smallest lookahead of a link that leaves the group), and not
//    beyond what the engine allows. Whatever a group sends in the window arrives at or after the window end, so groups
//    cannot influence each other within a window.
// 3. Advance: groups with events in the window are handed out by an atomic counter, those that hold much of the work
//    first and singly, the others in chunks. There are many more groups than workers, so the load balances itself.
// 4. Events within the group go straight into its queue. Events to others go into an outbox per worker and home; every
//    group has a home worker, contiguous ranges of groups.
// 5. Barrier. Deliver: each home pushes what lies in its column of outboxes and brings the clocks of its groups up to
//    date. The order of pushing does not matter: the key order is total, so a queue pops the same sequence whatever the
//    order of insertion. Barrier; next window.
//
//               advance (any worker, any group)             deliver (each home its column)
//
//                  group queues                                    home 0     home 1
//      worker 0 -->  3  0  4 ...    -->  outboxes of worker 0   [  ev ev   |  ev        ]
//      worker 1 -->  1  2  5 ...    -->  outboxes of worker 1   [  ev      |  ev ev ev  ]
//                                                                     |          |
//                                                                     v          v
//      time ----|-------------------|------------>                queues of  queues of
//            earliest           window end                        groups 0-2 groups 3-5
//
// 6. Small windows, and deliveries of little mail, run on the calling thread. The measured cost of events decides;
//    by 1 to 5 this cannot change a result.
// 7. A group that throws stops for the window; the others go on to its end. Of all failures of the window, the one whose
//    event the sequential executive would have met first is rethrown.
// clang-format on
#include "sim/engine/parallel_executive.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace spate::sim {

namespace {

/// Groups fetched ahead; only within a chunk, which belongs to one worker.
constexpr std::size_t prefetch_distance = 4;

using RealClock = std::chrono::steady_clock;

double nanoseconds_since(RealClock::time_point begin) {
    return std::chrono::duration<double, std::nano>(RealClock::now() - begin).count();
}

}  // namespace

class ParallelExecutive::Outbox {
  public:
    Outbox() = default;

    Outbox(Outbox&& other) noexcept
        : events_(std::exchange(other.events_, {})) {}

    Outbox& operator=(Outbox&&) = delete;

    ~Outbox() {
        for (const Event& event : events_)
            delete event.payload;
    }

    std::size_t size() const { return events_.size(); }

    void push(const Event& event) { events_.push_back(event); }

    /// Hands every event and its payload to `take`, which must not keep them if it throws.
    template <class Take>
    void drain(Take take) {
        for (Event& event : events_) {
            take(event);
            event.payload = nullptr;
        }
        events_.clear();
    }

  private:
    std::vector<Event> events_;
};

/// What one worker writes while groups advance.
struct alignas(64) ParallelExecutive::Worker final : public EventSink {
    Worker(ParallelExecutive& executive, std::size_t homes)
        : owner(executive)
        , outboxes(homes) {}

    void accept(const Event& event) override { owner.accept(*this, event); }

    ParallelExecutive& owner;
    PayloadPools pools;
    Context context{*this, pools};
    std::vector<Outbox> outboxes;  ///< by home worker of the receiver
    std::uint32_t group = 0;       ///< being advanced
    std::uint64_t events = 0;
    std::uint64_t window_events = 0;
    double window_ns = 0.0;  ///< real time spent in the current window
    std::optional<Failure> failure;
};

ParallelExecutive::ParallelExecutive(Roster& roster, const EngineOptions& options)
    : roster_(roster)
    , options_(options)
    , clock_(roster.partition.groups)
    , groups_(roster.partition.groups.size())
    , home_of_(groups_.size())
    , pool_(make_worker_pool(options.backend, options.workers)) {
    const std::size_t homes = options.workers;
    for (std::size_t home = 0; home <= homes; ++home)
        home_blocks_.push_back(clock_.blocks() * home / homes);
    for (std::size_t home = 0; home < homes; ++home) {
        const std::size_t last = std::min(home_blocks_[home + 1] * GroupClock::block_size, groups_.size());
        for (std::size_t group = home_blocks_[home] * GroupClock::block_size; group < last; ++group) {
            home_of_[group] = static_cast<std::uint32_t>(home);
        }
        workers_.push_back(std::make_unique<Worker>(*this, homes));
    }
}

ParallelExecutive::~ParallelExecutive() = default;

void ParallelExecutive::start() {
    Worker& worker = *workers_.front();
    for (ProcessRecord& record : roster_.records) {
        worker.group = roster_.partition.group_of[record.process->id().index()];
        call_start(worker.context, record);
    }
    for (std::uint32_t group = 0; group < groups_.size(); ++group) {
        groups_[group].first_member = &roster_.records[roster_.partition.groups[group].members.front().index()];
        clock_.set(group, groups_[group].pending.next_time());
    }
    clock_.mark_all();
    exchange_mail();
}

void ParallelExecutive::accept(Worker& worker, const Event& event) {
    roster_.check_sent(event, worker.context.now());
    const bool is_own = event.target == event.source;
    const std::uint32_t group = is_own ? worker.group : roster_.partition.group_of[event.target.index()];
    if (group == worker.group) {
        groups_[group].pending.push(event);
        return;
    }
    // Follows from check_sent while the windows are right; checked because a late event would be handled silently.
    if (event.time < boundary_)
        roster_.fail_early(event, worker.context.now());
    worker.outboxes[home_of_[group]].push(event);
}

void ParallelExecutive::advance_to(Time boundary) {
    boundary_ = boundary;
    plan_window();
    if (is_parallel_) {
        pool_->run([this](std::uint32_t index) { advance_groups(*workers_[index]); });
    } else {
        advance_groups(*workers_.front());
    }
    rethrow_first_failure();
    learn_cost();
    exchange_mail();
}

void ParallelExecutive::plan_window() {
    ready_.clear();
    std::uint64_t expected = 0;
    clock_.for_each_before(boundary_, [&](std::uint32_t group) {
        ready_.push_back(group);
        clock_.mark(group);
        expected += groups_[group].last_events;
    });
    next_ticket_.store(0, std::memory_order_relaxed);
    is_parallel_ = ready_.size() > 1 && is_worth_waking(static_cast<double>(expected), event_cost_ns_);
    heavy_ = 0;
    chunk_ = ready_.size();
    if (is_parallel_)
        put_heavy_groups_first(expected);
}

void ParallelExecutive::put_heavy_groups_first(std::uint64_t expected) {
    // At most `shares` groups can expect more than an equal share, so the sort is short.
    const std::uint64_t shares = 8 * workers_.size();
    const auto is_heavy = [&](std::uint32_t group) { return groups_[group].last_events > expected / shares; };
    const auto light = std::partition(ready_.begin(), ready_.end(), is_heavy);
    std::sort(ready_.begin(), light, [&](std::uint32_t a, std::uint32_t b) {
        return groups_[a].last_events > groups_[b].last_events;
    });
    heavy_ = static_cast<std::size_t>(light - ready_.begin());
    chunk_ = std::clamp((ready_.size() - heavy_) / shares, std::size_t{1}, std::size_t{64});
}

void ParallelExecutive::advance_groups(Worker& worker) {
    const auto begin = RealClock::now();
    worker.window_events = 0;
    for (;;) {
        const std::size_t ticket = next_ticket_.fetch_add(1, std::memory_order_relaxed);
        const std::size_t first = ticket < heavy_ ? ticket : heavy_ + (ticket - heavy_) * chunk_;
        if (first >= ready_.size())
            break;
        const std::size_t last = ticket < heavy_ ? first + 1 : std::min(first + chunk_, ready_.size());
        for (std::size_t i = first; i < last; ++i) {
            if (i + prefetch_distance < last)
                prefetch_group(ready_[i + prefetch_distance]);
            advance_group(worker, ready_[i]);
        }
    }
    worker.events += worker.window_events;
    worker.window_ns = nanoseconds_since(begin);
}

void ParallelExecutive::prefetch_group(std::uint32_t index) const {
    const Group& group = groups_[index];
    prefetch(*group.first_member);
    __builtin_prefetch(&group.pending.top());
}

void ParallelExecutive::advance_group(Worker& worker, std::uint32_t index) {
    Group& group = groups_[index];
    worker.group = index;
    std::uint64_t events = 0;
    // A process may send within its group an event of the same time that comes before the one in hand. The sequential
    // executive meets such an event not before the latest one so far: that is its place among those of other groups.
    Event latest;
    try {
        while (group.pending.next_time() < boundary_) {
            Event event = group.pending.pop();
            if (events == 0 || comes_before(latest, event))
                latest = event;
            hand_over(worker.context, worker.pools, roster_.records[event.target.index()], event);
            ++events;
        }
    } catch (...) {
        latest.payload = nullptr;
        if (!worker.failure || comes_before(latest, worker.failure->place)) {
            worker.failure = Failure{latest, std::current_exception()};
        }
    }
    group.last_events = std::max<std::uint64_t>(events, 1);
    worker.window_events += events;
    clock_.set(index, group.pending.next_time());
}

void ParallelExecutive::exchange_mail() {
    std::size_t mail = 0;
    for (const auto& worker : workers_) {
        for (const Outbox& outbox : worker->outboxes)
            mail += outbox.size();
    }
    const auto deliver = [this](std::uint32_t home) {
        try {
            deliver_mail(home);
        } catch (...) {  // out of memory; the tasks of a pool do not throw
            workers_[home]->failure = Failure{Event{}, std::current_exception()};
        }
    };
    constexpr double push_cost_ns = 40.0;
    if (is_worth_waking(static_cast<double>(mail), push_cost_ns)) {
        pool_->run(deliver);
    } else {
        for (std::uint32_t home = 0; home < workers_.size(); ++home)
            deliver(home);
    }
    rethrow_first_failure();
}

void ParallelExecutive::deliver_mail(std::size_t home) {
    // In any order: the keys are totally ordered, so the queue pops the same sequence whatever was pushed first.
    for (const auto& worker : workers_) {
        worker->outboxes[home].drain([this](const Event& event) {
            const std::uint32_t group = roster_.partition.group_of[event.target.index()];
            groups_[group].pending.push(event);
            clock_.lower(group, event.time);
            clock_.mark(group);
        });
    }
    clock_.refresh(home_blocks_[home], home_blocks_[home + 1]);
}

void ParallelExecutive::rethrow_first_failure() {
    std::optional<Failure> first;
    for (const auto& worker : workers_) {
        if (!worker->failure)
            continue;
        if (!first || comes_before(worker->failure->place, first->place))
            first = worker->failure;
    }
    if (first)
        std::rethrow_exception(first->error);
}

void ParallelExecutive::learn_cost() {
    double nanoseconds = 0.0;
    std::uint64_t events = 0;
    for (std::size_t i = 0; i < (is_parallel_ ? workers_.size() : 1); ++i) {
        nanoseconds += workers_[i]->window_ns;
        events += workers_[i]->window_events;
    }
    constexpr double weight = 0.1;
    if (events > 0)
        event_cost_ns_ += weight * (nanoseconds / static_cast<double>(events) - event_cost_ns_);

    constexpr std::uint64_t windows_between_levelling = 16;
    if (!is_parallel_ || ++parallel_windows_ % windows_between_levelling != 0)
        return;
    std::vector<PayloadPools*> pools;
    for (const auto& worker : workers_)
        pools.push_back(&worker->pools);
    PayloadPools::level(pools);
}

bool ParallelExecutive::is_worth_waking(double events, double nanoseconds_each) const {
    return workers_.size() > 1 && events * nanoseconds_each >= 1'000.0 * options_.wake_workers_above_us;
}

std::vector<std::uint64_t> ParallelExecutive::events_by_worker() const {
    std::vector<std::uint64_t> events;
    for (const auto& worker : workers_)
        events.push_back(worker->events);
    return events;
}

}  // namespace spate::sim
