#pragma once

#include "models/spec.hpp"

namespace spate::test {

/// Hosts, scripts, carts, caps, offers and alerts of the sessions of a random model, and rules that prepare for them;
/// drawn apart from the rest of the model, which stays as it is.
void enrich_sessions(models::ModelSpec& spec);

}  // namespace spate::test
