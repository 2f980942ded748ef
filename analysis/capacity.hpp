#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/trace/reader.hpp"

namespace spate::analysis {

/// What a stage of a site did over the horizon.
struct StageUse {
    std::string site, stage;            ///< display names
    double jobs = 0;                    ///< that came
    std::optional<double> mean_wait_h;  ///< of the jobs that came and started [h]; none: jobs waited, and none started
    double mean_waiting = 0;            ///< time average of the jobs in the queue
    std::optional<double> used;  ///< work done / work its servers could have done while open; none: no limit of servers
};

/// All stages in the order of /network/stages; empty where the trace has none, was made before it held
/// them, or was recovered from a run that was killed.
/// Throws: FileError where the trace cannot be read.
std::vector<StageUse> stage_use(const sim::TraceReader& trace);

/// Highest use of a stage with a limited number of servers, 0…1. None: there is no such stage.
std::optional<double> highest_use(const std::vector<StageUse>& stages);

}  // namespace spate::analysis
