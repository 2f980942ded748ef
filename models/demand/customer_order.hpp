#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/base/random.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// What one customer wants.
struct CustomerOrder {
    sim::Time placed;
    Index product = 0;
    std::uint32_t quantity = 0;
    std::uint64_t key = 0;  ///< entity of the order's further random draws: its stream and its number in it
    /// 1 + position of the demand entry that fills it; gift_basket: a gift of the session; 0: one product and no more.
    std::uint32_t basket = 0;
    std::uint16_t session = 0;  ///< 1 + number of the session it was placed in; 0: none
    /// 0: comes at the normal price; k: one of those who come only where a low price (PriceRuleSpec) brings more than k
    /// times as many.
    std::uint16_t layer = 0;

    /// For digests that do not depend on the order of what is added. One-to-one in each member while the others are
    /// fixed. `product_key`: made of the name of the product, for its position is not the same in other scenarios.
    std::uint64_t fingerprint(std::uint64_t product_key) const {
        const std::uint64_t goods = product_key + quantity * 0x9E3779B97F4A7C15ULL;
        return sim::mix(key + goods * 0xD1342543DE82EF95ULL, static_cast<std::uint64_t>(placed.us));
    }

    /// The total order of the customers of one desk: two streams, or two products, may meet in one instant.
    friend bool comes_before(const CustomerOrder& a, const CustomerOrder& b) {
        if (a.placed != b.placed)
            return a.placed < b.placed;
        return a.product != b.product ? a.product < b.product : a.key < b.key;
    }

    friend bool operator==(const CustomerOrder&, const CustomerOrder&) = default;
};

/// Units of an order: the nearest whole number; below one half there is no order.
inline std::uint32_t whole_units(double quantity) {
    if (quantity < 0.5)
        return 0;
    return quantity >= 4e9 ? 4'000'000'000U : static_cast<std::uint32_t>(quantity + 0.5);
}

/// What a distribution of units comes to when it is rounded as whole_units() does.
struct WholeUnits {
    double mean = 0;      ///< 0 where there is no order
    double positive = 0;  ///< probability of at least one unit
};

/// Exact for constants, Poisson, negative binomial and (the mean) other whole numbers; else of 100,000 draws, the same
/// in every run: the standard error of the mean is 0.3 % of the standard deviation. `most`: more count as so many.
WholeUnits whole_units_of(const sim::Distribution& quantity, std::uint32_t most = 4'000'000'000U);

}  // namespace spate::models
