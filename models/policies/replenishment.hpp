#pragma once

#include <memory>
#include <span>

#include "models/policies/forecast.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// What a replenishment policy sees at a review: columns over the products of its rule, as known at the site.
struct ReviewInput {
    Time now;
    std::span<const Index> products;            ///< catalogue indices
    std::span<const Units> position;            ///< on hand, not promised, + on order - waiting [units]
    std::span<const double> mean_per_day;       ///< forecast demand [units/d]
    std::span<const double> deviation_per_day;  ///< standard deviation of a day's demand [units]
    double lead_days = 0;                       ///< mean time from order to receipt [d]
    double review_days = 0;                     ///< time between reviews, 0 if continuous [d]
};

/// Decides the order quantities of one site and rule at a review, for all its products at once.
/// Threads: called by the site's process only.
class ReplenishmentPolicy {
  public:
    virtual ~ReplenishmentPolicy() = default;
    /// Writes the quantity to order of each product (>= 0) into `order`. Requires: columns of equal length.
    virtual void decide(const ReviewInput& input, std::span<Units> order) = 0;
};

/// Makes the policy of a rule: the one place that knows all kinds.
std::unique_ptr<ReplenishmentPolicy> make_policy(const ReplenishSpec& spec);

}  // namespace spate::models
