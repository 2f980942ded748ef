// OrderDesk: its sources, and how they are ranked by another rule than nearest first.

#include <algorithm>

#include "models/desk/order_desk.hpp"

namespace spate::models {

sim::Output<OrderBatch>& OrderDesk::add_source(Site& site, std::uint32_t slot, Index lane) {
    Source& source = sources_.emplace_back();
    source.site = site.index();
    source.there = &site;
    source.slot = slot;
    source.lane = lane;
    source.is_unlimited = frame_.spec.sites[source.site].unlimited_stock;
    source.assortment = site.shared_assortment();
    choice_.add(lane);
    const auto end = static_cast<std::uint32_t>(sources_.size());
    for (std::size_t s = end; s-- > 0 && sources_[s].assortment == source.assortment;)
        sources_[s].next_kind = end;
    return source.output;
}

/// The first source to ask ahead of time; as many as there are: no site keeps the product.
std::size_t OrderDesk::first_to_ask(const Order& order) {
    if (is_ranked_)
        rank({&order, 1});
    return first_keeping(order);
}

/// As find_source(), in the order of the rule. An order that a site has refused goes on behind it; where the rank
/// follows the view, past all that have refused it.
std::size_t OrderDesk::find_ranked(const Order& order, std::uint8_t& tries) {
    rank({&order, 1});
    bool is_behind = !order.refused || channel_.sources.rule == SourcingSpec::Rule::most_stock;
    for (const auto& candidate : candidates_) {
        if (!is_behind || has_refused({&order, 1}, candidate.source)) {
            is_behind |= candidate.source == order.source;
            continue;
        }
        if (tries >= most_sources_)
            break;
        ++tries;
        const Source& source = sources_[candidate.source];
        const std::int32_t position = source.assortment->position(order.product);
        if (!looks_ || has_stock(source, position, order.quantity))
            return candidate.source;
    }
    return sources_.size();
}

/// Ranks the sources that keep at least one of the lines of one order, all lines taken together.
void OrderDesk::rank(std::span<const Order> lines) {
    SourceChoice::Wanted wanted{lines.front().placed, lines.front().first_number(), 0, 0};
    for (const Order& line : lines) {
        wanted.units += line.quantity;
        wanted.grams += grams(multiply(frame_.goods[line.product].weight_mg, line.quantity));
    }
    const bool asks_stock = channel_.sources.rule == SourcingSpec::Rule::most_stock;
    candidates_.clear();
    for (std::uint32_t s = 0; s < sources_.size(); ++s) {
        SourceChoice::Candidate candidate;
        candidate.source = s;
        bool keeps = false;
        for (const Order& line : lines) {
            const std::int32_t position = sources_[s].assortment->position(line.product);
            keeps |= position >= 0;
            if (position >= 0 && asks_stock)
                candidate.stock += stock_in_view(sources_[s], position);
        }
        if (keeps)
            candidates_.push_back(candidate);
    }
    choice_.rank(wanted, candidates_);
}

Units OrderDesk::stock_in_view(const Source& source, std::int32_t position) const {
    constexpr Units plenty = Units{1} << 40;
    if (source.is_unlimited || source.available == nullptr)
        return plenty;
    return source.available[position] - source.promised_units(position);
}

/// Where the rank may change, or lines go on together, who refused an order is remembered while it is under way.
void OrderDesk::note_refusal(const Order& order) {
    if (order.lines > 1 || channel_.sources.rule == SourcingSpec::Rule::most_stock)
        refusals_[order.number].push_back(order.source);
}

void OrderDesk::forget_refusals(const Order& order) {
    if (order.refused && !refusals_.empty())
        refusals_.erase(order.number);
}

bool OrderDesk::has_refused(std::span<const Order> lines, std::uint32_t source) const {
    return std::any_of(lines.begin(), lines.end(), [&](const Order& line) {
        if (!line.refused)
            return false;
        const auto found = refusals_.find(line.number);
        return found != refusals_.end()
               && std::find(found->second.begin(), found->second.end(), source) != found->second.end();
    });
}

}  // namespace spate::models
