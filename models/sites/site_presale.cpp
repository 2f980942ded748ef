// Site: goods set aside for deposits, until the balance is paid or the customer gives up.

#include <algorithm>

#include "models/sites/load.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

/// The goods of an order are reserved: they wait for the payment, if that is still to come. True if they do not go to
/// the stages now.
bool Site::lock(sim::Context& context, const Order& order, Time released, Time at) {
    const Presale& terms = *desks_[order.slot].presale;
    if (!terms.spec().locks_stock || !terms.holds(order.placed))
        return false;
    const DepositFate fate = terms.fate(order.key, order.placed);
    const Time until = terms.known_at_site(fate);
    if (until > at)
        locked_->add(order.quantity, at, until);
    const bool is_packed_first = terms.spec().express && !stages_.empty();
    if (is_packed_first || (fate.pays() && until <= at))
        return false;
    hold(context, {order, released, until});
    return true;
}

/// A job waits until its deposit is settled.
void Site::hold(sim::Context& context, const Job& job) {
    held_.push(job);
    settle_at(context, job.ready);
}

/// A deposit is settled at a time, or has been.
void Site::settle_at(sim::Context& context, Time time) {
    const Time at = std::max(time, context.now() + sim::microsecond);
    if (settle_ticks_.ask(at))
        context.schedule(at, SettleTick{});
}

void Site::on_settle(sim::Context& context) {
    settle_ticks_.fired(context.now());
    while (!held_.is_empty() && held_.top().ready <= context.now()) {
        const Job job = held_.top();
        held_.pop();
        settle(context, job);
    }
    settle_bookings(context);
    const Time next = std::min(held_.is_empty() ? sim::end_of_time : held_.top().ready, bookings_.next_due());
    if (next < sim::end_of_time)
        settle_at(context, next);
    flush_outcomes(context);
}

void Site::settle(sim::Context& context, const Job& job) {
    const Presale& terms = *desks_[job.order.slot].presale;
    if (!terms.fate(job.order.key, job.order.placed).pays()) {
        unlock(context, job.order, job.released);
    } else if (stages_.empty()) {
        hand_over(context, {job.order, job.released, context.now()}, context.now());
    } else if (terms.spec().express) {
        finished_.push({job.order, job.released, context.now()});
        schedule_wave(context, context.now());
    } else {
        stages_.front().push({job.order, job.released, context.now()}, class_of(job.order));
        schedule_wave(context, context.now());
    }
}

/// The customer gave up: the goods go back to the shelf. Where they were packed already, that work was for nothing.
void Site::unlock(sim::Context& context, const Order& order, Time released) {
    const std::int32_t position = assortment_->position(order.product);
    give_back(context, position, order.quantity);
    if (desks_[order.slot].presale->spec().express) {
        ledger_.move_money(MoneyAccount::cash, MoneyAccount::handling, handling_of(spec_, order.quantity));
    }
    if (order.is_sampled)
        waits_.erase(order.key);
    report(context, order, released, context.now(), context.now(), Outcome::cancelled);
    serve_waiting(context, position);
    note_change(context, position);
}

/// A parcel is packed. One whose balance is not yet known to be paid waits; true if it is not to be shipped now.
bool Site::waits_for_payment(sim::Context& context, const Job& job) {
    const Presale& terms = *desks_[job.order.slot].presale;
    if (!terms.spec().express || !terms.holds(job.order.placed))
        return false;
    const DepositFate fate = terms.fate(job.order.key, job.order.placed);
    const Time until = terms.known_at_site(fate);
    if (until > context.now()) {
        if (desks_[job.order.slot].trip >= 0)
            carrier_wait_us_ += (context.now() - std::max(job.ready, frame_.measured_from())).us;
        hold(context, {job.order, job.released, until});
        return true;
    }
    if (fate.pays())
        return false;
    unlock(context, job.order, job.released);
    return true;
}

/// From when on an order can be late: from placing, or from the payment of its balance.
Time Site::promised_from(const Order& order) const {
    const auto& terms = desks_[order.slot].presale;
    return terms && terms->holds(order.placed) ? terms->fate(order.key, order.placed).at : order.placed;
}

/// When a site may start to work on an order it received at `released`: a balance must be paid where goods are locked.
Time Site::startable_from(const Order& order, Time released) const {
    const auto& terms = desks_[order.slot].presale;
    if (!terms || !terms->spec().locks_stock || !terms->holds(order.placed))
        return released;
    return std::max(released, terms->known_at_site(terms->fate(order.key, order.placed)));
}

/// When a customer who waits for stock leaves; sim::end_of_time: never.
Time Site::deadline_of(const Order& order) const {
    const DeskLink& desk = desks_[order.slot];
    const auto& patience = frame_.spec.channels[desk.channel].patience;
    const Time patient_until = patience ? promised_from(order) + *patience : sim::end_of_time;
    if (!desk.presale || !desk.presale->spec().locks_stock || !desk.presale->holds(order.placed))
        return patient_until;
    const DepositFate fate = desk.presale->fate(order.key, order.placed);
    return fate.pays() ? patient_until : std::min(patient_until, desk.presale->known_at_site(fate));
}

void Site::write_locks(Time at) {
    if (!locked_)
        return;
    const sim::Cell cell[] = {locked_->sample(at)};
    writer_.row(frame_.tables.terms.lock_series, at, index_, cell);
}

void Site::write_lock_summary(Time end) {
    if (!locked_)
        return;
    const double us = static_cast<double>((end - frame_.measured_from()).us);
    const auto real = [](Wide value) { return static_cast<double>(value); };
    writer_.row(
        frame_.tables.terms.lock_summary,
        end,
        {std::int64_t{index_},
         locked_->orders(),
         locked_->units(),
         real(locked_->unit_us()) / us,
         real(locked_->unit_us()) / 8.64e10,
         real(locked_->order_us()) / us,
         locked_->orders() > 0 ? real(locked_->planned_us()) / static_cast<double>(locked_->orders()) / 3.6e9 : 0.0});
}

}  // namespace spate::models
