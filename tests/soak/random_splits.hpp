#pragma once

#include <cstdint>

#include "models/spec.hpp"

namespace spate::test {

/// Divides the orders of some rules among all sources that have a lane and keep the rule's products.
void add_supply_splits(models::ModelSpec& spec, std::uint64_t seed);

}  // namespace spate::test
