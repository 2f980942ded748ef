#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/trace/recorder.hpp"
#include "scenarios/load/experiment.hpp"

#include "cli/experiment_runs.hpp"

namespace spate::cli {

/// Pilot replications of every arm, whatever the file says of replications: Welch's procedure begins with five (Law
/// 2015, section 9.5.1), and the warm-up, and with it all runs, stay as they are when replications are added.
inline constexpr std::uint32_t warm_up_pilots = 5;

/// Where the transient of one process of one arm ends.
struct TransientEnd {
    std::size_t arm = 0;
    std::string process;  ///< see analysis/warm_up.hpp
    sim::Duration after;  ///< left out at the start
};

/// The warm-up of an experiment that says `warm_up: mser-5`.
struct FoundWarmUp {
    sim::Duration duration;          ///< the longest of `ends`
    std::size_t longest = 0;         ///< the first of them
    std::vector<TransientEnd> ends;  ///< of every arm and process
};

/// The processes of all figures by which the experiment decides.
std::vector<std::string> deciding_processes(const scenarios::Experiment& experiment);

/// The same arms without warm-up; what was warm-up is measured too.
std::vector<RunnableArm> pilot_arms(std::vector<RunnableArm> arms, const std::vector<std::string>& processes);

/// Of every arm and process the end of the transient by MSER-5, from its mean over the pilots. `pilots`: by arm, then
/// by replication. Throws: RunError where it is not found within half of the run.
FoundWarmUp find_warm_up(const scenarios::Experiment& experiment,
                         const std::vector<RunnableArm>& arms,
                         const std::vector<std::vector<Replication>>& pilots);

/// Runs the pilots, those apart that are in `folder` already, and finds the warm-up.
/// Throws: RunError as above, and what ExperimentRuns throws.
FoundWarmUp run_pilots(const scenarios::Experiment& experiment,
                       std::vector<RunnableArm> arms,
                       const std::string& folder,
                       ExperimentRuns::Options options);

/// One line: "warm-up 12 d found by MSER-5 from 5 pilot replications; …".
std::string warm_up_text(const scenarios::Experiment& experiment, const FoundWarmUp& found);
/// What will be done, for `spate check`.
std::string warm_up_plan(const scenarios::Experiment& experiment);
/// The text of a JSON object.
std::string warm_up_json(const scenarios::Experiment& experiment, const FoundWarmUp& found);
/// Declares the table /experiment/warm_up and attributes.
void add_warm_up(sim::Recorder& file, const FoundWarmUp& found);

}  // namespace spate::cli
