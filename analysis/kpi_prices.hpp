#pragma once

#include <vector>

#include "analysis/kpi.hpp"

namespace spate::analysis {

/// Key figures of prices that follow the stock, in the order of docs/kpi.md; none if the trace has no tables of them.
std::vector<KeyFigure> price_figures(const sim::TraceReader& trace);

}  // namespace spate::analysis
