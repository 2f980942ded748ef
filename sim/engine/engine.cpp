#include "sim/engine/engine.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "sim/engine/parallel_executive.hpp"
#include "sim/engine/sequential_executive.hpp"

namespace spate::sim {

namespace {

/// Fills in the fingerprints, in process order.
void add_digests(const Roster& roster, RunReport& report) {
    Digest keys;
    Digest payloads;
    for (const ProcessRecord& record : roster.records) {
        keys.add(record.keys.value());
        payloads.add(record.payloads.value());
        report.process_digests.push_back(mix(record.keys.value(), record.payloads.value()));
    }
    report.digest = {keys.value(), payloads.value(), mix(keys.value(), payloads.value())};
}

std::unique_ptr<Executive> make_executive(Roster& roster, const EngineOptions& options) {
    if (options.workers == 1 && !options.force_parallel)
        return std::make_unique<SequentialExecutive>(roster);
    return std::make_unique<ParallelExecutive>(roster, options);
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
    std::vector<DeclaredLink> links;
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
}

Link Engine::connect(const Process& from, const Process& to, Duration lookahead) {
    const auto is_known = [&](const Process& process) {
        return process.id().index() < processes_.size() && processes_[process.id().index()].get() == &process;
    };
    SPATE_EXPECT(!state_->has_run);
    SPATE_EXPECT(is_known(from));
    SPATE_EXPECT(is_known(to));
    SPATE_EXPECT(lookahead >= Duration{0});
    const Link link{to.id(), lookahead};
    state_->links.push_back({from.id(), link});
    return link;
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

    Roster roster;
    roster.partition = make_partition(processes_.size(), state_->links);
    for (const auto& process : processes_) {
        ProcessRecord& record = roster.records.emplace_back();
        record.process = process.get();
        record.name = process->name().c_str();
    }

    RunReport report;
    report.end = end;
    const std::unique_ptr<Executive> executive = make_executive(roster, state_->options);
    executive->start();
    for (;;) {
        const Time next = executive->next_event();
        state_->stop_until(next, end);
        if (next >= end)
            break;
        const Time longest = saturating_add(next, state_->options.longest_window);
        const Time boundary = std::min({executive->safe_time(), longest, state_->next_stop(), end});
        executive->advance_to(boundary);
        ++report.windows;
        report.worker_events = executive->events_by_worker();
        state_->events = std::accumulate(report.worker_events.begin(), report.worker_events.end(), std::uint64_t{0});
        for (const auto& observer : state_->observers)
            observer(boundary);
    }
    for (const ProcessRecord& record : roster.records) {
        try {
            record.process->finish(end);
        } catch (...) {
            rethrow_named(record.name, end);
        }
    }
    report.events = state_->events;
    add_digests(roster, report);
    return report;
}

std::vector<ProcessGroup> Engine::groups() const {
    return make_partition(processes_.size(), state_->links).groups;
}

std::uint64_t Engine::events() const {
    return state_->events;
}

}  // namespace spate::sim
