#pragma once

#include <vector>

#include "scenarios/load/node.hpp"
#include "scenarios/load/scenario.hpp"

namespace spate::scenarios {

/// Puts the values of `--set path=value` into the tree. A path that leads nowhere is a problem; so is a value that is
/// no YAML. Paths: keys joined by dots; [id] or [number from 0] picks an item of a list, an id
/// before a number.
void apply_overrides(Node& scenario, const std::vector<Override>& overrides, Problems& problems);

/// The same of one value that is parsed already; problems are told at `place`, where the path was written.
void set_value(Node& scenario, const std::string& path, Place place, Node value, Problems& problems);

}  // namespace spate::scenarios
