#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "models/demand/baskets.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/load_demand_parts.hpp"
#include "scenarios/load/load_sections.hpp"
#include "scenarios/load/load_terms.hpp"

/// Channels and the orders of everyday.
namespace spate::scenarios {

namespace {

using models::ChannelSpec;
using models::DemandSpec;
using models::Index;
using sim::Duration;

/// Share of a day's orders by hour from 00:00, relative: few at night, a rise at lunch, most from 20:00 to 22:00.
constexpr std::array<double, 24> evening_peak = {0.60, 0.35, 0.20, 0.14, 0.12, 0.18, 0.35, 0.60,
                                                 0.90, 1.15, 1.25, 1.15, 1.15, 1.10, 1.05, 1.10,
                                                 1.10, 1.05, 1.10, 1.40, 1.95, 2.20, 1.85, 1.10};

void read_release(Draft& draft, const Node& node, ChannelSpec& channel) {
    if (node.is_scalar() && node.text == "at once") {
        channel.release_every = {};
        return;
    }
    Reader release(draft, "release", node);
    channel.release_every = release.duration("every").value_or(sim::minute);
    refuse_too_often(release, "every", channel.release_every);
    channel.release_lag = release.duration("lag").value_or(sim::minute);
}

void read_unmet(Draft& draft, const Node& node, ChannelSpec& channel) {
    if (node.is_scalar() && node.text != "lose" && node.text != "backorder") {
        draft.problems.add(
            node.place,
            in_quotes(node.text) + " is not possible for 'unmet'. write lose, backorder or {backorder: 3 d}?");
        return;
    }
    channel.unmet = node.is_scalar() && node.text == "lose" ? models::Unmet::lose : models::Unmet::backorder;
    if (!node.is_scalar()) {
        Reader unmet(draft, "unmet", node);
        channel.patience = unmet.duration("backorder");
        if (const auto most = unmet.whole("at_most")) {
            channel.backlog = *most;
        }
    }
}

/// Times promised order by order are reckoned from placing; these orders are released later.
void refuse_later_quotes(Reader& reader, const ChannelSpec& channel) {
    const bool has_quotes = channel.quote_margin.has_value() || !channel.promise_by_km.empty();
    if ((channel.presale || channel.group) && (has_quotes || channel.sources.within_promise)) {
        reader.problem(has_quotes ? "promise" : "id",
                       "promises by order count from placing, but orders with `presale` or `group` are released later. "
                       "write a duration as `promise`, without `within_promise`?");
    }
}

void load_channel(Draft& draft, const Node& item, const models::SourcingSpec& sources, Place sources_place) {
    Reader reader(draft, "channel", item);
    ChannelSpec channel;
    channel.id = reader.slug("id");
    channel.name = reader.text("name");
    channel.name = channel.name.empty() ? channel.id : channel.name;
    channel.share = reader.number("share");
    read_view(draft, reader.node_or_default("stock_view"), channel);
    const bool live = channel.view == models::StockView::live || channel.view == models::StockView::reserved;
    if (live && reader.node("release") == nullptr) {
        channel.release_every = channel.release_lag = {};
    } else {
        read_release(draft, reader.node_or_default("release"), channel);
    }
    if (live && channel.release_every.us != 0) {
        reader.problem("release",
                       "where sites are asked for every order, orders are released at once. remove `release`?");
    }
    channel.release_lag = live ? Duration{} : channel.release_lag;
    read_unmet(draft, reader.node_or_default("unmet"), channel);
    if (const Node* promise = reader.node("promise")) {
        read_promise(draft, *promise, channel);
    }
    auto own = reader.map("sources");
    channel.sources = own ? read_sources(*own) : sources;
    channel.priority = static_cast<std::uint8_t>(reader.whole("priority").value_or(5));
    channel.lost_sale_penalty = reader.money("lost_sale");
    if (auto returns = reader.map("returns")) {
        channel.return_share = returns->number("share");
        channel.return_quality = returns->number("quality");
        channel.return_expectation = returns->number("expectation");
        const auto defective = returns->quantity("defective");
        channel.defect_return = defective ? defective->value : 1;
        if (defective) {
            draft.defective_returns.push_back(returns->place("defective"));
        }
        if (channel.return_quality + channel.return_expectation > channel.return_share + 1e-9) {
            returns->problem(
                "share",
                "`quality` and `expectation` are parts of `share`, but together they are more. make `share` "
                "larger?");
        }
        channel.return_after = returns->distribution("after").value_or(channel.return_after);
    }
    read_terms(reader, channel);
    read_channel_stock(reader, channel);
    check_sources(draft, channel, own ? own->place() : sources_place);
    refuse_later_quotes(reader, channel);
    if (!channel.id.empty() && draft.channels.add(channel.id, reader.place("id"), draft.problems)) {
        draft.spec.channels.push_back(std::move(channel));
    }
}

std::vector<double> read_shape(Reader& reader, std::string_view key, std::size_t count) {
    const Node node = reader.node_or_default(key);
    if (node.is_scalar() && node.text == "flat" && count == 24) {
        return std::vector<double>(count, 1.0);
    }
    if (node.is_scalar() && node.text == "evening-peak" && count == 24) {
        return {evening_peak.begin(), evening_peak.end()};
    }
    std::vector<double> shape;
    for (const auto& q : read_quantities(reader.draft(), node, Measure::number, "0..1e9")) {
        shape.push_back(q.value);
    }
    if (node.is_sequence() && shape.size() < node.items.size()) {
        return std::vector<double>(count, 1.0);  // told already
    }
    if (shape.size() != count || std::accumulate(shape.begin(), shape.end(), 0.0) <= 0) {
        reader.problem(key,
                       in_quotes(key) + " takes " + std::to_string(count) + " numbers, not all of them 0"
                           + (count == 24 ? ", or flat, or evening-peak" : ""));
        return std::vector<double>(count, 1.0);
    }
    return shape;
}

models::WeeklyProfile read_profile(Reader& reader) {
    const auto week = read_shape(reader, "week", 7);
    const auto day = read_shape(reader, "day", 24);
    std::vector<models::WeeklyProfile::Segment> segments;
    for (std::size_t i = 0; i < 7 * 24; ++i) {
        const double value = week[i / 24] * day[i % 24];
        if (segments.empty() || segments.back().value != value) {
            segments.push_back({sim::hour * static_cast<std::int64_t>(i), value});
        }
    }
    if (std::all_of(segments.begin(), segments.end(), [](const auto& s) { return s.value <= 0; })) {
        reader.problem("day", "week and day together leave no time with orders");
        return {};
    }
    return {segments, reader.draft().spec.week_time_at_start};
}

sim::Distribution read_gap(Reader& reader, DemandSpec& demand) {
    const Node node = reader.node_or_default("arrivals");
    if (node.is_map()) {
        Reader arrivals(reader.draft(), "arrivals", node);
        if (auto hawkes = arrivals.map("hawkes")) {
            read_hawkes(*hawkes, demand);
            refuse_keys(arrivals, {"gamma"}, "and `hawkes` exclude each other");
            return sim::Distribution::exponential(1);
        }
        auto gamma = arrivals.map("gamma");
        const auto cv = gamma ? gamma->quantity("cv") : std::nullopt;
        return sim::Distribution::gamma(1, cv.value_or(Quantity{1, ""}).value);
    }
    if (node.text != "poisson" && node.text != "regular") {
        reader.problem("arrivals",
                       in_quotes(node.text) + " are no arrivals. write poisson, regular or {gamma: {cv: 2}}?");
    }
    return node.text == "regular" ? sim::Distribution::constant(1) : sim::Distribution::exponential(1);
}

/// `orders` are shared out by weight: where all selected weights are 0 nobody would order, in silence.
void check_shares(Reader& reader, const DemandSpec& demand) {
    const Draft& draft = reader.draft();
    const auto all_zero = [](const auto& selected, const auto& weight) {
        return !selected.empty()
               && std::none_of(selected.begin(), selected.end(), [&](auto i) { return weight(i) > 0; });
    };
    const auto refuse = [&](const std::string& what) {
        reader.problem("orders", "nobody orders (" + what + " is 0). give one a positive value, or use `each`?");
    };
    if (all_zero(demand.markets, [&](auto m) { return draft.spec.markets[m].weight; })) {
        refuse("the weight of every market chosen here");
    }
    if (all_zero(demand.products, [&](auto p) { return draft.spec.products[p].popularity; })) {
        refuse("the popularity of every product chosen here");
    }
    if (all_zero(demand.channels, [&](auto c) { return draft.spec.channels[c].share; })) {
        refuse("the share of every channel chosen here");
    }
}

/// The first order of `every` comes after the end.
void refuse_late_start(Reader& reader, Duration offset) {
    const auto& spec = reader.draft().spec;
    if (reader.draft().has_time && offset >= spec.warm_up + spec.horizon) {
        reader.problem("offset",
                       "nobody orders (the first order would come after the end of the simulated time). make it "
                       "shorter, or change `time`?");
    }
}

/// Orders that bring others are drawn from 25 decays before the start on: `check` would seem to hang.
void refuse_long_start(Reader& reader, const DemandSpec& demand) {
    constexpr double most = 1e8;
    const double seconds = 25 * demand.branching_delay.seconds() / (1 - demand.branching);
    const double orders = demand.branching > 0 ? demand.orders_per_second * seconds : 0;
    if (orders > most) {
        reader.problem("arrivals",
                       fmt::format("{:.2g} orders before the start matter for those after it (up to {:g} are "
                                   "possible). shorten `decay`, lower `branching`, or ask for fewer orders?",
                                   orders,
                                   most));
    }
}

/// Keys that say nothing for this kind of demand.
void check_keys(Reader& reader, bool is_regular, bool is_history) {
    if (is_regular || is_history) {
        refuse_keys(reader,
                    {"trend", "calendar", "launch", "noise", "arrivals", "week", "day"},
                    "is for `orders` and `each`. remove it?");
    }
    if (!is_regular) {
        refuse_keys(reader, {"offset"}, "is for `every`. remove it?");
    }
    if (is_history) {
        refuse_keys(reader, {"quantity"}, "is in the rows of a `history`. remove it?");
    } else {
        refuse_keys(reader, {"scale", "bootstrap"}, "is for `history`. remove it?");
        if (reader.node("calendar") == nullptr) {
            refuse_keys(reader, {"encoding"}, "is of CSV files, and there is none. remove it?");
        }
    }
}

void load_one_demand(Draft& draft, const Node& item) {
    Reader reader(draft, "demand", item);
    DemandSpec demand;
    demand.channels = reader.select("channels", draft.channels);
    demand.markets = reader.select("markets", draft.markets);
    demand.products = reader.select("products", draft.products);
    const auto orders = reader.quantity("orders"), each = reader.quantity("each");
    const auto every = reader.duration("every");
    refuse_too_often(reader, "every", every.value_or(Duration{}));
    const auto offset = reader.duration("offset");
    const auto history = reader.file("history");
    const Encoding encoding = read_encoding(reader);
    demand.quantity = reader.distribution("quantity").value_or(sim::Distribution::constant(1));
    refuse_too_much(draft, reader.place("quantity"), demand.quantity.mean(), demand.products);
    refuse_no_units(reader, demand.quantity);
    demand.gap = read_gap(reader, demand);
    demand.profile = read_profile(reader);
    demand.further = reader.distribution("further").value_or(demand.further);
    const bool has_buyers = read_rate_shape(reader, demand, encoding);
    int said = has_buyers ? 1 : 0;
    for (const auto* key : {"orders", "each", "every", "history"}) {
        said += reader.node(key) != nullptr ? 1 : 0;
    }
    if (said != 1) {
        reader.problem_unless_slip(
            "",
            std::string(said == 0 ? "no demand" : "more than one kind of demand")
                + " is given (one of orders, each, every, history and launch with bass). write for example orders: 1M/day?");
        return;
    }
    if (!orders && reader.node("further") != nullptr) {
        reader.problem("further", "`further` goes with `orders` (customers who choose among products). remove it?");
    }
    if (models::has_baskets(demand)) {
        refuse_baskets(reader, demand);
    }
    demand.each = each.has_value();
    if (!has_buyers) {
        demand.orders_per_second = orders ? orders->value : each.value_or(Quantity{}).value;
    }
    refuse_long_start(reader, demand);
    check_keys(reader, every.has_value(), !history.empty());
    if (!demand.each && demand.orders_per_second > 0 && draft.problems.empty()) {
        check_shares(reader, demand);
    }
    if (every) {
        demand.kind = DemandSpec::Kind::periodic;
        demand.every = *every;
        demand.offset = offset.value_or(Duration{});
        refuse_late_start(reader, demand.offset);
    } else if (!history.empty()) {
        demand.kind = DemandSpec::Kind::recorded;
        read_history(reader, demand, history, encoding);
    }
    draft.spec.demand.push_back(std::move(demand));
}

}  // namespace

void load_channels(Reader& scenario) {
    Draft& draft = scenario.draft();
    const Node* list = scenario.node("channels");
    Node shop = Node::map(scenario.place());
    shop.set("id", scenario.place(), Node::scalar(scenario.place(), "shop"));
    const Node none = Node::map(scenario.place());
    auto written = scenario.map("sources");
    Reader reader = written ? *written : Reader(draft, "sources", none);
    const models::SourcingSpec sources = read_sources(reader);
    draft.spec.max_sources = sources.at_most;
    const std::size_t before = draft.problems.count();
    for_each_item(draft, list != nullptr ? *list : shop, "channel", false, [&](const Node& item) {
        load_channel(draft, item, sources, reader.place());
    });
    refuse_none(scenario, "channels", draft.channels, before);
}

void load_demand(Reader& scenario) {
    scenario.draft().demand_place = scenario.place("demand");
    if (const Node* list = scenario.node("demand")) {
        for_each_item(scenario.draft(), *list, "demand", false, [&](const Node& item) {
            load_one_demand(scenario.draft(), item);
        });
    }
}

}  // namespace spate::scenarios
