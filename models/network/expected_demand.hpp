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

/// Rough share of the run's work by process, sites first, then the desks market by market: units that pass a site and
/// orders a desk takes in a day, sessions left out. Sums to 1 (or is all equal without demand).
std::vector<double> expected_work(const ModelSpec& spec,
                                  const BaseDemand& base,
                                  const std::vector<std::vector<double>>& units_per_day);

}  // namespace spate::models
