#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/base/messages.hpp"

namespace spate::models {

/// Customers' orders that have reached a site and are not served yet: those that are due, and those that desks announce
/// before they are placed. Several sorted runs, one for each batch; they are merged when they are taken.
class Arrivals {
  public:
    /// Takes a batch that arrives at `now`: what was placed by then is due, the rest is served when it is placed.
    void add(std::unique_ptr<OrderBatch> batch, Time now);

    bool has_due() const { return !due_.empty(); }

    /// When the next announced order is placed; sim::end_of_time if there is none.
    Time next() const { return runs_.empty() ? sim::end_of_time : runs_.back().first->placed; }

    /// All announced orders placed at or before `until`, in order (comes_before); with `due` those that are due as
    /// well. Valid until the next call of add() or take().
    std::span<const Order> take(Time until, bool due);

    /// A batch all of whose orders have been taken, to be recycled; null if there is none. What take() gave last ends.
    std::unique_ptr<OrderBatch> spent();

    /// Calls `visit(order)` for the announced orders in order until it returns false. Returns false if the runs
    /// overlap: then nothing is visited.
    template <class Visit>
    bool scan(Visit&& visit) const {
        for (std::size_t r = runs_.size(); r-- > 1;) {
            if (!comes_before(*(runs_[r].last - 1), *runs_[r - 1].first))
                return false;
        }
        for (std::size_t r = runs_.size(); r-- > 0;) {
            for (const Order* order = runs_[r].first; order != runs_[r].last; ++order) {
                if (!visit(*order))
                    return true;
            }
        }
        return true;
    }

    /// Number of orders taken in but not given out.
    std::size_t size() const;

    template <class Archive>
    void serialize(Archive& archive);

  private:
    using Batch = std::unique_ptr<OrderBatch>;

    struct Run {
        const Order* first;
        const Order* last;
        Batch batch;  ///< holds the orders
    };

    void insert(Run run);
    std::span<const Order> merged();
    void spread();

    std::vector<Run> runs_;                      ///< announced, none empty, the one with the first order last
    std::vector<std::span<const Order>> due_;    ///< within batches of runs_ or spent_
    std::vector<std::span<const Order>> parts_;  ///< scratch of take()
    std::vector<Batch> spent_;
    std::vector<Run> moved_;
    std::vector<Order> merged_;
    std::vector<std::uint32_t> buckets_;
};

}  // namespace spate::models
