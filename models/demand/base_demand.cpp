#include "models/demand/base_demand.hpp"

#include <algorithm>

#include "models/demand/baskets.hpp"
#include "models/demand/recorded_orders.hpp"
#include "models/demand/session_book.hpp"

namespace spate::models {

namespace {

std::shared_ptr<const std::vector<std::uint64_t>> keys_of(const std::vector<ProductSpec>& products) {
    std::vector<std::uint64_t> keys;
    keys.reserve(products.size());
    for (const auto& product : products)
        keys.push_back(sim::hash_name(product.id));
    return std::make_shared<const std::vector<std::uint64_t>>(std::move(keys));
}

}  // namespace

BaseDemand::BaseDemand(const ModelSpec& spec)
    : products_(spec.products.size())
    , product_keys_(keys_of(spec.products))
    , broadcasts_(spec) {
    const double run_seconds = std::max((spec.warm_up + spec.horizon).seconds(), 1.0);
    for (std::size_t d = 0; d < spec.demand.size(); ++d) {
        const auto& demand = spec.demand[d];
        add_mix(spec, demand);
        shapes_.push_back(DemandShape::is_needed(spec, d) ? std::make_shared<const DemandShape>(spec, d) : nullptr);
        add_recorded(spec, demand, run_seconds);
        if (demand.kind == DemandSpec::Kind::recorded)
            continue;
        const bool periodic = demand.kind == DemandSpec::Kind::periodic;
        const double rate = periodic ? 1 / demand.every.seconds() : demand.orders_per_second;
        const bool each = periodic || demand.each;
        Entry entry;
        entry.orders_per_second = each ? rate * static_cast<double>(demand.channels.size()) : rate;
        const WholeUnits units = whole_units_of(demand.quantity);
        entry.units_per_order = units.mean * (1 + further_products(demand));
        entry.positive = units.positive;
        entry.market_share.assign(spec.markets.size(), 0);
        entry.product_share.assign(spec.products.size(), 0);
        double weight = 0, popularity = 0;
        for (const Index m : demand.markets)
            weight += spec.markets[m].weight;
        for (const Index p : demand.products)
            popularity += spec.products[p].popularity;
        for (const Index m : demand.markets)
            entry.market_share[m] = each ? 1 : (weight > 0 ? spec.markets[m].weight / weight : 0);
        for (const Index p : demand.products)
            entry.product_share[p] = each ? 1 : (popularity > 0 ? spec.products[p].popularity / popularity : 0);
        entry.shape = shapes_.back();
        entries_.push_back(std::move(entry));
    }
    for (const auto& session : spec.sessions)
        add_session(spec, session);
    for (std::size_t s = 0; s < spec.sessions.size(); ++s)
        closing_.push_back(spec.sessions[s].cap ? closing_times(spec, *this, s) : std::vector<Time>{});
}

/// A list that is resampled counts as its average over the days it covers; of others the rows within the run count.
void BaseDemand::add_recorded(const ModelSpec& spec, const DemandSpec& demand, double run_seconds) {
    const bool is_resampled = demand.bootstrap && !demand.recorded.empty();
    const double seconds = is_resampled ? recorded_days(spec, demand).length().seconds() : run_seconds;
    for (const auto& row : demand.recorded) {
        if (!is_resampled && (row.at.us < 0 || row.at.us >= (spec.warm_up + spec.horizon).us))
            continue;
        auto& rate = recorded_[{row.market, row.product}];
        rate.orders += demand.scale / seconds;
        rate.units += demand.scale * static_cast<double>(row.quantity) / seconds;
    }
}

/// What the parts of markets and products in a session's orders are taken from.
void BaseDemand::add_session(const ModelSpec& spec, const SessionSpec& session) {
    std::vector<double> of_market(spec.markets.size()), of_product(spec.products.size());
    double rate = 0, weight = 0;
    if (session.orders) {
        for (const Index m : session.markets) {
            for (const Index p : session.products) {
                const double orders = at(m, p).orders;
                of_market[m] += orders;
                of_product[p] += orders;
                rate += orders;
                weight += spec.markets[m].weight * spec.products[p].popularity;
            }
        }
    }
    const auto has_none = [](const std::vector<double>& rates) { return [&rates](Index i) { return rates[i] <= 0; }; };
    const bool is_by_weight =
        weight > 0
        && (std::any_of(session.markets.begin(), session.markets.end(), has_none(of_market))
            || std::any_of(session.products.begin(), session.products.end(), has_none(of_product)));
    const double positive = session.orders ? 1 : whole_units_of(session.quantity).positive;
    session_shares_.push_back({is_by_weight ? weight : rate, is_by_weight, positive});
}

void BaseDemand::add_mix(const ModelSpec& spec, const DemandSpec& demand) {
    auto& mix = mixes_.emplace_back();
    if (demand.kind != DemandSpec::Kind::renewal || demand.each)
        return;
    std::vector<double> weights;
    double sum = 0;
    for (const Index p : demand.products) {
        weights.push_back(spec.products[p].popularity);
        sum += weights.back();
    }
    if (sum > 0)
        mix = std::make_shared<const ProductMix>(demand.products, weights);
}

DemandRate BaseDemand::at(Index market, Index product) const {
    DemandRate rate;
    if (const auto found = recorded_.find({market, product}); found != recorded_.end())
        rate = found->second;
    for (const auto& entry : entries_) {
        double orders = entry.orders_per_second * entry.market_share[market] * entry.product_share[product];
        if (entry.shape != nullptr)
            orders *= entry.shape->mean(market, product);
        rate.orders += orders * entry.positive;
        rate.units += orders * entry.units_per_order;
    }
    return rate;
}

std::vector<double> BaseDemand::units_in(Index market) const {
    std::vector<double> units(products_);
    for (auto row = recorded_.lower_bound({market, 0}); row != recorded_.end() && row->first.first == market; ++row)
        units[row->first.second] = row->second.units;
    for (const auto& entry : entries_) {
        const double orders_per_second = entry.orders_per_second * entry.market_share[market];
        for (std::size_t p = 0; p < products_; ++p) {
            const double shape = entry.shape != nullptr ? entry.shape->mean(market, static_cast<Index>(p)) : 1;
            units[p] += orders_per_second * entry.product_share[p] * entry.units_per_order * shape;
        }
    }
    return units;
}

double BaseDemand::pulse_rate(const ModelSpec& spec,
                              std::size_t number,
                              Index market,
                              std::vector<double>& weights) const {
    const SessionSpec& session = spec.sessions[number];
    const SessionShares& shares = session_shares_[number];
    double here = 0;  // of the session's products in this market
    weights.clear();
    for (const Index p : session.products) {
        weights.push_back(shares.is_by_weight ? spec.markets[market].weight * spec.products[p].popularity
                                              : at(market, p).orders);
        here += weights.back();
    }
    if (!session.orders)
        return shares.positive > 0 ? (session.lift - 1) * here / shares.positive : 0;
    const PulseTrain one({session.rise, session.lasts, session.decay}, session.start, {}, 1);
    return *session.orders / one.per_pulse() * (shares.all > 0 ? here / shares.all : 0);
}

}  // namespace spate::models
