#pragma once

#include "models/spec.hpp"

namespace spate::test {

/// Gives some of the models return centres and defective units. Draws of its own, so that the rest of a model does not
/// depend on it. `orders`: mean number in the run.
void make_returns(models::ModelSpec& spec, double orders);

}  // namespace spate::test
