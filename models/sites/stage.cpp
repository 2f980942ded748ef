#include "models/sites/stage.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_work = 3;

/// Part of [from, to) that lies within [low, high).
std::int64_t overlap(Time from, Time to, Time low, Time high) {
    return std::max<std::int64_t>(std::min(to, high).us - std::max(from, low).us, 0);
}

}  // namespace

void JobQueue::push(const Job& job) {
    if (first_ == queue_.size() || !before(job, queue_.back())) {
        if (first_ > 1024 && first_ * 2 > queue_.size()) {
            queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(first_));
            first_ = 0;
        }
        queue_.push_back(job);
        return;
    }
    heap_.push_back(job);
    std::push_heap(heap_.begin(), heap_.end(), [](const Job& a, const Job& b) { return before(b, a); });
}

bool JobQueue::queue_is_next() const {
    if (heap_.empty())
        return true;
    return first_ < queue_.size() && before(queue_[first_], heap_.front());
}

const Job& JobQueue::top() const {
    return queue_is_next() ? queue_[first_] : heap_.front();
}

void JobQueue::pop() {
    if (queue_is_next()) {
        if (++first_ == queue_.size()) {
            queue_.clear();
            first_ = 0;
        }
        return;
    }
    std::pop_heap(heap_.begin(), heap_.end(), [](const Job& a, const Job& b) { return before(b, a); });
    heap_.pop_back();
}

Stage::Stage(const StageSpec& spec, sim::RunSeed run, std::uint64_t key)
    : spec_(spec)
    , run_(run)
    , key_(key) {}

Time Stage::earliest_start(Time ready) {
    release_before(ready);
    if (spec_.servers == 0 || busy_.size() < spec_.servers)
        return ready;
    return std::max(ready, busy_.front().end);
}

double Stage::work(const Order& order) const {
    const std::uint32_t pieces = spec_.per == StageSpec::Per::unit ? order.quantity : 1;
    if (spec_.work.is_constant())
        return spec_.work.mean() * pieces;
    sim::RandomStream random(run_, sim::mix(key_, order.key), purpose_work);
    double sum = 0;
    for (std::uint32_t i = 0; i < pieces; ++i)
        sum += std::max(spec_.work.sample(random), 0.0);
    return sum;
}

Time Stage::serve(const Job& job, Time start) {
    // Only the server that is taken: others that are free by now must not seem free to jobs that came earlier than now.
    if (spec_.servers != 0 && busy_.size() >= spec_.servers)
        release_first();
    const Time end = spec_.calendar.advance(start, work(job.order));
    busy_.push_back({job.ready, start, end});
    std::push_heap(busy_.begin(), busy_.end(), [](const Served& a, const Served& b) { return a.end > b.end; });
    if (job.ready >= measured_from_)
        ++totals_.arrivals;
    if (start > job.ready) {
        if (job.ready >= measured_from_)
            ++totals_.waited;
        // Every start is the moment the queue behind it is longest: those that arrived before it and have not started.
        starts_.push_back(start);
        std::push_heap(starts_.begin(), starts_.end(), std::greater<>());
    }
    while (!starts_.empty() && starts_.front() <= job.ready) {
        std::pop_heap(starts_.begin(), starts_.end(), std::greater<>());
        starts_.pop_back();
    }
    if (job.ready >= measured_from_)
        totals_.max_waiting = std::max(totals_.max_waiting, static_cast<std::int64_t>(starts_.size()));
    return end;
}

void Stage::release_before(Time t) {
    while (!busy_.empty() && busy_.front().end <= t)
        release_first();
}

void Stage::release_first() {
    count(busy_.front());
    ++completed_;
    std::pop_heap(busy_.begin(), busy_.end(), [](const Served& a, const Served& b) { return a.end > b.end; });
    busy_.pop_back();
}

void Stage::count(const Served& served) {
    totals_.waiting_us += overlap(served.arrived, served.start, measured_from_, sim::end_of_time);
    totals_.service_us += overlap(served.start, served.end, measured_from_, sim::end_of_time);
    if (served.end >= measured_from_)
        ++totals_.completed;
    if (served.arrived < measured_from_)
        return;
    ++totals_.starts;
    ++totals_.finished;
    totals_.wait_of_started_us += (served.start - served.arrived).us;
    totals_.time_of_completed_us += (served.end - served.arrived).us;
}

std::int64_t Stage::waiting(Time at) const {
    std::int64_t number = 0;
    queue_.for_each([&](const Job& job) { number += job.ready < at; });
    return number;
}

std::int64_t Stage::in_service(Time at) const {
    std::int64_t number = 0;
    for (const auto& served : busy_)
        number += served.start < at && served.end >= at;
    return number;
}

void Stage::start_measuring(Time at) {
    totals_ = {};
    measured_from_ = at;
}

/// The longest queue since the first job that still waits at `end` came: jobs that started later, and those before it.
std::int64_t Stage::longest_with_unstarted(Time end) const {
    std::vector<Time> came, starts = starts_;
    queue_.for_each([&](const Job& job) {
        if (job.ready < end)
            came.push_back(job.ready);
    });
    std::sort(came.begin(), came.end());
    std::sort(starts.begin(), starts.end());
    std::size_t started = 0, longest = 0;
    for (std::size_t i = 0; i < came.size(); ++i) {
        while (started < starts.size() && starts[started] <= came[i])
            ++started;
        longest = std::max(longest, i + 1 + starts.size() - started);
    }
    return static_cast<std::int64_t>(longest);
}

StageTotals Stage::totals(Time end) const {
    StageTotals totals = totals_;
    for (const auto& served : busy_) {
        totals.waiting_us += overlap(served.arrived, served.start, measured_from_, end);
        totals.service_us += overlap(served.start, served.end, measured_from_, end);
        if (served.arrived < measured_from_)
            continue;
        ++totals.starts;
        totals.wait_of_started_us += (served.start - served.arrived).us;
    }
    queue_.for_each([&](const Job& job) {
        if (job.ready >= end)
            return;
        totals.waiting_us += overlap(job.ready, end, measured_from_, end);
        if (job.ready >= measured_from_)
            ++totals.arrivals;
    });
    totals.max_waiting = std::max(totals.max_waiting, longest_with_unstarted(end));
    return totals;
}

}  // namespace spate::models
