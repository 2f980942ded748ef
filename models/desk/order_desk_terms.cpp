// OrderDesk: channels with terms of their own: deposits, groups, pick-up points.

#include <algorithm>

#include "models/desk/order_desk.hpp"

namespace spate::models {

/// A customer's order in a channel with presale or groups.
void OrderDesk::take_on_terms(sim::Context& context, const Order& order) {
    if (groups_) {
        groups_->add(order);
    } else if (presale_->terms().holds(order.placed)) {
        const DepositFate fate = presale_->terms().fate(order.key, order.placed);
        presale_->accept(order, fate);
        if (presale_->terms().spec().capacity) {
            wait_or_lose(context, order, first_to_ask(order), false);
        } else if (presale_->terms().spec().locks_stock) {
            place(context, order, 0);
        } else {
            presale_->kept().push({order, order.placed, presale_->terms().known_at_desk(fate)});
        }
    } else {
        presale_->take_full(order);
        place(context, order, 0);
    }
}

/// When the next group may close, or the next of the kept orders is paid or given up.
void OrderDesk::schedule_terms(sim::Context& context) {
    Time next = groups_ ? groups_->next_visit(context.now()) : sim::end_of_time;
    if (presale_ && !presale_->kept().is_empty())
        next = std::min(next, presale_->kept().top().ready);
    next = std::max(next, context.now());
    if (next < frame_.end && term_ticks_.ask(next))
        context.schedule(next, DeskTick{terms_tick});
}

void OrderDesk::on_terms(sim::Context& context) {
    term_ticks_.fired(context.now());
    if (groups_)
        close_groups(context);
    if (presale_)
        settle_kept(context);
    flush(context);
    schedule_terms(context);
}

/// Orders placed before the cut-off are taken first, whenever the next wave is.
void OrderDesk::close_groups(sim::Context& context) {
    take_wave(context, context.now());
    const auto closed = groups_->close(context.now());
    for (const auto& order : closed.released)
        place(context, order, 0);
    for (const auto& order : closed.failed) {
        score_.group_failed += is_measured(order);
        give_up(context.now(), order, {}, OrderStatus::group_failed);
    }
}

/// Goods of these orders were not set aside: paid ones look for a site now.
void OrderDesk::settle_kept(sim::Context& context) {
    JobQueue& kept = presale_->kept();
    while (!kept.is_empty() && kept.top().ready <= context.now()) {
        const Order order = kept.top().order;
        kept.pop();
        const DepositFate fate = presale_->terms().fate(order.key, order.placed);
        if (fate.pays()) {
            place(context, order, 0);
        } else {
            close_unpaid(context.now(), order, fate, {});
        }
    }
}

void OrderDesk::close_unpaid(Time now, const Order& order, const DepositFate& fate, const Times& times) {
    presale_->give_up(order, fate);
    score_.given_up += is_measured(order);
    score_.backordered += is_measured(order) && order.waited;
    give_up(now, order, times, OrderStatus::given_up);
}

/// An order ends that was neither shipped nor short of stock.
void OrderDesk::give_up(Time now, const Order& order, const Times& times, OrderStatus status) {
    ++closed_here_;
    ++given_up_since_;
    ++given_up_total_;
    ++steps_.at(now).given_up;
    if (is_sampled(order))
        record(now, order, no_row, times, status);
}

/// No site has the goods, or the customer has waited too long for them.
void OrderDesk::give_money_back(Time now, const Order& order) {
    if (presale_->terms().holds(order.placed)) {
        presale_->give_back(order, now);
    } else {
        presale_->give_back_full(order);
    }
}

/// An order that waited at a site has ended there. True if it did because its balance is not paid.
bool OrderDesk::is_unpaid(Time now, const OrderOutcome& outcome) {
    const Order& order = outcome.order;
    if (!presale_)
        return false;
    if (presale_->terms().holds(order.placed)) {
        const DepositFate fate = presale_->terms().fate(order.key, order.placed);
        if (!fate.pays()) {
            close_unpaid(now, order, fate, {.released = outcome.released});
            return true;
        }
    }
    give_money_back(now, order);
    return false;
}

/// When the balance of an order was paid, or the whole price; no_time: not before now.
Time OrderDesk::paid_at(const Order& order, Time now) const {
    if (!presale_ || !presale_->terms().holds(order.placed))
        return Time{no_time};
    const DepositFate fate = presale_->terms().fate(order.key, order.placed);
    return fate.pays() && fate.at < now ? fate.at : Time{no_time};
}

/// From when on the time to delivery counts: from placing, or from the payment of the balance.
Time OrderDesk::counts_from(const Order& order) const {
    if (!presale_ || !presale_->terms().holds(order.placed))
        return order.placed;
    return presale_->terms().fate(order.key, order.placed).at;
}

void OrderDesk::note_terms(const OrderOutcome& outcome, bool is_delivered, bool is_late) {
    const Order& order = outcome.order;
    if (presale_ && presale_->terms().holds(order.placed)) {
        presale_->note_shipped(order, counts_from(order), outcome.shipped);
        if (is_delivered)
            presale_->note_delivered(order, outcome.delivered, promise_of(channel_, order) != no_promise, is_late);
    }
    if (!pickup_ || !is_delivered)
        return;
    const Time unfetched = pickup_->note_arrival(order, outcome.delivered);
    if (unfetched.us != no_time && sold_batches_)
        sold_batches_->note_unfetched(order);
    if (unfetched.us != no_time && returns_output_.is_connected())
        notices_.push_back({order, outcome.delivered, unfetched, index_, ReturnReason::other, true});
}

std::int64_t OrderDesk::orders_kept() const {
    return (groups_ ? groups_->open() : 0) + (presale_ ? static_cast<std::int64_t>(presale_->kept().size()) : 0);
}

void OrderDesk::sample_terms(Time at) {
    const sim::Cell none[] = {std::int64_t{0}, std::int64_t{0}, std::int64_t{0}, std::int64_t{0}};
    const auto& tables = frame_.tables.terms;
    if (presale_) {
        presale_->sample(at, index_, writer_);
    } else if (has_presale(frame_.spec)) {
        writer_.row(tables.presale_series, at, index_, none);
    }
    if (pickup_) {
        pickup_->sample(at, index_, writer_);
    } else if (has_pickup(frame_.spec)) {
        writer_.row(tables.pickup_series, at, index_, std::span(none).first(3));
    }
}

void OrderDesk::write_terms(Time end) const {
    if (presale_)
        presale_->write_summary(end, index_, writer_);
    if (groups_)
        groups_->write_summary(end, index_, writer_);
    if (pickup_)
        pickup_->write_summary(end, index_, writer_);
    const auto& tables = frame_.tables.terms;
    if (cancellation_)
        writer_.row(tables.cancellation_summary, end, {std::int64_t{index_}, score_.withdrawn, score_.too_late});
    if (!frame_.spec.substitutes.empty()) {
        writer_.row(
            tables.substitute_summary, end, {std::int64_t{index_}, score_.missing, score_.offered, score_.substituted});
    }
}

}  // namespace spate::models
