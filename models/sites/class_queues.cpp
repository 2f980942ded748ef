#include "models/sites/class_queues.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"

namespace spate::models {

void QueueLength::push(std::vector<Time>& heap, Time at) {
    heap.push_back(at);
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
}

Time QueueLength::pop(std::vector<Time>& heap) {
    const Time first = heap.front();
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    heap.pop_back();
    return first;
}

/// Who departs at an instant does so before others come: one who starts at once never counts, for what is looked at is
/// the number just before a departure.
void QueueLength::note_until(Time end) {
    for (;;) {
        const Time comes = arrivals_.empty() ? sim::end_of_time : arrivals_.front();
        const Time goes = departures_.empty() ? sim::end_of_time : departures_.front();
        if (std::min(comes, goes) >= end)
            return;
        if (goes <= comes) {
            if (goes >= measured_from_)
                look();
            --number_;
            pop(departures_);
        } else {
            ++number_;
            has_grown_ |= pop(arrivals_) >= measured_from_;
        }
    }
}

void QueueLength::look() {
    if (std::exchange(has_grown_, false))
        longest_ = std::max(longest_, number_);
}

std::int64_t QueueLength::longest_by(Time end) const {
    QueueLength until = *this;
    until.note_until(end);
    until.look();
    return until.longest_;
}

Time ClassQueues::first_ready() {
    Time first = sim::end_of_time;
    for (auto& [job_class, queue] : queues_)
        first = std::min(first, queue.top().ready);
    return first;
}

Job ClassQueues::pop_by(Time start) {
    const auto found =
        std::find_if(queues_.begin(), queues_.end(), [&](auto& each) { return each.second.top().ready <= start; });
    SPATE_ASSERT(found != queues_.end());
    const Job job = found->second.top();
    found->second.pop();
    if (found->second.is_empty())
        queues_.erase(found);
    return job;
}

template <class Archive>
void ClassQueues::serialize(Archive& archive) {
    archive(queues_, length_);
}

template void ClassQueues::serialize(sim::StateWriter& archive);
template void ClassQueues::serialize(sim::StateReader& archive);

}  // namespace spate::models
