#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spate::cli {

/// Every name that a key figure of a run can have (docs/kpi.md), whether or not a given run has it. Valid for ever.
const std::vector<std::string_view>& figure_names();

/// Unit of a key figure in runs that count in `currency`: "1" for shares, "h", "CNY/order", …; empty if there is no
/// such figure.
std::string figure_unit(std::string_view name, std::string_view currency);

}  // namespace spate::cli
