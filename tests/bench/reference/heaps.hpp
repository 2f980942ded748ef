#pragma once

#include <algorithm>
#include <cstddef>
#include <queue>
#include <vector>

/// The two event lists of the reference programs. Entries are compared by comes_before(a, b), a total order, so both
/// give the same sequence.
namespace spate::bench::reference {

/// std::priority_queue with the interface of the other.
template <class Entry>
class StandardHeap {
  public:
    const Entry& top() const { return heap_.top(); }

    void push(const Entry& entry) { heap_.push(entry); }

    void pop() { heap_.pop(); }

    void replace_top(const Entry& entry) {
        heap_.pop();
        heap_.push(entry);
    }

  private:
    struct Later {
        bool operator()(const Entry& a, const Entry& b) const { return comes_before(b, a); }
    };

    std::priority_queue<Entry, std::vector<Entry>, Later> heap_;
};

/// A heap of four children per node.
template <class Entry>
class QuaternaryHeap {
  public:
    const Entry& top() const { return heap_.front(); }

    void push(const Entry& entry) {
        heap_.push_back(entry);
        std::size_t hole = heap_.size() - 1;
        for (; hole > 0 && comes_before(entry, heap_[(hole - 1) / arity]); hole = (hole - 1) / arity)
            heap_[hole] = heap_[(hole - 1) / arity];
        heap_[hole] = entry;
    }

    void pop() {
        const Entry last = heap_.back();
        heap_.pop_back();
        if (!heap_.empty())
            replace_top(last);
    }

    void replace_top(const Entry& entry) {
        std::size_t hole = 0;
        for (std::size_t child = 1; child < heap_.size(); child = hole * arity + 1) {
            std::size_t least = child;
            for (std::size_t c = child + 1; c < std::min(child + arity, heap_.size()); ++c) {
                if (comes_before(heap_[c], heap_[least]))
                    least = c;
            }
            if (!comes_before(heap_[least], entry))
                break;
            heap_[hole] = heap_[least];
            hole = least;
        }
        heap_[hole] = entry;
    }

  private:
    static constexpr std::size_t arity = 4;
    std::vector<Entry> heap_;
};

}  // namespace spate::bench::reference
