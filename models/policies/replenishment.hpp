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
    /// Writes the highest position at which decide() orders of each product into `point`; INT64_MIN if no position
    /// makes it order. Does not read input.position.
    virtual void order_points(const ReviewInput& input, std::span<Units> point) const = 0;

    /// A run goes on from a snapshot: all reviews up to `now` have been held, perhaps by another policy.
    virtual void resume(Time) {}
};

/// Makes the policy of a rule: the one place that knows all kinds.
std::unique_ptr<ReplenishmentPolicy> make_policy(const ReplenishSpec& spec);

}  // namespace spate::models
