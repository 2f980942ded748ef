#include "models/desk/presale_book.hpp"

#include "models/sites/site.hpp"

namespace spate::models {

PresaleBook::PresaleBook(const ChannelSpec& channel, const RunFrame& frame, Ledger& ledger)
    : terms_(channel, frame.seed())
    , frame_(frame)
    , ledger_(ledger)
    , flows_(frame.spec.trace.series_every) {}

Money PresaleBook::price_of(const Order& order) const {
    return frame_.amount(order);
}

bool PresaleBook::is_measured(const Order& order) const {
    return order.placed >= frame_.measured_from();
}

bool PresaleBook::is_due(Time paid) const {
    return paid + terms_.spec().dispatch < frame_.end;
}

void PresaleBook::accept(const Order& order, const DepositFate& fate) {
    const Money deposit = terms_.deposit_of(price_of(order));
    ledger_.move_money(MoneyAccount::deposits, MoneyAccount::cash, deposit);
    ++accepted_;
    ++accepted_since_;
    if (is_measured(order)) {
        ++score_.deposits;
        score_.units += order.quantity;
        score_.deposit_money += deposit;
    }
    if (fate.pays() && fate.at < frame_.end)
        count_paid(order, fate, 1);
}

/// Notes a payment, or takes it back.
void PresaleBook::count_paid(const Order& order, const DepositFate& fate, int sign) {
    const Money price = price_of(order);
    Flow& flow = flows_.at(fate.at);
    flow.paid += sign;
    flow.balance += sign * (price - terms_.deposit_of(price));
    if (!is_measured(order))
        return;
    score_.paid += sign;
    score_.due += sign * static_cast<int>(is_due(fate.at));
}

void PresaleBook::give_up(const Order& order, const DepositFate& fate) {
    const Money deposit = terms_.deposit_of(price_of(order));
    const bool keeps = terms_.spec().keeps_deposit;
    ledger_.move_money(keeps ? MoneyAccount::deposits_kept : MoneyAccount::cash, MoneyAccount::deposits, deposit);
    ++given_up_;
    ++given_up_since_;
    if (!is_measured(order))
        return;
    ++(fate.settlement == Settlement::cancelled ? score_.cancelled : score_.lapsed);
    score_.kept_money += keeps ? deposit : 0;
}

void PresaleBook::give_back(const Order& order, Time now) {
    const DepositFate fate = terms_.fate(order.key, order.placed);
    const Money price = price_of(order);
    if (fate.pays() && fate.at <= now) {
        // A payment is in the books, or will be at the end of the running period: the whole price goes back.
        give_back_full(order);
        return;
    }
    if (fate.pays() && fate.at < frame_.end)
        count_paid(order, fate, -1);
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::deposits, terms_.deposit_of(price));
    ++returned_;
    score_.returned += is_measured(order) ? 1 : 0;
}

void PresaleBook::take_full(const Order& order) {
    ledger_.move_money(MoneyAccount::deposits, MoneyAccount::cash, price_of(order));
}

void PresaleBook::give_back_full(const Order& order) {
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::deposits, price_of(order));
}

void PresaleBook::note_shipped(const Order& order, Time paid, Time shipped) {
    if (!is_measured(order))
        return;
    ++score_.shipped;
    score_.wait_us += (shipped - paid).us;
    score_.in_time += is_due(paid) && shipped - paid <= terms_.spec().dispatch ? 1 : 0;
}

void PresaleBook::note_delivered(const Order& order, Time delivered, bool is_promised, bool is_late) {
    if (!is_measured(order))
        return;
    ++score_.delivered;
    score_.promised += is_promised;
    score_.late += is_late;
    score_.order_us += (delivered - order.placed).us;
}

void PresaleBook::sample(Time at, std::uint32_t desk, sim::TraceWriter& writer) {
    const Flow flow = flows_.close(at);
    paid_ += flow.paid;
    ledger_.move_money(MoneyAccount::deposits, MoneyAccount::cash, flow.balance);
    const sim::Cell cells[] = {accepted_since_, flow.paid, given_up_since_, open()};
    writer.row(frame_.tables.terms.presale_series, at, desk, cells);
    accepted_since_ = given_up_since_ = 0;
}

void PresaleBook::write_summary(Time end, std::uint32_t desk, sim::TraceWriter& writer) const {
    const Score& score = score_;
    const std::int64_t given_up = score.cancelled + score.lapsed;
    writer.row(frame_.tables.terms.presale_summary,
               end,
               {std::int64_t{desk},
                score.deposits,
                score.units,
                score.paid,
                score.cancelled,
                score.lapsed,
                score.returned,
                score.deposits - score.paid - given_up - score.returned,
                score.due,
                score.in_time,
                score.shipped,
                score.delivered,
                score.promised,
                score.late,
                score.wait_us,
                score.order_us,
                score.deposit_money,
                score.kept_money});
}

}  // namespace spate::models
