#include "sim/engine/engine.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "sim/engine/executive.hpp"
#include "sim/snapshot/archive.hpp"

namespace spate::sim {

namespace {

/// Fills in the fingerprints, in process order.
void add_digests(const Roster& roster, RunReport& report) {
    Digest total;
    report.process_digests.reserve(roster.records.size());
    for (std::uint32_t process = 0; process < roster.records.size(); ++process) {
        report.process_digests.push_back(roster.record_of(ProcessId(process)).digest);
        total.add(report.process_digests.back());
    }
    report.digest = {total.value()};
}

}  // namespace

Workers default_workers() {
#ifdef SPATE_DEFAULT_WORKERS
    return std::string_view(SPATE_DEFAULT_WORKERS) == "std" ? Workers::std : Workers::tbb;
#else
    return Workers::tbb;
#endif
}

namespace {

constexpr std::size_t few_tasks = 64;  ///< fewer are not worth waking the workers for

/// An observer that is called at given times.
struct TimedObserver {
    Time next;
    Duration step;
    std::function<void(Time)> observe;
    std::string name;

    /// The first of its times that is not before `now`.
    void skip_to(Time now) {
        while (next < now)
            next = step.us > 0 ? saturating_add(next, step * ((now - next - microsecond) / step + 1)) : end_of_time;
    }

    /// Calls the observer for all its times up to `now`.
    void catch_up(Time now) {
        while (next <= now) {
            const Time time = next;
            next = step.us > 0 ? saturating_add(next, step) : end_of_time;
            observe(time);
        }
    }
};

/// Chooses how far to go before observers run: about equal spans of real time.
class Pace {
  public:
    Pace(Duration longest, std::uint32_t window_ms)
        : longest_(longest)
        , window_ms_(window_ms)
        , step_(std::min(longest, second)) {}

    Duration step() const { return step_; }

    void note(double elapsed_ms) {
        if (elapsed_ms < 0.6 * window_ms_) {
            step_ = step_ > longest_ - step_ ? longest_ : step_ * 2;
        } else if (elapsed_ms > 1.5 * window_ms_ && step_ > millisecond) {
            step_ = {step_.us / 2};
        }
    }

  private:
    static constexpr Duration millisecond{1'000};
    Duration longest_;
    double window_ms_;
    Duration step_;
};

}  // namespace

struct Engine::State {
    std::vector<TimedObserver> timed;

    /// The earliest time that a window must not reach across.
    Time next_stop() const {
        Time stop = end_of_time;
        for (const auto& observer : timed)
            stop = std::min(stop, observer.next);
        return stop;
    }

    /// Calls the observers of all times up to `now` (before `end`), time by time.
    void stop_until(Time now, Time end) {
        for (Time stop = next_stop(); stop <= now && stop < end; stop = next_stop()) {
            reached = std::max(reached, stop);
            for (auto& observer : timed)
                observer.catch_up(stop);
        }
    }

    EngineOptions options;
    LinkTable links;
    std::vector<PayloadMaker> payloads;  ///< by message type
    std::vector<std::function<void(Time)>> observers;
    std::vector<std::function<void(std::span<const Event>)>> at_end;
    std::unique_ptr<Executive> executive;
    Time reached;
    std::uint64_t events_before = 0;  ///< handled before the state was loaded
    bool has_run = false, is_loaded = false;

    std::uint64_t events() const { return events_before + (executive ? executive->events() : 0); }
};

Engine::Engine(EngineOptions options)
    : state_(std::make_unique<State>()) {
    SPATE_EXPECT(options.workers >= 1);
    SPATE_EXPECT(options.longest_window > Duration{0});
    state_->options = options;
}

Engine::~Engine() = default;

void Engine::adopt(std::unique_ptr<Process> process) {
    SPATE_EXPECT(process != nullptr);
    SPATE_EXPECT(!state_->has_run);
    process->id_ = ProcessId(processes_.size());
    processes_.push_back(std::move(process));
    state_->links.processes = processes_.size();
}

Link Engine::connect(const Process& from, const Process& to, Duration lookahead) {
    SPATE_EXPECT(!state_->has_run);
    SPATE_EXPECT(is_known(from));
    SPATE_EXPECT(is_known(to));
    SPATE_EXPECT(lookahead >= Duration{0});
    state_->links.links.push_back({from.id(), to.id(), lookahead});
    return {from.id(), to.id(), lookahead};
}

Broadcast Engine::connect_to_all(const Process& from, Duration lookahead) {
    SPATE_EXPECT(!state_->has_run);
    SPATE_EXPECT(is_known(from));
    SPATE_EXPECT(lookahead > Duration{0});
    auto& sets = state_->links.broadcasts;
    if (sets.empty() || sets.back().lookahead != lookahead)
        sets.push_back({lookahead, {}});
    sets.back().sources.push_back(from.id());
    return {from.id(), lookahead};
}

bool Engine::is_known(const Process& process) const {
    return process.id().index() < processes_.size() && processes_[process.id().index()].get() == &process;
}

void Engine::know_payload(std::uint16_t type, PayloadMaker make) {
    if (type >= state_->payloads.size())
        state_->payloads.resize(type + 1U);
    state_->payloads[type] = make;
}

void Engine::at_window_end(std::function<void(Time boundary)> observer) {
    SPATE_EXPECT(!state_->has_run);
    state_->observers.push_back(std::move(observer));
}

void Engine::at_times(Time first, Duration step, std::function<void(Time)> observer, std::string name) {
    SPATE_EXPECT(!state_->has_run);
    SPATE_EXPECT(first >= Time{} && step >= Duration{0});
    state_->timed.push_back({first, step, std::move(observer), std::move(name)});
}

void Engine::at_end(std::function<void(std::span<const Event>)> observer) {
    SPATE_EXPECT(!state_->has_run);
    state_->at_end.push_back(std::move(observer));
}

void Engine::for_each(std::size_t count, const std::function<void(std::size_t)>& task) {
    WorkerPool* const pool = state_->executive ? state_->executive->pool() : nullptr;
    if (pool != nullptr && count >= few_tasks) {
        share_out(*pool, count, task);
        return;
    }
    for (std::size_t i = 0; i < count; ++i)
        task(i);
}

RunReport Engine::run_until(Time end) {
    SPATE_EXPECT(!state_->has_run);
    SPATE_EXPECT(end >= Time{});
    state_->has_run = true;

    RunReport report;
    report.end = end;
    State& state = *state_;
    if (!state.is_loaded) {
        state.executive = std::make_unique<Executive>(processes_, state.links, state.options);
        state.executive->start();
    }
    Executive& executive = *state.executive;
    Pace pace(state.options.longest_window, state.options.window_ms);
    for (;;) {
        const Time next = executive.next_event();
        state.stop_until(next, end);
        if (next >= end)
            break;
        const Time boundary = std::min({saturating_add(next, pace.step()), state.next_stop(), end});
        const auto begin = std::chrono::steady_clock::now();
        executive.advance_to(boundary);
        pace.note(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
        state.reached = boundary;
        ++report.windows;
        for (const auto& observer : state.observers)
            observer(boundary);
    }
    state.reached = end;
    for (const auto& observer : state.at_end)
        observer(executive.pending_events());
    for (const auto& process : processes_) {
        try {
            process->finish(end);
        } catch (...) {
            rethrow_named(*process, end);
        }
    }
    report.events = state.events();
    report.rounds = executive.rounds();
    report.shards = executive.shards();
    report.worker_events = executive.events_by_worker();
    add_digests(executive.roster(), report);
    return report;
}

void Engine::save_state(StateWriter& archive) const {
    const State& state = *state_;
    SPATE_EXPECT(state.executive != nullptr);
    archive(static_cast<std::uint64_t>(processes_.size()), state.reached.us, state.events());
    archive(static_cast<std::uint64_t>(state.timed.size()));
    for (const auto& observer : state.timed)
        archive(observer.name, observer.next.us, observer.step.us);
    for (const auto& process : processes_) {
        const ProcessRecord& record = state.executive->roster().record_of(process->id());
        archive(process->name(), std::uint64_t{record.sequence}, record.digest);
        process->save_state(archive);
    }
    std::vector<Event> events = state.executive->pending_events();
    // In their order, so that the archive does not depend on shards.
    std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return comes_before(a, b); });
    archive(static_cast<std::uint64_t>(events.size()));
    for (const Event& event : events) {
        Event plain = event;
        plain.take_payload();  // no addresses in the archive
        archive(cereal::binary_data(&plain, sizeof plain));
        if (event.is_bulk)
            event.payload()->save_state(archive);
    }
}

void Engine::load_state(StateReader& archive) {
    State& state = *state_;
    SPATE_EXPECT(!state.has_run && !state.is_loaded);
    std::uint64_t size = 0, observers = 0;
    archive(size, state.reached.us, state.events_before, observers);
    if (size != processes_.size())
        throw FileError("the snapshot is of another model: it has " + std::to_string(size) + " processes, this one "
                        + std::to_string(processes_.size()));
    for (auto& observer : state.timed)
        observer.skip_to(state.reached);
    for (std::uint64_t i = 0; i < observers; ++i) {
        std::string name;
        Time next;
        Duration step;
        archive(name, next.us, step.us);
        for (auto& observer : state.timed) {
            // A fork may ask for it more or less often.
            if (observer.name == name && observer.step == step)
                observer.next = next;
        }
    }
    std::vector<std::uint64_t> sequences(size), digests(size);
    for (const auto& process : processes_) {
        std::string name;
        archive(name, sequences[process->id().index()], digests[process->id().index()]);
        if (name != process->name())
            throw FileError("the snapshot is of another model: it has a process '" + name + "' where this one has '"
                            + process->name() + "'");
        process->load_state(archive);
    }
    state.executive = std::make_unique<Executive>(processes_, state.links, state.options);
    Mailbox pending = load_events(archive);
    std::vector<Event> events;
    pending.empty_into([&](const Event& event) { events.push_back(event); });
    state.executive->restore(state.reached, sequences, digests, events);
    state.executive->loaded();
    state.is_loaded = true;
}

/// Reads pending events into a mailbox, which owns their payloads.
Mailbox Engine::load_events(StateReader& archive) const {
    std::uint64_t size = 0;
    archive(size);
    Mailbox events;
    for (std::uint64_t i = 0; i < size; ++i) {
        Event event;
        archive(cereal::binary_data(&event, sizeof event));
        if (!event.is_bulk) {
            events.place(event.time) = event;
            continue;
        }
        if (event.type >= state_->payloads.size() || state_->payloads[event.type] == nullptr)
            throw FileError("the snapshot holds a message of a type that this model does not know ("
                            + std::to_string(event.type) + ")");
        auto payload = state_->payloads[event.type]();
        payload->load_state(archive);
        event.set_payload(payload.release());
        events.place(event.time) = event;
    }
    return events;
}

Time Engine::now() const {
    return state_->reached;
}

std::vector<ProcessGroup> Engine::groups() const {
    return make_groups(state_->links);
}

Outlook Engine::outlook(std::span<const double> work) const {
    SPATE_EXPECT(work.size() == processes_.size());
    CutOptions options;
    options.shards = 8;
    for (const double share : work)
        options.weights.push_back(static_cast<std::uint64_t>(share * 1e9));
    const Cut cut = make_cut(state_->links, options);
    std::vector<double> clusters(processes_.size());
    for (std::uint32_t slot = 0; slot < processes_.size(); ++slot)
        clusters[cut.roster.cluster_of(slot)] += work[cut.roster.records[slot].id.index()];
    Outlook outlook;
    const double busiest = clusters.empty() ? 1 : *std::max_element(clusters.begin(), clusters.end());
    outlook.most_workers = busiest > 0 ? 1 / busiest : 1;
    Duration round = never;
    for (std::size_t s = 0; s < cut.shards(); ++s)
        round = std::min({round, cut.windows[s], cut.reach[s * cut.shards() + s]});
    if (round != never)
        outlook.round = round;
    return outlook;
}

std::uint64_t Engine::events() const {
    return state_->events();
}

}  // namespace spate::sim
