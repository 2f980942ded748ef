#pragma once

#include <map>
#include <utility>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

struct DemandRate {
    double orders = 0;  ///< [1/s]
    double units = 0;   ///< [1/s]
};

/// Mean base demand of one product in one market over all channels and demand entries; sessions are not part of it.
/// Recorded demand counts as its average over the run. Immutable: may be shared.
class BaseDemand {
  public:
    explicit BaseDemand(const ModelSpec& spec);
    DemandRate at(Index market, Index product) const;

  private:
    struct Entry {
        double orders_per_second = 0;
        double units_per_order = 1;
        std::vector<double> market_share, product_share;  ///< zero where not selected
    };

    std::vector<Entry> entries_;
    std::map<std::pair<Index, Index>, DemandRate> recorded_;
};

}  // namespace spate::models
