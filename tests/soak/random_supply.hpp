#pragma once

#include <map>

#include <fmt/format.h>

#include "tests/soak/spec_draft.hpp"

namespace spate::test {

inline bool keeps(const std::vector<models::Index>& ascending, models::Index product) {
    return std::binary_search(ascending.begin(), ascending.end(), product);
}

/// The supply side of a random model: sites, lanes, rules.
class SupplyMaker : protected SpecDraft {
  protected:
    using SpecDraft::SpecDraft;
    using LaneSpec = models::LaneSpec;
    using ReplenishSpec = models::ReplenishSpec;
    using SiteSpec = models::SiteSpec;
    using SiteKind = models::SiteKind;
    using StageSpec = models::StageSpec;

    void make_sites() {
        const std::uint32_t count = dice_.whole(2, dice_.chance(0.6) ? 8 : 40);
        tiers_ = dice_.whole(1, std::min(3U, count));
        for (std::uint32_t s = 0; s < count; ++s) {
            tier_.push_back(s < tiers_ ? s : dice_.whole(0, tiers_ - 1));
        }
        for (std::uint32_t s = 0; s + 1 < count; ++s) {
            std::swap(tier_[s], tier_[dice_.whole(s, count - 1)]);
        }
        for (std::uint32_t s = 0; s < count; ++s) {
            SiteSpec site;
            site.id = site.name = fmt::format("site-{}", s);
            site.lon = dice_.real(75, 130);
            site.lat = dice_.real(20, 50);
            site.wave = dice_.span(part_of_run(500), sim::hour * 6);
            make_stages(site);
            make_costs(site);
            is_top(s) ? make_source(site) : make_warehouse(site);
            site.fill = dice_.chance(0.3) ? SiteSpec::Fill::whole : SiteSpec::Fill::partial;
            spec_.sites.push_back(std::move(site));
        }
    }

    bool is_top(std::uint32_t site) const { return tier_[site] + 1 == tiers_; }

    void make_costs(SiteSpec& site) {
        site.holding_per_unit_second = dice_.chance(0.3) ? dice_.real(0, 5) : 0;
        site.holding_share_per_second = dice_.chance(0.5) ? dice_.real(0, 1e-8) : 0;
        site.backorder_per_unit_second = dice_.chance(0.3) ? dice_.real(0, 50) : 0;
        site.handling_per_order = dice_.whole(0, 3) * models::currency_unit / 2;
        site.handling_per_unit = dice_.whole(0, 3) * models::currency_unit / 3;
        site.order_cost = dice_.whole(0, 50) * models::currency_unit;
        site.fixed_per_day = dice_.whole(0, 1000) * models::currency_unit;
    }

    /// A site that is replenished by nobody: it buys, makes, or lives on its opening stock.
    void make_source(SiteSpec& site) {
        site.assortment =
            dice_.chance(0.6) ? all_below(spec_.products.size()) : dice_.some_of(all_below(spec_.products.size()), 0.6);
        if (dice_.chance(0.5)) {
            site.kind = SiteKind::supplier;
            site.unlimited_stock = true;
            return;
        }
        make_opening_stock(site);
        if (dice_.chance(0.8)) {
            site.kind = SiteKind::factory;
            make_production(site);
        }
    }

    void make_warehouse(SiteSpec& site) {
        site.kind = dice_.one_of({SiteKind::cdc, SiteKind::rdc, SiteKind::front, SiteKind::store});
        site.unlimited_stock = dice_.chance(0.03);
        if (!site.unlimited_stock && dice_.chance(0.1)) {
            make_production(site);
        }
    }

    void make_production(SiteSpec& site) {
        models::ProductionSpec production;
        production.lines = dice_.whole(1, 4);
        production.units_per_second = dice_.magnitude(0.3, 30) * orders_ / run_.seconds();
        const double whole_run = production.units_per_second * run_.seconds();
        production.batch = static_cast<models::Units>(dice_.magnitude(std::max(whole_run / 300, 1.0), 500));
        production.set_up = dice_.chance(0.3) ? zero : dice_.span(sim::minute, sim::hour * 4);
        production.calendar = make_profile();
        site.production = std::move(production);
    }

    /// Requires: the assortment is known.
    void make_opening_stock(SiteSpec& site) {
        if (site.unlimited_stock) {
            return;
        }
        if (dice_.chance(0.5)) {
            site.initial_cover = dice_.chance(0.1) ? zero : dice_.span(sim::hour, run_);
            return;
        }
        const auto most = static_cast<std::uint32_t>(orders_ / static_cast<double>(site.assortment.size())) + 1;
        for (std::size_t i = 0; i < site.assortment.size(); ++i) {
            site.initial_units.push_back(dice_.chance(0.2) ? 0 : dice_.whole(0, most));
        }
    }

    void make_stages(SiteSpec& site) {
        const std::uint32_t count = dice_.chance(0.3) ? 0 : dice_.whole(1, 4);
        for (std::uint32_t i = 0; i < count; ++i) {
            site.outbound.push_back(make_stage(fmt::format("stage-{}", i)));
        }
        if (dice_.chance(0.5)) {
            site.receive = make_stage("receive");
            site.receive->per = StageSpec::Per::unit;
        }
    }

    StageSpec make_stage(std::string name) {
        StageSpec stage;
        stage.name = std::move(name);
        stage.per = dice_.one_of({StageSpec::Per::order, StageSpec::Per::unit});
        stage.servers = dice_.one_of({0U, 1U, 1U, 2U, 3U, 10U});
        stage.calendar = make_profile();
        // From idle to overloaded, by the mean gap between orders of the whole model.
        const double gap = run_.seconds() / orders_;
        const double mean =
            is_gridded_ ? std::max(60.0, std::floor(gap / 60) * 60) : dice_.magnitude(gap * 0.02, gap * 4);
        stage.work = make_work(mean);
        return stage;
    }

    Distribution make_work(double mean) {
        switch (dice_.whole(0, is_gridded_ ? 1 : 5)) {
            case 0: return Distribution::constant(mean);
            case 1: return Distribution::constant(0);
            case 2: return Distribution::exponential(mean);
            case 3: return Distribution::gamma(mean, dice_.real(0.1, 2));
            case 4: return Distribution::normal(mean, mean);  // below zero now and then
            default: return Distribution::empirical({0, mean, 3 * mean}, {1, 2, 1});
        }
    }

    void make_supply_lanes() {
        for (std::uint32_t tier = tiers_ - 1; tier-- > 0;) {
            for (Index s = 0; s < spec_.sites.size(); ++s) {
                if (tier_[s] == tier) {
                    supply(s);
                }
            }
        }
    }

    /// Lanes and rules of one warehouse; its sources are complete already.
    void supply(Index s) {
        std::vector<Index> above;
        for (Index other = 0; other < spec_.sites.size(); ++other) {
            if (tier_[other] == tier_[s] + 1) {
                above.push_back(other);
            }
        }
        std::vector<Index> sources{dice_.one_of(above)}, offered;
        if (const Index second = dice_.one_of(above); dice_.chance(0.4) && second != sources.front()) {
            sources.push_back(second);
        }
        std::map<Index, Index> lane_from;
        for (const Index source : sources) {
            lane_from[source] = static_cast<Index>(spec_.lanes.size());
            spec_.lanes.push_back(make_supply_lane(source, s));
            const auto& kept = spec_.sites[source].assortment;
            offered.insert(offered.end(), kept.begin(), kept.end());
        }
        std::sort(offered.begin(), offered.end());
        offered.erase(std::unique(offered.begin(), offered.end()), offered.end());
        SiteSpec& site = spec_.sites[s];
        site.assortment = dice_.chance(0.6) ? offered : dice_.some_of(offered, 0.5);
        make_opening_stock(site);
        share_products(s, sources, lane_from);
    }

    /// Every product gets one of the sources that keep it, or now and then none at all.
    void share_products(Index s, const std::vector<Index>& sources, const std::map<Index, Index>& lane_from) {
        std::map<Index, std::vector<Index>> parts;
        for (const Index p : spec_.sites[s].assortment) {
            std::vector<Index> keepers;
            for (const Index source : sources) {
                if (keeps(spec_.sites[source].assortment, p)) {
                    keepers.push_back(source);
                }
            }
            if (!dice_.chance(0.03)) {
                parts[dice_.one_of(keepers)].push_back(p);
            }
        }
        for (auto& [source, products] : parts) {
            const std::size_t half = dice_.chance(0.2) ? products.size() / 2 : 0;  // two rules on one lane
            std::vector<Index> first(products.begin(), products.begin() + static_cast<std::ptrdiff_t>(half));
            products.erase(products.begin(), products.begin() + static_cast<std::ptrdiff_t>(half));
            for (auto* part : {&first, &products}) {
                if (!part->empty()) {
                    spec_.replenish.push_back(make_rule(s, lane_from.at(source), std::move(*part)));
                }
            }
        }
    }

    LaneSpec make_supply_lane(Index from, Index to) {
        LaneSpec lane = make_lane(from, "truck");
        lane.to = to;
        if (dice_.chance(0.5)) {
            lane.departures.period = dice_.one_of({sim::week, sim::day, sim::hour * 6, sim::hour});
            Duration offset{dice_.moment(lane.departures.period).us};
            while (offset < lane.departures.period) {
                lane.departures.offsets.push_back(offset);
                offset = offset + dice_.span(sim::hour, lane.departures.period);
            }
        }
        if (dice_.chance(0.5)) {
            lane.vehicle_mg = dice_.whole(0, 1) * std::int64_t{1'000'000'000};
            lane.vehicle_ul = dice_.whole(0, 1) * std::int64_t{4'000'000'000};
        }
        lane.cost_per_vehicle = dice_.whole(0, 900) * models::currency_unit;
        lane.co2_g_per_vehicle = dice_.real(0, 1e5);
        return lane;
    }

    LaneSpec make_lane(Index from, std::string mode) {
        LaneSpec lane;
        lane.from = from;
        lane.mode = std::move(mode);
        lane.distance_km = dice_.chance(0.1) ? 100 : dice_.real(1, 3000);
        lane.transit = make_transit();
        lane.min_transit = is_gridded_ ? sim::minute : dice_.span(sim::microsecond, sim::hour);
        lane.cost_per_order = dice_.whole(0, 5) * models::currency_unit;
        lane.cost_per_unit = dice_.whole(0, 5) * models::currency_unit / 7;
        lane.cost_per_g = dice_.real(0, 2000);
        lane.co2_g_per_g = dice_.real(0, 0.1);
        lane.co2_g_per_order = dice_.real(0, 100);
        return lane;
    }

    Distribution make_transit() {
        const double mean = dice_.span(sim::minute, sim::day * 3).seconds();
        switch (dice_.whole(0, 7)) {
            case 0: return Distribution::gamma(mean, dice_.real(0.1, 1));
            case 1: return Distribution::lognormal(mean, 0.5);
            case 2: return Distribution::uniform(0, 2 * mean);
            case 3: return Distribution::triangular(0, mean, 2 * mean);
            case 4: return Distribution::constant(0);
            case 5: return Distribution::normal(mean, mean);  // below zero now and then
            default: return Distribution::constant(mean);
        }
    }

    ReplenishSpec make_rule(Index site, Index lane, std::vector<Index> products) {
        ReplenishSpec rule;
        rule.site = site;
        rule.lane = lane;
        rule.products = std::move(products);
        rule.order_lag = dice_.chance(0.15) ? zero : make_lag();
        rule.forecast = make_forecast();
        rule.review.continuous = dice_.chance(0.3);
        rule.review.every = dice_.chance(0.3) ? sim::day : dice_.span(part_of_run(60), sim::day * 3);
        rule.review.offset = Duration{dice_.moment(sim::day).us};
        switch (dice_.whole(0, 3)) {
            case 0: make_base_stock(rule); break;
            case 1: make_plan(rule); break;
            default: make_min_max(rule); break;
        }
        return rule;
    }

    models::ForecastSpec make_forecast() {
        using Kind = models::ForecastSpec::Kind;
        models::ForecastSpec forecast;
        forecast.kind = dice_.one_of({Kind::expected, Kind::moving_average, Kind::linear});
        forecast.period = dice_.span(part_of_run(60), sim::day * 2);
        forecast.window = dice_.whole(1, 9);
        forecast.intercept = dice_.real(-2, 5);
        forecast.slope = dice_.real(0, 1.2);
        forecast.trend_slope = dice_.real(0, 1);
        forecast.trend = dice_.real(-2, 2);
        return forecast;
    }

    models::LevelSpec make_level(bool by_units, models::Units least) {
        if (by_units) {
            return {least + dice_.whole(0, 60), {}};
        }
        return {{}, dice_.span(sim::hour, run_)};
    }

    void make_base_stock(ReplenishSpec& rule) {
        rule.kind = ReplenishSpec::Kind::base_stock;
        const bool by_units = dice_.chance(0.4);
        rule.max = make_level(by_units, 0);
        if (!by_units && dice_.chance(0.7)) {
            rule.service = dice_.real(0.3, 0.999);
        }
    }

    void make_min_max(ReplenishSpec& rule) {
        rule.kind = ReplenishSpec::Kind::min_max;
        const bool by_units = dice_.chance(0.5);
        rule.min = make_level(by_units, 0);
        rule.max = make_level(by_units, rule.min.units.value_or(0));
        if (!by_units && *rule.max.cover < *rule.min.cover) {
            std::swap(rule.min, rule.max);
        }
    }

    void make_plan(ReplenishSpec& rule) {
        rule.kind = ReplenishSpec::Kind::plan;
        const std::uint32_t count = dice_.whole(0, 30);
        for (std::uint32_t i = 0; i < count; ++i) {
            rule.plan.push_back({dice_.moment(run_), dice_.one_of(rule.products), dice_.whole(0, 80)});
        }
        std::stable_sort(rule.plan.begin(), rule.plan.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    }

    void make_market_lanes() {
        const auto sites = all_below(spec_.sites.size());
        for (Index m = 0; m < spec_.markets.size(); ++m) {
            std::vector<Index> from = dice_.some_of(sites, 2.0 / static_cast<double>(sites.size()));
            if (dice_.chance(0.05)) {
                from.push_back(from.front());  // a courier and a rider from one site
            }
            for (const Index site : from) {
                LaneSpec lane = make_lane(site, "courier");
                lane.to_market = true;
                lane.to = m;
                spec_.lanes.push_back(std::move(lane));
            }
        }
    }

  private:
    std::uint32_t tiers_ = 1;
    std::vector<std::uint32_t> tier_;  ///< by site; 0 is nearest to the customers
};

}  // namespace spate::test
