#pragma once

#include <vector>

#include "models/demand/base_demand.hpp"
#include "models/sites/stock.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Mean units per day that each site is expected to send out, by position of its assortment: every market's demand goes
/// to its nearest site that keeps the product, and every site's demand goes on to the source that replenishes it.
/// Opening stock by cover and first forecasts come from it.
std::vector<std::vector<double>> expected_units_per_day(
    const ModelSpec& spec, const BaseDemand& base, const std::vector<std::shared_ptr<const Assortment>>& assortments);

}  // namespace spate::models
