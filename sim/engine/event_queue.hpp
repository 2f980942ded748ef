#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/engine/roster.hpp"

namespace spate::sim {

/// The pending events of one process group: a heap of four children per node, events by value.
/// Order: pop() follows comes_before, a total order, so it never depends on the order of insertion.
/// Owns the payloads of the events it holds. Cost: O(log n) per operation; no allocation once it has grown.
class EventQueue {
  public:
    EventQueue() = default;

    EventQueue(EventQueue&& other) noexcept
        : heap_(std::move(other.heap_)) {
        other.heap_.clear();
    }

    EventQueue& operator=(EventQueue&& other) noexcept {
        std::swap(heap_, other.heap_);
        return *this;
    }

    ~EventQueue() {
        for (Event& event : heap_)
            drop_payload(event);
    }

    bool empty() const { return heap_.empty(); }

    std::size_t size() const { return heap_.size(); }

    /// Time of the first event; end_of_time when there is none.
    Time next_time() const { return heap_.empty() ? end_of_time : heap_.front().time; }

    /// The first event, to look at. Requires: not empty.
    const Event& top() const { return heap_.front(); }

    /// Takes the event and the ownership of its payload, unless it throws.
    void push(const Event& event) {
        heap_.push_back(event);
        std::size_t hole = heap_.size() - 1;
        while (hole > 0) {
            const std::size_t parent = (hole - 1) / arity;
            if (!comes_before(event, heap_[parent]))
                break;
            heap_[hole] = heap_[parent];
            hole = parent;
        }
        heap_[hole] = event;
    }

    /// Removes the first event and hands over its payload. Requires: not empty.
    Event pop() {
        SPATE_EXPECT(!heap_.empty());
        const Event first = heap_.front();
        const Event last = heap_.back();
        heap_.pop_back();
        if (!heap_.empty())
            sink_from_top(last);
        return first;
    }

  private:
    static constexpr std::size_t arity = 4;

    void sink_from_top(const Event& event) {
        Event* const heap = heap_.data();
        const std::size_t size = heap_.size();
        std::size_t hole = 0;
        for (;;) {
            const std::size_t first = hole * arity + 1;
            if (first >= size)
                break;
            std::size_t best = first;
            const std::size_t last = std::min(first + arity, size);
            for (std::size_t child = first + 1; child < last; ++child) {
                if (comes_before(heap[child], heap[best]))
                    best = child;
            }
            if (!comes_before(heap[best], event))
                break;
            heap[hole] = heap[best];
            hole = best;
        }
        heap[hole] = event;
    }

    std::vector<Event> heap_;
};

}  // namespace spate::sim
