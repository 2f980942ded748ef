#include "models/sites/stock.hpp"

namespace spate::models {

Assortment::Assortment(const std::vector<Index>& products, std::size_t catalogue_size)
    : products_(products)
    , position_(catalogue_size, -1) {
    for (std::size_t i = 0; i < products.size(); ++i)
        position_[products[i]] = static_cast<std::int32_t>(i);
}

}  // namespace spate::models
