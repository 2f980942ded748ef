#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/distribution.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Products and how often each is chosen. Immutable, so it may be shared between threads.
class ProductMix {
  public:
    /// Requires: as many weights as products, all >= 0, sum > 0.
    ProductMix(std::vector<Index> products, const std::vector<double>& weights)
        : table_(weights)
        , products_(std::move(products)) {}

    /// The product for 64 uniform bits.
    Index pick(std::uint64_t bits) const { return products_.size() == 1 ? products_[0] : products_[table_.pick(bits)]; }

  private:
    sim::AliasTable table_;
    std::vector<Index> products_;
};

}  // namespace spate::models
