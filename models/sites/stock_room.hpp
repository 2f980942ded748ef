#pragma once

#include <memory>
#include <memory_resource>
#include <span>
#include <utility>
#include <vector>

#include "models/base/long_lived_memory.hpp"
#include "models/sites/stock.hpp"
#include "models/sites/stock_ages.hpp"

namespace spate::models {

/// All stock of one site: a cell per product of the assortment, and their running totals. Every change of a level goes
/// through here, so cells, totals and time integrals cannot disagree by accident; audit() shows that they do not.
class StockRoom {
  public:
    /// Levels or integrals summed over products.
    struct Levels {
        Units on_hand = 0, reserved = 0, waiting = 0, customers_waiting = 0, on_order = 0;
        std::int64_t orders_waiting = 0;  ///< customer orders; their units are customers_waiting
        Money value = 0;                  ///< on hand at standard cost
    };

    struct Areas {
        Wide on_hand = 0, value = 0, customers_waiting = 0, on_order = 0, orders_waiting = 0;  ///< level × µs
    };

    /// `cost`: standard cost by position.
    explicit StockRoom(const std::vector<Money>& cost,
                       std::shared_ptr<LongLivedMemory> memory = std::make_shared<LongLivedMemory>());

    /// What the cells of so many positions take of it, gaps between them included.
    static std::size_t long_lived_bytes(std::size_t positions) {
        return positions * (sizeof(StockCell) + sizeof(std::int32_t)) + 2 * alignof(StockCell);
    }

    const StockCell& cell(std::int32_t position) const { return cells_[static_cast<std::size_t>(position)]; }

    /// Brings a cell into the cache ahead of its use.
    void prefetch(std::int32_t position) const {
        sim::prefetch(&cells_[static_cast<std::size_t>(position)]);
        sim::prefetch(&available_[static_cast<std::size_t>(position)]);
    }

    StockFlow& flow(std::int32_t position) { return flows_[static_cast<std::size_t>(position)]; }

    const StockFlow& flow(std::int32_t position) const { return flows_[static_cast<std::size_t>(position)]; }

    /// Memory for these is taken when one is first asked for.
    RareStockFlow& rare_flow(std::int32_t position) {
        rare_flows_.resize(flows_.size());
        return rare_flows_[static_cast<std::size_t>(position)];
    }

    RareStockFlow rare_flow(std::int32_t position) const {
        return rare_flows_.empty() ? RareStockFlow{} : rare_flows_[static_cast<std::size_t>(position)];
    }

    std::size_t size() const { return cells_.size(); }

    const Levels& levels() const { return levels_; }

    Money cost(std::int32_t position) const { return cell(position).cost; }

    void add_observed(std::int32_t position, Units quantity) {
        cells_[static_cast<std::size_t>(position)].observed += quantity;
    }

    /// Demand noted since the last call.
    Units take_observed(std::int32_t position) {
        return std::exchange(cells_[static_cast<std::size_t>(position)].observed, 0);
    }

    void set_observed(std::int32_t position, Units quantity) {
        cells_[static_cast<std::size_t>(position)].observed = quantity;
    }

    /// Reserved units leave the site.
    void ship(std::int32_t position, Units quantity, Time now);
    void add_on_hand(std::int32_t position, Units quantity, Time now);
    void add_reserved(std::int32_t position, Units quantity);
    /// Requires: customers' orders come and go whole, one at a time.
    void add_waiting(std::int32_t position, Units quantity, bool is_customer, Time now);
    void add_on_order(std::int32_t position, Units quantity, Time now);

    /// What can be promised of each position, at least 0.
    std::span<const std::int32_t> available() const { return available_; }

    /// From now on positions whose available stock changes are noted, for pushed views.
    void note_changes() { notes_changes_ = true; }

    /// From now on it is noted when goods of these positions come.
    void keep_ages(const std::vector<std::int32_t>& positions) { ages_ = std::make_unique<StockAges>(positions); }

    /// How long what can be promised of a position has been there on average, first in, first out; 0: there is nothing.
    /// Requires: keep_ages() with it.
    Duration mean_age(std::int32_t position, Time now);

    /// A channel may take more or less of a position, though as much is available.
    void note_change(std::int32_t position) {
        if (notes_changes_)
            changed_.push_back(position);
    }

    bool has_changes() const { return !changed_.empty(); }

    /// The positions noted since the last call, ascending, each once. Valid until the next change.
    std::span<const std::int32_t> take_changes();

    /// Integrals of the totals from time zero to `now`.
    Areas areas(Time now) const;
    /// Integrals of the cells so far are forgotten: the measured time begins.
    void start_measuring(Time now);
    /// Sum of all cells; compared with levels() by the audit.
    Levels sum_of_cells() const;
    Money value_of(std::int32_t position, Units quantity) const;

    template <class Archive>
    void serialize(Archive& archive);

  private:
    StockCell& at(std::int32_t position) { return cells_[static_cast<std::size_t>(position)]; }

    void change_on_hand(StockCell& cell, Units quantity, Money value, Time now);

    /// Levels that no sequence of events may reach. Throws: InvariantError.
    static void check_shelf(std::int32_t position, const StockCell& cell) {
        if ((cell.reserved | (cell.on_hand - cell.reserved)) < 0)
            fail(position, cell);
    }

    static void check_orders(std::int32_t position, const StockCell& cell) {
        if ((cell.customers_waiting | (cell.waiting - cell.customers_waiting) | cell.on_order) < 0)
            fail(position, cell);
    }

    [[noreturn]] static void fail(std::int32_t position, const StockCell& cell);
    void note_available(std::int32_t position, const StockCell& cell);

    std::shared_ptr<LongLivedMemory> memory_;  ///< of the vectors below
    std::pmr::vector<StockCell> cells_;
    std::vector<StockFlow> flows_;
    std::vector<RareStockFlow> rare_flows_;  ///< or empty: all are 0
    std::pmr::vector<std::int32_t> available_;
    std::unique_ptr<StockAges> ages_;  ///< null: nobody asks
    bool notes_changes_ = false;
    std::vector<std::int32_t> changed_;  ///< at the end of an event: none
    std::vector<std::int32_t> taken_;    ///< what take_changes() gave
    Levels levels_;
    Areas moments_;  ///< Σ change·time of each total, as in StockCell
};

}  // namespace spate::models
