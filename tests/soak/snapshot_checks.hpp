#pragma once

#include "tests/soak/runs.hpp"

namespace spate::test {

/// What is wrong with the snapshots of a model; empty: nothing. A run saves its state at random instants. From each,
/// the rest is run by other workers in other shards: digest, trace and books must be those of the run without a stop.
/// Forks with other policies, parameters and seeds must balance, keep the rows before the instant, and differ in
/// nothing but those if the past is left out of the trace.
std::vector<std::string> check_snapshots(std::uint64_t seed,
                                         const ModelSpec& spec,
                                         const TemporaryFolder& folder,
                                         Tally& tally);

}  // namespace spate::test
