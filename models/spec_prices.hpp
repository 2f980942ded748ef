#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"

/// Prices that follow the stock. Part of ModelSpec (models/spec.hpp). Formulas: docs/models/prices.md.
namespace spate::models {

/// Some products are sold at a share of the catalogue's price, by how long their stock lasts.
struct PriceRuleSpec {
    /// From this cover on the price is so much, up to the cover of the next step.
    struct Step {
        sim::Duration cover;  ///< >= 0
        double share = 1;     ///< of the catalogue's price, > 0
    };

    std::vector<std::uint32_t> products;  ///< ascending
    sim::Duration every = sim::day;       ///< reviews, > 0
    sim::Duration offset;                 ///< as in ReviewSpec
    std::vector<Step> steps;              ///< by cover, none twice; 1..15; with less cover than the first: 100 %
    double elasticity = 0;                ///< e: base customers come at share^(-e) times their rate, >= 0
};

inline constexpr std::size_t most_price_steps = 15;  ///< an order bears its step in four bits

/// How long the news of stock are on their way to the price office, and prices from there to desks.
inline constexpr sim::Duration price_news_lag = sim::minute;

}  // namespace spate::models
