#pragma once

#include <string>

#include "analysis/verdict.hpp"

namespace spate::analysis {

/// The verdict in plain words, one line: who is better, by how much, how sure, by how many replications; then each
/// constraint that is not met by both. Reads all of the verdict except its text.
std::string verdict_text(const Verdict& verdict,
                         const ArmSample& arm,
                         const ArmSample& baseline,
                         const ComparisonRules& rules);

}  // namespace spate::analysis
