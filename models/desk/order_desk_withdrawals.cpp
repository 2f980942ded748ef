// OrderDesk: customers who cancel, or wait no longer.

#include <algorithm>

#include "models/desk/order_desk.hpp"

namespace spate::models {

/// Whether the customer has cancelled an order that is at the desk now.
bool OrderDesk::is_withdrawn(Time now, const Order& order) const {
    return cancellation_ && cancellation_->at(order) <= now;
}

/// An order of a wave: one that was cancelled before its release goes to no site.
void OrderDesk::place_unless_withdrawn(sim::Context& context, const Order& order) {
    if (is_withdrawn(context.now(), order)) {
        close_withdrawn(context.now(), order, Time{no_time});
    } else {
        place(context, order, 0);
    }
}

/// Orders, or lines of one, that a site has refused: they look for another, unless the customer has cancelled.
/// True: he has, and they are closed.
bool OrderDesk::close_if_withdrawn(Time now, const OrderOutcome& outcome) {
    if (!is_withdrawn(now, outcome.order))
        return false;
    close_withdrawn(now, outcome.order, outcome.released);
    return true;
}

/// An order, or a line of one, ends because the customer has cancelled it. Whether there was stock for it is known only
/// if it waited.
void OrderDesk::close_withdrawn(Time now, const Order& order, Time released) {
    if (order.lines > 1) {
        on_line_lost(now, order, OrderStatus::withdrawn, released);
        return;
    }
    forget_refusals(order);
    ++closed_here_;
    count_withdrawn(now, order);
    if (is_measured(order) && order.waited) {
        ++score_.withdrawn_waiting;
        ++score_.backordered;
        score_.units_known += order.quantity;
    }
    if (is_sampled(order))
        record(now, order, no_row, {.released = released}, OrderStatus::withdrawn);
}

void OrderDesk::count_withdrawn(Time now, const Order& order) {
    ++withdrawn_since_;
    ++withdrawn_total_;
    ++steps_.at(now).withdrawn;
    score_.withdrawn += is_measured(order);
}

/// A customer wanted goods that were not there, at once or as long as he would wait.
void OrderDesk::post_lost_sale(const Order& order) {
    const Money penalty = multiply(channel_.lost_sale_penalty, frame_.paid_units(order));
    ledger_.move_money(MoneyAccount::imputed, MoneyAccount::lost_sale_penalty, penalty);
}

/// The patience of a customer who waited for stock has ended.
void OrderDesk::on_cancelled(Time now, const OrderOutcome& outcome) {
    forget_refusals(outcome.order);
    if (is_unpaid(now, outcome))
        return;
    post_lost_sale(outcome.order);
    ++closed_here_;
    ++cancelled_since_;
    ++steps_.at(now).cancelled;
    ++cancelled_total_;
    if (is_measured(outcome.order)) {
        ++score_.cancelled;
        score_.units_known += outcome.order.quantity;
        ++score_.backordered;
    }
    if (is_sampled(outcome.order)) {
        record(now, outcome.order, no_row, {.released = outcome.released}, OrderStatus::cancelled);
    }
}

/// Whether the customer has cancelled an order that was on its way to him already.
bool OrderDesk::is_too_late(const Order& order, Time delivered) const {
    return cancellation_ && cancellation_->at(order) < std::min(delivered, frame_.end);
}

}  // namespace spate::models
