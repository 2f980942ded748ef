#include "models/network/expected_demand.hpp"

#include "models/network/supply_network.hpp"

namespace spate::models {

namespace {

constexpr double seconds_per_day = 86400;

}  // namespace

std::vector<std::vector<double>> expected_units_per_day(
    const ModelSpec& spec, const BaseDemand& base, const std::vector<std::shared_ptr<const Assortment>>& assortments) {
    std::vector<std::vector<double>> expected(spec.sites.size());
    for (std::size_t s = 0; s < spec.sites.size(); ++s)
        expected[s].assign(assortments[s]->size(), 0);

    const SupplyNetwork network(spec);
    for (Index m = 0; m < spec.markets.size(); ++m) {
        const auto lanes = network.lanes_to_market(m);
        for (Index p = 0; p < spec.products.size(); ++p) {
            for (std::size_t i = 0; i < lanes.size(); ++i) {
                const Index site = spec.lanes[lanes[i]].from;
                const auto position = assortments[site]->position(p);
                if (position < 0)
                    continue;
                expected[site][static_cast<std::size_t>(position)] += base.at(m, p).units * seconds_per_day;
                break;
            }
        }
    }
    for (const Index site : network.sites_downstream_first()) {
        for (const auto& rule : spec.replenish) {
            if (rule.site != site)
                continue;
            const Index source = spec.lanes[rule.lane].from;
            for (const Index p : rule.products) {
                const auto here = assortments[site]->position(p), there = assortments[source]->position(p);
                if (here >= 0 && there >= 0)
                    expected[source][static_cast<std::size_t>(there)] += expected[site][static_cast<std::size_t>(here)];
            }
        }
    }
    return expected;
}

}  // namespace spate::models
