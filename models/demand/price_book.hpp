#pragma once

#include <cstdint>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// What products cost when: the catalogue's prices and the changes of them. Immutable: may be shared.
class PriceBook {
  public:
    /// The catalogue's prices, always.
    PriceBook() = default;
    explicit PriceBook(const ModelSpec& spec);

    bool is_empty() const { return changes_.empty(); }

    /// Price of one unit, ordered at a time [micro-currency]; `normal`: the catalogue's.
    Money at(Index product, Time ordered, Money normal) const {
        for (std::uint32_t c = first_[product]; c < first_[product + 1]; ++c) {
            if (ordered >= changes_[c].from && ordered < changes_[c].to)
                return changes_[c].price;
        }
        return normal;
    }

  private:
    struct Change {
        Time from, to;
        Money price;
    };

    std::vector<std::uint32_t> first_;  ///< by product: its first change; and the end
    std::vector<Change> changes_;
};

}  // namespace spate::models
