#pragma once

#include <cstdint>

#include "models/spec.hpp"

namespace spate::test {

/// Gives some of a random model's demand a rate that changes in absolute time, Hawkes arrivals, prices, scales: draws
/// of its own, so that models without these stay what they are.
void add_shapes(models::ModelSpec& spec, std::uint64_t seed);

}  // namespace spate::test
