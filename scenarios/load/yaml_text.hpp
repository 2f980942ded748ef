#pragma once

#include <string>

#include "scenarios/load/node.hpp"

namespace spate::scenarios {

/// The tree as YAML text that reads back as the same tree.
std::string to_yaml(const Node& node);

}  // namespace spate::scenarios
