#pragma once

#include <string>

#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"

namespace spate::viz {

/// Writes what a page shows of one run: its facts, names and places, key figures, and series made coarse enough for
/// a page. docs/report.md lists the tables. The same trace gives the same bytes.
/// Throws: FileError where the trace cannot be read or the file not be written.
void write_run_data(const sim::TraceReader& trace, const std::string& path);

/// Adds the network of a run and its mean flows below `prefix` ("/arms/cdc-rdc"), for a page that shows several
/// networks side by side. May be called between open() and close() of the recorder.
void add_network_data(const sim::TraceReader& trace, sim::Recorder& to, const std::string& prefix);

}  // namespace spate::viz
