#pragma once

#include "cli/scenario_input.hpp"

namespace spate::cli {

/// `spate check` of an experiment file: prints its arms and the number of runs, as text or as one JSON object.
/// Throws: ProblemsPrinted if anything is wrong.
void check_experiment(const ScenarioInput& input, bool as_json);

}  // namespace spate::cli
