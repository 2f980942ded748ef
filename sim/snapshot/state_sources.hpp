#pragma once

#include <cstdint>

namespace spate::sim {

/// Fingerprint of the sources of `sim` and `models`, which say what the state of a run is. Programs that were built of
/// the same sources have the same one, wherever; it is made at every build (state_sources.cmake).
std::uint64_t state_sources();

}  // namespace spate::sim
