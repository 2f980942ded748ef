#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "models/base/units.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// When goods came onto the shelf of a site, of the products whose prices go by it. First in, first out: what is there
/// is what came last.
class StockAges {
  public:
    /// Of these positions of the assortment.
    explicit StockAges(const std::vector<std::int32_t>& positions);

    /// Units come onto the shelf. Of other positions nothing is kept.
    void arrive(std::int32_t position, Units quantity, Time now);

    /// Mean time since the `units` came that came last, rounded down. What came before `on_hand` is forgotten.
    /// Requires: the position is kept; 0 < units <= on_hand, and so many have come.
    Duration mean(std::int32_t position, Units units, Units on_hand, Time now);

    template <class Archive>
    void serialize(Archive& archive);

  private:
    struct Receipt {
        Time came;
        Units units = 0;
    };

    std::map<std::int32_t, std::vector<Receipt>> receipts_;  ///< by position, by time
};

}  // namespace spate::models
