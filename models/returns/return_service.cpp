// ReturnCentre: customers who begin a return open a ticket, and a bot or an agent answers it.

#include <algorithm>

#include "models/returns/return_centre.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_ticket = 46;

}  // namespace

/// Answers do not depend on goods, but refunds may wait for them: all answers by `until` are known before any refund
/// is paid, so refunds are paid in the order in which they are due.
void ReturnCentre::work_off_tickets(Time until) {
    for (auto& stage : service_)
        stage.advance(until, [&](const Job& job) { answered_.push(job); });
    for (; !answered_.is_empty() && answered_.top().ready <= until; answered_.pop())
        answer(returns_[answered_.top().order.slot], answered_.top().ready);
}

/// The bot answers as soon as the customer asks; agents, once the news is here too.
void ReturnCentre::open_ticket(Return& entry, Time at) {
    sim::RandomStream random(frame_.seed(), entry.order.key, purpose_ticket);
    entry.is_ticket_open = true;
    entry.is_by_bot = random.uniform() < spec_.tickets.bot;
    entry.is_misjudged = random.uniform() >= spec_.tickets.accuracy;
    totals_.tickets += is_measured(entry.started);
    if (entry.is_by_bot)
        at = entry.started;
    Job job{entry.order, at, at};
    job.order.placed = entry.started;  // of those heard of together, who began first comes first
    if (entry.is_by_bot) {
        answered_.push(job);
    } else {
        service_.front().push(job, entry.reason == ReturnReason::quality ? 0 : 1);
    }
}

void ReturnCentre::answer(Return& entry, Time at) {
    entry.answered = at;
    entry.is_ticket_open = false;
    ++flow_.answered;
    if (is_measured(at))
        note_answer(entry, at);
    if (entry.is_claim) {
        decide_claim(entry, at, at);
    } else {
        plan_refund(entry, at, Moment::answered);
    }
    charge_supplier(entry, at);
    release(entry);
}

void ReturnCentre::note_answer(const Return& entry, Time at) {
    const Duration time = at - entry.started;
    ++totals_.answered;
    totals_.by_bot += entry.is_by_bot;
    totals_.in_time += time <= spec_.tickets.answer_within;
    totals_.answer_us += time.us;
    if (entry.reason == ReturnReason::quality) {
        ++totals_.complaints;
        totals_.complaint_us += time.us;
    }
}

/// Decides who is liable for a return. What is put down to the supplier, rightly or not, is claimed from it in part.
void ReturnCentre::charge_supplier(Return& entry, Time at) {
    if (spec_.tickets.supplier_pays <= 0 || entry.is_refused)
        return;
    if (is_measured(at)) {
        ++totals_.judged;
        totals_.misjudged += entry.is_misjudged;
    }
    const bool is_suppliers = entry.reason == ReturnReason::quality && !entry.is_untrue;
    if (is_suppliers == entry.is_misjudged)
        return;
    const Money cost = multiply(frame_.spec.products[entry.order.product].cost, entry.order.quantity);
    const Money amount = to_money(spec_.tickets.supplier_pays * static_cast<double>(cost));
    ledger_.move_money(MoneyAccount::supplier_claims, MoneyAccount::cash, amount);
    totals_.claimed += amount;
}

/// Refuses a claim for money only, or plans its refund, not before `earliest`.
void ReturnCentre::decide_claim(Return& entry, Time at, Time earliest) {
    if (is_measured(at)) {
        ++totals_.claims;
        totals_.claims_true += !entry.is_untrue;
        totals_.claims_refused += entry.is_refused;
        totals_.wrongly_refused += entry.is_refused && !entry.is_untrue;
    }
    if (!entry.is_refused) {
        push(due_, entry, std::max(at + spec_.refund_plus, earliest), true);
        return;
    }
    entry.is_refund_open = false;
    --refunds_open_;
}

/// Tickets that are open at the end and should have been answered before.
std::int64_t ReturnCentre::overdue(Time end) const {
    return std::count_if(returns_.begin(), returns_.end(), [&](const Return& entry) {
        return entry.is_ticket_open && entry.started + spec_.tickets.answer_within < end;
    });
}

void ReturnCentre::sample_tickets(Time at) {
    std::int64_t waiting = 0, in_service = 0;
    for (const auto& stage : service_) {
        waiting += stage.waiting(at);
        in_service += stage.in_service(at);
    }
    const sim::Cell cells[] = {waiting, in_service, flow_.answered};
    writer_.row(frame_.tables.ticket_series, at, index_, cells);
}

void ReturnCentre::write_tickets(Time end) const {
    const Totals& t = totals_;
    const auto hours = [](Wide us) { return static_cast<double>(us) / 3.6e9; };
    writer_.row(frame_.tables.ticket_summary,
                end,
                {std::int64_t{index_},
                 t.tickets,
                 t.answered,
                 t.by_bot,
                 t.in_time,
                 overdue(end),
                 hours(t.answer_us),
                 t.complaints,
                 hours(t.complaint_us),
                 t.judged,
                 t.misjudged,
                 t.claimed});
}

}  // namespace spate::models
