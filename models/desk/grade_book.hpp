#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/snapshot/archive_fwd.hpp"
#include "sim/trace/recorder.hpp"
#include "models/base/messages.hpp"
#include "models/demand/customer_order.hpp"
#include "models/quality/grade_messages.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// What one desk knows of products' grades, and what became of its orders by grade. Docs: docs/models/quality.md.
class GradeBook {
  public:
    /// Orders, or lines of orders of several products, of one grade that were placed in the measured time.
    struct Counts {
        std::int64_t unseen = 0;  ///< not placed: the product was not shown
        std::int64_t placed = 0, delivered = 0, late = 0, returned = 0;
    };

    /// Requires: spec.grades.
    GradeBook(const ModelSpec& spec, sim::RunSeed seed);

    /// Products are graded anew, or shown to others, from `now` on.
    void note(const GradeNotice& notice, Time now);

    /// The grade of a product at a time; an order bears it.
    std::uint8_t level(Index product, Time at) const { return static_cast<std::uint8_t>(state(product, at).level); }

    /// Whether a customer, by the key of his order, is shown a product at a time. With a larger part the same customers
    /// are, and more.
    bool is_seen(std::uint64_t key, Index product, Time at) const;

    bool is_seen(const CustomerOrder& customer) const {
        return is_seen(customer.key, customer.product, customer.placed);
    }

    Counts& counts(const Order& order) { return counts_[order.grade]; }

    void note_unseen(const CustomerOrder& customer) { ++counts_[level(customer.product, customer.placed)].unseen; }

    void note_delivered(const Order& order, bool is_late) {
        ++counts(order).delivered;
        counts(order).late += is_late;
    }

    /// The desk's rows of /summary/desk_grades.
    void write_summary(Time end, std::uint32_t desk, sim::TableId table, sim::TraceWriter& writer) const;

    template <class Archive>
    void serialize(Archive& archive);

  private:
    struct State {
        Time from, decided;
        double seen = 1;
        std::uint64_t level = 0;
    };

    const State& state(Index product, Time at) const;

    sim::RunSeed seed_;
    State first_;
    std::map<Index, std::vector<State>> states_;  ///< of products that were graded anew, by time
    std::vector<Counts> counts_;                  ///< by level
};

}  // namespace spate::models
