#include "models/sites/job_queue.hpp"

#include <algorithm>

#include "sim/snapshot/archive.hpp"

namespace spate::models {

void JobQueue::merge_aside() {
    std::sort(aside_.begin(), aside_.end(), before);
    const auto begin = queue_.begin() + static_cast<std::ptrdiff_t>(first_);
    const auto moved = queue_.end() - std::upper_bound(begin, queue_.end(), aside_.front(), before);
    if (static_cast<std::size_t>(moved) > 16 * aside_.size() + 64) {
        for (const auto& job : aside_) {
            heap_.push_back(job);
            std::push_heap(heap_.begin(), heap_.end(), [](const Job& a, const Job& b) { return before(b, a); });
        }
    } else {
        std::size_t from = queue_.size(), to = from + aside_.size(), next = aside_.size();
        queue_.resize(to);
        while (next > 0) {
            const bool is_queue = from > first_ && before(aside_[next - 1], queue_[from - 1]);
            queue_[--to] = is_queue ? queue_[--from] : aside_[--next];
        }
    }
    aside_.clear();
}

void JobQueue::pop_heap() {
    std::pop_heap(heap_.begin(), heap_.end(), [](const Job& a, const Job& b) { return before(b, a); });
    heap_.pop_back();
}

/// Before the queue would grow: makes room for what has gone, if that is a good part of it.
void JobQueue::drop_gone() {
    if (first_ * 2 < queue_.size())
        return;
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
}

template <class Archive>
void JobQueue::serialize(Archive& archive) {
    drop_gone();
    sim::block(archive, queue_);
    sim::block(archive, heap_);
    sim::block(archive, aside_);
    archive(first_);
}

template void JobQueue::serialize(sim::StateWriter& archive);
template void JobQueue::serialize(sim::StateReader& archive);

}  // namespace spate::models
