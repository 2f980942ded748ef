#include "models/network/supply_network.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <numeric>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/topological_sort.hpp>

namespace spate::models {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;

}  // namespace

double distance_km(double lon1, double lat1, double lon2, double lat2) {
    // Andoyer-Lambert formula: first order in the flattening.
    constexpr double radius = 6378.137, flattening = 1 / 298.257223563, degree = std::numbers::pi / 180;
    const double f = (lat1 + lat2) / 2 * degree, g = (lat1 - lat2) / 2 * degree, l = (lon1 - lon2) / 2 * degree;
    const auto square = [](double x) { return x * x; };
    const double s = square(std::sin(g)) * square(std::cos(l)) + square(std::cos(f)) * square(std::sin(l));
    const double c = square(std::cos(g)) * square(std::cos(l)) + square(std::sin(f)) * square(std::sin(l));
    if (s <= 0 || c <= 0)
        return s <= 0 ? 0 : std::numbers::pi * radius;
    const double omega = std::atan(std::sqrt(s / c));
    const double r = std::sqrt(s * c) / omega;
    const double h1 = (3 * r - 1) / (2 * c), h2 = (3 * r + 1) / (2 * s);
    const double correction =
        flattening * (h1 * square(std::sin(f)) * square(std::cos(g)) - h2 * square(std::cos(f)) * square(std::sin(g)));
    return 2 * omega * radius * (1 + correction);
}

/// Vertices: sites, then markets. Edges: lanes, in the direction of goods.
struct SupplyNetwork::Impl {
    explicit Impl(const ModelSpec& model)
        : spec(model)
        , goods(model.sites.size() + model.markets.size())
        , replenishment(model.sites.size()) {
        into_market.resize(model.markets.size());
        for (Index i = 0; i < model.lanes.size(); ++i) {
            const auto& lane = model.lanes[i];
            boost::add_edge(lane.from, lane.to_market ? model.sites.size() + lane.to : lane.to, goods);
            if (lane.to_market)
                into_market[lane.to].push_back(i);
        }
        for (const auto& rule : model.replenish) {
            // Who hears something may order anywhere, also in a circle.
            if (rule.sense)
                continue;
            for (const auto& source : rule.sources())
                boost::add_edge(model.lanes[source.lane].from, rule.site, replenishment);
        }
    }

    const ModelSpec& spec;
    Graph goods, replenishment;
    std::vector<std::vector<Index>> into_market;
};

SupplyNetwork::SupplyNetwork(const ModelSpec& spec)
    : impl_(std::make_unique<Impl>(spec)) {}

SupplyNetwork::~SupplyNetwork() = default;

std::vector<Index> SupplyNetwork::lanes_to_market(Index market) const {
    std::vector<Index> lanes = impl_->into_market[market];
    std::stable_sort(lanes.begin(), lanes.end(), [&](Index a, Index b) {
        return impl_->spec.lanes[a].distance_km < impl_->spec.lanes[b].distance_km;
    });
    return lanes;
}

std::vector<Index> SupplyNetwork::markets_without_lane() const {
    std::vector<Index> markets;
    for (Index m = 0; m < impl_->into_market.size(); ++m) {
        if (impl_->into_market[m].empty())
            markets.push_back(m);
    }
    return markets;
}

std::vector<Index> SupplyNetwork::unreachable_markets() const {
    // Goods come from whoever buys, makes or has them; what they can reach by lanes is served.
    const auto& sites = impl_->spec.sites;
    std::vector<boost::default_color_type> color(boost::num_vertices(impl_->goods), boost::white_color);
    const auto colors = boost::make_iterator_property_map(color.begin(), boost::get(boost::vertex_index, impl_->goods));
    boost::queue<Graph::vertex_descriptor> queue;
    for (std::size_t s = 0; s < sites.size(); ++s) {
        const bool has_goods =
            sites[s].unlimited_stock || sites[s].production || sites[s].initial_cover
            || std::any_of(sites[s].initial_units.begin(), sites[s].initial_units.end(), [](Units u) { return u > 0; });
        if (has_goods && color[s] == boost::white_color) {
            boost::breadth_first_visit(impl_->goods, s, queue, boost::default_bfs_visitor(), colors);
        }
    }
    std::vector<Index> markets;
    for (std::size_t m = 0; m < impl_->spec.markets.size(); ++m) {
        if (color[sites.size() + m] == boost::white_color)
            markets.push_back(static_cast<Index>(m));
    }
    return markets;
}

std::vector<Index> SupplyNetwork::sites_downstream_first() const {
    std::vector<Graph::vertex_descriptor> order;
    try {
        boost::topological_sort(impl_->replenishment, std::back_inserter(order));  // gives targets before sources
    } catch (const boost::not_a_dag&) {
        return {};
    }
    std::vector<Index> sites;
    for (const auto vertex : order)
        sites.push_back(static_cast<Index>(vertex));
    return sites;
}

}  // namespace spate::models
