#pragma once

#include <cstddef>
#include <string>

#include "analysis/kpi.hpp"

namespace spate::analysis {

/// The value as a person reads it: thousands separators, shares in per cent. "–" if there is none.
std::string readable_value(const KeyFigure& figure);

/// The figures as an aligned table, a line each: name, value, unit, and the meaning or the reason for the lack of a
/// value. Lines are at most `max_width` columns wide.
std::string key_figure_table(const KeyFigures& figures, std::size_t max_width = 100);

}  // namespace spate::analysis
