#include <algorithm>

#include "models/network/supply_network.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

using models::Index;

std::string named(const std::string& id, const std::string& name) {
    return in_quotes(id) + (name == id ? "" : " (" + name + ")");
}

void check_markets(Draft& draft) {
    const models::SupplyNetwork network(draft.spec);
    for (const Index m : network.unreachable_markets()) {
        const auto& market = draft.spec.markets[m];
        const auto lanes = network.lanes_to_market(m);
        std::string text = "market " + named(market.id, market.name) + " cannot be reached (";
        if (lanes.empty()) {
            text += "no lane leads to it). add a lane with `to: " + market.id + "`, or widen `within`?";
        } else {
            const auto& site = draft.spec.sites[draft.spec.lanes[lanes.front()].from];
            text += "the lane from " + in_quotes(site.id)
                    + " leads to it, but no goods get there). add a lane from a supplier to " + in_quotes(site.id)
                    + " and a replenish rule, or stock at the start?";
        }
        draft.problems.add(draft.markets.place(m), text);
    }
}

/// Which goods leave first is of no account where all are alike.
void check_issue(Draft& draft) {
    const auto& spec = draft.spec;
    for (Index s = 0; s < spec.sites.size(); ++s) {
        const auto& site = spec.sites[s];
        const bool is_plain = std::none_of(site.assortment.begin(), site.assortment.end(), [&](Index p) {
            return spec.products[p].shelf_life.has_value();
        });
        if (site.issue == models::SiteSpec::Issue::lifo && is_plain && !spec.recall) {
            draft.problems.add(draft.sites.place(s),
                               "`issue` has no effect at " + named(site.id, site.name)
                                   + ": no product kept there has a shelf life, and nothing is ever called back. remove "
                                     "it, or give a product a shelf_life?");
        }
    }
}

bool has_orders(const models::DemandSpec& demand) {
    return demand.orders_per_second > 0
           || (demand.kind == models::DemandSpec::Kind::periodic && demand.quantity.mean() > 0)
           || !demand.recorded.empty();
}

/// False: there is none.
bool check_demand(Draft& draft, Place demand) {
    const auto& spec = draft.spec;
    const bool by_session =
        std::any_of(spec.sessions.begin(), spec.sessions.end(), [](const auto& s) { return s.orders.value_or(0) > 0; });
    if (!by_session && std::none_of(spec.demand.begin(), spec.demand.end(), has_orders)) {
        draft.problems.add(demand,
                           "there is no demand at all (no orders, no history, no session with orders). write for "
                           "example demand: {orders: 1k/day}?");
        return false;
    }
    return true;
}

/// Finds a circle of sites that replenish each other, following each site's sources.
class CycleSearch {
  public:
    explicit CycleSearch(const models::ModelSpec& spec)
        : sources_(spec.sites.size())
        , state_(spec.sites.size(), State::fresh) {
        for (std::size_t r = 0; r < spec.replenish.size(); ++r) {
            if (spec.replenish[r].sense) {
                continue;
            }
            for (const auto& source : spec.replenish[r].sources()) {
                sources_[spec.replenish[r].site].emplace_back(r, spec.lanes[source.lane].from);
            }
        }
    }

    /// Position of a rule on a circle, and the sites on it; empty if there is none.
    std::optional<std::size_t> run(std::vector<Index>& circle) {
        for (std::size_t s = 0; s < sources_.size(); ++s) {
            if (state_[s] == State::fresh && visit(static_cast<Index>(s))) {
                const auto first = std::find(path_.begin(), path_.end(), path_.back());
                circle.assign(first, path_.end());
                return closing_rule_;
            }
        }
        return std::nullopt;
    }

  private:
    enum class State : std::uint8_t { fresh, open, done };

    struct Frame {
        Index site;
        std::size_t next = 0;
    };

    /// Depth first without recursion. True if a circle was found; then path_ ends where it came back to.
    bool visit(Index start) {
        std::vector<Frame> stack{{start}};
        path_ = {start};
        state_[start] = State::open;
        while (!stack.empty()) {
            Frame& top = stack.back();
            if (top.next == sources_[top.site].size()) {
                state_[top.site] = State::done;
                stack.pop_back();
                path_.pop_back();
                continue;
            }
            const auto [rule, source] = sources_[top.site][top.next++];
            if (state_[source] == State::open) {
                path_.push_back(source);
                closing_rule_ = rule;
                return true;
            }
            if (state_[source] == State::fresh) {
                state_[source] = State::open;
                path_.push_back(source);
                stack.push_back({source});
            }
        }
        return false;
    }

    std::vector<std::vector<std::pair<std::size_t, Index>>> sources_;  ///< by site: its rules and whom they order from
    std::vector<State> state_;
    std::vector<Index> path_;
    std::size_t closing_rule_ = 0;
};

void check_cycle(Draft& draft) {
    std::vector<Index> circle;
    const auto rule = CycleSearch(draft.spec).run(circle);
    if (!rule) {
        return;
    }
    std::string chain;
    for (const Index s : circle) {
        chain += (chain.empty() ? "" : " <- ") + draft.sites.id(s);
    }
    draft.problems.add(draft.replenish_rules[*rule],
                       "sites replenish each other in a circle (" + chain + "). name the source with `from`?");
}

}  // namespace

void validate(Draft& draft) {
    const DemandShapes shapes = shapes_of(draft.spec);
    if (check_demand(draft, draft.demand_place)) {
        check_amounts(draft, shapes);
        check_gifts_kept(draft);
    }
    check_cycle(draft);
    check_markets(draft);
    check_issue(draft);
    check_returns(draft);
    check_quality(draft);
    check_prices(draft, shapes);
    check_channel_stock(draft);
    check_price_rules(draft);
}

}  // namespace spate::scenarios
