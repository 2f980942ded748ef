#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/load/experiment.hpp"
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

/// Adds SCENARIO and --set to a command; `name` and `description` of the file where it is not a scenario. `input` must
/// outlive the parsing.
void add_scenario_options(CLI::App& command,
                          ScenarioInput& input,
                          const std::string& name = "SCENARIO",
                          const std::string& description = "scenario file (YAML)");

/// Reads the scenario with its settings; problems are in the result.
/// Throws: FileError if the file cannot be read, UsageError for a setting that is not path=value or for an experiment.
scenarios::Loaded load(const ScenarioInput& input);

/// The same of an experiment; names and units of key figures are checked too. `found_warm_up` stands for `mser-5`.
/// Throws: FileError if the file cannot be read, UsageError for a setting that is not path=value or for a scenario.
scenarios::LoadedExperiment load_experiment(const ScenarioInput& input,
                                            std::optional<sim::Duration> found_warm_up = {});

/// Prints the problems to stderr, and with `as_json` as an object to stdout, and throws ProblemsPrinted if there are
/// any.
void refuse_problems(const std::vector<scenarios::Problem>& problems, bool as_json = false);

/// Prints what is possible, but hardly meant, to stderr.
void print_warnings(const std::vector<scenarios::Problem>& warnings);

}  // namespace spate::cli
