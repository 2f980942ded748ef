// The desk's books: series, rows of orders, totals.
#include <algorithm>
#include <utility>

#include "models/desk/order_desk.hpp"

namespace spate::models {

void OrderDesk::sample(Time at) {
    count_placed(at, std::max(placed_before(at), counted_));
    Flow flow;
    // The sample at time zero closes no period.
    if (at.us > 0) {
        if (!flows_.empty()) {
            flow = std::move(flows_.front());
            flows_.pop_front();
        }
        ++period_;
    }
    delivered_total_ += flow.delivered;
    ledger_.move_units(
        UnitAccount::in_delivery, pickup_ ? UnitAccount::at_pickup : UnitAccount::at_customer, flow.units);
    ledger_.move_units(UnitAccount::at_customer, UnitAccount::returning, flow.units_returned);
    const sim::Cell cells[] = {placed_since_,
                               lost_since_,
                               cancelled_since_,
                               flow.delivered,
                               flow.late,
                               orders_open(),
                               flow.returns,
                               flow.units_returned,
                               given_up_since_,
                               withdrawn_since_};
    writer_.row(frame_.tables.desk_series, at, index_, cells);
    placed_since_ = lost_since_ = cancelled_since_ = given_up_since_ = withdrawn_since_ = 0;
    if (frame_.spec.trace.views_within && at > frame_.measured_from())
        compare_views();
    sample_terms(at);
}

void OrderDesk::start_period(Time at) {
    steps_.start(frame_.peaks, at, frame_.end);
    if (flows_.empty())
        return;
    auto& known = flows_.front().steps;
    for (std::size_t i = 0; i < known.size(); ++i) {
        DeskStep& step = steps_.at(at + frame_.peaks.step() * static_cast<std::int64_t>(i));
        step.delivered += known[i].orders;
        step.late += known[i].late;
    }
    known = {};
}

/// Counts the orders of the batch up to `until` as placed: announced ones when they were, those of a wave when it is
/// released, at `at`.
void OrderDesk::count_placed(Time at, std::size_t until) {
    const auto orders = static_cast<std::int64_t>(until - counted_);
    placed_ += orders;
    placed_since_ += orders;
    if (orders > 0 && !frame_.peaks.is_empty())
        note_placed(at, until);
    counted_ = until;
}

/// How many of the last batch were placed before a time.
std::size_t OrderDesk::placed_before(Time at) const {
    const auto after = std::partition_point(
        batch_.begin(), batch_.end(), [at](const CustomerOrder& customer) { return customer.placed < at; });
    return static_cast<std::size_t>(after - batch_.begin());
}

std::int64_t OrderDesk::orders_placed(Time at) const {
    return placed_ + static_cast<std::int64_t>(std::max(placed_before(at), counted_) - counted_);
}

/// Puts orders of the batch into the steps in which customers placed them, and in which they are released: announced
/// ones when they are placed. A wave may have begun in an earlier sample period.
void OrderDesk::note_placed(Time released, std::size_t until) {
    const PeakCalendar& peaks = frame_.peaks;
    const std::int64_t every = peaks.every().us;
    bool is_peak = steps_.is_on();
    for (std::int64_t period = batch_[counted_].placed.us / every; !is_peak && period < period_; ++period)
        is_peak = peaks.has(period);
    if (!is_peak)
        return;
    if (!announces_)
        steps_.at(released).released += static_cast<std::int64_t>(until - counted_);
    for (std::size_t i = counted_; i < until; ++i) {
        const Time placed = batch_[i].placed;
        if (announces_ || placed.us >= period_ * every) {
            DeskStep& step = steps_.at(placed);
            ++step.placed;
            step.released += announces_;
            continue;
        }
        const std::int64_t number = placed.us / peaks.step().us;
        if (!peaks.has(placed.us / every))
            continue;
        if (placed_earlier_.empty() || placed_earlier_.back().step != number)
            placed_earlier_.push_back({number, 0});
        ++placed_earlier_.back().orders;
    }
}

/// Puts a delivery into its step, if that is in a peak. One that is reported in a later sample period than it happened
/// in counts when it is reported, as in the series.
void OrderDesk::note_delivery(Time now, Time at, bool is_late) {
    const PeakCalendar& peaks = frame_.peaks;
    if (peaks.is_empty())
        return;
    const std::int64_t period = sample_period_of(at);
    if (!peaks.has(period))
        return;
    if (period == period_) {
        DeskStep& step = steps_.at(at < steps_.from() ? now : at);
        ++step.delivered;
        step.late += is_late;
        return;
    }
    auto& steps = flows_[static_cast<std::size_t>(period - period_)].steps;
    steps.resize(peaks.steps());
    auto& step = steps[static_cast<std::size_t>(at.us % peaks.every().us / peaks.step().us)];
    ++step.orders;
    step.late += is_late;
}

void OrderDesk::record(
    Time now, const Order& order, Index site, const Times& times, OrderStatus status, std::uint32_t lines) {
    sampled_open_.remove(order.number);
    const std::int64_t first = (std::int64_t{index_} + 1) << 32, id = first | order.number;
    const Duration promise = promise_of(channel_, order);
    writer_.row(frame_.tables.orders,
                now,
                {id,
                 std::int64_t{index_},
                 std::int64_t{order.product},
                 std::int64_t{order.quantity},
                 std::int64_t{site},
                 order.placed.us,
                 times.released.us,
                 times.shipped.us,
                 times.delivered.us,
                 times.returned.us,
                 paid_at(order, status == OrderStatus::open ? now : now + sim::microsecond).us,
                 static_cast<std::int64_t>(status),
                 first | order.first_number(),
                 std::int64_t{lines},
                 std::int64_t{order.lines},
                 promise == no_promise ? no_time : promise.us,
                 std::int64_t{order.session > 0 ? order.session - 1U : no_row}});
}

void OrderDesk::finish(Time end) {
    count_placed(end, batch_.size());
    // Orders of the last, unreleased wave were placed all the same.
    batch_.clear();
    counted_ = 0;
    customers_.take_before(end, batch_);
    keep_buyers();
    for (const auto& customer : batch_) {
        if (customer.basket > 0) {
            closed_here_ += static_cast<std::int64_t>(number_basket(customer).size());
        } else {
            Order order;
            number(order, customer);
            note_unreleased(order);
            ++closed_here_;
        }
    }
    count_placed(end, batch_.size());
    std::vector<Order> open = sampled_open_.all();
    std::sort(open.begin(), open.end(), [](const Order& a, const Order& b) { return a.number < b.number; });
    for (const auto& order : open)
        record(end, order, no_row, {}, OrderStatus::open);
}

/// An order of the wave that the end of the run has cut off: its customer has paid all the same.
void OrderDesk::note_unreleased(const Order& order) {
    if (!presale_)
        return;
    if (presale_->terms().holds(order.placed)) {
        presale_->accept(order, presale_->terms().fate(order.key, order.placed));
    } else {
        presale_->take_full(order);
    }
}

void OrderDesk::note_waiting(const Order& order) {
    if (!is_measured(order))
        return;
    score_.units_known += order.quantity;
    if (order.lines > 1) {
        OpenBasket& basket = open_baskets_.at(order.first_number());
        if (std::exchange(basket.is_counted_waiting, true)) {
            ++score_.further_known;
            return;
        }
    }
    ++score_.waiting;
    ++score_.backordered;
}

void OrderDesk::note_waited_line(const Order& line, bool waits) {
    OpenBasket& basket = open_baskets_.at(line.first_number());
    basket.has_waited |= line.waited;
    if (!waits || !is_measured(line))
        return;
    score_.units_known += line.quantity;
    ++score_.further_known;
}

void OrderDesk::note_quoted(const Order& order) {
    quoted_times_.resize(delivery_bins);  // a fork may quote no more
    const Duration quoted = sim::minute * order.quoted;
    ++quoted_times_[std::min(static_cast<std::size_t>(quoted / delivery_bin), delivery_bins - 1)];
}

std::map<Index, Units> OrderDesk::delivered_by_lane() const {
    std::map<Index, Units> units;
    for (const auto& source : sources_)
        units[source.lane] += source.delivered;
    return units;
}

void OrderDesk::add_promised_times(std::vector<std::int64_t>& bins) const {
    for (std::size_t i = 0; i < quoted_times_.size(); ++i)
        bins[i] += quoted_times_[i];
    if (channel_.promise)
        bins[std::min(static_cast<std::size_t>(*channel_.promise / delivery_bin), bins.size() - 1)] += score_.promised;
}

void OrderDesk::write_summary(Time end) const {
    if (sold_batches_)
        sold_batches_->write_summary(end, writer_);
    if (grades_)
        grades_->write_summary(end, index_, frame_.tables.desk_grades, writer_);
    if (prices_)
        prices_->write_summary(end, index_, writer_);
    const auto& score = score_;
    const std::int64_t still_open = score.placed - score.delivered - score.lost - score.refused - score.cancelled
                                    - score.given_up - score.group_failed - score.withdrawn;
    writer_.row(frame_.tables.desk_summary,
                end,
                {std::int64_t{index_},
                 score.placed,
                 score.units,
                 score.filled,
                 score.units_filled,
                 score.units_known,
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
                 static_cast<std::int64_t>(score.delivery_us),
                 score.returns + score.returned_early,
                 score.units_returned,
                 score.given_up,
                 score.group_failed,
                 score.perfect,
                 score.short_of,
                 score.placed + score.further_lines,
                 score.filled + score.further_filled,
                 score.shipped + score.lost + score.refused + score.cancelled + score.waiting + score.further_known
                     + score.withdrawn_waiting,
                 score.shipped + score.further_parcels,
                 score.withdrawn,
                 score.withdrawn_waiting,
                 score.waited_in_work,
                 score.returned_early});
    write_terms(end);
    write_view_summary(end);
    if (has_channel_stock(frame_.spec))
        writer_.row(frame_.tables.withheld_summary, end, {std::int64_t{index_}, score.withheld, score.units_withheld});
    if (channel_.read)
        writer_.row(frame_.tables.read_summary, end, {std::int64_t{index_}, score.stale});
}

}  // namespace spate::models
