#pragma once

#include <optional>
#include <string>

#include "scenarios/load/node.hpp"
#include "scenarios/load/problems.hpp"

namespace spate::scenarios {

/// Reads a scenario file and those it includes, merged. Nothing if no file could be read; problems say why.
std::optional<Node> read_with_includes(const std::string& path, Problems& problems);
/// The same of a file that another one names: that it cannot be read is a problem at `named_at`.
std::optional<Node> read_with_includes(const std::string& path, Place named_at, Problems& problems);

/// A scenario on top of another one: maps merge by key; its lists markets, products, sites, channels, sessions,
/// return_centres and hosts merge by id (an item with a new id, or without one, is added); everything else is replaced,
/// also the lists inside of an item.
Node merge(Node base, const Node& over);

}  // namespace spate::scenarios
