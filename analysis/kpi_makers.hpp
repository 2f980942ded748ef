#pragma once

#include <numeric>
#include <string>
#include <utility>

#include "analysis/kpi.hpp"

namespace spate::analysis {

/// Money in traces is in millionths of the currency.
inline constexpr double micro = 1e-6;

/// Sum of a column.
inline double sum_of(const sim::TraceReader& trace, const std::string& column) {
    const auto values = trace.numbers(column);
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// part / whole; absent with a reason where the whole is zero.
inline KeyFigure ratio(
    std::string name, std::string unit, std::string meaning, double part, double whole, std::string why) {
    KeyFigure figure{std::move(name), {}, std::move(unit), std::move(meaning), std::move(why)};
    if (whole != 0) {
        figure.value = part / whole;
        figure.reason = "";
    }
    return figure;
}

inline KeyFigure plain(std::string name, std::string unit, std::string meaning, double value) {
    return {std::move(name), value, std::move(unit), std::move(meaning), ""};
}

}  // namespace spate::analysis
