// ReturnCentre: goods pass the stages, are graded, and leave.

#include <algorithm>
#include <span>

#include "sim/base/check.hpp"
#include "models/returns/return_centre.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_grade = 41;

/// The grade whose part of [0, 1) holds `u`.
ReturnGrade pick(std::span<const double> shares, double u) {
    std::size_t grade = 0;
    for (double below = shares[0]; grade + 1 < shares.size() && u >= below; below += shares[grade])
        ++grade;
    return static_cast<ReturnGrade>(grade);
}

/// A grade beside the true one.
ReturnGrade beside(ReturnGrade grade, bool is_better) {
    if (grade == ReturnGrade::a || (grade != ReturnGrade::d && !is_better))
        return static_cast<ReturnGrade>(static_cast<int>(grade) + 1);
    return static_cast<ReturnGrade>(static_cast<int>(grade) - 1);
}

}  // namespace

/// Handles all that is done by `until`, each thing as of its own time. Rows written meanwhile are of time `stamp`.
void ReturnCentre::work_off(Time until, Time stamp) {
    stamp_ = stamp;
    handle_starts(until);
    work_off_tickets(until);
    handle_due(until);
    for (auto& stage : dock_)
        stage.advance(until, [&](const Job& job) { inspect_.front().push(job); });
    inspect_.front().advance(until, [&](const Job& job) { graded_.push(job); });
    for (; !graded_.is_empty() && graded_.top().ready <= until; graded_.pop())
        grade(returns_[graded_.top().order.slot], graded_.top().ready);
    for (auto& stage : repair_)
        stage.advance(until, [&](const Job& job) { repaired_.push(job); });
    for (; !repaired_.is_empty() && repaired_.top().ready <= until; repaired_.pop())
        repaired(returns_[repaired_.top().order.slot], repaired_.top().ready);
    handle_due(until);  // refunds of what was graded just now
}

void ReturnCentre::push(std::vector<Due>& heap, const Return& entry, Time at, bool is_refund) {
    heap.push_back({at, entry.order.key, entry.order.slot, is_refund ? 1U : 0U});
    std::push_heap(heap.begin(), heap.end(), comes_later);
}

ReturnCentre::Due ReturnCentre::pop(std::vector<Due>& heap) {
    std::pop_heap(heap.begin(), heap.end(), comes_later);
    const Due first = heap.back();
    heap.pop_back();
    return first;
}

void ReturnCentre::handle_starts(Time until) {
    while (!starts_.empty() && starts_.front().at <= until) {
        const Due due = pop(starts_);
        begin(returns_[due.slot], due.at);
    }
}

void ReturnCentre::handle_due(Time until) {
    while (!due_.empty() && due_.front().at <= until) {
        const Due due = pop(due_);
        Return& entry = returns_[due.slot];
        due.is_refund != 0 ? refund(entry, due.at) : receive(entry, due.at);
    }
}

void ReturnCentre::receive(Return& entry, Time at) {
    const Units quantity = entry.order.quantity;
    entry.received = at;
    move(entry, State::before_grade);
    units_taken_ += quantity;
    flow_.received += quantity;
    ledger_.move_units(UnitAccount::returning, UnitAccount::at_return_centre, quantity);
    ledger_.move_money(MoneyAccount::cost_of_goods_sold,
                       MoneyAccount::returned_goods,
                       multiply(frame_.spec.products[entry.order.product].cost, quantity));
    const bool is_parcel = !is_gift(entry.order);  // a gift comes in the parcel of what it was given with
    if (is_parcel)
        spend(entry, MoneyAccount::return_freight, spec_.freight_per_order);
    spend(entry,
          MoneyAccount::return_handling,
          add_up(is_parcel ? spec_.handling_per_order : 0, multiply(spec_.handling_per_unit, quantity)));
    if (is_measured(at)) {
        totals_.orders_received += is_parcel;
        totals_.units_received += quantity;
    }
    plan_refund(entry, at, ReturnCentreSpec::Moment::received);
    (dock_.empty() ? inspect_ : dock_).front().push({entry.order, at, at});
}

/// Pays the refund later, if this is the moment that its time counts from. A fund pays as soon as the return begins.
void ReturnCentre::plan_refund(Return& entry, Time after, ReturnCentreSpec::Moment moment) {
    const bool is_at_once = is_from_fund(entry);
    if (!entry.is_refund_open || (is_at_once ? Moment::started : spec_.refund_after) != moment)
        return;
    push(due_, entry, is_at_once ? after : after + spec_.refund_plus, true);
}

Money ReturnCentre::paid_for(const Return& entry) const {
    return frame_.amount(entry.order);
}

void ReturnCentre::refund(Return& entry, Time at) {
    const Money amount = paid_for(entry);
    if (is_from_fund(entry)) {
        if (!fund_->pay({at, entry.order.slot, 0, amount}, is_measured(at)))
            return;
    } else {
        ledger_.move_money(MoneyAccount::cash, MoneyAccount::refunds, amount);
    }
    note_refunded(entry, at, amount);
}

void ReturnCentre::note_refunded(Return& entry, Time at, Money amount) {
    entry.refunded = at;
    entry.is_refund_open = false;
    --refunds_open_;
    if (is_measured(at)) {
        ++totals_.refunds;
        totals_.refunded += amount;
        totals_.refund_us += (at - entry.started).us;
        totals_.abuse_paid += entry.is_untrue ? amount : 0;
    }
    release(entry);
}

/// Its share of a turnover goes to the fund: refunds that wait are paid. What was due before is settled first.
void ReturnCentre::fill_fund(Money turnover, Time now) {
    work_off(now, now);
    fund_->put_aside(turnover, is_measured(now));
    while (const auto* paid = fund_->pay_next(now, is_measured(now)))
        note_refunded(returns_[paid->slot], now, paid->amount);
}

bool ReturnCentre::is_past_window(const Return& entry) const {
    if (!spec_.window)
        return false;
    using enum ReturnCentreSpec::Moment;
    const Time at = spec_.window_until == started    ? entry.started
                    : spec_.window_until == received ? entry.received
                                                     : entry.inspected;
    return at - entry.delivered > *spec_.window;
}

void ReturnCentre::grade(Return& entry, Time at) {
    sim::RandomStream random(frame_.seed(), entry.order.key, purpose_grade);
    entry.inspected = at;
    entry.true_grade = pick(spec_.grades[static_cast<std::size_t>(entry.reason)], random.uniform());
    const bool is_right = random.uniform() < spec_.accuracy, is_better = random.uniform() < 0.5;
    entry.grade = is_right ? entry.true_grade : beside(entry.true_grade, is_better);
    if (entry.grade < entry.true_grade)
        spend(entry, MoneyAccount::return_claims, multiply(spec_.claim_per_unit, entry.order.quantity));
    if (is_measured(at) && !is_gift(entry.order)) {
        ++totals_.orders_graded;
        totals_.orders_misgraded += !is_right;
        totals_.orders_late += is_past_window(entry);
        totals_.grading_us += (at - entry.received).us;
    }
    plan_refund(entry, at, ReturnCentreSpec::Moment::inspected);
    send_on(entry, spec_.routes[static_cast<std::size_t>(entry.grade)], at);
}

void ReturnCentre::send_on(Return& entry, ReturnRoute route, Time at) {
    const bool keeps_for_ever = !frame_.spec.products[entry.order.product].shelf_life;
    if (route == ReturnRoute::reshelve && (is_past_window(entry) || !keeps_for_ever))
        route = spec_.late_route;
    entry.route = route;
    const std::uint32_t slot = entry.order.slot;
    switch (route) {
        case ReturnRoute::reshelve:
            move(entry, State::to_shelf);
            to_shelf_.push_back(slot);
            break;
        case ReturnRoute::special:
            move(entry, State::to_special);
            to_special_.push_back(slot);
            break;
        case ReturnRoute::outlet:
            move(entry, State::to_outlet);
            to_outlet_.push_back(slot);
            break;
        case ReturnRoute::repair:
            move(entry, State::in_repair);
            ledger_.move_units(UnitAccount::at_return_centre, UnitAccount::in_repair, entry.order.quantity);
            repair_.front().push({entry.order, at, at});
            break;
        case ReturnRoute::scrap: scrap(entry, at); break;
    }
}

void ReturnCentre::repaired(Return& entry, Time at) {
    const Units quantity = entry.order.quantity;
    ledger_.move_units(UnitAccount::in_repair, UnitAccount::at_return_centre, quantity);
    spend(entry, MoneyAccount::return_handling, multiply(spec_.repair_per_unit, quantity));
    entry.is_repaired = true;
    totals_.units_repaired += is_measured(at) ? quantity : 0;
    send_on(entry, spec_.repaired, at);
}

/// As seconds, for a part of the price that falls from day to day.
void ReturnCentre::sell(Return& entry, const SecondsSaleSpec& sale, Time at) {
    const Units quantity = entry.order.quantity;
    const double days = (at - entry.started).seconds() / 86400;
    const double part = sale.price * std::max(1 - sale.loses * days, 0.0);
    const Money price = paid_for(entry);
    const Money proceeds = to_money(static_cast<double>(price) * part);
    ledger_.move_units(UnitAccount::at_return_centre, UnitAccount::sold_as_seconds, quantity);
    ledger_.move_money(MoneyAccount::sales_of_seconds, MoneyAccount::cash, proceeds);
    ledger_.move_money(MoneyAccount::returned_goods,
                       MoneyAccount::cost_of_goods_sold,
                       multiply(frame_.spec.products[entry.order.product].cost, quantity));
    close(entry, at, proceeds);
}

void ReturnCentre::scrap(Return& entry, Time at) {
    const Units quantity = entry.order.quantity;
    entry.route = ReturnRoute::scrap;
    ledger_.move_units(UnitAccount::at_return_centre, UnitAccount::scrapped, quantity);
    ledger_.move_money(MoneyAccount::returned_goods,
                       MoneyAccount::scrap_loss,
                       multiply(frame_.spec.products[entry.order.product].cost, quantity));
    spend(entry, MoneyAccount::return_handling, multiply(spec_.scrap_per_unit, quantity));
    close(entry, at, 0);
}

/// The goods have left the centre.
void ReturnCentre::close(Return& entry, Time at, Money value) {
    const Units quantity = entry.order.quantity;
    entry.closed = at;
    entry.value = value;
    move(entry, State::gone);
    flow_.closed += quantity;
    if (is_measured(at)) {
        totals_.orders_closed += !is_gift(entry.order);
        totals_.closing_us += is_gift(entry.order) ? 0 : (at - entry.started).us;
        totals_.units_closed += quantity;
        totals_.units_by_route[static_cast<std::size_t>(entry.route)] += quantity;
        totals_.price_closed += paid_for(entry);
        totals_.value += value;
        totals_.cost += entry.cost;
        totals_.disposal_us += static_cast<Wide>((at - entry.received).us) * quantity;
    }
    release(entry);
}

/// Forgets a return whose goods and money are where they belong, and whose customer has been answered.
void ReturnCentre::release(Return& entry) {
    if (entry.state != State::gone || entry.is_refund_open || entry.is_ticket_open)
        return;
    record(entry);
    free_.push_back(entry.order.slot);
}

/// Pays what a return costs.
void ReturnCentre::spend(Return& entry, MoneyAccount account, Money amount) {
    ledger_.move_money(MoneyAccount::cash, account, amount);
    entry.cost += amount;
}

}  // namespace spate::models
