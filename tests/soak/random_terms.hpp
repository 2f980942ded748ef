#pragma once

#include "models/spec.hpp"

namespace spate::test {

/// Gives a random model customers who cancel, substitutes and orders of several lines, where its other terms allow
/// them. Draws of its own: the rest of the model is as it was.
void add_order_changes(models::ModelSpec& spec, std::uint64_t seed);

}  // namespace spate::test
