#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/engine/context.hpp"
#include "sim/engine/partition.hpp"
#include "sim/engine/process.hpp"

namespace spate::sim {

/// Which threads a parallel run uses. TBB in production; std::jthread where the thread sanitizer must see everything.
enum class Workers : std::uint8_t { tbb, std };

/// The back end the build was configured for (SPATE_WORKERS): std under the thread sanitizer.
Workers default_workers();

/// How a run is carried out. None of these can change a result.
struct EngineOptions {
    std::uint32_t workers = 1;
    Workers backend = default_workers();
    QueueKind queue = QueueKind::windows;
    std::uint32_t shards = 0;  ///< parts that workers run; 0: as many as suit the work
    /// Observers run at least so often while there are events …
    Duration longest_window = day;
    /// … and about so often in real time; windows are lengthened and shortened accordingly [milliseconds].
    std::uint32_t window_ms = 50;
    /// A round with less work than this is not shared between workers; 0: all are [nanoseconds of real time, estimated
    /// from the rounds before].
    std::uint32_t share_rounds_above_ns = 2'000;
};

/// The fingerprint of a run: equal for every queue, worker count, back end and build.
struct RunDigest {
    std::uint64_t total = 0;  ///< keys and contents of all events, process by process
};

struct RunReport {
    Time end;
    std::uint64_t events = 0;
    std::uint64_t windows = 0;
    RunDigest digest;
    std::vector<std::uint64_t> process_digests;  ///< by process; the first difference shows where two runs part
    std::uint64_t rounds = 0;                    ///< steps in which shards ran side by side
    std::size_t shards = 1;
    /// Events handled by each worker. This and the numbers of windows, rounds and shards alone depend on the options.
    std::vector<std::uint64_t> worker_events;
};

/// What can be said of a run's parallelism before it is run.
struct Outlook {
    double most_workers = 1;        ///< 1 / share of work of the busiest cluster
    std::optional<Duration> round;  ///< least simulated time between two rounds of a shard; none: no limit
};

/// Owns the processes and their links; runs them to a given time.
/// Threads: built and driven by one thread; several engines may live in one program.
class Engine {
  public:
    explicit Engine(EngineOptions options = {});
    ~Engine();

    /// Takes a process; processes are numbered in the order they are added.
    template <class P>
    P& add(std::unique_ptr<P> process) {
        P& reference = *process;
        adopt(std::move(process));
        return reference;
    }

    /// Declares that `from` may send M to `to` with a delay of at least `lookahead` >= 0, and wires the output.
    template <class M>
    void connect(const Process& from, Output<M>& output, const Process& to, Duration lookahead) {
        output.link = connect(from, to, lookahead);
        if constexpr (BulkMessage<M>)
            know_payload(M::type, [] { return std::unique_ptr<Payload>(std::make_unique<M>()); });
    }

    Link connect(const Process& from, const Process& to, Duration lookahead);

    /// Declares that `from` may send to every process with a delay of at least `lookahead` > 0.
    Broadcast connect_to_all(const Process& from, Duration lookahead);

    /// Called by one thread at the end of every window, when all processes have handled every event before `boundary`
    /// and none at or after it; for audits, trace flushes and progress. May throw to stop the run. Never changes the
    /// model. How often it is called depends on the machine, see EngineOptions.
    void at_window_end(std::function<void(Time boundary)> observer);

    /// Calls `observer(t)` for t = first, first + step, … < end (once if step is zero), when every event before `t` and
    /// none at or after it has been handled by all processes: windows never reach across such a time. By one thread.
    /// The observer may change the books of processes, never their behaviour. Observers of one time run in the order
    /// given. `name` (unique) lets a loaded state find the observer again, so that it goes on where it was.
    void at_times(Time first, Duration step, std::function<void(Time)> observer, std::string name = "");

    /// Calls `observer` by one thread when the run is over and before finish(), with the events still pending: ordered
    /// by process, whose number is in `slot`, and key. They keep their payloads.
    void at_end(std::function<void(std::span<const Event> pending)> observer);

    /// For observers: calls task(0) … task(count - 1), at the same time on the workers where there are several. A task
    /// touches only what belongs to its number. Throws: what the first of them threw, in order of their numbers.
    void for_each(std::size_t count, const std::function<void(std::size_t)>& task);

    /// Runs every event with time < `end`, then calls finish(end) on every process in order. Once per engine.
    /// Throws: what a process threw, as RunError naming process and time where it was not one already.
    RunReport run_until(Time end);

    /// Writes the state of the run: of every process, all pending events, and when observers are due. Only from an
    /// observer, or before run_until. Throws: InvariantError where a process or a message cannot be archived.
    void save_state(StateWriter& archive) const;
    /// Reads a state written by an engine with the same processes (by name and number); run_until then goes on from
    /// there, without start. Throws: RunError (exit code 5) if the processes differ.
    void load_state(StateReader& archive);

    /// Simulated time up to which every event has been handled; exact in observers.
    Time now() const;

    /// The fused groups, after all links are declared.
    std::vector<ProcessGroup> groups() const;

    /// `work`: share of the work by process.
    Outlook outlook(std::span<const double> work) const;

    std::span<const std::unique_ptr<Process>> processes() const { return processes_; }

    /// Events handled so far; for progress, exact at window ends.
    std::uint64_t events() const;

  private:
    using PayloadMaker = std::unique_ptr<Payload> (*)();
    bool is_known(const Process& process) const;
    void know_payload(std::uint16_t type, PayloadMaker make);
    Mailbox load_events(StateReader& archive) const;
    void adopt(std::unique_ptr<Process> process);

    struct State;
    std::unique_ptr<State> state_;
    std::vector<std::unique_ptr<Process>> processes_;
};

}  // namespace spate::sim
