#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/load/scenario.hpp"

namespace CLI {
class App;
}

namespace spate::cli {

/// Which scenario a command works on, as given on the command line.
struct ScenarioInput {
    std::string path;
    std::vector<std::string> settings;  ///< "path=value" of every --set
};

/// Adds SCENARIO and --set to a command. `input` must outlive the parsing.
void add_scenario_options(CLI::App& command, ScenarioInput& input);

/// Reads the scenario with its settings; problems are in the result.
/// Throws: FileError if the file cannot be read, UsageError for a setting that is not path=value.
scenarios::Loaded load(const ScenarioInput& input);

/// Prints the problems to stderr and throws ProblemsPrinted if there are any.
void refuse_problems(const std::vector<scenarios::Problem>& problems);

}  // namespace spate::cli
