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

/// Part of the demand for each product that passes each site, by position of its assortment: of the base demand, or
/// where there is none (a product sold in sessions only), of demand by the weight of markets. At most 1.
/// `units_per_day`: expected_units_per_day().
std::vector<std::vector<double>> parts_of_demand(const ModelSpec& spec,
                                                 const BaseDemand& base,
                                                 const std::vector<std::shared_ptr<const Assortment>>& assortments,
                                                 const std::vector<std::vector<double>>& units_per_day);

/// Rough share of the run's work by process, sites first, then the desks market by market: units that pass a site and
/// orders a desk takes in a day, sessions left out. Sums to 1 (or is all equal without demand).
std::vector<double> expected_work(const ModelSpec& spec,
                                  const BaseDemand& base,
                                  const std::vector<std::vector<double>>& units_per_day);

}  // namespace spate::models
