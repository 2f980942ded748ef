#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.hpp"
#include "scenarios/load/scenario.hpp"

#include "tests/bench/benchmark.hpp"

/// Whole models, from the scenario file to the last event.
namespace spate::bench {

using Spec = std::shared_ptr<const models::ModelSpec>;
using Overrides = std::vector<scenarios::Override>;

/// Reads a scenario; the path is relative to the root of the repository. Throws: std::runtime_error with the first
/// problem.
Spec load(const std::string& path, const Overrides& overrides = {});

/// Building the processes and running them to the end; no trace is written. `per_order`: how much one customer's order
/// counts.
Run run_model(const models::ModelSpec& spec, unsigned workers, double per_order = 1);

}  // namespace spate::bench
