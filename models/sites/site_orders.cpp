// Site: customers' orders and other sites' orders are served from stock, wait, or are refused.

#include <algorithm>

#include "sim/base/check.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

void Site::on_order_batch(sim::Context& context, sim::Event& event) {
    auto batch = event.take<OrderBatch>();
    arrived_.insert(arrived_.end(), batch->orders.begin(), batch->orders.end());
    arrivals_sorted_ = false;
    const auto number = static_cast<std::int64_t>(batch->orders.size());
    orders_received_ += number;
    orders_held_ += number;
    context.recycle(std::move(batch));
    if (!std::exchange(serve_scheduled_, true))
        context.schedule(context.now(), ServeTick{});
}

void Site::on_replenish_order(sim::Context& context, sim::Event& event) {
    auto batch = event.take<ReplenishOrder>();
    const std::uint32_t lane = lane_slots_.at(batch->lane);
    for (const auto& line : batch->lines)
        requested_.push_back({lane, line});
    context.recycle(std::move(batch));
    if (!std::exchange(serve_scheduled_, true))
        context.schedule(context.now(), ServeTick{});
}

/// Serves all that came in this instant, whatever process sent it first: customers by time of placing, then sites.
void Site::on_serve(sim::Context& context) {
    serve_scheduled_ = false;
    ++version_;
    if (!std::exchange(arrivals_sorted_, true)) {
        std::sort(arrived_.begin() + static_cast<std::ptrdiff_t>(served_),
                  arrived_.end(),
                  [](const Order& a, const Order& b) { return comes_before(a, b); });
    }
    constexpr std::size_t ahead = 8;  // orders of one wave touch products all over the site: fetch their cells early
    for (; served_ < arrived_.size() && arrived_[served_].placed <= context.now(); ++served_) {
        if (served_ + ahead < arrived_.size())
            room_.prefetch(assortment_->position(arrived_[served_ + ahead].product));
        serve_customer(context, arrived_[served_]);
    }
    if (served_ == arrived_.size()) {
        arrived_.clear();
        served_ = 0;
    } else if (std::exchange(announced_for_, arrived_[served_].placed) != arrived_[served_].placed) {
        // Orders that desks have announced are served when they are placed.
        context.schedule(arrived_[served_].placed, ServeTick{});
    }
    for (const auto& request : requested_)
        serve_request(context, request);
    requested_.clear();
    flush_outcomes(context);
}

/// Units available for `wanted`; a site with unlimited stock buys what it lacks at standard cost.
Units Site::obtainable(std::int32_t position, Units wanted, Time now) {
    const Units available = room_.cell(position).available();
    if (!spec_.unlimited_stock || available >= wanted)
        return available;
    const Units bought = wanted - available;
    room_.add_on_hand(position, bought, now);
    room_.flow(position).received += bought;
    ledger_.move_units(UnitAccount::purchased, UnitAccount::available, bought);
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::inventory, room_.value_of(position, bought));
    return wanted;
}

void Site::serve_customer(sim::Context& context, const Order& order) {
    DeskLink& desk = desks_[order.slot];
    desk.promises_seen += order.promised;
    const std::int32_t position = assortment_->position(order.product);
    SPATE_ASSERT(position >= 0);
    const ChannelSpec& channel = frame_.spec.channels[desk.channel];
    // With a live view an order that may wait has been refused here before: it and its demand are noted already.
    const bool has_returned = order.may_wait && channel.view == StockView::live;
    if (!has_returned) {
        ++received_since_;
        room_.add_observed(position, order.quantity);
    }
    // Where customers wait, nobody overtakes those who wait already.
    const bool queue_ahead = channel.unmet == Unmet::backorder && waiting_.contains(position);
    if (!queue_ahead && obtainable(position, order.quantity, context.now()) >= order.quantity) {
        take_customer(context, order, context.now());
    } else if (order.may_wait) {
        Waiting waiting;
        waiting.order = order;
        waiting.order.waited = true;
        waiting.released = context.now();
        const auto patience = channel.patience;
        waiting.deadline = patience ? order.placed + *patience : sim::end_of_time;
        waiting.quantity = order.quantity;
        wait(position, waiting, context.now());
        if (patience)
            schedule_wave(context);
        produce_shortage(context, order.product);
    } else {
        ++refused_since_;
        report(context, order, context.now(), context.now(), Outcome::refused);
    }
    note_change(context, position);
}

void Site::serve_request(sim::Context& context, const Request& request) {
    const std::int32_t position = assortment_->position(request.line.product);
    SPATE_ASSERT(position >= 0);
    room_.add_observed(position, request.line.quantity);
    const Units ready =
        waiting_.contains(position)
            ? 0
            : std::min(obtainable(position, request.line.quantity, context.now()), request.line.quantity);
    if (ready > 0)
        load(context, request.lane, request.line.product, ready);
    if (ready < request.line.quantity) {
        Waiting waiting;
        waiting.is_customer = false;
        waiting.deadline = sim::end_of_time;
        waiting.lane = request.lane;
        waiting.quantity = request.line.quantity - ready;
        wait(position, waiting, context.now());
        produce_shortage(context, request.line.product);
    }
    note_change(context, position);
}

/// Reserves the units of a customer's order and sends it to the first stage, or to the carrier where there is none.
void Site::take_customer(sim::Context& context, const Order& order, Time released) {
    const std::int32_t position = assortment_->position(order.product);
    room_.add_reserved(position, order.quantity, context.now());
    ledger_.move_units(UnitAccount::available, UnitAccount::reserved, order.quantity);
    const Job job{order, released, context.now()};
    if (stages_.empty()) {
        ship_order(context, job);
        return;
    }
    stages_.front().push(job);
    schedule_wave(context);
}

void Site::wait(std::int32_t position, const Waiting& waiting, Time now) {
    room_.add_waiting(position, waiting.quantity, waiting.is_customer, now);
    waiting_[position].push_back(waiting);
    if (waiting.deadline == sim::end_of_time)
        return;
    deadlines_.emplace_back(waiting.deadline, position);
    std::push_heap(deadlines_.begin(), deadlines_.end(), std::greater<>());
}

/// Goods of a product have come: those who wait are served first come, first served. A customer is served whole and
/// blocks those behind; a site takes what there is.
void Site::serve_waiting(sim::Context& context, std::int32_t position) {
    const auto found = waiting_.find(position);
    if (found == waiting_.end())
        return;
    auto& queue = found->second;
    while (!queue.empty() && room_.cell(position).available() > 0) {
        Waiting& first = queue.front();
        if (first.is_customer && first.deadline <= context.now()) {
            room_.add_waiting(position, -first.quantity, true, context.now());
            report(context, first.order, first.released, first.deadline, Outcome::cancelled);
            queue.pop_front();
            continue;
        }
        const Units available = room_.cell(position).available();
        if (first.is_customer && available < first.quantity)
            break;
        const Units taken = std::min(available, first.quantity);
        room_.add_waiting(position, -taken, first.is_customer, context.now());
        if (first.is_customer) {
            take_customer(context, first.order, first.released);
        } else {
            load(context, first.lane, assortment_->product(static_cast<std::size_t>(position)), taken);
            first.quantity -= taken;
            if (first.quantity > 0)
                break;
        }
        queue.pop_front();
    }
    if (queue.empty())
        waiting_.erase(found);
}

/// Customers whose patience has ended leave the queue; their orders are cancelled at the end of their patience.
void Site::expire(sim::Context& context) {
    while (!deadlines_.empty() && deadlines_.front().first <= context.now()) {
        const std::int32_t position = deadlines_.front().second;
        std::pop_heap(deadlines_.begin(), deadlines_.end(), std::greater<>());
        deadlines_.pop_back();
        const auto found = waiting_.find(position);
        if (found == waiting_.end())
            continue;
        auto& queue = found->second;
        for (auto waiting = queue.begin(); waiting != queue.end();) {
            if (waiting->deadline > context.now()) {
                ++waiting;
                continue;
            }
            room_.add_waiting(position, -waiting->quantity, true, context.now());
            report(context, waiting->order, waiting->released, waiting->deadline, Outcome::cancelled);
            waiting = queue.erase(waiting);
        }
        if (queue.empty()) {
            waiting_.erase(found);
        } else {
            serve_waiting(context, position);
            ++version_;
        }
        note_change(context, position);
    }
}

/// Sets units aside for the lane's next departure.
void Site::load(sim::Context& context, std::uint32_t lane, Index product, Units quantity) {
    const std::int32_t position = assortment_->position(product);
    room_.add_reserved(position, quantity, context.now());
    ledger_.move_units(UnitAccount::available, UnitAccount::reserved, quantity);
    OutLane& out = lanes_[lane];
    out.loading.push_back({product, quantity});
    if (!std::exchange(out.is_scheduled, true))
        context.schedule(out.timetable.next(context.now()), DepartTick{lane});
}

/// A factory plans runs for what waits and is not in production yet.
void Site::produce_shortage(sim::Context& context, Index product) {
    if (production_.empty())
        return;
    const std::int32_t position = assortment_->position(product);
    Units& planned = in_production_[product];
    const Units missing = room_.cell(position).waiting - room_.cell(position).available() - planned;
    if (missing <= 0)
        return;
    std::vector<FinishedBatch> batches;
    planned += production_.front().plan(product, missing, context.now(), batches);
    for (const auto& batch : batches) {
        batches_[batch_count_] = batch;
        context.schedule(batch.at, ProductionDone{batch_count_++});
    }
}

}  // namespace spate::models
