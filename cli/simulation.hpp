#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/engine/engine.hpp"
#include "models/model.hpp"

namespace CLI {
class App;
}

namespace spate::cli {

/// How a run is carried out and told about; the options that `run` and `resume` share.
struct SimulationOptions {
    std::uint32_t workers = 0;  ///< 0: all processors the program may use
    std::string backend;
    std::string snapshot;  ///< where snapshots go; empty: beside the trace
    bool as_json = false, is_quiet = false, no_trace = false, force = false;
};

void add_simulation_options(CLI::App& command, SimulationOptions& options);

/// From where a run goes on.
struct SavedState {
    std::string path;     ///< of the snapshot
    std::string archive;  ///< its content
    sim::PastRows past = sim::PastRows::kept;

    /// Of the rows. A run that died after a snapshot was whole, but before its rows had their name, left them under
    /// another: they get their name first.
    std::string rows_path() const;
};

/// Runs a model to its end and prints what it did. `trace`: path, empty: none is written.
/// On SIGTERM a snapshot is written where there is a place for it, see SimulationOptions::snapshot.
/// Throws: Interrupted and what Model::run throws.
void run_and_tell(models::ModelSpec spec,
                  SimulationOptions options,
                  const std::string& trace,
                  const std::optional<SavedState>& from = {});

}  // namespace spate::cli
