#pragma once

#include "scenarios/load/draft.hpp"
#include "scenarios/load/overrides.hpp"

namespace spate::scenarios {

/// The whole way from a file to `draft`; load_scenario() without hiding what was read.
void load_into(Draft& draft, const std::string& path, const std::vector<Override>& overrides);
/// The same from a tree.
void load_tree(Draft& draft, const Node& scenario);

}  // namespace spate::scenarios
