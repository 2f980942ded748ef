#pragma once

#include <cstdint>

#include "models/spec.hpp"

namespace spate::models {

/// The random factors on the rate of one demand entry in one market, period by period: gamma distributed with mean 1
/// and the coefficient of variation c. The number of orders of a period is then negative binomial, with variance
/// μ + c²μ². The factor is C + M, with independent C common to all markets and M of this market, both gamma with scale
/// c² and shapes ρ/c² and (1 − ρ)/c²: so the factors of two markets have the correlation ρ exactly (Mathai and
/// Moschopoulos, "On a multivariate gamma", J. Multivariate Analysis 39, 1991). Those of two periods are independent.
/// Threads: immutable.
class MarketNoise {
  public:
    /// `entry`: number of the demand entry, which tells the noise of entries apart.
    MarketNoise(const ModelSpec& spec, std::size_t entry, Index market);

    double factor(std::int64_t period) const;
    /// The period that a moment lies in, and where periods begin: with `every` from Monday 00:00 local time on.
    std::int64_t period_of(Time t) const;

    Duration every() const { return every_; }

    /// {offset + k · every} are the times at which periods begin.
    Duration offset() const { return {-week_time_.us}; }

  private:
    sim::RunSeed run_;
    std::uint64_t common_, own_;
    Duration every_, week_time_;
    double cv_, correlation_;
};

}  // namespace spate::models
