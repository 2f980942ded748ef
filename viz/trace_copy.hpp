#pragma once

#include <string>
#include <vector>

#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"

namespace spate::viz {

/// A table of a trace (not a grid), whole, to be written elsewhere. Times of rows become a column like the others.
/// Columns: those named, in the order of the trace; all of them if none is named.
/// Requires: the trace has the table. Throws: FileError where it cannot be read.
sim::StaticTable read_table(const sim::TraceReader& trace,
                            const std::string& path,
                            const std::vector<std::string>& columns = {});

/// Copies a table as `new_path`. Nothing if the trace has no such table, or it has no rows.
void copy_table(const sim::TraceReader& from,
                const std::string& path,
                sim::Recorder& to,
                const std::string& new_path,
                const std::vector<std::string>& columns = {});

}  // namespace spate::viz
