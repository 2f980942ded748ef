// Site: customers' orders and other sites' orders are served from stock, wait, or are refused.

#include <algorithm>

#include "sim/base/check.hpp"
#include "models/sites/purchases.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

std::uint8_t Site::class_of(const Order& order) const {
    constexpr unsigned grades = 16;
    const auto& all = frame_.spec.grades;
    const unsigned by_grade = all ? all->levels[order.grade].priority : 0U;
    return static_cast<std::uint8_t>(frame_.spec.channels[desks_[order.slot].channel].priority * grades + by_grade);
}

void Site::on_order_batch(sim::Context& context, sim::Event& event) {
    auto batch = event.take<OrderBatch>();
    constexpr std::size_t soon = 16;  // as many are likely to be in the caches still when the instant is served
    for (std::size_t i = 0; i < std::min(soon, batch->orders.size()); ++i)
        room_.prefetch(assortment_->position(batch->orders[i].product));
    arrivals_.add(std::move(batch), context.now());
    if (arrivals_.has_due() && serve_ticks_.ask(context.now()))
        context.schedule(context.now(), ServeTick{});
}

void Site::on_replenish_order(sim::Context& context, sim::Event& event) {
    auto batch = event.take<ReplenishOrder>();
    const std::uint32_t lane = lane_slots_.at(batch->lane);
    for (const auto& line : batch->lines)
        requested_.push_back({line.quantity, line.product, lane});
    context.recycle(std::move(batch));
    if (serve_ticks_.ask(context.now()))
        context.schedule(context.now(), ServeTick{});
}

/// Serves all that came in this instant, whatever process sent it first: customers by time of placing, then sites.
void Site::on_serve(sim::Context& context) {
    serve_ticks_.fired(context.now());
    const auto orders = arrivals_.take(context.now(), true);
    if (!orders.empty() || !requested_.empty())
        ++version_;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        prefetch(orders, i);
        if (orders[i].lines > 1) {
            i = serve_lines(context, orders, i, context.now()) - 1;
        } else {
            serve_customer(context, orders[i], context.now());
        }
    }
    recycle_batches(context);
    for (const auto& request : requested_)
        serve_request(context, request);
    requested_.clear();
    let_overtake(context);
    flush_outcomes(context);
}

/// Serves the announced orders placed by `until`, each as of the time it was placed.
void Site::catch_up(sim::Context& context, Time until) {
    const auto orders = arrivals_.take(until, false);
    ++version_;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        prefetch(orders, i);
        serve_customer(context, orders[i], orders[i].placed);
    }
    recycle_batches(context);
    flush_outcomes(context);
}

/// Orders of one wave touch products all over the site: what they need is fetched early.
void Site::prefetch(std::span<const Order> orders, std::size_t i) const {
    constexpr std::size_t ahead = 8;
    const std::size_t end = std::min(i + ahead + 1, orders.size());
    for (std::size_t next = i == 0 ? 1 : i + ahead; next < end; ++next)
        room_.prefetch(assortment_->position(orders[next].product));
}

void Site::recycle_batches(sim::Context& context) {
    while (auto batch = arrivals_.spent())
        context.recycle(std::move(batch));
}

/// Sees to it that announced orders are served in time: for the sample, the wave, the report, and for others that would
/// notice.
void Site::look_ahead(sim::Context& context) {
    const Time first = arrivals_.next();
    const Time wake = std::min(next_visible(), end_of_sample_period(first) - sim::microsecond);
    if (serve_ticks_.ask(wake))
        context.schedule(wake, ServeTick{});
    if (stages_.empty()) {
        schedule_report(context, first);
    } else {
        schedule_wave(context, first);
    }
}

/// When the first announced order is placed that others could notice: by an answer to its desk, by an order to a
/// source, by production.
Time Site::next_visible() {
    if (spec_.unlimited_stock && !has_continuous_rule_ && production_.empty())
        return sim::end_of_time;
    const bool is_all_visible = pushes_ || !production_.empty();
    Time found = is_all_visible ? arrivals_.next() : sim::end_of_time;
    announced_.resize(room_.size());
    const bool is_known = found < sim::end_of_time || arrivals_.scan([&](const Order& order) {
        if (is_quiet(order))
            return true;
        found = order.placed;
        return false;
    });
    for (const auto position : looked_)
        announced_[static_cast<std::size_t>(position)].units = 0;
    looked_.clear();
    return is_known ? found : arrivals_.next();
}

/// True if serving this order, after those asked about before, changes nothing that others see at once: it is sure to
/// be shipped, or waits as long as it takes, and nothing is ordered for it. Requires: `announced_` has its size.
inline bool Site::is_quiet(const Order& order) {
    const DeskLink& desk = desks_[order.slot];
    if (desk.trip >= 0 || has_left(order, order.placed))
        return false;
    const std::int32_t position = assortment_->position(order.product);
    Announced& announced = announced_[static_cast<std::size_t>(position)];
    if (announced.units == 0)
        look_at(position);
    announced.units += order.quantity;
    return announced.units <= announced.unseen && (announced.units <= announced.sure || (order.may_wait && desk.waits));
}

/// How many units of a position can be taken without others seeing it at once.
void Site::look_at(std::int32_t position) {
    constexpr Units any = INT64_MAX;
    const StockCell& cell = room_.cell(position);
    Announced& announced = announced_[static_cast<std::size_t>(position)];
    looked_.push_back(position);
    announced.sure = spec_.unlimited_stock ? any : cell.waiting == 0 ? cell.available() : 0;
    const Units point = order_points_.empty() ? INT64_MIN : order_points_[static_cast<std::size_t>(position)];
    announced.unseen = point == INT64_MIN ? any : cell.position() - point - 1;
    if (parts_ && parts_->has(position))
        announced.unseen = -1;
}

/// The first time after `at` at which the model is looked at: a sample, the begin of the measured time, the end.
Time Site::end_of_sample_period(Time at) const {
    Time next = sim::next_on_grid(at + sim::microsecond, frame_.spec.trace.series_every);
    for (const Time other : {frame_.measured_from(), frame_.end}) {
        if (other > at)
            next = std::min(next, other);
    }
    return next;
}

/// Units available for `wanted`; a site with unlimited stock buys what it lacks.
Units Site::obtainable(std::int32_t position, Units wanted, Time now) {
    const Units available = room_.cell(position).available();
    if (!spec_.unlimited_stock || available >= wanted)
        return available;
    const Units bought = wanted - available;
    room_.add_on_hand(position, bought, now);
    room_.flow(position).received += bought;
    const Index product = assortment_->product(static_cast<std::size_t>(position));
    const ProductQuantity goods{.product = product, .quantity = bought};
    post_purchase(ledger_, frame_.spec, index_, UnitAccount::purchased, goods);
    return wanted;
}

/// An order that comes back to wait has been refused here before: it and its demand are noted already.
inline void Site::note_received(const Order& order, Time at) {
    desks_[order.slot].promises_seen += order.promised;
    ++orders_received_;
    ++orders_held_;
    SiteStep& step = steps_.at(at);
    ++step.in_process;
    if (order.may_wait && order.refused)
        return;
    ++received_since_;
    ++step.received;
    room_.add_observed(assortment_->position(order.product), order.quantity);
}

void Site::serve_customer(sim::Context& context, const Order& order, Time at) {
    note_received(order, at);
    if (has_left(order, at)) {
        report(context, order, at, at, leaves_at(order), Outcome::withdrawn);
        return;
    }
    if (desks_[order.slot].presale && book(context, order, at))
        return;
    serve_or_wait(context, order, at, at);
}

/// Whether an order has its goods now. Where customers wait, nobody overtakes those who wait already.
bool Site::can_have(const Order& order, std::int32_t position, Time at) {
    const bool may_wait = frame_.spec.channels[desks_[order.slot].channel].unmet == Unmet::backorder;
    if (may_wait && has_queue_ahead(order, position))
        return false;
    return free_to(order, position, at) >= order.quantity;
}

/// Serves an order that reached the site at `released`, or lets it wait or refuses it.
void Site::serve_or_wait(sim::Context& context, const Order& order, Time released, Time at) {
    const std::int32_t position = assortment_->position(order.product);
    SPATE_ASSERT(position >= 0);
    const ChannelSpec& channel = frame_.spec.channels[desks_[order.slot].channel];
    if (can_have(order, position, at)) {
        take_customer(context, order, released, at);
        if (!production_.empty() && waiting_.contains(position))
            produce_shortage(context, order.product);  // what those who wait have lost
    } else if (order.may_wait && has_room_to_wait(channel, position, order.quantity)) {
        note_oversold(order, position);
        Waiting waiting;
        waiting.order = order;
        waiting.order.waited = true;
        waiting.released = released;
        waiting.deadline = deadline_of(order);
        if (const Time left = has_cancellation_ ? leaves_at(order) : sim::end_of_time; left < waiting.deadline) {
            waiting.deadline = left;
            waiting.is_withdrawn = true;
        }
        waiting.quantity = order.quantity;
        wait(context, position, waiting, at);
        if (order.lines > 1)
            note_kept_for(order, 1);
        produce_shortage(context, order.product);
        if (channel.view != StockView::live)
            note_overtaking(position);
    } else {
        refuse(context, order, at);
    }
    note_change(context, position);
}

/// `how`: as one that looks for another site, or as a gift that its order goes without.
void Site::refuse(sim::Context& context, const Order& order, Time at, Outcome how) {
    ++refused_since_;
    note_oversold(order, assortment_->position(order.product));
    Order refused = order;
    refused.refused = true;
    if (parts_)
        note_withheld(refused);
    report(context, refused, at, at, at, how);
}

/// Lines of an order go back, without having waited here.
void Site::refuse_together(sim::Context& context, std::span<const Order> lines, Time at, Outcome how) {
    for (const Order& line : lines) {
        note_received(line, at);
        refuse(context, line, at, how);
        note_change(context, assortment_->position(line.product));
    }
}

void Site::serve_request(sim::Context& context, const OrderedUnits& request) {
    const std::int32_t position = assortment_->position(request.product);
    SPATE_ASSERT(position >= 0);
    room_.add_observed(position, request.quantity);
    Units ready = is_shared_wanted(position)
                      ? 0
                      : std::min(obtainable(position, request.quantity, context.now()), request.quantity);
    if (parts_)
        ready = std::min(ready, parts_->shared(position, room_.cell(position).available()));
    if (spec_.fill == SiteSpec::Fill::whole && ready < request.quantity)
        ready = 0;
    if (ready > 0)
        load(context, request.lane, request.product, ready);
    if (ready < request.quantity) {
        Waiting waiting;
        waiting.is_customer = false;
        waiting.deadline = sim::end_of_time;
        waiting.lane = request.lane;
        waiting.quantity = request.quantity - ready;
        wait(context, position, waiting, context.now());
        produce_shortage(context, request.product);
        note_overtaking(position);
    }
    note_change(context, position);
}

/// Reserves the units of a customer's order and sends it to the first stage, or to the carrier where there is none.
void Site::take_customer(sim::Context& context, const Order& order, Time released, Time at) {
    const std::int32_t position = assortment_->position(order.product);
    if (parts_)
        parts_->take(desks_[order.slot].channel, position, order);
    room_.add_reserved(position, order.quantity);
    ledger_.move_units(UnitAccount::available, UnitAccount::reserved, order.quantity);
    if (order.lines > 1) {
        keep(order, released, at);
        return;
    }
    note_stock_wait(order, released, at);
    if (!desks_[order.slot].presale || !lock(context, order, released, at))
        send_on(context, order, released, at);
}

/// Sends an order whose units are reserved on its way.
void Site::send_on(sim::Context& context, const Order& order, Time released, Time at) {
    if (stages_.empty()) {
        hand_over(context, {order, released, at}, at);
        return;
    }
    stages_.front().push({order, released, at}, class_of(order));
    schedule_wave(context, at);
}

void Site::wait(sim::Context& context, std::int32_t position, const Waiting& waiting, Time now) {
    add_waiting(position, waiting.quantity, waiting.is_customer, now);
    waiting_[position].join(waiting, priority_of(waiting), claimant_of(position, waiting));
    if (waiting.deadline == sim::end_of_time)
        return;
    deadlines_.emplace_back(waiting.deadline, position);
    std::push_heap(deadlines_.begin(), deadlines_.end(), std::greater<>());
    schedule_leave(context);
}

void Site::schedule_leave(sim::Context& context) {
    if (deadlines_.empty())
        return;
    const Time next = std::max(deadlines_.front().first, context.now());
    if (leave_ticks_.ask(next))
        context.schedule(next, LeaveTick{});
}

void Site::add_waiting(std::int32_t position, Units units, bool is_customer, Time at) {
    room_.add_waiting(position, units, is_customer, at);
    steps_.at(at).backordered += is_customer ? units : 0;
}

/// Goods of a product have come: those who have booked are served, then those who wait, in the order of the queue,
/// after channels and sites have had their parts if the rule shares out (SiteSpec::allocate). A customer is served
/// whole and blocks those behind; a site takes what there is, or is served whole too (SiteSpec::fill).
void Site::serve_waiting(sim::Context& context, std::int32_t position) {
    serve_bookings(context, position);
    const auto found = waiting_.find(position);
    if (found == waiting_.end())
        return;
    auto& queue = found->second;
    if (parts_ && parts_->has(position)) {
        serve_waiting_by_channel(context, position, queue);
    } else {
        if (spec_.allocate >= SiteSpec::Allocate::proportional)
            share_out(context, position, queue);
        serve_in_turn(context, position, queue);
    }
    if (queue.is_empty())
        waiting_.erase(found);
}

/// One after the other, as long as there is enough for the first.
void Site::serve_in_turn(sim::Context& context, std::int32_t position, WaitingQueue& queue) {
    while (!queue.is_empty() && room_.cell(position).available() > 0) {
        const WaitingQueue::Place first = queue.first();
        if (queue.at(first).deadline <= context.now()) {
            cancel(context, position, queue, first);
        } else if (!give(context, position, queue, first, room_.cell(position).available())) {
            break;
        }
    }
}

/// Gives somebody who waits at most so many units. True: all that was wanted, and he waits no more.
bool Site::give(
    sim::Context& context, std::int32_t position, WaitingQueue& queue, WaitingQueue::Place place, Units most) {
    const Waiting waiting = queue.at(place);
    const bool is_whole = waiting.is_customer || spec_.fill == SiteSpec::Fill::whole;
    if (most == 0 || (is_whole && most < waiting.quantity))
        return false;
    const Units taken = std::min(most, waiting.quantity);
    if (taken < waiting.quantity) {
        queue.reduce(place, taken);
    } else {
        queue.leave(place);
    }
    add_waiting(position, -taken, waiting.is_customer, context.now());
    if (!waiting.is_customer) {
        load(context, waiting.lane, assortment_->product(static_cast<std::size_t>(position)), taken);
        return taken == waiting.quantity;
    }
    note_in_work(waiting.order, 1);
    take_customer(context, waiting.order, waiting.released, context.now());
    if (waiting.order.lines > 1) {
        note_kept_for(waiting.order, -1);
        complete(context, waiting.order, context.now());
    }
    return true;
}

/// The patience of a waiting customer has ended, or he has cancelled: he leaves the queue.
void Site::cancel(sim::Context& context, std::int32_t position, WaitingQueue& queue, WaitingQueue::Place place) {
    const Waiting waiting = queue.at(place);
    queue.leave(place);
    add_waiting(position, -waiting.quantity, true, context.now());
    const Outcome outcome = waiting.is_withdrawn ? Outcome::withdrawn : Outcome::cancelled;
    note_in_work(waiting.order, 1);  // until it is reported
    report(context, waiting.order, waiting.released, context.now(), waiting.deadline, outcome);
    if (waiting.order.lines > 1) {
        note_kept_for(waiting.order, -1);
        complete(context, waiting.order, context.now());
    }
}

/// Those whose patience has ended leave the queue, as far as they are not behind `last` (none: all of them). False: he
/// is one of them.
bool Site::cancel_until(sim::Context& context, std::int32_t position, WaitingQueue& queue, WaitingQueue::Place last) {
    for (;;) {
        const WaitingQueue::Place due = queue.first_due(context.now());
        if (due == WaitingQueue::none || (last != WaitingQueue::none && due != last && queue.is_before(last, due)))
            return true;
        cancel(context, position, queue, due);
        if (due == last)
            return false;
    }
}

/// Customers whose patience ends now leave the queue.
void Site::on_leave(sim::Context& context) {
    leave_ticks_.fired(context.now());
    while (!deadlines_.empty() && deadlines_.front().first <= context.now()) {
        const std::int32_t position = deadlines_.front().second;
        std::pop_heap(deadlines_.begin(), deadlines_.end(), std::greater<>());
        deadlines_.pop_back();
        if (!cancel_one(context, position))
            continue;
        if (waiting_.contains(position)) {
            serve_waiting(context, position);
            ++version_;
        }
        note_change(context, position);
    }
    schedule_leave(context);
    flush_outcomes(context);
}

/// The first in the queue whose patience has ended leaves it. False: nobody's has, so who was looked for has been
/// served.
bool Site::cancel_one(sim::Context& context, std::int32_t position) {
    const auto found = waiting_.find(position);
    if (found == waiting_.end())
        return false;
    WaitingQueue& queue = found->second;
    const WaitingQueue::Place due = queue.first_due(context.now());
    if (due == WaitingQueue::none)
        return false;
    cancel(context, position, queue, due);
    if (queue.is_empty())
        waiting_.erase(found);
    return true;
}

/// Sets units aside for the lane's next departure.
void Site::load(sim::Context& context, std::uint32_t lane, Index product, Units quantity) {
    const std::int32_t position = assortment_->position(product);
    room_.add_reserved(position, quantity);
    ledger_.move_units(UnitAccount::available, UnitAccount::reserved, quantity);
    OutLane& out = lanes_[lane];
    out.loading.push_back({.product = product, .quantity = quantity});
    if (!std::exchange(out.is_scheduled, true))
        context.schedule(out.timetable.next(context.now()), DepartTick{lane});
}

/// A factory plans runs for what waits and is not in production yet.
void Site::produce_shortage(sim::Context& context, Index product) {
    if (production_.empty())
        return;
    const std::int32_t position = assortment_->position(product);
    Units& planned = in_production_[product];
    // What is booked is made, whatever lies on the shelf.
    const Units booked = bookings_.wanted(position, [this](Index channel) { return part_for_bookings(channel); });
    const Units short_of = room_.cell(position).waiting - bookings_.units(position) - room_.cell(position).available();
    const Units missing = (booked > 0 ? std::max<Units>(short_of, 0) + booked : short_of) - planned;
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
