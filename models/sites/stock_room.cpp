#include "models/sites/stock_room.hpp"

#include <algorithm>
#include <string>

#include "sim/base/check.hpp"

namespace spate::models {

StockRoom::StockRoom(std::vector<Money> cost)
    : cells_(cost.size())
    , flows_(cost.size())
    , available_(cost.size())
    , cost_(std::move(cost)) {}

void StockRoom::note_available(std::int32_t position, const StockCell& cell) {
    available_[static_cast<std::size_t>(position)] =
        static_cast<std::int32_t>(std::clamp<Units>(cell.available(), 0, INT32_MAX));
}

/// Levels that no sequence of events may reach. Throws: InvariantError.
void StockRoom::check(std::int32_t position, const StockCell& cell) const {
    const bool is_sound = cell.reserved >= 0 && cell.reserved <= cell.on_hand && cell.customers_waiting >= 0
                          && cell.customers_waiting <= cell.waiting && cell.on_order >= 0;
    if (is_sound)
        return;
    throw sim::InvariantError("impossible stock at position " + std::to_string(position) + ": "
                              + std::to_string(cell.on_hand) + " on hand, " + std::to_string(cell.reserved)
                              + " reserved, " + std::to_string(cell.waiting) + " waited for, "
                              + std::to_string(cell.on_order) + " on order");
}

StockCell& StockRoom::touched(std::int32_t position, Time now) {
    touch_totals(now);
    StockCell& cell = cells_[static_cast<std::size_t>(position)];
    cell.touch(now);
    return cell;
}

void StockRoom::touch_totals(Time now) {
    const std::int64_t us = (now - since_).us;
    if (us == 0)
        return;
    areas_.on_hand += static_cast<Wide>(levels_.on_hand) * us;
    areas_.value += static_cast<Wide>(levels_.value) * us;
    areas_.customers_waiting += static_cast<Wide>(levels_.customers_waiting) * us;
    areas_.on_order += static_cast<Wide>(levels_.on_order) * us;
    since_ = now;
}

Money StockRoom::value_of(std::int32_t position, Units quantity) const {
    return multiply(quantity, cost(position));
}

void StockRoom::add_on_hand(std::int32_t position, Units quantity, Time now) {
    StockCell& cell = touched(position, now);
    cell.on_hand += quantity;
    levels_.on_hand += quantity;
    levels_.value += value_of(position, quantity);
    note_available(position, cell);
    check(position, cell);
}

void StockRoom::ship(std::int32_t position, Units quantity, Time now) {
    StockCell& cell = touched(position, now);
    cell.on_hand -= quantity;
    cell.reserved -= quantity;
    cell.shipped += quantity;
    levels_.on_hand -= quantity;
    levels_.reserved -= quantity;
    levels_.value -= value_of(position, quantity);
    check(position, cell);
}

void StockRoom::add_reserved(std::int32_t position, Units quantity, Time now) {
    StockCell& cell = touched(position, now);
    cell.reserved += quantity;
    levels_.reserved += quantity;
    note_available(position, cell);
    check(position, cell);
}

void StockRoom::add_waiting(std::int32_t position, Units quantity, bool is_customer, Time now) {
    StockCell& cell = touched(position, now);
    cell.waiting += quantity;
    levels_.waiting += quantity;
    if (is_customer) {
        cell.customers_waiting += quantity;
        levels_.customers_waiting += quantity;
    }
    check(position, cell);
}

void StockRoom::add_on_order(std::int32_t position, Units quantity, Time now) {
    StockCell& cell = touched(position, now);
    cell.on_order += quantity;
    levels_.on_order += quantity;
    check(position, cell);
}

StockRoom::Areas StockRoom::areas(Time now) {
    touch_totals(now);
    return areas_;
}

void StockRoom::touch_all(Time now) {
    touch_totals(now);
    for (auto& cell : cells_)
        cell.touch(now);
}

void StockRoom::start_measuring(Time now) {
    touch_all(now);
    for (auto& cell : cells_)
        cell.on_hand_area = cell.waiting_area = cell.on_order_area = 0;
}

StockRoom::Levels StockRoom::sum_of_cells() const {
    Levels sum;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        const auto& cell = cells_[i];
        sum.on_hand += cell.on_hand;
        sum.reserved += cell.reserved;
        sum.waiting += cell.waiting;
        sum.customers_waiting += cell.customers_waiting;
        sum.on_order += cell.on_order;
        sum.value += cell.on_hand * cost_[i];
    }
    return sum;
}

}  // namespace spate::models
