#pragma once

#include <cstdint>
#include <string>

namespace spate::models {

/// A number of sales units of one product (pieces). Whole: units are never split.
using Units = std::int64_t;

/// An amount of money in millionths of the scenario's currency. Exact: sums do not depend on their order.
/// Range: about ±9.2e12 currency units.
using Money = std::int64_t;
inline constexpr Money currency_unit = 1'000'000;

/// In place of the number of a site, lane or other row of a table: none.
inline constexpr std::uint32_t no_row = UINT32_MAX;

/// Ends a run whose amounts are too large to be counted. Throws: RunError with exit code 2: the scenario is wrong, no
/// law was broken. `what`: left the range of 64-bit integers.
[[noreturn]] void fail_range(const std::string& what);
[[noreturn]] void fail_product(std::int64_t a, std::int64_t b);
[[noreturn]] void fail_money(double micro);

/// Nearest amount to a number of millionths. Throws: as fail_range().
constexpr Money to_money(double micro) {
    if (!(micro > -9.2e18 && micro < 9.2e18))
        fail_money(micro);
    return static_cast<Money>(micro < 0 ? micro - 0.5 : micro + 0.5);
}

/// Weights are counted in milligrams; rates of freight and emissions are by gram.
constexpr double grams(std::int64_t milligrams) {
    return static_cast<double>(milligrams) / 1000;
}

/// Product of two integers. Throws: as fail_range().
inline std::int64_t multiply(std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product))
        fail_product(a, b);
    return product;
}

/// Sum of integers. Throws: as fail_range().
template <class... Rest>
std::int64_t add_up(std::int64_t sum, Rest... rest) {
    const auto add_one = [&sum](std::int64_t term) {
        if (__builtin_add_overflow(sum, term, &sum))
            fail_range("a sum with " + std::to_string(term));
    };
    (add_one(rest), ...);
    return sum;
}

}  // namespace spate::models
