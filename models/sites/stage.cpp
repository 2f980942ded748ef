#include "models/sites/stage.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <queue>
#include <span>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_work = 3;

/// Part of [from, to) that lies within [low, high).
std::int64_t overlap(Time from, Time to, Time low, Time high) {
    return std::max<std::int64_t>(std::min(to, high).us - std::max(from, low).us, 0);
}

}  // namespace

Stage::Stage(const StageSpec& spec, sim::RunSeed run, std::uint64_t key)
    : spec_(spec)
    , run_(run)
    , key_(key)
    , is_constant_(spec.work.is_constant())
    , steady_speed_(spec.calendar.is_constant() ? spec.calendar.at(Time{}) : 0)
    , classes_(spec.by_priority ? std::make_unique<ClassQueues>() : nullptr)
    , servers_before_(spec.servers) {}

double Stage::work(const Order& order) {
    const std::uint32_t pieces = spec_.per == StageSpec::Per::unit ? order.quantity : 1;
    if (is_constant_)
        return spec_.work.mean() * pieces;
    const bool is_drawn = drawn_ahead_.next < drawn_ahead_.count && drawn_ahead_.keys[drawn_ahead_.next] == order.key;
    if (pieces == 1 && (is_drawn || draw_ahead(order)))
        return drawn_ahead_.seconds[drawn_ahead_.next++];
    drawn_ahead_.next += is_drawn;
    sim::RandomStream random(run_, sim::mix(key_, order.key), purpose_work);
    double sum = 0;
    for (std::uint32_t i = 0; i < pieces; ++i)
        sum += std::max(spec_.work.sample(random), 0.0);
    return sum;
}

/// Draws the work of an order and of those behind it in the queue, if there are some: several at once are cheaper.
bool Stage::draw_ahead(const Order& order) {
    constexpr std::size_t fewest = 3;
    if (queue_.peek(fewest - 2) == nullptr)
        return false;
    auto& drawn = drawn_ahead_;
    std::array<std::uint64_t, DrawnAhead::most> entities;
    drawn.next = drawn.count = 0;
    for (const Order* next = &order; next != nullptr;) {
        drawn.keys[drawn.count] = next->key;
        entities[drawn.count] = sim::mix(key_, next->key);
        const Job* behind = ++drawn.count < DrawnAhead::most ? queue_.peek(drawn.count - 1) : nullptr;
        next = behind != nullptr ? &behind->order : nullptr;
    }
    spec_.work.sample_first(run_, {entities.data(), drawn.count}, purpose_work, {drawn.seconds.data(), drawn.count});
    for (std::size_t i = 0; i < drawn.count; ++i)
        drawn.seconds[i] = std::max(drawn.seconds[i], 0.0);
    return true;
}

/// The calendar's advance(), for the most part without the calendar.
Time Stage::end_of(double seconds, Time start) const {
    constexpr double most = 1e12;  // leaves room for any start
    const double us = seconds / steady_speed_ * 1e6 - 1e-3;
    if (!(us < most) || start.us > sim::end_of_time.us / 2)
        return spec_.calendar.advance(start, seconds);
    const auto whole = static_cast<std::int64_t>(us);
    return start + Duration{whole + (static_cast<double>(whole) < us)};
}

/// Of a job that came before the number of servers changed. Jobs start in order: none with the old servers after one
/// with the new.
Time Stage::earliest_start_around_change(Time ready) const {
    if (!is_past_change_) {
        if (const Time start = earliest_start(ready, servers_before_); start < changed_)
            return start;
    }
    return earliest_start(changed_, spec_.servers);
}

/// A run that goes on with fewer servers than it had: when one of these is free.
Time Stage::end_with_too_many(std::uint32_t servers) const {
    std::vector<Time> ends;
    for (const auto& served : busy_)
        ends.push_back(served.end);
    const auto free = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() - servers);
    std::nth_element(ends.begin(), free, ends.end());
    return *free;
}

Time Stage::serve(const Job& job, Time start) {
    // Only the server that is taken: others that are free by now must not seem free to jobs that came earlier than now.
    while (servers_at(start) != 0 && busy_.size() >= servers_at(start))
        release_first();
    is_past_change_ |= start >= changed_;
    const double seconds = work(job.order);
    const Time end = steady_speed_ > 0 ? end_of(seconds, start) : spec_.calendar.advance(start, seconds);
    busy_.push_back({job.ready, start, end});
    if (busy_.size() > 1)
        std::push_heap(busy_.begin(), busy_.end(), [](const Served& a, const Served& b) { return a.end > b.end; });
    totals_.work_seconds += seconds;
    note_start(job.ready, start);
    return end;
}

/// Every start is the moment the queue behind it is longest: those that arrived before it and have not started. Without
/// classes jobs are served in order of arrival, so starts come in order.
void Stage::note_start(Time ready, Time start) {
    if (classes_) {
        classes_->length().depart(start);
    } else {
        if (start > ready)
            starts_.push_back(start);
        forget_starts(ready);
    }
    if (ready < measured_from_)
        return;
    ++totals_.arrivals;
    totals_.waited += start > ready;
    totals_.max_waiting = std::max(totals_.max_waiting, static_cast<std::int64_t>(starts_.size() - first_start_));
}

void Stage::forget_starts(Time until) {
    while (first_start_ < starts_.size() && starts_[first_start_] <= until)
        ++first_start_;
    if (first_start_ == starts_.size()) {
        starts_.clear();
        first_start_ = 0;
    } else if (first_start_ > 1024 && first_start_ * 2 > starts_.size()) {
        starts_.erase(starts_.begin(), starts_.begin() + static_cast<std::ptrdiff_t>(first_start_));
        first_start_ = 0;
    }
}

/// It is the turn of a job that has left the queue. One that left before it was ready here has never been in it.
void Stage::note_left(Time ready, Time left) {
    if (left <= ready)
        return;
    const auto from = starts_.begin() + static_cast<std::ptrdiff_t>(first_start_);
    starts_.insert(std::upper_bound(from, starts_.end(), left), left);
    forget_starts(ready);
    count_left(ready, left);
    if (ready >= measured_from_)
        totals_.max_waiting = std::max(totals_.max_waiting, static_cast<std::int64_t>(starts_.size() - first_start_));
}

void Stage::count_left(Time ready, Time left) {
    if (left <= ready)
        return;
    totals_.waiting_us += overlap(ready, left, measured_from_, sim::end_of_time);
    if (ready < measured_from_)
        return;
    ++totals_.arrivals;
    ++totals_.left;
    totals_.wait_of_left_us += (left - ready).us;
}

void Stage::release_first() {
    count(busy_.front());
    ++completed_;
    if (busy_.size() > 1)
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
    for_each_waiting([&](const Job& job) { number += job.ready < at && (!job.has_left() || job.left_at() >= at); });
    return number;
}

std::int64_t Stage::in_service(Time at) const {
    std::int64_t number = 0;
    for (const auto& served : busy_)
        number += served.start < at && served.end >= at;
    return number;
}

void Stage::start_measuring(Time at) {
    work_taken_ -= work_done(at);
    totals_ = {};
    measured_from_ = at;
    if (classes_) {
        classes_->length().measure(at);
    } else {
        totals_.max_waiting = waiting(at);
    }
    for (const auto& served : busy_)
        totals_.work_seconds += work_left(served, at);
}

/// What of a started job is still to be done at time `at`, in seconds at calendar value 1.
double Stage::work_left(const Served& served, Time at) const {
    const Time from = std::max(at, served.start);
    return served.end > from ? spec_.calendar.integral(from, served.end) : 0;
}

/// Work done in the measured time up to `at`, in seconds at calendar value 1.
double Stage::work_done(Time at) const {
    double done = totals_.work_seconds;
    for (const auto& served : busy_)
        done -= work_left(served, at);
    return done;
}

double Stage::take_work(Time at) {
    const double done = work_done(at), before = std::exchange(work_taken_, done);
    return std::max(done - before, 0.0);  // an idle stage, or a fork with other hours: not less than nothing
}

/// The longest queue since the first job that still waits at `end` came: jobs that started later, and those before it.
std::int64_t Stage::longest_with_unstarted(Time end) const {
    std::vector<std::pair<Time, Time>> stays;  // in the queue: from, to
    const std::span<const Time> starts = std::span(starts_).subspan(first_start_);
    for_each_waiting([&](const Job& job) {
        const Time to = job.has_left() ? job.left_at() : sim::end_of_time;
        if (job.ready < end && job.ready < to && to > measured_from_)
            stays.emplace_back(std::max(job.ready, measured_from_), to);
    });
    std::sort(stays.begin(), stays.end());
    std::priority_queue<Time, std::vector<Time>, std::greater<>> leave;
    std::size_t started = 0, longest = 0;
    for (const auto& [came, left] : stays) {
        while (started < starts.size() && starts[started] <= came)
            ++started;
        while (!leave.empty() && leave.top() <= came)
            leave.pop();
        leave.push(left);
        longest = std::max(longest, leave.size() + starts.size() - started);
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
    for_each_waiting([&](const Job& job) {
        const Time to = job.has_left() ? job.left_at() : end;
        if (job.ready >= end || to <= job.ready)
            return;
        totals.waiting_us += overlap(job.ready, to, measured_from_, end);
        if (job.ready < measured_from_)
            return;
        ++totals.arrivals;
        totals.left += job.has_left();
        totals.wait_of_left_us += job.has_left() ? (to - job.ready).us : 0;
    });
    totals.max_waiting =
        classes_ ? classes_->length().longest_by(end) : std::max(totals.max_waiting, longest_with_unstarted(end));
    totals.work_seconds = std::max(work_done(end), 0.0);  // an idle stage: not less by rounding
    return totals;
}

template <class Archive>
void Stage::serialize(Archive& archive) {
    archive(queue_);
    if (classes_)
        archive(*classes_);
    sim::block(archive, busy_);
    sim::block(archive, starts_);
    auto servers = spec_.servers;
    archive(first_start_, completed_, servers, servers_before_, changed_, is_past_change_, measured_from_);
    sim::plain(archive, totals_);
    archive(work_taken_);
    if (servers != spec_.servers) {
        servers_before_ = servers;
        changed_ = sim::end_of_time;  // until resume()
        is_past_change_ = false;
    }
}

bool Stage::resume(Time now) {
    if (changed_ != sim::end_of_time)
        return false;
    changed_ = now;
    return true;
}

template void Stage::serialize(sim::StateWriter& archive);
template void Stage::serialize(sim::StateReader& archive);

}  // namespace spate::models
