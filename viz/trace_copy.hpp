#pragma once

#include <string>

#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"

namespace spate::viz {

/// Copies a table (not a grid), whole, as `new_path`. Times of rows become a column like the others. Nothing if the
/// trace has no such table, or it has no rows. Throws: FileError where it cannot be read.
void copy_table(const sim::TraceReader& from, const std::string& path, sim::Recorder& to, const std::string& new_path);

}  // namespace spate::viz
