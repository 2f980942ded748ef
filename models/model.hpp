#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
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
    std::uint64_t ledger_checks = 0;  ///< window ends at which the ledger was found balanced
};

/// One group of processes that advance together, in the user's words; for `spate check`.
struct GroupReport {
    std::vector<std::string> members;
    std::optional<Duration> lookahead;  ///< none: nothing leaves the group
};

/// A model ready to run: processes wired in an engine, tables declared in a recorder. Runs once.
class Model {
  public:
    /// Requires: a spec without problems; `recorder` not yet opened, outliving the model.
    Model(ModelSpec spec, sim::EngineOptions options, sim::Recorder& recorder);
    ~Model();

    std::vector<GroupReport> groups() const;
    /// Opens the recorder, runs to the end, writes the summary tables and closes the recorder.
    /// `on_progress` may throw to stop the run (the trace is then removed). Throws: RunError, InvariantError,
    /// FileError.
    RunResult run(const std::function<void(const Progress&)>& on_progress = {});

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spate::models
