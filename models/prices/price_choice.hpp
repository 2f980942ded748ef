#pragma once

#include <cstdint>
#include <optional>

#include "models/spec.hpp"

namespace spate::models {

/// What may name a step of a rule of prices. The order decides between equal prices.
enum class PriceDriver : std::uint8_t {
    none,        ///< the catalogue's price
    cover,       ///< how long the stock lasts
    age,         ///< how long it has lain
    date,        ///< how near the date is by which it shall be gone
    competitor,  ///< what a competitor takes
};

inline constexpr std::size_t price_drivers = 5;

/// What is known of a product at a review.
struct PriceFacts {
    double per_day = 0;           ///< expected base demand [units/d]; 0: none
    Units units = 0;              ///< that sites can promise
    std::optional<Duration> age;  ///< mean age of these; none: not kept, or there are none
    Time at;                      ///< of the review
    double competitor = 0;        ///< their price by our catalogue's; 0: not known
};

struct PriceChoice {
    std::uint32_t step = 0;  ///< of the rule; 0: the normal price
    PriceDriver driver = PriceDriver::none;
};

/// The cheapest of the steps that the drivers of a rule name; the normal price if none does. Demand, ratios and prices
/// are no round numbers: what is missed by a billionth is reached.
PriceChoice choose_price(const PriceRuleSpec& rule, const PriceFacts& facts);

/// The step that following leads to when the competitor takes this share of the catalogue's price: of the rule's prices
/// and the catalogue's, those between floor and ceiling, the dearest that is not above the wanted one; the cheapest if
/// all are. Requires: the rule follows, and one of these prices is between floor and ceiling.
std::uint32_t followed_step(const PriceRuleSpec& rule, double competitor);

/// Whether following may lead to this price.
bool may_follow_to(const FollowSpec& follow, double share);

}  // namespace spate::models
