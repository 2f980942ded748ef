#pragma once

#include <string>

#include "sim/base/time.hpp"

namespace spate::sim {

/// Makes the trace `path` of what a killed run left in `<path>.partial`: all rows before the time that is returned,
/// which stands in the attribute rows_until too. Results known at the end of a run only (summaries, digest) are not
/// there. The partial file is removed when the trace is whole. Throws: FileError, also if the run is alive or was
/// killed before its rows were first sealed; the partial file is kept then.
Time recover_trace(const std::string& path, bool overwrite);

}  // namespace spate::sim
