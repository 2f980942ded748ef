#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/reader.hpp"

namespace spate::analysis {

/// A place where orders waited in the horizon. Definitions: docs/kpi.md.
struct Wait {
    std::string site;              ///< display name
    std::string place;             ///< name of the stage, or "stock", "carrier"
    double hours = 0;              ///< hours waited by all jobs together [h]
    std::optional<double> jobs;    ///< that came to the stage; none: not a stage
    std::optional<double> mean_h;  ///< mean wait of the jobs that came and started [h]; none: not a stage
    std::optional<double> used;    ///< of the stage's capacity, 0…1; none: no limit of servers, or not a stage
};

/// The places with the most hours waited, most first, at most `count`; ties in the order of sites, stages first. Places
/// where nothing waited are left out, and what an old trace does not hold.
/// Throws: FileError where the trace cannot be read.
std::vector<Wait> longest_waits(const sim::TraceReader& trace, std::size_t count);

/// A table with a heading, a line for each place, indented by two. Lines are at most `max_width` columns wide.
std::string wait_table(const std::vector<Wait>& waits, std::size_t max_width = 100);

}  // namespace spate::analysis
