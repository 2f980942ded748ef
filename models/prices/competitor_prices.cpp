#include "models/prices/competitor_prices.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace spate::models {

CompetitorPrices::CompetitorPrices(const ModelSpec& spec) {
    for (const auto& price : spec.competitor_prices) {
        const Money normal = spec.products[price.product].price;
        const double share = normal > 0 ? static_cast<double>(price.price) / static_cast<double>(normal) : 0;
        prices_.push_back({price.product, price.from, share});
    }
}

double CompetitorPrices::share(Index product, Time at) const {
    const auto later = std::upper_bound(prices_.begin(), prices_.end(), at, [product](Time t, const Price& price) {
        return std::tie(product, t) < std::tie(price.product, price.from);
    });
    return later == prices_.begin() || std::prev(later)->product != product ? 0 : std::prev(later)->share;
}

double CompetitorPrices::highest(Index product) const {
    double highest = 0;
    auto price = std::lower_bound(
        prices_.begin(), prices_.end(), product, [](const Price& each, Index p) { return each.product < p; });
    for (; price != prices_.end() && price->product == product; ++price)
        highest = std::max(highest, price->share);
    return highest;
}

}  // namespace spate::models
