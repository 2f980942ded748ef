#pragma once

#include <memory>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// Great-ellipse distance on WGS-84 [km] (Andoyer's first-order formula, as in Boost.Geometry; error below 0.01 %).
double distance_km(double lon1, double lat1, double lon2, double lat2);

/// Sites and lanes as a graph; answers questions about what can reach what.
class SupplyNetwork {
  public:
    explicit SupplyNetwork(const ModelSpec& spec);
    ~SupplyNetwork();

    /// Lanes into a market, nearest site first (ties: declaration order).
    std::vector<Index> lanes_to_market(Index market) const;
    /// Markets that no lane leads to.
    std::vector<Index> markets_without_lane() const;
    /// Markets with demand that no goods can ever reach: no lane, or no site upstream that has or makes goods.
    std::vector<Index> unreachable_markets() const;
    /// Sites in an order in which every replenishment source comes after those it supplies; empty if replenishment has
    /// a cycle.
    std::vector<Index> sites_downstream_first() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spate::models
