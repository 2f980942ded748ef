#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/bench/phold_node.hpp"

/// PHOLD written straight down: one heap of four children per node, no engine, no processes, no messages. What the
/// engine takes beyond this is the price of its services.
namespace spate::bench::reference {

class PholdHeap {
  public:
    explicit PholdHeap(const PholdSettings& settings)
        : settings_(settings) {
        for (std::uint32_t n = 0; n < settings.nodes; ++n) {
            nodes_.emplace_back(n);
            push({nodes_.back().hold(settings).us, n});
        }
    }

    /// Handles every event before the end. Returns their number.
    std::uint64_t run() {
        std::uint64_t events = 0;
        for (; heap_.front().time < settings_.end.us; ++events) {
            const Entry entry = heap_.front();
            PholdNode& node = nodes_[entry.node];
            node.note({entry.time});
            const auto [target, delay] = node.next(settings_, entry.node);
            replace_first({entry.time + delay.us, target});
        }
        return events;
    }

    const std::vector<PholdNode>& nodes() const { return nodes_; }

  private:
    static constexpr std::size_t arity = 4;

    struct Entry {
        std::int64_t time;
        std::uint32_t node;
    };

    void push(Entry entry) {
        heap_.push_back(entry);
        std::size_t hole = heap_.size() - 1;
        for (; hole > 0 && entry.time < heap_[(hole - 1) / arity].time; hole = (hole - 1) / arity) {
            heap_[hole] = heap_[(hole - 1) / arity];
        }
        heap_[hole] = entry;
    }

    void replace_first(Entry entry) {
        std::size_t hole = 0;
        for (std::size_t child = 1; child < heap_.size(); child = hole * arity + 1) {
            std::size_t least = child;
            for (std::size_t c = child + 1; c < std::min(child + arity, heap_.size()); ++c) {
                if (heap_[c].time < heap_[least].time) {
                    least = c;
                }
            }
            if (entry.time <= heap_[least].time) {
                break;
            }
            heap_[hole] = heap_[least];
            hole = least;
        }
        heap_[hole] = entry;
    }

    PholdSettings settings_;
    std::vector<PholdNode> nodes_;
    std::vector<Entry> heap_;
};

}  // namespace spate::bench::reference
