#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/reader.hpp"

namespace spate::analysis {

/// A place where orders waited in the horizon. Definitions: docs/kpi.md.
struct Wait {
    std::string site;            ///< display name
    std::string place;           ///< name of the stage, or "stock", "carrier"
    double hours = 0;            ///< hours waited by all jobs together [h]
    std::optional<double> jobs;  ///< that came to the stage; none: not a stage
    std::optional<double>
        mean_h;  ///< mean wait of the jobs that came and started [h]; none: not a stage, or none started
    std::optional<double> used;  ///< of the stage's capacity, 0…1; none: no limit of servers, or not a stage
};

/// The places with the most hours waited, most first, at most `count`; ties in the order of sites, stages first. Places
/// where nothing waited are left out, and what an old trace does not hold.
/// Throws: FileError where the trace cannot be read.
std::vector<Wait> longest_waits(const sim::TraceReader& trace, std::size_t count);

/// A table with a heading, a line for each place, indented by two. Lines are at most `max_width` columns wide.
std::string wait_table(const std::vector<Wait>& waits, std::size_t max_width = 100);

/// A place where late orders lost time.
struct LateWait {
    std::string site;   ///< display name of the site that shipped them
    std::string place;  ///< name of the stage, or "desk", "stock", "carrier", "transit"
    double hours = 0;   ///< of all late orders: of those in the sample, divided by its share [h]
};

/// Where the late orders of the horizon lost their time, estimated from those in the sample. Definitions: docs/kpi.md.
struct LateWaits {
    std::vector<LateWait> places;  ///< most hours first; places with none are left out
    std::size_t orders = 0;        ///< late orders in the sample
    double share = 0;              ///< of all orders that is in the sample, 0…1
    std::string reason;            ///< why there is no estimate; empty: there is one
};

/// At most `count` places; ties in the order of the trace.
/// Throws: FileError where the trace cannot be read.
LateWaits late_waits(const sim::TraceReader& trace, std::size_t count);

/// A table with a heading, a line for each place, and a line that says how many orders it rests on; or the reason why
/// there is none. Indented by two. Lines are at most `max_width` columns wide.
std::string late_table(const LateWaits& waits, std::size_t max_width = 100);

}  // namespace spate::analysis
