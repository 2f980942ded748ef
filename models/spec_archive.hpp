#pragma once

#include <string>
#include <string_view>

#include "sim/snapshot/archive.hpp"
#include "models/spec.hpp"

/// How a model's description is archived, so that a snapshot needs no other file. Every member of every struct is
/// listed; the sizes remind whoever adds one.
namespace spate::models {

template <class Archive>
void serialize(Archive& archive, ProductSpec& s) {
    archive(s.id, s.name, s.category, s.price, s.cost, s.weight_g, s.volume_ml, s.popularity);
}

template <class Archive>
void serialize(Archive& archive, MarketSpec& s) {
    archive(s.id, s.name, s.lon, s.lat, s.population, s.weight);
}

template <class Archive>
void serialize(Archive& archive, StageSpec& s) {
    archive(s.name, s.per, s.servers, s.work, s.calendar);
}

template <class Archive>
void serialize(Archive& archive, ProductionSpec& s) {
    archive(s.lines, s.units_per_second, s.batch, s.set_up, s.calendar);
}

template <class Archive>
void serialize(Archive& archive, SiteSpec& s) {
    archive(
        s.id, s.name, s.kind, s.lon, s.lat, s.unlimited_stock, s.fill, s.assortment, s.initial_units, s.initial_cover);
    archive(s.outbound, s.receive, s.wave, s.production, s.allocate);
    archive(s.holding_per_unit_second, s.holding_share_per_second, s.backorder_per_unit_second);
    archive(s.handling_per_order, s.handling_per_unit, s.order_cost, s.fixed_per_day);
}

template <class Archive>
void serialize(Archive& archive, TimetableSpec& s) {
    archive(s.period, s.offsets);
}

template <class Archive>
void serialize(Archive& archive, LaneSpec& s) {
    archive(s.from, s.to_market, s.to, s.mode, s.distance_km, s.transit, s.min_transit, s.departures);
    archive(s.vehicle_g, s.vehicle_ml, s.cost_per_vehicle, s.cost_per_order, s.cost_per_unit, s.cost_per_g);
    archive(s.co2_g_per_vehicle, s.co2_g_per_g, s.co2_g_per_order);
}

template <class Archive>
void serialize(Archive& archive, SourcingSpec& s) {
    archive(s.rule, s.at_most, s.within_promise, s.carbon_price, s.shares, s.ranks, s.split, s.merge_wait);
}

template <class Archive>
void serialize(Archive& archive, PromiseStep& s) {
    archive(s.km, s.within);
}

template <class Archive>
void serialize(Archive& archive, ChannelSpec& s) {
    archive(s.id, s.name, s.share, s.view, s.view_every, s.view_lag, s.release_every, s.release_lag);
    archive(s.unmet, s.patience, s.promise, s.lost_sale_penalty, s.return_share, s.return_after);
    archive(s.quote_margin, s.promise_by_km, s.sources, s.backlog, s.priority);
}

template <class Archive>
void serialize(Archive& archive, DemandSpec& s) {
    archive(s.kind, s.channels, s.markets, s.products, s.orders_per_second, s.each, s.gap, s.every, s.offset);
    archive(s.quantity, s.profile, s.further);
    sim::block(archive, s.recorded);
}

template <class Archive>
void serialize(Archive& archive, SessionSpec& s) {
    archive(s.id, s.name, s.host, s.channel, s.products, s.markets, s.start, s.rise, s.lasts, s.decay);
    archive(s.lift, s.orders, s.quantity, s.repeat_every, s.repeat_times);
}

template <class Archive>
void serialize(Archive& archive, ForecastSpec& s) {
    archive(s.kind, s.period, s.window, s.intercept, s.slope, s.trend_slope, s.trend);
}

template <class Archive>
void serialize(Archive& archive, LevelSpec& s) {
    archive(s.units, s.cover);
}

template <class Archive>
void serialize(Archive& archive, ReviewSpec& s) {
    archive(s.continuous, s.every, s.offset);
}

template <class Archive>
void serialize(Archive& archive, ReplenishSpec& s) {
    archive(s.site, s.products, s.lane, s.kind, s.min, s.max, s.service, s.review, s.forecast, s.order_lag);
    sim::block(archive, s.plan);
}

template <class Archive>
void serialize(Archive& archive, TraceSpec& s) {
    archive(s.series_every, s.peaks_every, s.orders_share, s.shipments, s.decisions);
}

template <class Archive>
void serialize(Archive& archive, SnapshotSpec& s) {
    archive(s.every);
}

template <class Archive>
void serialize(Archive& archive, ModelSpec& s) {
    archive(s.name, s.title, s.currency, s.start, s.week_time_at_start, s.warm_up, s.horizon, s.seed, s.replication);
    archive(s.products, s.markets, s.sites, s.lanes, s.channels, s.demand, s.sessions, s.replenish, s.max_sources);
    archive(s.trace, s.snapshot, s.scenario_text);
}

/// The description as bytes.
std::string archived(const ModelSpec& spec);
/// The description with which a state begins that Model::save_state wrote. Throws: FileError.
ModelSpec spec_of_state(std::string_view state);

}  // namespace spate::models
