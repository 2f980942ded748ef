#pragma once

#include <span>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// Shares out units among those who want them, in whole units, nobody more than wanted. All of them if there are
/// enough; else exactly `available`.
///
/// proportional: by what each wants; units lost to rounding go to the largest remainders (Hamilton's method), ties to
/// the earlier. fair_share: max-min fair (water filling): everybody the same, but nobody more than wanted; units that
/// cannot be halved go to the earlier. Other rules: the earlier first.
/// Requires: all wanted >= 0, available >= 0.
std::vector<Units> allocate(SiteSpec::Allocate rule, std::span<const Units> wanted, Units available);

}  // namespace spate::models
