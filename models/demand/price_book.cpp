#include "models/demand/price_book.hpp"

#include <algorithm>

namespace spate::models {

PriceBook::PriceBook(const ModelSpec& spec) {
    if (spec.price_changes.empty())
        return;
    for (Index p = 0; p < spec.products.size(); ++p) {
        first_.push_back(static_cast<std::uint32_t>(changes_.size()));
        for (const auto& change : spec.price_changes) {
            if (std::binary_search(change.products.begin(), change.products.end(), p))
                changes_.push_back(
                    {change.from, change.to, to_money(static_cast<double>(spec.products[p].price) * change.share)});
        }
    }
    first_.push_back(static_cast<std::uint32_t>(changes_.size()));
}

}  // namespace spate::models
