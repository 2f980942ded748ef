#include "sim/engine/engine.hpp"

#include <algorithm>
#include <string_view>

#include "sim/engine/executive.hpp"

namespace spate::sim {

namespace {

/// Fills in the fingerprints, in process order.
void add_digests(const Roster& roster, RunReport& report) {
    Digest total;
    for (const std::uint32_t slot : roster.slot_of) {
        report.process_digests.push_back(roster.records[slot].digest);
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

/// An observer that is called at given times.
struct TimedObserver {
    Time next;
    Duration step;
    std::function<void(Time)> observe;

    /// Calls the observer for all its times up to `now`.
    void catch_up(Time now) {
        while (next <= now) {
            observe(next);
            next = step.us > 0 ? saturating_add(next, step) : end_of_time;
        }
    }
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
            for (auto& observer : timed)
                observer.catch_up(stop);
        }
    }

    EngineOptions options;
    LinkTable links;
    std::vector<PayloadMaker> payloads;  ///< by message type
    std::vector<std::function<void(Time)>> observers;
    std::uint64_t events = 0;
    bool has_run = false;
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
    state_->links.broadcasts.push_back({from.id(), {}, lookahead});
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

void Engine::at_times(Time first, Duration step, std::function<void(Time)> observer) {
    SPATE_EXPECT(!state_->has_run);
    SPATE_EXPECT(first >= Time{} && step >= Duration{0});
    state_->timed.push_back({first, step, std::move(observer)});
}

RunReport Engine::run_until(Time end) {
    SPATE_EXPECT(!state_->has_run);
    SPATE_EXPECT(end >= Time{});
    state_->has_run = true;

    RunReport report;
    report.end = end;
    Executive executive(processes_, state_->links, state_->options);
    executive.start();
    for (;;) {
        const Time next = executive.next_event();
        state_->stop_until(next, end);
        if (next >= end)
            break;
        const Time longest = saturating_add(next, state_->options.longest_window);
        const Time boundary = std::min({longest, state_->next_stop(), end});
        executive.advance_to(boundary);
        ++report.windows;
        state_->events = executive.events();
        for (const auto& observer : state_->observers)
            observer(boundary);
    }
    for (const auto& process : processes_) {
        try {
            process->finish(end);
        } catch (...) {
            rethrow_named(*process, end);
        }
    }
    report.events = state_->events;
    report.rounds = executive.rounds();
    report.shards = executive.shards();
    report.worker_events = executive.events_by_worker();
    add_digests(executive.roster(), report);
    return report;
}

std::vector<ProcessGroup> Engine::groups() const {
    return make_groups(state_->links);
}

std::uint64_t Engine::events() const {
    return state_->events;
}

}  // namespace spate::sim
