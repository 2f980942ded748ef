#include "models/desk/order_desk.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"

namespace spate::models {

OrderDesk::OrderDesk(const RunFrame& frame,
                     Index market,
                     Index channel,
                     std::uint32_t index,
                     const BaseDemand& base,
                     sim::TraceWriter& writer)
    : Process("desk " + frame.spec.markets[market].id + "/" + frame.spec.channels[channel].id)
    , frame_(frame)
    , channel_(frame.spec.channels[channel])
    , index_(index)
    , customers_(frame.spec, base, market, channel)
    , writer_(writer)
    , delivery_times_(delivery_bins) {
    const double share = std::clamp(frame.spec.trace.orders_share, 0.0, 1.0);
    sample_below_ = share >= 1 ? UINT64_MAX : static_cast<std::uint64_t>(share * 0x1p64);
}

sim::Output<OrderBatch>& OrderDesk::add_source(Site& site, std::uint32_t slot, Index lane) {
    Source& source = sources_.emplace_back();
    source.site = site.index();
    source.slot = slot;
    source.lane = lane;
    source.is_unlimited = frame_.spec.sites[source.site].unlimited_stock;
    source.assortment = site.shared_assortment();
    return source.output;
}

void OrderDesk::start(sim::Context& context) {
    schedule_tick(context);
}

void OrderDesk::on_event(sim::Context& context, sim::Event& event) {
    switch (event.type) {
        case DeskTick::type: on_tick(context); break;
        case OutcomeBatch::type: on_outcomes(context, event); break;
        case ViewUpdate::type: on_view(event); break;
        default: SPATE_ASSERT(!"a desk got a message it does not know");
    }
}

void OrderDesk::schedule_tick(sim::Context& context) {
    // A wave is released at its end, with all orders placed before that instant.
    const bool at_once = channel_.release_every.us == 0;
    const Time next = at_once ? customers_.next() : customers_.next_wave();
    if (next < frame_.end)
        context.schedule(next, DeskTick{});
}

void OrderDesk::on_tick(sim::Context& context) {
    batch_.clear();
    customers_.take_before(channel_.release_every.us == 0 ? context.now() + sim::microsecond : context.now(), batch_);
    constexpr std::size_t ahead =
        6;  // orders of one wave look all over the sites' stock: fetch what the next ones need early
    for (std::size_t i = 0; i < batch_.size(); ++i) {
        if (i + 2 * ahead < batch_.size())
            prefetch_positions(batch_[i + 2 * ahead].product);
        if (i + ahead < batch_.size())
            prefetch_views(batch_[i + ahead].product);
        take_order(context, batch_[i]);
    }
    flush(context);
    schedule_tick(context);
}

void OrderDesk::prefetch_positions(Index product) const {
    for (std::size_t s = 0; s < std::min(sources_.size(), nearest); ++s)
        sources_[s].assortment->prefetch(product);
}

void OrderDesk::prefetch_views(Index product) const {
    for (std::size_t s = 0; s < std::min(sources_.size(), nearest); ++s) {
        const std::int32_t position = sources_[s].assortment->position(product);
        if (position >= 0 && sources_[s].view)
            __builtin_prefetch(&sources_[s].view->available[static_cast<std::size_t>(position)]);
    }
}

/// Numbers and counts a customer's order.
Order OrderDesk::number(const CustomerOrder& customer) {
    Order order;
    order.number = numbered_++;
    order.key = customer.key;
    order.placed = customer.placed;
    order.product = customer.product;
    order.quantity = customer.quantity;
    ++placed_;
    ++placed_since_;
    if (is_measured(order)) {
        ++score_.placed;
        score_.units += order.quantity;
    }
    return order;
}

void OrderDesk::take_order(sim::Context& context, const CustomerOrder& customer) {
    const Order order = number(customer);
    if (is_sampled(order))
        sampled_open_.add(order);
    place(context, order, 0);
}

bool OrderDesk::has_stock(const Source& source, std::int32_t position, std::uint32_t quantity) const {
    if (source.is_unlimited)
        return true;
    std::int64_t available = source.view->available[static_cast<std::size_t>(position)];
    if (available - source.promised_units >= quantity)
        return true;
    for (std::size_t i = source.first_promise; i < source.promises.size(); ++i) {
        if (source.promises[i].first == position)
            available -= source.promises[i].second;
    }
    return available >= quantity;
}

/// Sends the order to the nearest site, from `first` on, that has the goods in the desk's view; else it waits at the
/// nearest site that keeps the product, or is lost. With a live view the first site that keeps it is asked.
void OrderDesk::place(sim::Context& context, Order order, std::size_t first) {
    const bool was_promised = order.promised;
    const bool asks = channel_.view == StockView::live;
    for (std::size_t s = first; s < sources_.size() && order.tries < frame_.spec.max_sources; ++s) {
        Source& source = sources_[s];
        const std::int32_t position = source.assortment->position(order.product);
        if (position < 0)
            continue;
        ++order.tries;
        if (!asks && !has_stock(source, position, order.quantity))
            continue;
        order.promised = !asks;
        order.may_wait = !asks && channel_.unmet == Unmet::backorder;
        if (!asks && !source.is_unlimited) {
            source.promises.emplace_back(position, order.quantity);
            source.promised_units += order.quantity;
        }
        send(context, order, s);
        return;
    }
    if (channel_.unmet == Unmet::backorder) {
        for (std::size_t s = 0; s < sources_.size(); ++s) {
            if (sources_[s].assortment->position(order.product) < 0)
                continue;
            order.promised = false;
            order.may_wait = true;
            send(context, order, s);
            return;
        }
    }
    lose(context, order, was_promised);
}

void OrderDesk::send(sim::Context& context, Order order, std::size_t s) {
    Source& source = sources_[s];
    order.slot = source.slot;
    order.source = static_cast<std::uint16_t>(s);
    if (!source.pending)
        source.pending = context.make<OrderBatch>();
    source.pending->orders.push_back(order);
}

void OrderDesk::flush(sim::Context& context) {
    for (auto& source : sources_) {
        if (!source.pending)
            continue;
        orders_sent_ += static_cast<std::int64_t>(source.pending->orders.size());
        context.send(source.output, source.output.link.lookahead, std::move(source.pending));
    }
}

void OrderDesk::lose(sim::Context& context, const Order& order, bool was_promised) {
    ++closed_here_;
    ++lost_since_;
    ++lost_total_;
    if (is_measured(order))
        ++(was_promised ? score_.refused : score_.lost);
    const Money penalty = multiply(channel_.lost_sale_penalty, order.quantity);
    ledger_.move_money(MoneyAccount::imputed, MoneyAccount::lost_sale_penalty, penalty);
    if (is_sampled(order)) {
        record(context.now(),
               order,
               no_row,
               Time{no_time},
               Time{no_time},
               Time{no_time},
               was_promised ? OrderStatus::refused : OrderStatus::lost);
    }
}

void OrderDesk::on_outcomes(sim::Context& context, sim::Event& event) {
    auto batch = event.take<OutcomeBatch>();
    outcomes_received_ += static_cast<std::int64_t>(batch->outcomes.size());
    for (const auto& outcome : batch->outcomes) {
        switch (outcome.outcome) {
            case Outcome::shipped: on_shipped(context.now(), outcome, batch->site); break;
            case Outcome::cancelled: on_cancelled(context.now(), outcome); break;
            case Outcome::refused: place(context, outcome.order, outcome.order.source + 1U); break;
        }
    }
    context.recycle(std::move(batch));
    flush(context);
}

void OrderDesk::on_shipped(Time now, const OrderOutcome& outcome, Index site) {
    const Order& order = outcome.order;
    const Duration took = outcome.delivered - order.placed;
    const bool is_late = channel_.promise && took > *channel_.promise;
    const bool is_delivered = outcome.delivered < frame_.end;
    ++shipped_total_;
    if (is_delivered) {
        // A delivery belongs to its own sample period, or to the running one if that has been closed already.
        const std::int64_t period = std::max(outcome.delivered.us / frame_.spec.trace.series_every.us, period_);
        const auto slot = static_cast<std::size_t>(period - period_);
        if (slot >= flows_.size())
            flows_.resize(slot + 1);
        ++flows_[slot].delivered;
        flows_[slot].late += is_late;
        flows_[slot].units += order.quantity;
        sources_[order.source].delivered += order.quantity;
    }
    if (is_measured(order)) {
        ++score_.shipped;
        score_.filled += !order.waited;
        score_.backordered += order.waited;
        if (is_delivered) {
            ++score_.delivered;
            score_.promised += channel_.promise.has_value();
            score_.late += is_late;
            score_.delivery_us += took.us;
            ++delivery_times_[std::min(static_cast<std::size_t>(took / delivery_bin), delivery_bins - 1)];
        }
    }
    if (is_sampled(order)) {
        record(now,
               order,
               site,
               outcome.released,
               outcome.shipped,
               outcome.delivered,
               is_delivered ? OrderStatus::delivered : OrderStatus::in_delivery);
    }
}

void OrderDesk::on_cancelled(Time now, const OrderOutcome& outcome) {
    ++closed_here_;
    ++cancelled_since_;
    ++cancelled_total_;
    if (is_measured(outcome.order)) {
        ++score_.cancelled;
        ++score_.backordered;
    }
    if (is_sampled(outcome.order)) {
        record(now, outcome.order, no_row, outcome.released, Time{no_time}, Time{no_time}, OrderStatus::cancelled);
    }
}

/// A fresh copy of a site's stock: promises the site has seen are in it and need no longer be subtracted.
void OrderDesk::on_view(sim::Event& event) {
    auto update = event.take<ViewUpdate>();
    Source& source = sources_[update->source];
    source.view = update->stock;
    for (; source.promises_known < update->promises_seen; ++source.promises_known) {
        source.promised_units -= source.promises[source.first_promise++].second;
    }
    if (source.first_promise == source.promises.size() || source.first_promise > 4096) {
        source.promises.erase(source.promises.begin(),
                              source.promises.begin() + static_cast<std::ptrdiff_t>(source.first_promise));
        source.first_promise = 0;
    }
}

void OrderDesk::sample(Time at) {
    Flow flow;
    // The sample at time zero closes no period.
    if (at.us > 0) {
        if (!flows_.empty()) {
            flow = flows_.front();
            flows_.pop_front();
        }
        ++period_;
    }
    delivered_total_ += flow.delivered;
    ledger_.move_units(UnitAccount::in_delivery, UnitAccount::at_customer, flow.units);
    const std::int64_t open = placed_ - lost_total_ - cancelled_total_ - delivered_total_;
    const sim::Cell cells[] = {placed_since_, lost_since_, cancelled_since_, flow.delivered, flow.late, open};
    writer_.row(frame_.tables.desk_series, at, index_, cells);
    placed_since_ = lost_since_ = cancelled_since_ = 0;
}

bool OrderDesk::is_sampled(const Order& order) const {
    return sim::mix(order.key, 0x0DDE) < sample_below_ || sample_below_ == UINT64_MAX;
}

void OrderDesk::record(
    Time now, const Order& order, Index site, Time released, Time shipped, Time delivered, OrderStatus status) {
    sampled_open_.remove(order.number);
    const std::int64_t id = (std::int64_t{index_} + 1) << 32 | order.number;
    writer_.row(frame_.tables.orders,
                now,
                {id,
                 std::int64_t{index_},
                 std::int64_t{order.product},
                 std::int64_t{order.quantity},
                 std::int64_t{site},
                 order.placed.us,
                 released.us,
                 shipped.us,
                 delivered.us,
                 static_cast<std::int64_t>(status)});
}

void OrderDesk::finish(Time end) {
    // Orders of the last, unreleased wave were placed all the same.
    batch_.clear();
    customers_.take_before(end, batch_);
    for (const auto& customer : batch_) {
        const Order order = number(customer);
        if (is_sampled(order))
            sampled_open_.add(order);
    }
    closed_here_ += static_cast<std::int64_t>(batch_.size());
    std::vector<Order> open = sampled_open_.all();
    std::sort(open.begin(), open.end(), [](const Order& a, const Order& b) { return a.number < b.number; });
    for (const auto& order : open)
        record(end, order, no_row, Time{no_time}, Time{no_time}, Time{no_time}, OrderStatus::open);
}

void OrderDesk::note_waiting(const Order& order) {
    if (!is_measured(order))
        return;
    ++score_.waiting;
    ++score_.backordered;
}

std::map<Index, Units> OrderDesk::delivered_by_lane() const {
    std::map<Index, Units> units;
    for (const auto& source : sources_)
        units[source.lane] += source.delivered;
    return units;
}

void OrderDesk::write_summary(Time end) const {
    const auto& score = score_;
    const std::int64_t still_open = score.placed - score.delivered - score.lost - score.refused - score.cancelled;
    writer_.row(frame_.tables.desk_summary,
                end,
                {std::int64_t{index_},
                 score.placed,
                 score.units,
                 score.filled,
                 score.backordered,
                 score.lost,
                 score.cancelled,
                 score.refused,
                 score.shipped,
                 score.delivered,
                 score.promised,
                 score.late,
                 still_open,
                 score.waiting,
                 static_cast<std::int64_t>(score.delivery_us)});
}

}  // namespace spate::models
