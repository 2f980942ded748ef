#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/reader.hpp"

/// How long the start of a run must be left out: which process of the run stands for a key figure, and its series.
namespace spate::analysis {

/// A process of a run, one observation for each sample period.
struct ProcessSeries {
    std::string process;         ///< "stock on hand"; a name that find_process() gives
    std::vector<double> values;  ///< value i: at the end of sample period i, or the flow within it [units, currency, …]
};

/// The process that shows how long a key figure is biased by the empty start, such as "stock value" for turnover_days.
/// The table is in docs/experiments.md. Any name that begins with cost_per_order_ is a cost; others that are no key
/// figure: std::logic_error.
std::string find_process(std::string_view figure);

/// The processes of several figures, each once, in order of the figures.
std::vector<std::string> find_processes(std::span<const std::string> figures);

/// Reads a process off the series of a run. Empty if the run has no such series (a run without stages has no jobs).
/// Throws: FileError where the trace cannot be read; std::logic_error for a name that find_process() never gives.
std::vector<double> process_series(const sim::TraceReader& trace, std::string_view process);

/// The mean over replications, observation by observation.
/// Requires: at least one series, all of one length; otherwise std::logic_error.
std::vector<double> mean_series(std::span<const std::vector<double>> replications);

}  // namespace spate::analysis
