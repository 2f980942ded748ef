#pragma once

#include <vector>

#include "analysis/kpi.hpp"

namespace spate::analysis {

/// Key figures of presale, group buying and pick-up points, in the order of docs/kpi.md; none of what the trace has no
/// tables of.
std::vector<KeyFigure> term_figures(const sim::TraceReader& trace);

}  // namespace spate::analysis
