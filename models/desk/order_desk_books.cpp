// The desk's books: series, rows of orders, totals.
#include <algorithm>

#include "models/desk/order_desk.hpp"

namespace spate::models {

void OrderDesk::sample(Time at) {
    const std::size_t placed = std::max(placed_before(at), counted_);
    count_placed(static_cast<std::int64_t>(placed - counted_));
    counted_ = placed;
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
    ledger_.move_units(UnitAccount::at_customer, UnitAccount::returning, flow.units_returned);
    const std::int64_t open = placed_ - lost_total_ - cancelled_total_ - delivered_total_;
    const sim::Cell cells[] = {placed_since_,
                               lost_since_,
                               cancelled_since_,
                               flow.delivered,
                               flow.late,
                               open,
                               flow.returns,
                               flow.units_returned};
    writer_.row(frame_.tables.desk_series, at, index_, cells);
    placed_since_ = lost_since_ = cancelled_since_ = 0;
}

bool OrderDesk::is_sampled(const Order& order) const {
    return sim::mix(order.key, 0x0DDE) < sample_below_ || sample_below_ == UINT64_MAX;
}

void OrderDesk::record(Time now, const Order& order, Index site, const Times& times, OrderStatus status) {
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
                 times.released.us,
                 times.shipped.us,
                 times.delivered.us,
                 times.returned.us,
                 static_cast<std::int64_t>(status)});
}

void OrderDesk::finish(Time end) {
    count_placed(static_cast<std::int64_t>(batch_.size() - counted_));
    // Orders of the last, unreleased wave were placed all the same.
    batch_.clear();
    customers_.take_before(end, batch_);
    for (const auto& customer : batch_)
        number(customer);
    closed_here_ += static_cast<std::int64_t>(batch_.size());
    count_placed(static_cast<std::int64_t>(batch_.size()));
    counted_ = batch_.size();
    std::vector<Order> open = sampled_open_.all();
    std::sort(open.begin(), open.end(), [](const Order& a, const Order& b) { return a.number < b.number; });
    for (const auto& order : open)
        record(end, order, no_row, {}, OrderStatus::open);
}

void OrderDesk::note_waiting(const Order& order) {
    if (!is_measured(order))
        return;
    ++score_.waiting;
    score_.units_known += order.quantity;
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
                 score.returns,
                 score.units_returned});
}

}  // namespace spate::models
