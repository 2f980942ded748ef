#pragma once

#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// What a competitor takes for products when. Immutable: may be shared.
class CompetitorPrices {
  public:
    /// Nothing is known of any.
    CompetitorPrices() = default;
    explicit CompetitorPrices(const ModelSpec& spec);

    /// Their price of a product at a time by our catalogue's; 0: not known yet, or ours is 0.
    double share(Index product, Time at) const;

    /// The highest one that ever holds in the run, by our catalogue's; 0: none.
    double highest(Index product) const;

  private:
    struct Price {
        Index product = 0;
        Time from;
        double share = 0;
    };

    std::vector<Price> prices_;  ///< by product and time
};

}  // namespace spate::models
