#pragma once

#include "models/base/units.hpp"

namespace spate::models {

// A share that is met exactly is met: the rounding of products like 0.07 × 100 does not count.

inline bool is_at_least(Units part, double share, Units all) {
    return static_cast<double>(part) >= share * static_cast<double>(all) - 1e-9;
}

inline bool is_at_most(Units part, double share, Units all) {
    return static_cast<double>(part) <= share * static_cast<double>(all) + 1e-9;
}

}  // namespace spate::models
