// Site: the sources of a rule that has several are judged by what they deliver.

#include <algorithm>
#include <utility>

#include "models/sites/purchases.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

namespace {

/// When the sources of a rule are judged, at or after `after`. `week_time`: of time zero.
Time next_review(const SupplySplitSpec& split, Duration week_time, Time after) {
    if (!split.score)
        return sim::end_of_time;
    return sim::next_on_grid(after + week_time, split.score->every, split.score->offset) - week_time;
}

}  // namespace

/// Of which rule with several sources goods are that come, or are to come, over a lane.
SupplySource Site::supply_of(Index lane, Index product) {
    if (!has_split_)
        return {};
    const auto [number, i] = rule_of_[static_cast<std::size_t>(assortment_->position(product))];
    if (number < 0 || !rules_[static_cast<std::size_t>(number)].split)
        return {};
    Rule& rule = rules_[static_cast<std::size_t>(number)];
    const auto source = std::find_if(
        rule.sources.begin(), rule.sources.end(), [lane](const RuleSource& each) { return each.lane == lane; });
    if (source == rule.sources.end())
        return {};
    return {rule.split.get(), static_cast<std::size_t>(source - rule.sources.begin()), i};
}

void Site::note_placed(const ReplenishOrder& order, Time now) {
    const auto lines = static_cast<std::int64_t>(order.lines.size());
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::ordering, multiply(spec_.order_cost, lines));
    orders_placed_ += is_measuring_ ? lines : 0;
    for (const auto& line : order.lines) {
        if (const auto from = supply_of(order.lane, line.product); from.split != nullptr)
            from.split->note_order(from.source, from.product, line.quantity, now);
    }
}

void Site::note_arrived(const Shipment& shipment, Time now) {
    const auto& lines = shipment.lines;
    for (std::size_t i = 0; i < lines.size();) {
        const Index product = lines[i].product;
        ProductQuantity goods{product};
        for (; i < lines.size() && lines[i].product == product; ++i)
            goods.quantity += lines[i].quantity;  // a line by batches is one line
        const auto from = supply_of(shipment.lane, product);
        if (from.split == nullptr)
            continue;
        from.split->note_arrival(from.source, from.product, goods.quantity, now);
        from.split->note_paid(from.source,
                              purchase_price(frame_.spec, frame_.spec.lanes[shipment.lane].from, goods),
                              standard_cost(frame_.spec, goods));
    }
}

/// Goods go back to their supplier, which may be a source of a rule with several.
void Site::note_paid_back(const ProductQuantity& goods) {
    const std::int32_t rule = rule_of_[static_cast<std::size_t>(assortment_->position(goods.product))].first;
    if (!has_split_ || rule < 0)
        return;
    const auto& sources = rules_[static_cast<std::size_t>(rule)].sources;
    const auto source = std::find_if(sources.begin(), sources.end(), [&](const RuleSource& each) {
        return frame_.spec.lanes[each.lane].from == goods.supplier;
    });
    if (const auto& split = rules_[static_cast<std::size_t>(rule)].split; split && source != sources.end()) {
        split->note_paid_back(static_cast<std::size_t>(source - sources.begin()),
                              refund_of_supplier(frame_.spec, goods));
    }
}

void Site::schedule_judging(sim::Context& context, std::uint64_t number, Time after) {
    Rule& rule = rules_[number];
    if (!rule.split)
        return;
    const Time review = next_review(rule.split->spec(), frame_.spec.week_time_at_start, after);
    const Time next = std::min(review, std::max(rule.split->next_return(), after));
    if (std::exchange(rule.judge_at, next) != next && next != sim::end_of_time)
        context.schedule(next, JudgeTick{number});
}

void Site::on_judge(sim::Context& context, std::uint64_t number) {
    if (number >= rules_.size() || rules_[number].judge_at != context.now())
        return;
    const Rule& rule = rules_[number];
    const Time review = next_review(rule.split->spec(), frame_.spec.week_time_at_start, context.now());
    if (rule.split->judge(context.now(), review == context.now())) {
        for (std::size_t s = 0; s < rule.sources.size(); ++s) {
            writer_.row(frame_.tables.supply_shares,
                        context.now(),
                        {std::int64_t{rule.supply_row} + static_cast<std::int64_t>(s),
                         rule.split->score(s, context.now()),
                         rule.split->share(s),
                         std::int64_t{rule.split->is_dropped(s)}});
        }
    }
    schedule_judging(context, number, context.now() + sim::microsecond);
}

void Site::write_supply(Time end) const {
    for (const auto& rule : rules_) {
        for (std::size_t s = 0; rule.split && s < rule.sources.size(); ++s) {
            const auto totals = rule.split->totals(s, end);
            writer_.row(frame_.tables.supply_summary,
                        end,
                        {std::int64_t{rule.supply_row} + static_cast<std::int64_t>(s),
                         totals.lines,
                         totals.ordered,
                         totals.arrived,
                         totals.late,
                         totals.tested,
                         totals.defective,
                         totals.drops,
                         totals.dropped.seconds() / 86400,
                         totals.paid,
                         totals.standard,
                         totals.paid_back,
                         rule.split->score(s, end),
                         rule.split->share(s)});
        }
    }
}

}  // namespace spate::models
