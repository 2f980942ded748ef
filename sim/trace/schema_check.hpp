#pragma once

#include <string>

#include "sim/trace/table.hpp"

namespace spate::sim {

/// All throw std::logic_error that names table and column: a schema is written by programmers.

/// Path like /orders or /series/sites.
void check_path(const std::string& path);
/// Column names present and unique (`time` and the entity axis are taken), codes unique and at most 256, …
void check_schema(const TableSchema& schema);
/// The same; all columns have the same length.
void check_schema(const StaticTable& table);

/// Name of the second axis of a grid: last part of the entity reference.
std::string entity_axis(const TableSchema& schema);
/// "sites" for "/network/sites".
std::string last_part(const std::string& path);

/// Names of root attributes that the file format defines itself.
bool is_reserved_attribute(const std::string& name);

}  // namespace spate::sim
