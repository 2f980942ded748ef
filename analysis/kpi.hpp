#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/reader.hpp"

namespace spate::analysis {

/// Times in traces are in microseconds, those of figures in hours.
inline constexpr double microseconds_per_hour = 3.6e9;

/// One figure that says how a run went. Definitions and formulas: docs/kpi.md.
struct KeyFigure {
    std::string name;             ///< snake_case, stable: "order_fill_rate"
    std::optional<double> value;  ///< in `unit`; none: undefined in this run, see `reason`
    std::string unit;             ///< "orders", "1" (a share 0…1), "h", "d", "CNY", "CNY/order", …
    std::string meaning;          ///< one line
    std::string reason;           ///< why there is no value; empty if there is one
};

/// The key figures of one run, in the order they are shown.
struct KeyFigures {
    std::vector<KeyFigure> figures;

    /// Null if there is no such figure.
    const KeyFigure* find(std::string_view name) const;
};

/// Whether a figure is what one account of the ledger gained by order. Runs list those of accounts that moved.
bool is_cost_of_account(std::string_view figure);

/// Reads the key figures of a run off its summary tables. Only the horizon after warm-up counts. A figure is never 0 or
/// NaN for want of data: it is absent, with the reason. In the recovered trace of a run that was killed all are.
/// Throws: FileError where the trace cannot be read.
KeyFigures compute_key_figures(const sim::TraceReader& trace);

}  // namespace spate::analysis
