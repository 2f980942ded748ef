#include "models/network/expected_demand.hpp"

#include <algorithm>
#include <numeric>

#include "models/desk/source_choice.hpp"
#include "models/network/supply_network.hpp"

namespace spate::models {

namespace {

constexpr double seconds_per_day = 86400;

using Assortments = std::vector<std::shared_ptr<const Assortment>>;
using UnitsPerDay = std::vector<std::vector<double>>;

bool is_nearest_everywhere(const ModelSpec& spec) {
    return std::all_of(spec.channels.begin(), spec.channels.end(), [](const ChannelSpec& channel) {
        return channel.sources.rule == SourcingSpec::Rule::nearest && !channel.sources.within_promise;
    });
}

/// Demand of one market goes to the first choice of each channel: for an order of one unit placed at time zero, with
/// the same stock everywhere. Channels have their share of every product.
void add_first_choices(const ModelSpec& spec,
                       const std::vector<Index>& lanes,
                       const std::vector<double>& units,
                       const Assortments& assortments,
                       UnitsPerDay& expected) {
    double shares = 0;
    for (const auto& channel : spec.channels)
        shares += channel.share;
    std::vector<SourceChoice::Candidate> candidates;
    for (Index c = 0; c < spec.channels.size() && shares > 0; ++c) {
        SourceChoice choice(spec, c, 0);
        for (const Index lane : lanes)
            choice.add(lane);
        for (Index p = 0; p < units.size(); ++p) {
            candidates.clear();
            for (std::uint32_t s = 0; s < lanes.size(); ++s) {
                if (assortments[spec.lanes[lanes[s]].from]->position(p) >= 0)
                    candidates.push_back({s});
            }
            for (const auto& [source, part] :
                 choice.first_choices({Time{0}, 0, 1, grams(spec.products[p].weight_mg)}, candidates)) {
                const Index site = spec.lanes[lanes[source]].from;
                const auto position = static_cast<std::size_t>(assortments[site]->position(p));
                expected[site][position] += units[p] * seconds_per_day * part * spec.channels[c].share / shares;
            }
        }
    }
}

/// What a rule's site is asked for, it asks its sources for.
void add_orders(
    Index source, double share, const ReplenishSpec& rule, const Assortments& assortments, UnitsPerDay& expected) {
    for (const Index p : rule.products) {
        const auto here = assortments[rule.site]->position(p), there = assortments[source]->position(p);
        if (here >= 0 && there >= 0) {
            expected[source][static_cast<std::size_t>(there)] +=
                share * expected[rule.site][static_cast<std::size_t>(here)];
        }
    }
}

/// What sites send out if `units_in(market)` are ordered of every product [1/s].
template <class UnitsIn>
UnitsPerDay pass_on(const ModelSpec& spec, const Assortments& assortments, UnitsIn&& units_in) {
    UnitsPerDay expected(spec.sites.size());
    for (std::size_t s = 0; s < spec.sites.size(); ++s)
        expected[s].assign(assortments[s]->size(), 0);

    const SupplyNetwork network(spec);
    const bool is_nearest = is_nearest_everywhere(spec);
    for (Index m = 0; m < spec.markets.size(); ++m) {
        std::vector<double> units = units_in(m);
        if (!is_nearest) {
            add_first_choices(spec, network.lanes_to_market(m), units, assortments, expected);
            continue;
        }
        std::vector<bool> is_served(units.size());
        std::size_t left = units.size();
        for (const Index lane : network.lanes_to_market(m)) {
            if (left == 0)
                break;
            const Index site = spec.lanes[lane].from;
            for (std::size_t i = 0; i < expected[site].size(); ++i) {
                const Index p = assortments[site]->product(i);
                if (is_served[p])
                    continue;
                is_served[p] = true;
                --left;
                expected[site][i] += units[p] * seconds_per_day;
            }
        }
    }
    for (const Index site : network.sites_downstream_first()) {
        for (const auto& rule : spec.replenish) {
            if (rule.site != site || rule.sense)
                continue;
            for (const auto& source : rule.sources())
                add_orders(spec.lanes[source.lane].from, source.share, rule, assortments, expected);
        }
    }
    return expected;
}

}  // namespace

std::vector<std::vector<double>> expected_units_per_day(
    const ModelSpec& spec, const BaseDemand& base, const std::vector<std::shared_ptr<const Assortment>>& assortments) {
    return pass_on(spec, assortments, [&](Index m) { return base.units_in(m); });
}

std::vector<std::vector<double>> parts_of_demand(const ModelSpec& spec,
                                                 const BaseDemand& base,
                                                 const std::vector<std::shared_ptr<const Assortment>>& assortments,
                                                 const std::vector<std::vector<double>>& units_per_day) {
    std::vector<double> all(spec.products.size()), weight(spec.products.size());
    for (Index m = 0; m < spec.markets.size(); ++m) {
        const auto units = base.units_in(m);
        for (std::size_t p = 0; p < units.size(); ++p)
            all[p] += units[p] * seconds_per_day;
    }
    double weights = 0;
    for (const auto& market : spec.markets)
        weights += market.weight * seconds_per_day;
    const auto by_weight = pass_on(spec, assortments, [&](Index m) {
        for (std::size_t p = 0; p < all.size(); ++p)
            weight[p] = all[p] > 0 ? 0 : spec.markets[m].weight;
        return weight;
    });
    auto parts = units_per_day;
    for (std::size_t s = 0; s < parts.size(); ++s) {
        for (std::size_t i = 0; i < parts[s].size(); ++i) {
            const double whole = all[assortments[s]->product(i)];
            const double part = whole > 0 ? parts[s][i] / whole : weights > 0 ? by_weight[s][i] / weights : 0;
            parts[s][i] = std::min(part, 1.0);
        }
    }
    return parts;
}

std::vector<double> expected_work(const ModelSpec& spec,
                                  const BaseDemand& base,
                                  const std::vector<std::vector<double>>& units_per_day) {
    constexpr double seconds_per_day = 86400;
    constexpr double by_the_line = 0.01;  // a line of another site's order takes about as much as a customer's order
    std::vector<double> effort(spec.sites.size(), by_the_line), work;
    for (const auto& lane : spec.lanes)
        effort[lane.from] = lane.to_market ? 1 : effort[lane.from];
    for (Index s = 0; s < units_per_day.size(); ++s)
        work.push_back(effort[s] * std::accumulate(units_per_day[s].begin(), units_per_day[s].end(), 0.0));
    double shares = 0;
    for (const auto& channel : spec.channels)
        shares += channel.share;
    for (Index m = 0; m < spec.markets.size(); ++m) {
        double orders = 0;
        for (Index p = 0; p < spec.products.size(); ++p)
            orders += base.at(m, p).orders * seconds_per_day;
        for (const auto& channel : spec.channels)
            work.push_back(shares > 0 ? orders * channel.share / shares : 0);
    }
    constexpr double by_the_return = 0.5;  // a return takes about half as much as an order
    for (const auto& centre : spec.return_centres) {
        double returns = 0;
        for (const Index m : centre.markets) {
            for (std::size_t c = 0; c < spec.channels.size(); ++c)
                returns += work[spec.sites.size() + m * spec.channels.size() + c] * spec.channels[c].return_share;
        }
        work.push_back(by_the_return * returns);
    }
    // Offices hear of batches and of stock, not of orders.
    const unsigned offices = (spec.recall ? 1U : 0U) + (spec.grades ? 1U : 0U) + (spec.price_rules.empty() ? 0U : 1U);
    work.insert(work.end(), offices, 0);
    const double all = std::accumulate(work.begin(), work.end(), 0.0);
    for (double& share : work)
        share = all > 0 ? share / all : 1.0 / static_cast<double>(work.size());
    return work;
}

}  // namespace spate::models
