#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "sim/trace/table.hpp"

namespace spate::viz {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// A column of whole numbers.
inline sim::Column whole(const char* name, const char* unit, const char* description) {
    return {name, sim::ColumnType::i64, unit, description, {}, "", 1};
}

/// A column of real numbers.
inline sim::Column real(const char* name, const std::string& unit, const char* description) {
    return {name, sim::ColumnType::f64, unit, description, {}, "", 1};
}

/// A text of each item.
template <class Items, class Get>
sim::TextColumn texts(const char* name, const char* description, const Items& items, Get&& get) {
    sim::TextColumn column{name, description, {}};
    for (const auto& item : items)
        column.values.push_back(get(item));
    return column;
}

/// A number of each item; none: NaN.
template <class Items, class Get>
sim::NumberColumn numbers(
    const char* name, const std::string& unit, const char* description, const Items& items, Get&& get) {
    sim::NumberColumn column{real(name, unit, description), {}};
    for (const auto& item : items)
        column.values.emplace_back(std::optional<double>(get(item)).value_or(unknown));
    return column;
}

}  // namespace spate::viz
