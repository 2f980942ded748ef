#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/base/messages.hpp"

namespace spate::models {

/// An order on its way through the stages of a site.
struct Job {
    Order order;
    Time released;  ///< reached the site
    Time ready;     ///< may start at the current stage; after the last stage: finished

    /// The order was taken out of the queue; what is left is its place there, until its turn comes, for the figures.
    bool has_left() const { return order.quantity == 0; }

    /// When. Requires: has_left().
    Time left_at() const { return released; }

    void leave(Time at) {
        order.quantity = 0;
        released = at;
    }
};

/// Jobs by the time they are ready, earliest first; ties as orders are served (comes_before). Jobs mostly come in
/// order, or nearly so and many at a time, so they go to a plain queue; those that came out of order are merged into it
/// when the first is asked for. Where that would move much for few, they go to a heap.
class JobQueue {
  public:
    void push(const Job& job) {
        if (first_ != queue_.size() && before(job, queue_.back())) {
            aside_.push_back(job);
            return;
        }
        if (first_ != 0 && queue_.size() == queue_.capacity())
            drop_gone();
        queue_.push_back(job);
    }

    bool is_empty() const { return first_ == queue_.size() && heap_.empty() && aside_.empty(); }

    std::size_t size() const { return queue_.size() - first_ + heap_.size() + aside_.size(); }

    const Job& top() {
        if (!aside_.empty())
            merge_aside();
        return queue_is_next() ? queue_[first_] : heap_.front();
    }

    /// Removes top().
    void pop() {
        if (!aside_.empty())
            merge_aside();
        if (!queue_is_next()) {
            pop_heap();
        } else if (++first_ == queue_.size()) {
            queue_.clear();
            first_ = 0;
        }
    }

    /// A job about `ahead` places behind the first, if there is one: to fetch its data early.
    const Job* peek(std::size_t ahead) const {
        return first_ + ahead < queue_.size() ? &queue_[first_ + ahead] : nullptr;
    }

    /// Calls `visit(job)` for every waiting job, in no particular order.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t i = first_; i < queue_.size(); ++i)
            visit(queue_[i]);
        for (const auto* others : {&heap_, &aside_}) {
            for (const auto& job : *others)
                visit(job);
        }
    }

    /// The same, and it may change them, but not their times of being ready nor what comes_before() compares.
    template <class Visit>
    void change_each(Visit&& visit) {
        for (std::size_t i = first_; i < queue_.size(); ++i)
            visit(queue_[i]);
        for (auto* others : {&heap_, &aside_}) {
            for (auto& job : *others)
                visit(job);
        }
    }

    template <class Archive>
    void serialize(Archive& archive);

  private:
    bool queue_is_next() const {
        return heap_.empty() || (first_ < queue_.size() && before(queue_[first_], heap_.front()));
    }

    void merge_aside();
    void pop_heap();
    void drop_gone();

    static bool before(const Job& a, const Job& b) {
        return a.ready != b.ready ? a.ready < b.ready : comes_before(a.order, b.order);
    }

    std::vector<Job> queue_;  ///< from first_ on, in order
    std::size_t first_ = 0;
    std::vector<Job> heap_;
    std::vector<Job> aside_;  ///< came out of order, not merged yet
};

}  // namespace spate::models
