#pragma once

#include <cstdint>

#include "models/spec.hpp"

namespace spate::test {

/// The same network with some other policies, levels, seeds, terms, costs and speeds: what a snapshot may be forked
/// into. A pure function of spec and seed.
models::ModelSpec random_fork(const models::ModelSpec& spec, std::uint64_t seed);

}  // namespace spate::test
