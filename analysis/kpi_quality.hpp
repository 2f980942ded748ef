#pragma once

#include <vector>

#include "analysis/kpi.hpp"

namespace spate::analysis {

/// Key figures of test benches, recalls, refund funds and tickets, in the order of docs/kpi.md; none of what the trace
/// has no tables of.
std::vector<KeyFigure> quality_figures(const sim::TraceReader& trace);

}  // namespace spate::analysis
