#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/engine.hpp"
#include "sim/trace/recorder.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// How far a run is; handed to the progress callback at window ends, at most ten times a second.
struct Progress {
    Time now, end;
    std::uint64_t orders = 0;  ///< customer orders placed so far
    std::uint64_t events = 0;  ///< kernel events handled so far
};

/// What a run was, for the caller; all key figures are in the trace.
struct RunResult {
    sim::RunReport report;
    std::uint64_t orders = 0;
    std::uint64_t demand_digest = 0;  ///< of all customers' orders; the same whatever the network made of them
    std::uint64_t ledger_checks = 0;  ///< window ends at which the ledger was found balanced
};

/// What the caller of a run wants to hear of. Called between windows by the thread that runs the model; may throw to
/// stop the run (the trace is then removed).
struct RunHooks {
    std::function<void(const Progress&)> on_progress;  ///< at window ends, at most ten times a second
    std::function<void(Time at)> on_snapshot;          ///< when a snapshot is due (ModelSpec::snapshot)
};

/// One group of processes that advance together, in the user's words.
struct GroupReport {
    std::vector<std::string> members;
    std::optional<Duration> lookahead;  ///< none: nothing leaves the group
    double work = 0;                    ///< expected share of the run's work, 0..1
};

/// What a run's parallelism can be; for `spate check`.
struct Parallelism {
    std::vector<GroupReport> groups;
    /// Workers that can have work at the same time: 1 / the share of the busiest processes that must advance together.
    double most_workers = 1;
    std::optional<Duration> round;  ///< shards wait for each other about so often [simulated time]; none: never
};

/// Fingerprint of everything a scenario says.
std::uint64_t scenario_hash(const ModelSpec& spec);

/// A model ready to run: processes wired in an engine, tables declared in a recorder. Runs once.
class Model {
  public:
    /// Requires: a spec without problems; `recorder` not yet opened, outliving the model.
    Model(ModelSpec spec, sim::EngineOptions options, sim::Recorder& recorder);
    ~Model();

    Parallelism parallelism() const;
    /// Opens the recorder, runs to the end, writes the summary tables and closes the recorder.
    /// Throws: RunError, InvariantError, FileError.
    RunResult run(const RunHooks& hooks = {});

    /// The whole state of the run, with its scenario: enough to go on without any other file but `rows_path`, which
    /// receives the rows recorded so far (see Recorder::save_state; empty: into the archive). Only from a hook.
    std::string save_state(const std::string& rows_path = {});
    /// Goes on from a saved state instead of time zero: the rest of that run, or a fork of it where policies,
    /// parameters or the seed are others from that moment on. Before run(). Throws: FileError if the state does not fit
    /// this scenario (see why_unfit) or the trace's tables.
    void load_state(std::string_view archive,
                    sim::PastRows past = sim::PastRows::kept,
                    const std::string& rows_path = {});
    /// Everything before this time has been simulated.
    Time now() const;
    /// Of the scenario, for the head of its snapshots.
    std::uint64_t scenario_hash() const;

    /// The scenario of a saved state. Throws: FileError.
    static ModelSpec spec_of(std::string_view archive);
    /// A scenario with which a saved state can go on: what its sessions had drawn by another seed stays drawn by that
    /// one. Of the scenario of the state: the same. Throws: FileError.
    static ModelSpec forked(ModelSpec spec, std::string_view archive);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spate::models
