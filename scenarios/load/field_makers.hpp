#pragma once

#include <span>

#include "scenarios/load/field_table.hpp"

/// How the parts of the field table are written down; included by them only.
namespace spate::scenarios {

/// The parts of the table: the file, time, markets, products, sites, lanes; channels, demand, sessions, policies,
/// trace, distributions; return centres; experiment files.
std::span<const Field> supply_fields();
std::span<const Field> channel_fields();
std::span<const Field> demand_fields();
std::span<const Field> session_fields();
std::span<const Field> returns_fields();
std::span<const Field> experiment_fields();

namespace fields {

using enum FieldType;
using M = Measure;
using View = std::string_view;

constexpr Field quantity_of(View section, View key, M measure, View fallback, View limits, View meaning, View example) {
    return {section, key, quantity, measure, Need::optional, fallback, limits, "", meaning, example};
}

constexpr Field drawn(View section, View key, M measure, View fallback, View meaning, View example) {
    return {section, key, distribution, measure, Need::optional, fallback, "", "", meaning, example};
}

constexpr Field plain(View section, View key, FieldType type, View fallback, View meaning, View example) {
    return {section, key, type, M::number, Need::optional, fallback, "", "", meaning, example};
}

constexpr Field as_said(
    View section, View key, FieldType type, View fallback, View accepts, View meaning, View example) {
    return {section, key, type, M::number, Need::optional, fallback, "", accepts, meaning, example};
}

constexpr Field nested(View section, View key, FieldType type, View of, View meaning, View example = "") {
    return {section, key, type, M::number, Need::optional, "", "", of, meaning, example};
}

constexpr Field must(Field field) {
    field.need = Need::required;
    return field;
}

inline constexpr View globs = "all, an id, a glob such as rdc-*, or a list of them";

}  // namespace fields

}  // namespace spate::scenarios
