#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "models/demand/broadcasts.hpp"
#include "models/demand/demand_shape.hpp"
#include "models/demand/product_mix.hpp"
#include "models/spec.hpp"

namespace spate::models {

struct DemandRate {
    double orders = 0;  ///< [1/s]; customers who want no unit do not count
    double units = 0;   ///< [1/s]
};

/// Mean base demand of one product in one market over all channels and demand entries; sessions are not part of it.
/// Recorded demand, and what trend, launch, calendar and prices make of a rate, count as their average over the run;
/// noise counts as its mean. Immutable: may be shared.
class BaseDemand {
  public:
    explicit BaseDemand(const ModelSpec& spec);
    DemandRate at(Index market, Index product) const;
    /// at(market, product).units of every product.
    std::vector<double> units_in(Index market) const;

    /// What the customers of a demand entry choose from, by popularity. Null where every product has a rate of its own
    /// and where nothing is popular.
    const std::shared_ptr<const ProductMix>& mix(std::size_t demand) const { return mixes_[demand]; }

    /// The rate of a demand entry in absolute time. Null where it follows the weekly profile alone.
    const std::shared_ptr<const DemandShape>& shape(std::size_t demand) const { return shapes_[demand]; }

    /// Hashes of the names of the products: what stands for a product in the digest of demand.
    const std::shared_ptr<const std::vector<std::uint64_t>>& product_keys() const { return product_keys_; }

    /// What the sessions add to it.
    const Broadcasts& broadcasts() const { return broadcasts_; }

    /// When a broadcast has sold its session's cap; sim::end_of_time: never.
    Time closes(std::size_t session, std::size_t broadcast) const {
        return closing_[session].empty() ? sim::end_of_time : closing_[session][broadcast];
    }

    /// Mean extra customers per second of a session's pulse in one market, of all its products together, where the
    /// shape and all factors are 1; the products' part in it goes into `weights`. A lift is one of orders, so there are
    /// more customers where some want no unit. A number of orders is shared out over markets and products as the base
    /// orders are; or, where one of these has none, by weight times popularity.
    double pulse_rate(const ModelSpec& spec, std::size_t session, Index market, std::vector<double>& weights) const;

  private:
    void add_mix(const ModelSpec& spec, const DemandSpec& demand);
    void add_session(const ModelSpec& spec, const SessionSpec& session);
    void add_recorded(const ModelSpec& spec, const DemandSpec& demand, double run_seconds);

    struct Entry {
        double orders_per_second = 0;
        double units_per_order = 1;                       ///< customers who want no unit included
        double positive = 1;                              ///< part of the customers who want a unit
        std::vector<double> market_share, product_share;  ///< zero where not selected
        std::shared_ptr<const DemandShape> shape;
    };

    /// Of a session, over its markets and products.
    struct SessionShares {
        double all = 0;             ///< sum of base orders per second, or of weights times popularities
        bool is_by_weight = false;  ///< the latter; of a number of orders only
        double positive = 1;        ///< of a lift: part of its customers who want a unit
    };

    std::size_t products_;
    std::shared_ptr<const std::vector<std::uint64_t>> product_keys_;
    Broadcasts broadcasts_;
    std::vector<std::vector<Time>> closing_;  ///< by session; empty where there is no cap
    std::vector<Entry> entries_;
    std::vector<std::shared_ptr<const ProductMix>> mixes_;
    std::vector<std::shared_ptr<const DemandShape>> shapes_;
    std::vector<SessionShares> session_shares_;
    std::map<std::pair<Index, Index>, DemandRate> recorded_;
};

}  // namespace spate::models
