#pragma once

#include <cstdint>

#include "sim/base/check.hpp"

namespace spate::models {

/// A number of sales units of one product (pieces). Whole: units are never split.
using Units = std::int64_t;

/// An amount of money in millionths of the scenario's currency. Exact: sums do not depend on their order.
/// Range: about ±9.2e12 currency units.
using Money = std::int64_t;
inline constexpr Money currency_unit = 1'000'000;

/// Nearest amount to a number of millionths. Requires: |micro| < 9e18.
constexpr Money to_money(double micro) {
    return static_cast<Money>(micro < 0 ? micro - 0.5 : micro + 0.5);
}

/// Weights are counted in milligrams; rates of freight and emissions are by gram.
constexpr double grams(std::int64_t milligrams) {
    return static_cast<double>(milligrams) / 1000;
}

/// Product of two integers. Throws: InvariantError if it leaves the range of 64 bits.
inline std::int64_t multiply(std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) {
        throw sim::InvariantError(
            "an amount left the range of 64-bit integers (quantities or prices in the scenario are too large)");
    }
    return product;
}

}  // namespace spate::models
