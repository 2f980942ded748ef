#pragma once

#include <cstdint>

#include "models/base/list_message.hpp"

namespace spate::models {

/// What a site could promise of a product when its price was reviewed.
struct StockReport {
    Index product = 0;
    std::uint32_t unused = 0;  ///< keeps the layout free of padding
    Units units = 0;
    Duration age;  ///< mean one of these; 0 where no price goes by it

    std::uint64_t fingerprint() const {
        const std::uint64_t stock = sim::mix(product, static_cast<std::uint64_t>(units));
        return age == Duration{} ? stock : sim::mix(stock, static_cast<std::uint64_t>(age.us));
    }
};

/// A product has another price.
struct Repricing {
    Index product = 0;
    std::uint32_t step = 0;  ///< of its rule; 0: the normal price

    std::uint64_t fingerprint() const { return sim::mix(product, step); }
};

/// From a site to the price office.
using StockNews = ListMessage<StockReport, 109>;
/// From the price office to a desk.
using PriceNotice = ListMessage<Repricing, 110>;
/// A site, or the price office, to itself: prices of a rule are reviewed.
using PriceTick = Tick<111, priority::review>;

extern template struct ListMessage<StockReport, 109>;
extern template struct ListMessage<Repricing, 110>;

}  // namespace spate::models
