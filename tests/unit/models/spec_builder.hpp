#pragma once

#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "models/spec.hpp"

/// Small model descriptions built in code, for the tests of models/.
namespace spate::test {

using models::ChannelSpec;
using models::DemandSpec;
using models::Index;
using models::LaneSpec;
using models::MarketSpec;
using models::ModelSpec;
using models::Money;
using models::ProductSpec;
using models::ReplenishSpec;
using models::SiteKind;
using models::SiteSpec;
using models::StageSpec;
using models::Units;
using sim::Distribution;
using sim::Duration;
using sim::Time;

inline std::vector<Index> first_indices(std::size_t count) {
    std::vector<Index> indices(count);
    std::iota(indices.begin(), indices.end(), Index{0});
    return indices;
}

inline Time at_seconds(double seconds) {
    return Time{sim::from_seconds(seconds).us};
}

/// Adds things to a ModelSpec; every maker returns the number of what it added.
class SpecBuilder {
  public:
    SpecBuilder() {
        spec.name = "test";
        spec.start = "2025-06-02T00:00:00+08:00";  // a Monday
        spec.horizon = sim::day;
        spec.trace.orders_share = 1;
        spec.trace.shipments = true;
        spec.trace.decisions = true;
        spec.scenario_text = "built in code";
    }

    Index product(const std::string& id, double popularity = 1) {
        ProductSpec product;
        product.id = product.name = id;
        product.category = "things";
        product.price = 30 * models::currency_unit;
        product.cost = 10 * models::currency_unit;
        product.weight_mg = 500'000;
        product.volume_ul = 1'000'000;
        product.popularity = popularity;
        return add(spec.products, std::move(product));
    }

    Index market(const std::string& id, double weight = 1) {
        MarketSpec market;
        market.id = market.name = id;
        market.weight = weight;
        return add(spec.markets, std::move(market));
    }

    Index channel(const std::string& id, double share = 1) {
        ChannelSpec channel;
        channel.id = channel.name = id;
        channel.share = share;
        return add(spec.channels, std::move(channel));
    }

    /// A site that keeps every product declared so far, with so many units of each.
    Index site(const std::string& id, SiteKind kind, Units units) {
        SiteSpec site;
        site.id = site.name = id;
        site.kind = kind;
        site.assortment = first_indices(spec.products.size());
        site.initial_units.assign(spec.products.size(), units);
        return add(spec.sites, std::move(site));
    }

    Index supplier(const std::string& id) {
        const Index number = site(id, SiteKind::supplier, 0);
        spec.sites[number].unlimited_stock = true;
        return number;
    }

    Index lane_to_site(Index from, Index to, double transit_seconds) { return lane(from, false, to, transit_seconds); }

    Index lane_to_market(Index from, Index market, double transit_seconds, double distance_km = 100) {
        const Index number = lane(from, true, market, transit_seconds);
        spec.lanes[number].distance_km = distance_km;
        return number;
    }

    /// A rule that orders every product of a site up to `max` units every `every`.
    ReplenishSpec& base_stock(Index site, Index lane, Units max, Duration every) {
        ReplenishSpec rule;
        rule.site = site;
        rule.lane = lane;
        rule.products = spec.sites[site].assortment;
        rule.max.units = max;
        rule.review.every = every;
        spec.replenish.push_back(std::move(rule));
        return spec.replenish.back();
    }

    /// Renewal demand of everything declared so far.
    DemandSpec& demand(double orders_per_second, bool each) {
        DemandSpec demand;
        demand.channels = first_indices(spec.channels.size());
        demand.markets = first_indices(spec.markets.size());
        demand.products = first_indices(spec.products.size());
        demand.orders_per_second = orders_per_second;
        demand.each = each;
        spec.demand.push_back(std::move(demand));
        return spec.demand.back();
    }

    /// Orders of a list, in one channel.
    DemandSpec& recorded(Index channel, std::vector<DemandSpec::Recorded> rows) {
        DemandSpec demand;
        demand.kind = DemandSpec::Kind::recorded;
        demand.channels = {channel};
        demand.recorded = std::move(rows);
        spec.demand.push_back(std::move(demand));
        return spec.demand.back();
    }

    ModelSpec spec;

  private:
    template <class Item>
    static Index add(std::vector<Item>& items, Item item) {
        items.push_back(std::move(item));
        return static_cast<Index>(items.size() - 1);
    }

    Index lane(Index from, bool to_market, Index to, double transit_seconds) {
        LaneSpec lane;
        lane.from = from;
        lane.to_market = to_market;
        lane.to = to;
        lane.mode = to_market ? "courier" : "truck";
        lane.transit = Distribution::constant(transit_seconds);
        return add(spec.lanes, std::move(lane));
    }
};

inline StageSpec stage(const std::string& name, std::uint32_t servers, Distribution work) {
    StageSpec stage;
    stage.name = name;
    stage.servers = servers;
    stage.work = std::move(work);
    return stage;
}

}  // namespace spate::test
