#include <algorithm>

#include <fmt/format.h>

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

constexpr double most_orders = 1e11;  ///< of a run: a day on a fast machine

bool has_orders(const models::DemandSpec& demand) {
    return demand.orders_per_second > 0
           || (demand.kind == models::DemandSpec::Kind::periodic && demand.quantity.mean() > 0)
           || !demand.recorded.empty();
}

/// What a customer of an entry pays for a unit, on average over products.
double mean_price(const models::ModelSpec& spec, const models::DemandSpec& entry) {
    double sum = 0, weights = 0;
    for (const Index p : entry.products) {
        const double weight = entry.each ? 1 : spec.products[p].popularity;
        sum += weight * static_cast<double>(spec.products[p].price);
        weights += weight;
    }
    return weights > 0 ? sum / weights : 0;
}

/// Orders and money of the whole run that could not be counted, or not in a lifetime.
void check_amounts(Draft& draft, Place demand) {
    constexpr double most_money = 4e18;  ///< micro-currency; 64 bits hold 9e18
    const auto& spec = draft.spec;
    double orders = 0, money = 0;
    for (const auto& entry : spec.demand) {
        const double places = entry.each ? static_cast<double>(entry.markets.size() * entry.channels.size())
                                               * static_cast<double>(entry.products.size())
                                         : 1;
        const double own = entry.orders_per_second * places * (spec.warm_up + spec.horizon).seconds();
        orders += own;
        money += own * entry.quantity.mean() * mean_price(spec, entry);
        for (const auto& row : entry.recorded) {
            money +=
                entry.scale * static_cast<double>(row.quantity) * static_cast<double>(spec.products[row.product].price);
        }
    }
    if (orders > most_orders) {
        draft.problems.add(
            demand,
            fmt::format(
                "the run would have {:.2g} orders; up to {:g} are possible. ask for fewer?", orders, most_orders));
    } else if (money > most_money) {
        draft.problems.add(demand,
                           fmt::format("customers would pay {:.2g} {}; up to {:g} can be counted. ask for fewer "
                                       "orders, or lower prices?",
                                       money * 1e-6,
                                       spec.currency,
                                       most_money * 1e-6));
    }
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
    check_amounts(draft, demand);
    return true;
}

template <class Item>
bool has_any(const std::vector<Index>& chosen, Item&& item) {
    return std::any_of(chosen.begin(), chosen.end(), item);
}

/// Whether an entry brings orders of products in markets of a session.
bool brings_orders(const models::ModelSpec& spec,
                   const models::DemandSpec& demand,
                   const models::SessionSpec& session) {
    const auto among = [](const std::vector<Index>& list) {
        return [&list](Index i) { return std::binary_search(list.begin(), list.end(), i); };
    };
    if (demand.kind == models::DemandSpec::Kind::recorded) {
        return std::any_of(demand.recorded.begin(), demand.recorded.end(), [&](const auto& row) {
            return among(session.markets)(row.market) && among(session.products)(row.product);
        });
    }
    const bool each = demand.each || demand.kind == models::DemandSpec::Kind::periodic;
    const auto in_market = among(demand.markets), of_product = among(demand.products);
    return has_orders(demand)
           && has_any(session.markets, [&](Index m) { return in_market(m) && (each || spec.markets[m].weight > 0); })
           && has_any(session.products,
                      [&](Index p) { return of_product(p) && (each || spec.products[p].popularity > 0); });
}

/// A session that nobody would ever order in.
void check_sessions(Draft& draft) {
    const auto& spec = draft.spec;
    for (Index s = 0; s < spec.sessions.size(); ++s) {
        const auto& session = spec.sessions[s];
        const bool has_base = std::any_of(spec.demand.begin(), spec.demand.end(), [&](const auto& demand) {
            return brings_orders(spec, demand, session);
        });
        const bool has_weights = has_any(session.markets, [&](Index m) { return spec.markets[m].weight > 0; })
                                 && has_any(session.products, [&](Index p) { return spec.products[p].popularity > 0; });
        if (has_base || (session.orders && (*session.orders == 0 || has_weights))) {
            continue;
        }
        draft.problems.add(draft.sessions.place(s),
                           "session " + in_quotes(session.id)
                               + (session.orders ? " sells products of popularity 0, or in markets of weight 0, and "
                                                   "`demand` has no orders of them. give them some?"
                                                 : " lifts nothing: `demand` has no orders of its products in its "
                                                   "markets. write for example orders: 10k instead of `lift`?"));
    }
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
    if (check_demand(draft, draft.demand_place)) {
        check_sessions(draft);
        check_gifts_kept(draft);
    }
    check_cycle(draft);
    check_markets(draft);
    check_returns(draft);
    check_quality(draft);
    validate_demand_shapes(draft);
    check_channel_stock(draft);
    check_price_rules(draft);
}

}  // namespace spate::scenarios
