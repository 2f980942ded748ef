#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/time.hpp"
#include "models/base/units.hpp"

/// Prices that follow the stock, its age, a date and a competitor. Part of ModelSpec (models/spec.hpp). Formulas:
/// docs/models/prices.md.
namespace spate::models {

/// What a competitor takes for a product from a moment on, until its next price.
struct CompetitorPriceSpec {
    std::uint32_t product = 0;
    sim::Time from;   ///< may be before the start
    Money price = 0;  ///< of one unit, > 0 [micro-currency]
};

/// The price keeps to a multiple of the competitor's.
struct FollowSpec {
    double ratio = 1;    ///< of the competitor's price, > 0
    double floor = 0;    ///< cheapest price that it leads to, of the catalogue's
    double ceiling = 1;  ///< dearest one, >= floor
};

/// Some products are sold at a share of the catalogue's price, by how long their stock lasts, how long it has lain, how
/// near a date is, and what a competitor takes. Each of these may name a step; the cheapest that is named holds.
struct PriceRuleSpec {
    /// A price, and when it is reached; by nothing of this: only by following.
    struct Step {
        std::optional<sim::Duration> cover;  ///< from this cover on, >= 0
        double share = 1;                    ///< the price, of the catalogue's, > 0
        std::optional<sim::Duration> age;    ///< from this mean age of the stock on, >= 0
        std::optional<sim::Duration> left;   ///< from so long before `clear_by` on, >= 0
    };

    std::vector<std::uint32_t> products;  ///< ascending
    sim::Duration every = sim::day;       ///< reviews, > 0
    sim::Duration offset;                 ///< as in ReviewSpec
    std::vector<Step> steps;              ///< 1..15; covers and ages ascend, `left` descends, none twice
    double elasticity = 0;                ///< e: base customers come at share^(-e) times their rate, >= 0
    /// x: and at r^x times their rate, where r is the competitor's price by the catalogue's, >= 0
    double cross_elasticity = 0;
    std::optional<FollowSpec> follow;
    std::optional<sim::Time> clear_by;  ///< what `left` of the steps is counted to
};

inline constexpr std::size_t most_price_steps = 15;  ///< an order bears its step in four bits

/// How long the news of stock are on their way to the price office, and prices from there to desks.
inline constexpr sim::Duration price_news_lag = sim::minute;

}  // namespace spate::models
