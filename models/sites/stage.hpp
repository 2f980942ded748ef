#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "sim/base/random.hpp"
#include "models/base/messages.hpp"
#include "models/base/wide.hpp"
#include "models/spec.hpp"

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

/// Totals of one stage over the measured time: sums of integer times, so Little's law holds as an identity
/// (area of the number waiting = sum of the waiting times within the period).
struct StageTotals {
    std::int64_t arrivals = 0, starts = 0, completed = 0;
    std::int64_t finished = 0;            ///< jobs that arrived and finished in the measured time
    std::int64_t left = 0;                ///< jobs that arrived and left the queue in the measured time
    std::int64_t waited = 0;              ///< jobs that did not start at once
    Wide waiting_us = 0, service_us = 0;  ///< summed over jobs, clipped to the measured time
    Wide wait_of_started_us = 0;          ///< full waits of the jobs that arrived and started in the measured time
    Wide wait_of_left_us = 0;       ///< full waits of the jobs that arrived and left the queue in the measured time
    Wide time_of_completed_us = 0;  ///< full times (wait + service) of the jobs that arrived and finished in it
    std::int64_t max_waiting = 0;
    double work_seconds = 0;  ///< work done in the measured time: integral of the calendar over times of service
};

/// One step of a site: a first-come-first-served queue in front of equal servers that follow a working calendar.
///
/// No event per job: waiting and service follow from Lindley's recursion (Lindley 1952; Kiefer and Wolfowitz 1955 for
/// several servers), worked off by advance() up to a given time. Times are exact whatever the steps of advance().
class Stage {
  public:
    Stage(const StageSpec& spec, sim::RunSeed run, std::uint64_t key);

    /// Adds a job that becomes ready at job.ready. Requires: not before the time of the last advance().
    void push(const Job& job) { queue_.push(job); }

    /// Starts every job that can start at or before `until` and hands each, with `ready` = its end and how long it
    /// waited, to `next`.
    template <class Next>
    void advance(Time until, Next&& next) {
        while (!queue_.is_empty()) {
            const Job& first = queue_.top();
            if (first.ready > until)
                break;
            const Time start = earliest_start(first.ready);
            if (start > until)
                break;
            Job job = first;
            queue_.pop();
            const Duration waited = start - job.ready;
            job.ready = serve(job, start);
            if constexpr (std::is_invocable_v<Next&, const Job&, Duration>) {
                next(job, waited);
            } else {
                next(job);
            }
        }
        release_before(until);
    }

    /// As advance(), where orders leave the queue: `leaves(order)` says when, sim::end_of_time if never. One that has
    /// not started by then never does: it is handed to `gone` once, with `ready` = when it left. Looks at every job in
    /// the queue.
    template <class Next, class Leaves, class Gone>
    void advance_or_leave(Time until, Next&& next, Leaves&& leaves, Gone&& gone) {
        const auto leave = [&](Job& job, Time at) {
            Job left = job;
            left.ready = at;
            job.leave(at);
            gone(left);
        };
        while (!queue_.is_empty()) {
            Job job = queue_.top();
            if (job.ready > until)
                break;
            const Time start = earliest_start(job.ready);
            if (start > until)
                break;
            queue_.pop();
            if (!job.has_left()) {
                if (const Time at = leaves(job.order); at <= start)
                    leave(job, at);
            }
            if (job.has_left()) {
                note_left(job.ready, job.left_at());
                continue;
            }
            const Duration waited = start - job.ready;
            job.ready = serve(job, start);
            next(job, waited);
        }
        release_before(until);
        queue_.change_each([&](Job& job) {
            if (job.has_left())
                return;
            if (const Time at = leaves(job.order); at <= until)
                leave(job, at);
        });
    }

    bool is_empty() const { return queue_.is_empty() && busy_.empty(); }

    /// Jobs in front of the servers and at them at time `at` (just before the events of that instant).
    /// Requires: advanced to `at`.
    std::int64_t waiting(Time at) const;
    std::int64_t in_service(Time at) const;
    /// Restarts the totals: the measured time begins.
    void start_measuring(Time at);
    /// Totals from start_measuring() to `end`. Requires: advanced to `end`.
    StageTotals totals(Time end) const;

    /// Work done since the last call, or since time zero [s of a server at calendar value 1].
    /// Requires: advanced to `at`.
    double take_work(Time at);

    const StageSpec& spec() const { return spec_; }

    std::int64_t completed() const { return completed_; }

    template <class Archive>
    void serialize(Archive& archive);

    /// Once after the state was read, with its time: if the state is that of a run with another number of servers, that
    /// number holds until `now`. True if it is so.
    bool resume(Time now);

  private:
    struct Served {
        Time arrived, start, end;
    };

    Time earliest_start(Time ready) {
        release_before(ready);
        if (ready < changed_)
            return earliest_start_around_change(ready);
        return earliest_start(ready, spec_.servers);
    }

    Time earliest_start(Time ready, std::uint32_t servers) const {
        if (servers == 0 || busy_.size() < servers)
            return ready;
        return std::max(ready, busy_.size() == servers ? busy_.front().end : end_with_too_many(servers));
    }

    std::uint32_t servers_at(Time t) const { return t < changed_ ? servers_before_ : spec_.servers; }

    void release_before(Time t) {
        while (!busy_.empty() && busy_.front().end <= t)
            release_first();
    }

    Time earliest_start_around_change(Time ready) const;
    Time end_with_too_many(std::uint32_t servers) const;
    Time serve(const Job& job, Time start);
    Time end_of(double seconds, Time start) const;
    void note_start(Time ready, Time start);
    void note_left(Time ready, Time left);
    void forget_starts(Time until);
    void release_first();
    std::int64_t longest_with_unstarted(Time end) const;
    void count(const Served& served);
    double work_left(const Served& served, Time at) const;
    double work_done(Time at) const;
    double work(const Order& order) const;

    StageSpec spec_;
    sim::RunSeed run_;
    std::uint64_t key_;
    bool is_constant_;     ///< work is the same for every piece
    double steady_speed_;  ///< where the calendar has only one; else 0
    JobQueue queue_;
    std::vector<Served> busy_;  ///< min-heap by end: jobs at the servers
    std::vector<Time>
        starts_;  ///< ends of waits later than the arrival, for the longest queue; from first_start_ on, ascending
    std::size_t first_start_ = 0;
    std::int64_t completed_ = 0;
    std::uint32_t servers_before_;  ///< held until changed_
    Time changed_{INT64_MIN};
    bool has_started_since_ = false;
    Time measured_from_;
    StageTotals totals_;
    double work_taken_ = 0;  ///< of work_done(), at the last take_work()
};

}  // namespace spate::models
