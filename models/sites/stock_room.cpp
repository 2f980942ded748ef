#include "models/sites/stock_room.hpp"

#include <algorithm>
#include <string>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"

namespace spate::models {

StockRoom::StockRoom(const std::vector<Money>& cost, std::shared_ptr<LongLivedMemory> memory)
    : memory_(std::move(memory))
    , cells_(cost.size(), memory_->resource())
    , flows_(cost.size())
    , available_(cost.size(), memory_->resource()) {
    for (std::size_t i = 0; i < cost.size(); ++i)
        cells_[i].cost = cost[i];
}

void StockRoom::note_available(std::int32_t position, const StockCell& cell) {
    available_[static_cast<std::size_t>(position)] =
        static_cast<std::int32_t>(std::clamp<Units>(cell.available(), 0, INT32_MAX));
    if (notes_changes_) [[unlikely]]
        changed_.push_back(position);
}

std::span<const std::int32_t> StockRoom::take_changes() {
    taken_.swap(changed_);
    changed_.clear();
    std::sort(taken_.begin(), taken_.end());
    taken_.erase(std::unique(taken_.begin(), taken_.end()), taken_.end());
    return taken_;
}

void StockRoom::fail(std::int32_t position, const StockCell& cell) {
    throw sim::InvariantError("impossible stock at position " + std::to_string(position) + ": "
                              + std::to_string(cell.on_hand) + " on hand, " + std::to_string(cell.reserved)
                              + " reserved, " + std::to_string(cell.waiting) + " waited for, "
                              + std::to_string(cell.on_order) + " on order");
}

Money StockRoom::value_of(std::int32_t position, Units quantity) const {
    return multiply(quantity, cost(position));
}

void StockRoom::change_on_hand(StockCell& cell, Units quantity, Money value, Time now) {
    const Wide moment = static_cast<Wide>(quantity) * now.us;
    cell.on_hand += quantity;
    cell.on_hand_moment += moment;
    levels_.on_hand += quantity;
    moments_.on_hand += moment;
    levels_.value += value;
    moments_.value += static_cast<Wide>(value) * now.us;
}

void StockRoom::add_on_hand(std::int32_t position, Units quantity, Time now) {
    StockCell& cell = at(position);
    if (ages_ && quantity > 0)
        ages_->arrive(position, quantity, now);
    change_on_hand(cell, quantity, value_of(position, quantity), now);
    note_available(position, cell);
    check_shelf(position, cell);
}

Duration StockRoom::mean_age(std::int32_t position, Time now) {
    const StockCell& cell = at(position);
    return cell.available() > 0 ? ages_->mean(position, cell.available(), cell.on_hand, now) : Duration{};
}

void StockRoom::ship(std::int32_t position, Units quantity, Time now) {
    StockCell& cell = at(position);
    change_on_hand(cell, -quantity, -value_of(position, quantity), now);
    cell.reserved -= quantity;
    cell.shipped += quantity;
    levels_.reserved -= quantity;
    check_shelf(position, cell);
}

void StockRoom::add_reserved(std::int32_t position, Units quantity) {
    StockCell& cell = at(position);
    cell.reserved += quantity;
    levels_.reserved += quantity;
    note_available(position, cell);
    check_shelf(position, cell);
}

void StockRoom::add_waiting(std::int32_t position, Units quantity, bool is_customer, Time now) {
    StockCell& cell = at(position);
    const Wide moment = static_cast<Wide>(quantity) * now.us;
    cell.waiting += quantity;
    cell.waiting_moment += moment;
    levels_.waiting += quantity;
    if (is_customer) {
        cell.customers_waiting += quantity;
        levels_.customers_waiting += quantity;
        moments_.customers_waiting += moment;
        const int orders = quantity > 0 ? 1 : -1;
        levels_.orders_waiting += orders;
        moments_.orders_waiting += static_cast<Wide>(orders) * now.us;
    }
    check_orders(position, cell);
}

void StockRoom::add_on_order(std::int32_t position, Units quantity, Time now) {
    StockCell& cell = at(position);
    const Wide moment = static_cast<Wide>(quantity) * now.us;
    cell.on_order += quantity;
    cell.on_order_moment += moment;
    levels_.on_order += quantity;
    moments_.on_order += moment;
    check_orders(position, cell);
}

StockRoom::Areas StockRoom::areas(Time now) const {
    const auto area = [now](std::int64_t level, Wide moment) { return static_cast<Wide>(level) * now.us - moment; };
    return {area(levels_.on_hand, moments_.on_hand),
            area(levels_.value, moments_.value),
            area(levels_.customers_waiting, moments_.customers_waiting),
            area(levels_.on_order, moments_.on_order),
            area(levels_.orders_waiting, moments_.orders_waiting)};
}

void StockRoom::start_measuring(Time now) {
    for (auto& cell : cells_)
        cell.restart(now);
}

StockRoom::Levels StockRoom::sum_of_cells() const {
    Levels sum;
    for (const auto& cell : cells_) {
        sum.on_hand += cell.on_hand;
        sum.reserved += cell.reserved;
        sum.waiting += cell.waiting;
        sum.customers_waiting += cell.customers_waiting;
        sum.on_order += cell.on_order;
        sum.value += cell.on_hand * cell.cost;
    }
    return sum;
}

template <class Archive>
void StockRoom::serialize(Archive& archive) {
    const std::size_t size = cells_.size();
    std::vector<Money> cost;  // of this scenario, whatever the archive says
    for (const auto& cell : cells_)
        cost.push_back(cell.cost);
    sim::block(archive, cells_);
    sim::block(archive, flows_);
    sim::block(archive, rare_flows_);
    sim::block(archive, available_);
    sim::plain(archive, levels_);
    sim::plain(archive, moments_);
    if (ages_)
        archive(*ages_);
    SPATE_EXPECT(cells_.size() == size && flows_.size() == size && available_.size() == size);
    SPATE_EXPECT(rare_flows_.empty() || rare_flows_.size() == size);
    for (std::size_t i = 0; i < size; ++i)
        cells_[i].cost = cost[i];
}

template void StockRoom::serialize(sim::StateWriter& archive);
template void StockRoom::serialize(sim::StateReader& archive);

}  // namespace spate::models
