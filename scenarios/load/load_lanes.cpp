#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "models/network/supply_network.hpp"
#include "scenarios/load/glob.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"
#include "scenarios/load/suggest.hpp"

namespace spate::scenarios {

namespace {

using models::Index;
using models::LaneSpec;

constexpr std::size_t max_lanes = 5'000'000;

/// One rule `from … to …` and everything that does not depend on the distance.
struct LaneRule {
    std::vector<Index> from, to;
    bool to_market = false;
    std::optional<double> within;
    std::optional<std::size_t> nearest;
    std::optional<sim::Distribution> transit;
    std::optional<double> speed;  ///< [km/s]
    double detour = 1, cv = 0, plus = 0;
    std::vector<Quantity> cost, co2;
    LaneSpec common;
    Place place;
};

/// A source with its distance as the crow flies.
struct Source {
    double km;
    Index site;
};

/// The selection if it is one of this registry without problems.
std::optional<std::vector<Index>> try_as(const Draft& draft, const Node& node, const Registry& registry) {
    Problems problems;
    for (std::uint32_t file = 0; file <= node.place.file; ++file) {
        problems.add_file(draft.problems.file_name(file));
    }
    Draft probe(problems);
    auto result = read_selector(probe, node, registry);
    return problems.empty() ? std::optional(std::move(result)) : std::nullopt;
}

void read_targets(Reader& reader, LaneRule& rule) {
    Draft& draft = reader.draft();
    const Node* to = reader.node("to");
    if (to == nullptr) {
        return;
    }
    if (to->is_scalar() && to->text == "markets") {
        rule.to_market = true;
        rule.to = read_selector(draft, Node::scalar(to->place, "all"), draft.markets);
        return;
    }
    // Ids of sites and of markets look the same: take what fits.
    const auto sites = try_as(draft, *to, draft.sites);
    const auto markets = sites ? std::nullopt : try_as(draft, *to, draft.markets);
    rule.to_market = markets.has_value();
    if (sites || markets) {
        rule.to = sites ? *sites : *markets;
    } else if (to->is_scalar() && Glob(to->text).is_plain()) {
        auto ids = draft.sites.ids();
        const auto more = draft.markets.ids();
        ids.insert(ids.end(), more.begin(), more.end());
        reader.problem("to", "there is no site or market " + in_quotes(to->text) + did_you_mean(to->text, ids));
    } else {
        reader.problem("to",
                       (to->is_scalar() ? in_quotes(to->text) : "the list") + " matches neither sites nor markets");
    }
}

void read_transit(Reader& reader, LaneRule& rule) {
    rule.transit = reader.distribution("transit");
    const auto speed = reader.quantity("speed");
    rule.speed = speed ? std::optional(speed->value) : std::nullopt;
    rule.detour = reader.number("detour");
    rule.cv = reader.number("cv");
    rule.plus = reader.number("plus");
    const bool says_transit = reader.node("transit") != nullptr, says_speed = reader.node("speed") != nullptr;
    if (says_transit == says_speed) {
        reader.problem_unless_slip(
            "transit",
            says_transit ? "both `transit` and `speed` are given. remove one?"
                         : "the time on the way is missing. write for example transit: 22 h, or speed: 60 km/h?");
    }
    for (const auto* key : {"cv", "plus"}) {
        if (says_transit && reader.node(key) != nullptr) {
            reader.problem(key, in_quotes(key) + " goes with `speed`, not with `transit`");
        }
    }
}

LaneRule read_rule(Draft& draft, const Node& item) {
    Reader reader(draft, "lane", item);
    LaneRule rule;
    rule.place = reader.place();
    rule.from = reader.select("from", draft.sites);
    read_targets(reader, rule);
    rule.common.to_market = rule.to_market;
    rule.common.mode = reader.text("mode");
    const auto within = reader.quantity("within");
    rule.within = within ? std::optional(within->value) : std::nullopt;
    const auto nearest = reader.whole("nearest");
    rule.nearest = nearest ? std::optional(static_cast<std::size_t>(*nearest)) : std::nullopt;
    read_transit(reader, rule);
    rule.common.min_transit = reader.duration("at_least").value_or(sim::minute);
    if (const Node* departs = reader.node("departs")) {
        rule.common.departures = read_timetable(draft, *departs);
    }
    if (auto vehicle = reader.map("vehicle")) {
        rule.common.vehicle_ul = read_thousandths(*vehicle, "volume");
        rule.common.vehicle_mg = read_thousandths(*vehicle, "weight");
    }
    if (const Node* cost = reader.node("cost")) {
        rule.cost = read_quantities(draft, *cost, Measure::lane_cost, ">= 0");
    }
    if (const Node* co2 = reader.node("co2")) {
        rule.co2 = read_quantities(draft, *co2, Measure::lane_co2, ">= 0");
    }
    return rule;
}

/// Time on the way: as given, or by distance and speed; spread as a gamma distribution of the same mean.
sim::Distribution transit_of(const LaneRule& rule, double road_km) {
    if (rule.transit) {
        return *rule.transit;
    }
    const double driving = road_km / rule.speed.value_or(1);
    const double mean = driving + rule.plus;
    const double sd = driving * rule.cv;
    return sd > mean * 1e-3 ? sim::Distribution::gamma(mean, sd / mean) : sim::Distribution::constant(mean);
}

void apply_costs(const LaneRule& rule, LaneSpec& lane) {
    for (const auto& q : rule.cost) {
        const double by_km = q.value * lane.distance_km;
        if (q.form == "$/l") {
            lane.cost_per_vehicle += models::to_money(std::min(by_km, 8e18));
        } else if (q.form == "$/p") {
            lane.cost_per_vehicle += models::to_money(q.value);
        } else if (q.form == "$/o") {
            lane.cost_per_order += models::to_money(q.value);
        } else if (q.form == "$/u") {
            lane.cost_per_unit += models::to_money(q.value);
        } else {
            lane.cost_per_g += q.form == "$/m" ? q.value : by_km;
        }
    }
    for (const auto& q : rule.co2) {
        const double by_km = q.value * lane.distance_km;
        if (q.form == "c/l" || q.form == "c/p") {
            lane.co2_g_per_vehicle += q.form == "c/l" ? by_km : q.value;
        } else if (q.form == "c/o") {
            lane.co2_g_per_order += q.value;
        } else {
            lane.co2_g_per_g += q.form == "c/m" ? q.value : by_km;
        }
    }
}

/// The sources of one target, in the order of their indices.
std::vector<Source> sources_of(const models::ModelSpec& spec, const LaneRule& rule, Index to) {
    const double lon = rule.to_market ? spec.markets[to].lon : spec.sites[to].lon;
    const double lat = rule.to_market ? spec.markets[to].lat : spec.sites[to].lat;
    constexpr double km_per_degree = 110.5;  // of latitude, the least anywhere
    std::vector<Source> sources;
    for (const Index from : rule.from) {
        const auto& site = spec.sites[from];
        const bool is_itself = !rule.to_market && from == to;
        if (is_itself || (rule.within && std::fabs(site.lat - lat) * km_per_degree > *rule.within)) {
            continue;
        }
        const double km = models::distance_km(site.lon, site.lat, lon, lat);
        if (!rule.within || km <= *rule.within) {
            sources.push_back({km, from});
        }
    }
    if (rule.nearest && sources.size() > *rule.nearest) {
        std::stable_sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) { return a.km < b.km; });
        sources.resize(*rule.nearest);
        std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) { return a.site < b.site; });
    }
    return sources;
}

/// Pairs of a site and a market that have a lane.
using Pairs = std::unordered_set<std::uint64_t>;

/// A shop takes each lane to its market for a site: two from one site would be two sites with its stock.
bool is_second_lane(Draft& draft, const LaneRule& rule, const LaneSpec& lane, Pairs& pairs) {
    if (!rule.to_market || pairs.insert(std::uint64_t{lane.from} << 32 | lane.to).second) {
        return false;
    }
    draft.problems.add(
        rule.place,
        "a second lane from site " + in_quotes(draft.spec.sites[lane.from].id) + " to market "
            + in_quotes(draft.spec.markets[lane.to].id)
            + ": an order could go by either. narrow `from`, `to`, `within` or `nearest` of one of them?");
    return true;
}

void add_lanes(Draft& draft, const LaneRule& rule, Pairs& pairs) {
    const std::size_t before = draft.spec.lanes.size();
    for (const Index to : rule.to) {
        for (const auto& source : sources_of(draft.spec, rule, to)) {
            if (draft.spec.lanes.size() == max_lanes) {
                draft.problems.add(rule.place, "more than 5 million lanes. add `within` or `nearest`?");
                return;
            }
            LaneSpec lane = rule.common;
            lane.from = source.site;
            lane.to = to;
            lane.distance_km = source.km * rule.detour;
            lane.transit = transit_of(rule, lane.distance_km);
            apply_costs(rule, lane);
            if (is_second_lane(draft, rule, lane, pairs)) {
                return;
            }
            draft.spec.lanes.push_back(std::move(lane));
        }
    }
    if (draft.spec.lanes.size() > before || rule.from.empty() || rule.to.empty()) {
        return;
    }
    const bool to_itself = !rule.to_market && rule.from == rule.to && rule.from.size() == 1;
    draft.problems.add(rule.place,
                       to_itself ? "a lane from " + in_quotes(draft.sites.id(rule.to[0])) + " to itself"
                                 : "no pair of places is within this distance. increase `within`?");
}

}  // namespace

void load_lanes(Reader& scenario) {
    Draft& draft = scenario.draft();
    const Node* list = scenario.node("lanes");
    if (list == nullptr) {
        return;
    }
    Pairs pairs;
    for_each_item(draft, *list, "lane", false, [&](const Node& item) {
        const LaneRule rule = read_rule(draft, item);
        if (draft.problems.empty()) {
            add_lanes(draft, rule, pairs);
        }
    });
}

}  // namespace spate::scenarios
