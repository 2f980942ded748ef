#include "models/fit.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "sim/snapshot/memory_stream.hpp"
#include "models/demand/base_demand.hpp"
#include "models/demand/session_book.hpp"
#include "models/network/supply_network.hpp"
#include "models/prices/stock_reports.hpp"
#include "models/spec_archive.hpp"

namespace spate::models {

namespace {

std::string hours_text(Duration duration) {
    std::ostringstream text;
    text << duration.hours() << " h";
    return text.str();
}

/// The first text that says something.
std::string first(std::initializer_list<std::string> found) {
    const auto* it = std::find_if(found.begin(), found.end(), [](const std::string& text) { return !text.empty(); });
    return it == found.end() ? std::string() : *it;
}

/// A name that is in `all` more often than in `other`, the first by alphabet.
std::optional<std::string> first_beyond(std::vector<std::string> all, std::vector<std::string> other) {
    std::vector<std::string> beyond;
    std::sort(all.begin(), all.end());
    std::sort(other.begin(), other.end());
    std::set_difference(all.begin(), all.end(), other.begin(), other.end(), std::back_inserter(beyond));
    return beyond.empty() ? std::nullopt : std::optional(beyond.front());
}

/// Compares two lists of names.
std::string difference(const std::string& what,
                       const std::vector<std::string>& saved,
                       const std::vector<std::string>& other) {
    if (saved == other)
        return "";
    auto here = first_beyond(saved, other), there = first_beyond(other, saved);
    if (here.has_value() != there.has_value())
        return std::string(here ? "the snapshot" : "the scenario") + " has one " + what + " more: '"
               + here.value_or(there.value_or("")) + "'";
    if (!here) {  // the same names in another order
        const auto at = std::mismatch(saved.begin(), saved.end(), other.begin());
        here = *at.first;
        there = *at.second;
    }
    return "the snapshot has " + what + " '" + *here + "' where the scenario has '" + *there + "'";
}

template <class Item, class Name>
std::vector<std::string> names(const std::vector<Item>& items, Name name) {
    std::vector<std::string> all;
    all.reserve(items.size());
    for (const Item& item : items)
        all.push_back(name(item));
    return all;
}

std::vector<std::string> lanes_of(const ModelSpec& spec) {
    return names(spec.lanes, [&](const LaneSpec& lane) {
        const std::string to = lane.to_market ? spec.markets[lane.to].id : spec.sites[lane.to].id;
        return spec.sites[lane.from].id + " to " + to + " by " + lane.mode;
    });
}

std::vector<std::string> stages_of(const ModelSpec& spec) {
    std::vector<std::string> all;
    for (const auto& site : spec.sites) {
        for (const auto& stage : site.outbound)
            all.push_back(site.id + "/" + stage.name + (stage.by_priority ? " by priority" : ""));
        if (site.receive)
            all.push_back(site.id + "/receive");
        if (site.production)
            all.push_back(site.id + "/production");
    }
    return all;
}

std::vector<std::string> assortments_of(const ModelSpec& spec) {
    std::vector<std::string> all;
    for (const auto& site : spec.sites) {
        for (const Index product : site.assortment)
            all.push_back(site.id + "/" + spec.products[product].id);
    }
    return all;
}

/// Goods of a product are kept by age, or not.
std::vector<std::string> perishables_of(const ModelSpec& spec) {
    std::vector<std::string> all;
    for (const auto& product : spec.products) {
        if (product.shelf_life)
            all.push_back(product.id);
    }
    return all;
}

/// Return centres with their parts: what lies in one that is gone would lie there for ever.
std::vector<std::string> centres_of(const ModelSpec& spec) {
    return names(spec.return_centres, [&](const ReturnCentreSpec& centre) {
        std::string text = centre.id;
        text += centre.dock ? " with a dock" : "";
        text += centre.repair ? " with repair" : "";
        text += centre.special ? " with a special sale" : "";
        text += centre.outlet ? " with an outlet" : "";
        text += centre.fund ? " with a refund fund" : "";
        text += centre.service ? " with a service" : "";
        text += centre.service && centre.service->by_priority ? " that puts complaints first" : "";
        text += centre.reshelve ? " sending to " + spec.sites[centre.reshelve->site].id : "";
        for (const Index m : centre.markets)
            text += " " + spec.markets[m].id;
        return text;
    });
}

/// Goods that may be defective, sites that inspect them, and recalls: shelves are kept by batch or not.
std::vector<std::string> quality_of(const ModelSpec& spec) {
    std::vector<std::string> all;
    for (const auto& defects : spec.defects) {
        for (const Index product : defects.products)
            all.push_back("defects of " + spec.sites[defects.site].id + "/" + spec.products[product].id);
    }
    for (const auto& inspection : spec.inspections)
        all.push_back("inspection at " + spec.sites[inspection.site].id);
    if (spec.grades) {
        for (const auto& level : spec.grades->levels)
            all.push_back("grade " + level.id);
    }
    if (spec.recall) {
        all.emplace_back(spec.recall->by_batch ? "recalls by batch" : "recalls by product");
        all.back() += spec.recall->at_least > 0 ? " after returns" : "";
        for (const auto& dated : spec.recall->dated)
            all.push_back("recall at " + hours_text(Duration{dated.at.us}));
    }
    return all;
}

/// Rules of prices but for when a step is reached: orders bear steps, customers who come for a low price are drawn
/// ahead, and how old the stock is must have been noted.
std::vector<std::string> price_rules_of(const ModelSpec& spec) {
    return names(spec.price_rules, [&](const PriceRuleSpec& rule) {
        std::ostringstream text;
        text.precision(12);
        text << "every " << hours_text(rule.every) << " from " << hours_text(rule.offset) << ", elasticity "
             << rule.elasticity << ", cross elasticity " << rule.cross_elasticity
             << (is_by_age(rule) ? ", by age, prices" : ", prices");
        for (const auto& step : rule.steps)
            text << " " << step.share;
        text << ", of";
        for (const Index product : rule.products)
            text << " " << spec.products[product].id;
        return text.str();
    });
}

/// What a competitor takes for products whose customers look at it: how many of these come is drawn ahead.
std::vector<std::string> competitor_prices_of(const ModelSpec& spec) {
    std::set<Index> watched;
    for (const auto& rule : spec.price_rules) {
        if (rule.cross_elasticity > 0)
            watched.insert(rule.products.begin(), rule.products.end());
    }
    std::vector<std::string> all;
    for (const auto& price : spec.competitor_prices) {
        if (watched.count(price.product) > 0)
            all.push_back(std::to_string(static_cast<double>(price.price) / currency_unit) + " for "
                          + spec.products[price.product].id + " from " + hours_text(Duration{price.from.us}) + " on");
    }
    return all;
}

/// Sites that serve each market, nearest first: desks know them by their place in this order.
std::vector<std::string> sources_of(const ModelSpec& spec) {
    const SupplyNetwork network(spec);
    std::vector<std::string> all;
    for (Index m = 0; m < spec.markets.size(); ++m) {
        std::string& text = all.emplace_back(spec.markets[m].id + ":");
        for (const Index lane : network.lanes_to_market(m))
            text += " " + spec.sites[spec.lanes[lane].from].id
                    + (spec.lanes[lane].mode.empty() ? "" : " (" + spec.lanes[lane].mode + ")");
    }
    return all;
}

/// Stock is valued at it.
std::vector<std::string> costs_of_products(const ModelSpec& spec) {
    return names(spec.products, [](const ProductSpec& product) {
        return product.id + " of " + std::to_string(static_cast<double>(product.cost) / currency_unit);
    });
}

/// Which streams of customers a demand entry stands for.
std::vector<std::string> demand_of(const ModelSpec& spec) {
    std::size_t number = 0;
    return names(spec.demand, [&](const DemandSpec& demand) {
        std::string text = "demand entry " + std::to_string(++number) + " of kind "
                           + std::to_string(static_cast<int>(demand.kind)) + (demand.each ? " (each)" : "") + " for";
        for (const Index m : demand.markets)
            text += " " + spec.markets[m].id;
        for (const Index c : demand.channels)
            text += " " + spec.channels[c].id;
        return text + " and " + std::to_string(demand.products.size()) + " products";
    });
}

std::vector<std::string> rules_of(const ModelSpec& spec) {
    return names(spec.replenish, [&](const ReplenishSpec& rule) {
        std::string text = spec.sites[rule.site].id + " from";
        for (const auto& source : rule.sources())
            text += " " + spec.sites[spec.lanes[source.lane].from].id;
        text += " for " + std::to_string(rule.products.size()) + " products";
        // What sources owe, and what is on order from them, is kept by product.
        for (std::size_t i = 0; rule.split && i < rule.products.size(); ++i)
            text += (i == 0 ? ": " : ", ") + spec.products[rule.products[i]].id;
        return text;
    });
}

/// Demand that has ended cannot begin again, so sessions stay when they are.
std::vector<std::string> session_times_of(const ModelSpec& spec) {
    return names(spec.sessions, [](const SessionSpec& session) {
        std::string text = session.id + " after " + hours_text(Duration{session.start.us}) + ", lasting "
                           + hours_text(session.rise) + " + " + hours_text(session.lasts) + " + "
                           + hours_text(session.decay);
        if (session.repeat_every)
            text += ", every " + hours_text(*session.repeat_every);
        return text + ", " + std::to_string(session.repeat_times) + " times";
    });
}

/// Sites that nobody asked at every order publish nothing, and the other way round.
std::vector<std::string> views_of(const ModelSpec& spec) {
    return names(spec.channels, [](const ChannelSpec& channel) {
        constexpr const char* kinds[] = {"cached", "live", "pushed", "reserving"};
        return channel.id + " with a " + kinds[static_cast<std::size_t>(channel.view)] + " view of the stock"
               + (channel.read ? " and a replica" : "");
    });
}

/// What is open under a channel's terms was agreed under those of the snapshot.
std::string terms_difference(const ModelSpec& saved, const ModelSpec& other) {
    const auto terms = [](ChannelSpec channel) {
        sim::MemoryOutput out;
        sim::StateWriter archive(out);
        archive(channel.presale, channel.group, channel.pickup, channel.cancel);
        return out.take();
    };
    const auto parts = [](ChannelSpec channel) {
        sim::MemoryOutput out;
        sim::StateWriter archive(out);
        archive(channel.dedicated, channel.quotas);
        return out.take();
    };
    for (std::size_t c = 0; c < std::min(saved.channels.size(), other.channels.size()); ++c) {
        if (terms(saved.channels[c]) != terms(other.channels[c]))
            return "the channel '" + saved.channels[c].id
                   + "' has other terms (presale, group, pickup, cancel) in the scenario";
        if (parts(saved.channels[c]) != parts(other.channels[c]))
            return "the channel '" + saved.channels[c].id + "' has other dedicated stock or quotas in the scenario";
        if (!saved.channels[c].presale)
            continue;
        for (std::size_t p = 0; p < std::min(saved.products.size(), other.products.size()); ++p) {
            if (saved.products[p].price != other.products[p].price)
                return "deposits were paid on the price of '" + saved.products[p].id + "', which the scenario changes";
        }
    }
    return "";
}

/// What the books of a run are kept by.
std::string time_difference(const ModelSpec& saved, const ModelSpec& other) {
    const auto compare = [](const std::string& what, Duration a, Duration b) {
        return a == b ? std::string()
                      : "the snapshot has " + what + " of " + hours_text(a) + ", the scenario of " + hours_text(b);
    };
    if (saved.substitutes.empty() != other.substitutes.empty())
        return std::string(saved.substitutes.empty() ? "the scenario has" : "the snapshot has")
               + " `substitutes`, the other has none, and the trace counts them";
    if (saved.start != other.start)
        return "the snapshot starts at " + saved.start + ", the scenario at " + other.start;
    return first({compare("a warm-up", saved.warm_up, other.warm_up),
                  compare("a horizon", saved.horizon, other.horizon),
                  compare("a sample period", saved.trace.series_every, other.trace.series_every),
                  saved.trace.views_within.has_value() == other.trace.views_within.has_value()
                      ? std::string()
                      : "one of them counts how well channels know the stock, the other does not",
                  compare("a step of peaks (0 h: off)",
                          saved.trace.peaks_every.value_or(Duration{}),
                          other.trace.peaks_every.value_or(Duration{}))});
}

bool is_same(double a, double b) {
    return std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b));
}

/// Whether products have the same parts.
bool is_same(const std::vector<double>& a, const std::vector<double>& b) {
    const double all_a = std::accumulate(a.begin(), a.end(), 0.0), all_b = std::accumulate(b.begin(), b.end(), 0.0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!is_same(a[i] * all_b, b[i] * all_a))
            return false;
    }
    return true;
}

/// What broadcasts are made of, so that those of the past stay what they were.
std::string broadcast_difference(const ModelSpec& saved, const ModelSpec& other) {
    if (!has_rich_sessions(saved) && !has_rich_sessions(other))
        return "";
    const std::string why = " (hosts, luck, scripts, carts and caps are drawn for the whole run)";
    const auto only_sessions = [](const ModelSpec& spec) {
        ModelSpec sessions;
        sessions.hosts = spec.hosts;
        sessions.host_policy = spec.host_policy;
        sessions.sessions = spec.sessions;
        sessions.alerts = spec.alerts;
        return archived(sessions);
    };
    if (only_sessions(saved) != only_sessions(other))
        return "the sessions, hosts or alerts of the snapshot are not those of the scenario" + why;
    const BaseDemand before(saved), now(other);
    for (std::size_t s = 0; s < saved.sessions.size(); ++s) {
        for (const Index market : saved.sessions[s].markets) {
            std::vector<double> a, b;
            if (!is_same(before.pulse_rate(saved, s, market, a), now.pulse_rate(other, s, market, b)) || !is_same(a, b))
                return "the session '" + saved.sessions[s].id + "' sells as the base orders do in '"
                       + saved.markets[market].id + "', and these are others in the scenario" + why;
        }
    }
    return "";
}

}  // namespace

std::string why_unfit(const ModelSpec& saved, const ModelSpec& other) {
    const auto id = [](const auto& item) { return item.id; };
    const std::string items = first({time_difference(saved, other),
                                     difference("product", names(saved.products, id), names(other.products, id)),
                                     difference("market", names(saved.markets, id), names(other.markets, id)),
                                     difference("site", names(saved.sites, id), names(other.sites, id)),
                                     difference("channel", names(saved.channels, id), names(other.channels, id)),
                                     difference("session", names(saved.sessions, id), names(other.sessions, id))});
    if (!items.empty())
        return items;
    return first({difference("channel", views_of(saved), views_of(other)),
                  terms_difference(saved, other),
                  difference("session", session_times_of(saved), session_times_of(other)),
                  difference("lane", lanes_of(saved), lanes_of(other)),
                  difference("sources of market", sources_of(saved), sources_of(other)),
                  difference("cost of product", costs_of_products(saved), costs_of_products(other)),
                  difference("product with a shelf life", perishables_of(saved), perishables_of(other)),
                  difference("stage", stages_of(saved), stages_of(other)),
                  difference("return centre", centres_of(saved), centres_of(other)),
                  difference("rule of quality", quality_of(saved), quality_of(other)),
                  difference("rule of prices", price_rules_of(saved), price_rules_of(other)),
                  difference("price of a competitor", competitor_prices_of(saved), competitor_prices_of(other)),
                  difference("product at a site", assortments_of(saved), assortments_of(other)),
                  difference("demand", demand_of(saved), demand_of(other)),
                  difference("replenishment rule", rules_of(saved), rules_of(other)),
                  broadcast_difference(saved, other)});
}

std::string why_rows_unfit(const ModelSpec& saved, const ModelSpec& other) {
    const auto same = [](const TraceSpec& a, const TraceSpec& b) {
        return a.orders_share == b.orders_share && a.shipments == b.shipments && a.decisions == b.decisions;
    };
    if (same(saved.trace, other.trace))
        return "";
    return "the snapshot has recorded other orders, shipments or decisions one by one (trace.orders, trace.shipments, "
           "trace.decisions). leave them as they were, or begin the trace at the snapshot (--without-past)?";
}

void refuse_unfit(const ModelSpec& saved, const ModelSpec& other, bool keeps_rows) {
    std::string why = why_unfit(saved, other);
    if (why.empty() && keeps_rows)
        why = why_rows_unfit(saved, other);
    if (!why.empty())
        throw sim::FileError("the snapshot does not fit the scenario: " + why);
}

std::vector<EarlierSeed> seeds_of_fork(const ModelSpec& spec, const ModelSpec& saved, Time at) {
    auto seeds = saved.earlier_seeds;
    const sim::RunSeed before{saved.seed, saved.replication}, now{spec.seed, spec.replication};
    if (before != now && has_rich_sessions(spec))
        seeds.push_back({before, at});
    return seeds;
}

}  // namespace spate::models
