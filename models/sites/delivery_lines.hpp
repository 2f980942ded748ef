#pragma once

#include <cstdint>
#include <vector>

#include "models/base/messages.hpp"

namespace spate::models {

/// Makes one line of each product that was loaded piece by piece, where its first piece was.
void join_lines(std::vector<ProductQuantity>& lines);

/// Products in a delivery: batches of one product lie side by side.
std::int64_t products_in(const std::vector<ProductQuantity>& lines);

Units units_in(const std::vector<ProductQuantity>& lines);

}  // namespace spate::models
