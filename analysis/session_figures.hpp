#pragma once

#include <vector>

#include "sim/trace/reader.hpp"
#include "analysis/kpi.hpp"

namespace spate::analysis {

/// Key figures of live-stream sessions: broadcasts, carts, orders turned away, alerts, and how far the turnover falls
/// when a host is absent. None where the trace says nothing of these. Definitions and formulas: docs/kpi.md.
/// Throws: FileError where the trace cannot be read.
std::vector<KeyFigure> session_figures(const sim::TraceReader& trace);

}  // namespace spate::analysis
