#pragma once

#include <string>
#include <string_view>

#include "sim/snapshot/archive.hpp"
#include "models/spec.hpp"
#include "models/spec_prices_archive.hpp"
#include "models/spec_quality_archive.hpp"
#include "models/spec_sessions_archive.hpp"

/// How a model's description is archived, so that a snapshot needs no other file. Every member of every struct is
/// listed; the sizes remind whoever adds one.
namespace spate::models {

template <class Archive>
void serialize(Archive& archive, ProductSpec& s) {
    archive(s.id, s.name, s.category, s.price, s.cost, s.weight_mg, s.volume_ul, s.popularity, s.return_factor);
    archive(s.shelf_life, s.min_remaining, s.disposal);
}

template <class Archive>
void serialize(Archive& archive, MarketSpec& s) {
    archive(s.id, s.name, s.lon, s.lat, s.population, s.weight);
}

template <class Archive>
void serialize(Archive& archive, StageSpec& s) {
    archive(s.name, s.per, s.servers, s.work, s.calendar, s.by_priority);
}

template <class Archive>
void serialize(Archive& archive, ProductionSpec& s) {
    archive(s.lines, s.units_per_second, s.batch, s.set_up, s.calendar);
}

template <class Archive>
void serialize(Archive& archive, SiteSpec& s) {
    archive(
        s.id, s.name, s.kind, s.lon, s.lat, s.unlimited_stock, s.fill, s.assortment, s.initial_units, s.initial_cover);
    archive(s.outbound, s.receive, s.wave, s.production, s.allocate, s.issue, s.age, s.initial_oldest);
    archive(s.purchase_prices);
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
    archive(s.vehicle_mg, s.vehicle_ul, s.cost_per_vehicle, s.cost_per_order, s.cost_per_unit, s.cost_per_g);
    archive(s.co2_g_per_vehicle, s.co2_g_per_g, s.co2_g_per_order);
}

template <class Archive>
void serialize(Archive& archive, PresaleSpec& s) {
    archive(s.deposit, s.opens, s.closes, s.opens_after, s.within, s.paid, s.cancelled, s.pays_after);
    archive(s.keeps_deposit, s.locks_stock, s.capacity, s.express, s.dispatch);
}

template <class Archive>
void serialize(Archive& archive, GroupSpec& s) {
    archive(s.cut_off, s.after, s.at_least, s.counts_units);
}

template <class Archive>
void serialize(Archive& archive, PickupSpec& s) {
    archive(s.collect, s.expires);
}

template <class Archive>
void serialize(Archive& archive, CancelSpec& s) {
    archive(s.share, s.after);
}

template <class Archive>
void serialize(Archive& archive, SubstituteSpec& s) {
    archive(s.product, s.instead, s.accept, s.discount);
}

template <class Archive>
void serialize(Archive& archive, ViewCheckSpec& s) {
    archive(s.every, s.tolerance, s.repair, s.roll_back);
}

template <class Archive>
void serialize(Archive& archive, ReplicaSpec& s) {
    archive(s.lag, s.at_least);
}

template <class Archive>
void serialize(Archive& archive, DedicatedSpec& s) {
    archive(s.sites, s.products, s.share, s.units, s.release_after);
}

template <class Archive>
void serialize(Archive& archive, QuotaSpec& s) {
    archive(s.per, s.sites, s.products, s.units);
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
    archive(s.push_lag, s.view_loss, s.view_updates_per_second, s.hold_back, s.view_check, s.read);
    archive(s.dedicated, s.quotas);
    archive(s.unmet, s.patience, s.promise, s.lost_sale_penalty, s.return_share, s.return_after);
    archive(s.presale, s.group, s.pickup, s.cancel);
    archive(s.return_quality, s.return_expectation, s.defect_return);
    archive(s.quote_margin, s.promise_by_km, s.sources, s.backlog, s.priority);
}

template <class Archive>
void serialize(Archive& archive, CalendarFactor& s) {
    archive(s.from, s.to, s.factor, s.market, s.category, s.like);
}

template <class Archive>
void serialize(Archive& archive, ShapeSpec& s) {
    auto& launch = s.launch;
    archive(s.trend, s.trend_every, s.calendar, s.noise.cv, s.noise.every, s.noise.correlation);
    archive(launch.kind, launch.starts, launch.ramp, launch.per, launch.innovation, launch.imitation);
}

template <class Archive>
void serialize(Archive& archive, PriceChangeSpec& s) {
    archive(s.products, s.from, s.to, s.share, s.elasticity, s.cannibalise, s.pull_forward, s.pull_over);
}

template <class Archive>
void serialize(Archive& archive, DemandSpec& s) {
    archive(s.kind, s.channels, s.markets, s.products, s.orders_per_second, s.each, s.gap, s.every, s.offset);
    archive(s.quantity, s.profile, s.shape, s.branching, s.branching_delay, s.scale, s.bootstrap, s.further);
    sim::block(archive, s.recorded);
}

template <class Archive>
void serialize(Archive& archive, SessionSpec& s) {
    archive(s.id, s.name, s.host, s.channel, s.products, s.markets, s.start, s.rise, s.lasts, s.decay);
    archive(s.lift, s.orders, s.quantity, s.repeat_every, s.repeat_times);
    archive(s.hosts, s.tier, s.luck_cv, s.script, s.cap, s.carts);
    archive(s.price, s.discount, s.gift, s.to_base, s.to_base_channel, s.to_base_over);
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
void serialize(Archive& archive, SupplyScoreSpec::Part& s) {
    archive(s.weight, s.worst);
}

template <class Archive>
void serialize(Archive& archive, SupplyScoreSpec& s) {
    archive(s.defective, s.late, s.within, s.over, s.every, s.offset, s.trial);
    archive(s.drop_below, s.drop_failed, s.drop_for);
}

template <class Archive>
void serialize(Archive& archive, SupplySplitSpec::Source& s) {
    archive(s.lane, s.share);
}

template <class Archive>
void serialize(Archive& archive, SupplySplitSpec& s) {
    archive(s.sources, s.score);
}

template <class Archive>
void serialize(Archive& archive, ReplenishSpec& s) {
    archive(s.site, s.products, s.lane, s.kind, s.min, s.max, s.service, s.review, s.forecast, s.order_lag);
    sim::block(archive, s.plan);
    archive(s.prepare, s.sense, s.split, s.expects_expiry);
}

template <class Archive>
void serialize(Archive& archive, SecondsSaleSpec& s) {
    archive(s.every, s.offset, s.price, s.loses, s.sold, s.tries);
}

template <class Archive>
void serialize(Archive& archive, ReturnCentreSpec::Reshelve& s) {
    archive(s.site, s.every, s.transit, s.cost_per_unit);
}

template <class Archive>
void serialize(Archive& archive, ReturnCentreSpec& s) {
    archive(s.id, s.name, s.lon, s.lat, s.markets, s.transit, s.min_transit, s.freight_per_order);
    archive(s.dock, s.inspect, s.accuracy, s.claim_per_unit);
    sim::plain(archive, s.grades);
    archive(s.window, s.window_until);
    sim::plain(archive, s.routes);
    archive(s.late_route, s.wave, s.reshelve, s.special, s.outlet, s.repair, s.repair_per_unit, s.repaired);
    archive(s.scrap_per_unit, s.handling_per_order, s.handling_per_unit, s.fixed_per_day);
    archive(s.refund_after, s.refund_plus, s.refund_only, s.refund_only_up_to, s.abuse, s.caught, s.wrongly_caught);
    archive(s.fund, s.service, s.tickets);
}

template <class Archive>
void serialize(Archive& archive, TraceSpec& s) {
    archive(s.series_every, s.peaks_every, s.orders_share, s.shipments, s.decisions, s.views_within, s.carts_every);
}

template <class Archive>
void serialize(Archive& archive, SnapshotSpec& s) {
    archive(s.every);
}

template <class Archive>
void serialize(Archive& archive, ModelSpec& s) {
    archive(s.name, s.title, s.currency, s.start, s.week_time_at_start, s.warm_up, s.horizon, s.seed, s.replication);
    archive(s.products, s.markets, s.sites, s.lanes, s.channels, s.demand, s.sessions, s.replenish, s.max_sources);
    archive(s.hosts, s.host_policy, s.alerts, s.earlier_seeds);
    archive(s.defects, s.inspections, s.recall, s.grades, s.return_centres, s.price_changes, s.substitutes);
    archive(s.price_rules, s.competitor_prices, s.trace, s.snapshot, s.scenario_text);
}

/// The description as bytes.
std::string archived(const ModelSpec& spec);
/// A fingerprint of all in a description that customers' orders can depend on: not of sites, lanes, policies,
/// prices in the catalogue and of sessions, or what channels do with orders.
std::uint64_t demand_fingerprint(const ModelSpec& spec);

/// With what a state begins that Model::save_state wrote.
struct StateHead {
    ModelSpec spec;
    Time at;
};

/// Throws: FileError.
StateHead head_of_state(std::string_view state);

}  // namespace spate::models
