#include "models/quality/sold_batches.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/quality/draws.hpp"
#include "models/sites/lot_shelf.hpp"
#include "models/sites/run_frame.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_answer = 72;

}  // namespace

SoldBatches::SoldBatches(const RunFrame& frame, std::uint32_t desk, std::uint64_t key, Ledger& ledger)
    : frame_(frame)
    , desk_(desk)
    , key_(key)
    , ledger_(ledger) {
    SPATE_EXPECT(frame.spec.recall.has_value());
}

void SoldBatches::note_return(const Order& order, Time at, bool is_quality) {
    returns_[order.number] = {at, is_quality};
}

std::vector<ReturnedUnits> SoldBatches::take(const OutcomeBatch& outcomes, Time now) {
    std::vector<ReturnedUnits> told;
    for (const auto& part : outcomes.batches) {
        const OrderOutcome& outcome = outcomes.outcomes[part.outcome];
        const Order& order = outcome.order;
        if (unfetched_.contains(order.number))
            continue;
        const auto returned = returns_.find(order.number);
        if (returned != returns_.end()) {
            const std::uint32_t is_quality = returned->second.is_quality ? 1 : 0;
            const Time known = returned->second.at + frame_.spec.recall->news;
            told.push_back({known, outcome.shipped, order.key, part.batch, order.product, part.units, is_quality});
            continue;
        }
        const Key key{order.product, part.batch};
        Sold late;
        // Goods that were being picked when they were called back: their customers hear of it with the goods.
        const bool is_late = part.is_recalled != 0 || recalled_.contains(part.batch);
        Sold& sold = is_late ? late : sold_[key];
        sold.units += part.units;
        sold.paid += static_cast<Money>(static_cast<Wide>(frame_.amount(order)) * part.units / order.quantity);
        if (is_late)
            call_back(key, late, now);
    }
    returns_.clear();
    unfetched_.clear();
    return told;
}

void SoldBatches::recall(const RecallNotice& notice, Time now) {
    for (const auto& each : notice.items) {
        if (each.batch != 0)
            recalled_.insert(each.batch);
        const auto first = sold_.lower_bound({each.product, each.batch});
        auto sold = first;
        for (; sold != sold_.end() && sold->first.first == each.product; ++sold) {
            if (each.batch != 0 && sold->first.second != each.batch)
                break;
            call_back(sold->first, sold->second, now);
        }
        sold_.erase(first, sold);
    }
}

void SoldBatches::call_back(const Key& key, const Sold& sold, Time now) {
    sim::RandomStream random(frame_.seed(), sim::mix(sim::mix(key_, key.first), draws_++), purpose_answer);
    const Units back = draw_binomial(sold.units, frame_.spec.recall->answers, random);
    const auto amount = static_cast<Money>(static_cast<Wide>(sold.paid) * back / std::max<Units>(sold.units, 1));
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::refunds, amount);
    if (now < frame_.measured_from())
        return;
    totals_.sold += sold.units;
    totals_.back += back;
    totals_.back_bad += is_bad_batch(key.second) ? back : 0;
    totals_.refunded += amount;
}

void SoldBatches::write_summary(Time end, sim::TraceWriter& writer) const {
    writer.row(frame_.tables.recall_desks,
               end,
               {std::int64_t{desk_}, totals_.sold, totals_.back, totals_.back_bad, totals_.refunded});
}

template <class Archive>
void SoldBatches::serialize(Archive& archive) {
    std::vector<Key> keys;
    std::vector<Sold> values;
    for (const auto& [key, sold] : sold_) {
        keys.push_back(key);
        values.push_back(sold);
    }
    archive(keys);
    sim::block(archive, values);
    for (std::size_t i = 0; i < keys.size(); ++i)
        sold_[keys[i]] = values[i];
    std::vector<std::uint64_t> recalled(recalled_.begin(), recalled_.end());
    sim::block(archive, recalled);
    recalled_.insert(recalled.begin(), recalled.end());
    archive(draws_);
    sim::plain(archive, totals_);
}

template void SoldBatches::serialize(sim::StateWriter& archive);
template void SoldBatches::serialize(sim::StateReader& archive);

}  // namespace spate::models
