#include <algorithm>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// Which site ships an order, and what the customer is promised.
namespace spate::scenarios {

namespace {

using models::Index;
using models::SourcingSpec;
using Rule = SourcingSpec::Rule;

/// A key that only one rule knows.
void check_rule_key(Reader& reader, std::string_view key, bool is_its_rule, std::string_view rule) {
    const bool is_there = reader.node(key) != nullptr;
    if (is_there && !is_its_rule) {
        reader.problem(key, in_quotes(key) + " goes with rule: " + std::string(rule) + ". write that, or remove it?");
    }
}

/// Sites by id or glob; a problem if there are none.
std::vector<Index> sites_of(Draft& draft, Place place, const std::string& name) {
    return read_selector(draft, Node::scalar(place, name), draft.sites);
}

void read_shares(Reader& reader, SourcingSpec& sources) {
    Draft& draft = reader.draft();
    const Node* shares = reader.node("shares");
    if (shares == nullptr || !shares->is_map()) {
        reader.problem("shares",
                       "rule: ratio needs a map of sites and their shares. write for example shares: {rdc-a: 70 %, "
                       "rdc-b: 30 %}?");
        return;
    }
    sources.shares.assign(draft.spec.sites.size(), 0);
    for (const auto& entry : shares->entries) {
        const auto share = read_quantity(draft, entry.value, Measure::share, "0..1e12");
        for (const Index site : sites_of(draft, entry.place, entry.key)) {
            sources.shares[site] = share ? share->value : 1;
        }
    }
    if (std::all_of(sources.shares.begin(), sources.shares.end(), [](double share) { return share <= 0; })) {
        reader.problem("shares", "no site has a share above 0. give one a positive value?");
    }
}

void read_priority(Reader& reader, SourcingSpec& sources) {
    Draft& draft = reader.draft();
    const Node* list = reader.node("priority");
    if (list == nullptr || !list->is_sequence() || list->items.empty()) {
        reader.problem("priority",
                       "rule: priority needs a list of sites, the first choice first. write for example priority: "
                       "[front-*, rdc-*]?");
        return;
    }
    const auto last = static_cast<std::uint32_t>(list->items.size());
    sources.ranks.assign(draft.spec.sites.size(), last);
    for (std::uint32_t rank = 0; rank < last; ++rank) {
        for (const Index site : read_selector(draft, list->items[rank], draft.sites)) {
            sources.ranks[site] = std::min(sources.ranks[site], rank);
        }
    }
}

}  // namespace

SourcingSpec read_sources(Reader& reader) {
    SourcingSpec sources;
    sources.at_most = static_cast<std::uint32_t>(reader.whole("at_most").value_or(4));
    sources.rule = static_cast<Rule>(reader.word("rule").value_or(0));
    sources.within_promise = reader.flag("within_promise");
    sources.carbon_price = reader.number("carbon_price");
    sources.split = static_cast<SourcingSpec::Split>(reader.word("split").value_or(1));
    sources.merge_wait = reader.duration("merge");
    check_rule_key(reader, "carbon_price", sources.rule == Rule::cheapest, "cheapest");
    check_rule_key(reader, "shares", sources.rule == Rule::ratio, "ratio");
    check_rule_key(reader, "priority", sources.rule == Rule::priority, "priority");
    if (sources.rule == Rule::ratio) {
        read_shares(reader, sources);
    }
    if (sources.rule == Rule::priority) {
        read_priority(reader, sources);
    }
    if (sources.merge_wait && sources.split == SourcingSpec::Split::never) {
        reader.problem("merge", "an order that is never split waits for all its products anyway. remove `merge`?");
    }
    return sources;
}

void read_promise(Draft& draft, const Node& node, models::ChannelSpec& channel) {
    if (!node.is_map()) {
        const auto promise = read_quantity(draft, node, Measure::duration, "> 0");
        channel.promise = promise ? std::optional(sim::from_seconds(promise->value)) : std::nullopt;
        return;
    }
    Reader reader(draft, "promise", node);
    channel.quote_margin = reader.duration("quoted");
    const Node* steps = reader.node("by_distance");
    if (channel.quote_margin.has_value() == (steps != nullptr)) {
        reader.problem_unless_slip(
            "", "a promise is quoted or goes by distance: one of the two. write for example promise: {quoted: 12 h}?");
        return;
    }
    if (steps == nullptr) {
        return;
    }
    for_each_item(draft, *steps, "promise_step", false, [&](const Node& item) {
        Reader step(draft, "promise_step", item);
        const double km = step.number("up_to");
        const auto within = step.duration("within").value_or(sim::day);
        if (!channel.promise_by_km.empty() && km <= channel.promise_by_km.back().km) {
            step.problem("up_to", "distances must rise from step to step");
        }
        channel.promise_by_km.push_back({km, within});
    });
    if (channel.promise_by_km.empty()) {
        reader.problem("by_distance", "the list is empty. write for example [{up_to: 300 km, within: 24 h}]?");
    }
}

void check_sources(Draft& draft, const models::ChannelSpec& channel, Place place) {
    const auto refuse = [&](const std::string& why) {
        draft.problems.add(place, "channel " + in_quotes(channel.id) + ": " + why);
    };
    const SourcingSpec& sources = channel.sources;
    if (sources.within_promise && !channel.promise && channel.promise_by_km.empty()) {
        refuse("`within_promise` needs a promised time (a duration, or by distance). add `promise` to the channel?");
    }
    const bool asks =
        !channel.read && (channel.view == models::StockView::live || channel.view == models::StockView::reserved);
    if (sources.rule == Rule::most_stock && asks) {
        refuse(
            "`most-stock` needs a view of the stock, but a live one shows no stock before it asks. write for example "
            "stock_view: {every: 1 min, lag: 1 s}?");
    }
    if (sources.split == SourcingSpec::Split::never && channel.patience) {
        refuse(
            "an order that is never split cannot lose one product to impatience. write unmet: backorder, or another "
            "`split`?");
    }
    if (sources.merge_wait && channel.unmet == models::Unmet::lose) {
        refuse(
            "`merge` waits for products that are out of stock, but customers do not wait. write unmet: backorder, or "
            "remove `merge`?");
    } else if (sources.merge_wait && asks) {
        refuse(
            "`merge` needs a view of the stock: a live or reserving channel learns only from the site what is out of "
            "stock, and that is not held with the rest. write for example stock_view: {every: 1 min, lag: 1 s}, or "
            "remove `merge`?");
    }
}

}  // namespace spate::scenarios
