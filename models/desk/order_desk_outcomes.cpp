// OrderDesk: what becomes of its orders at the sites.

#include <algorithm>

#include "models/desk/order_desk.hpp"

namespace spate::models {

void OrderDesk::lose(Time now, const Order& order, bool was_promised) {
    forget_refusals(order);
    post_lost_sale(order);
    note_lost(order);
    score_.substituted -= order.substitute > 0 && is_measured(order);  // he accepted it, and did not get it
    if (order.lines > 1) {
        on_line_lost(now, order, was_promised ? OrderStatus::refused : OrderStatus::lost, Time{no_time});
        return;
    }
    ++closed_here_;
    ++lost_since_;
    ++steps_.at(now).lost;
    ++lost_total_;
    if (is_measured(order)) {
        ++(was_promised ? score_.refused : score_.lost);
        score_.units_known += order.quantity;
    }
    if (presale_)
        give_money_back(now, order);
    if (is_sampled(order))
        record(now, order, no_row, {}, was_promised ? OrderStatus::refused : OrderStatus::lost);
}

void OrderDesk::on_outcomes(sim::Context& context, sim::Event& event) {
    auto batch = event.take<OutcomeBatch>();
    outcomes_received_ += static_cast<std::int64_t>(batch->outcomes.size());
    for (std::size_t i = 0; i < batch->outcomes.size(); ++i) {
        const OrderOutcome& outcome = batch->outcomes[i];
        if (outcome.order.lines > 1) {
            i = on_lines(context, *batch, i) - 1;
            continue;
        }
        switch (outcome.outcome) {
            case Outcome::shipped: on_shipped(context.now(), outcome, batch->site); break;
            case Outcome::cancelled: on_cancelled(context.now(), outcome); break;
            case Outcome::withdrawn: close_withdrawn(context.now(), outcome.order, outcome.released); break;
            case Outcome::left_out: break;  // always one of several lines
            case Outcome::refused:
                if (close_if_withdrawn(context.now(), outcome))
                    break;
                if (outcome.order.may_wait && !outcome.order.promised) {
                    lose(context.now(), outcome.order, outcome.order.was_promised);  // too many wait already
                    break;
                }
                note_refusal(outcome.order);
                place(context, outcome.order, outcome.order.source + 1U);
                break;
        }
    }
    if (notes_outcomes_)
        note_outcomes(context, *batch);
    context.recycle(std::move(batch));
    flush(context);
    send_notices(context);
}

void OrderDesk::on_shipped(Time now, const OrderOutcome& outcome, Index site) {
    const Order& order = outcome.order;
    const Duration took = outcome.delivered - (presale_ ? counts_from(order) : order.placed);
    const Duration promise = promise_of(channel_, order);
    const bool is_late = took > promise;
    forget_refusals(order);
    const bool is_delivered = outcome.delivered < frame_.end;
    ++shipped_total_;
    if (prices_)
        prices_->note_shipped(order);
    if (order.session > 0 && counts_sessions_)
        session_sales_.note_shipped(frame_, order);
    Time returned{no_time};
    if (is_delivered) {
        Flow& flow = flow_at(outcome.delivered);
        ++flow.delivered;
        flow.late += is_late;
        flow.units += order.quantity;
        note_delivery(now, outcome.delivered, is_late);
        sources_[order.source].delivered += order.quantity;
        if (const auto back = has_returns_ ? draw_return(outcome) : std::nullopt) {
            start_return(outcome, *back, true);
            returned = back->at;
        }
        if (grades_ && is_measured(order))
            grades_->note_delivered(order, is_late);
    }
    if (presale_ || pickup_)
        note_terms(outcome, is_delivered, is_late);
    if (is_measured(order)) {
        ++score_.shipped;
        score_.filled += !order.waited;
        score_.backordered += order.waited;
        score_.units_filled += order.waited ? 0 : order.quantity;
        score_.units_known += order.quantity;
        score_.too_late += is_too_late(order, outcome.delivered);
        if (is_delivered) {
            ++score_.delivered;
            score_.promised += promise != no_promise;
            score_.late += is_late;
            score_.perfect += !order.waited && !is_late;
            if (order.quoted > 0)
                note_quoted(order);
            score_.delivery_us += took.us;
            ++delivery_times_[std::min(static_cast<std::size_t>(took / delivery_bin), delivery_bins - 1)];
        }
    }
    if (is_sampled(order)) {
        record(now,
               order,
               site,
               {outcome.released, outcome.shipped, outcome.delivered, returned},
               is_delivered ? OrderStatus::delivered : OrderStatus::in_delivery);
    }
}

/// Number of the sample period that what happens at a time belongs to. Most of it is in the running one: no division.
std::int64_t OrderDesk::sample_period_of(Time at) const {
    const std::int64_t every = frame_.spec.trace.series_every.us;
    return at.us < (period_ + 1) * every ? period_ : at.us / every;
}

/// What happens at a time belongs to the sample period of that time, or to the running one if that has been closed
/// already.
OrderDesk::Flow& OrderDesk::flow_at(Time at) {
    const auto slot = static_cast<std::size_t>(sample_period_of(at) - period_);
    if (slot >= flows_.size())
        flows_.resize(slot + 1);
    return flows_[slot];
}

}  // namespace spate::models
