#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "sim/base/random.hpp"
#include "models/base/wide.hpp"
#include "models/sites/class_queues.hpp"
#include "models/sites/job_queue.hpp"
#include "models/spec.hpp"

namespace spate::models {

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

/// One step of a site: a queue in front of equal servers that follow a working calendar. First come, first served, or
/// by classes (StageSpec::by_priority): the lowest class that waits goes first, and nobody is interrupted.
///
/// No event per job: waiting and service follow from Lindley's recursion (Lindley 1952; Kiefer and Wolfowitz 1955 for
/// several servers), worked off by advance() up to a given time. Times are exact whatever the steps of advance().
class Stage {
  public:
    Stage(const StageSpec& spec, sim::RunSeed run, std::uint64_t key);

    /// Adds a job that becomes ready at job.ready. Requires: not before the time of the last advance().
    void push(const Job& job, std::uint8_t job_class = 0) {
        if (classes_) {
            classes_->push(job, job_class);
        } else {
            queue_.push(job);
        }
    }

    /// Starts every job that can start at or before `until` and hands each, with `ready` = its end, its start and how
    /// long it waited, to `next`.
    template <class Next>
    void advance(Time until, Next&& next) {
        if (classes_) {
            advance_classes(
                until, next, [](const Order&) { return sim::end_of_time; }, [](const Job&) {});
            return;
        }
        while (!queue_.is_empty()) {
            const Job& first = queue_.top();
            if (first.ready > until)
                break;
            const Time start = earliest_start(first.ready);
            if (start > until)
                break;
            Job job = first;
            queue_.pop();
            hand_on(job, start, next);
        }
        pass(until);
    }

    /// As advance(), where orders leave the queue: `leaves(order)` says when, sim::end_of_time if never. One that has
    /// not started by then never does: it is handed to `gone` once, with `ready` = when it left. Looks at every job in
    /// the queue.
    template <class Next, class Leaves, class Gone>
    void advance_or_leave(Time until, Next&& next, Leaves&& leaves, Gone&& gone) {
        if (classes_) {
            advance_classes(until, next, leaves, gone);
            return;
        }
        while (!queue_.is_empty()) {
            Job job = queue_.top();
            if (job.ready > until)
                break;
            const Time start = earliest_start(job.ready);
            if (start > until)
                break;
            queue_.pop();
            leave_by(start, job, leaves, gone);
            if (job.has_left()) {
                note_left(job.ready, job.left_at());
            } else {
                hand_on(job, start, next);
            }
        }
        pass(until);
        queue_.change_each([&](Job& job) { leave_by(until, job, leaves, gone); });
    }

    bool is_empty() const { return queue_.is_empty() && busy_.empty() && (!classes_ || classes_->is_empty()); }

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

    /// What one piece of work takes for the jobs that come next: a pure function of the key, so that it does not matter
    /// if others come.
    struct DrawnAhead {
        static constexpr std::size_t most = 8;
        std::array<std::uint64_t, most> keys;
        std::array<double, most> seconds;  ///< at calendar value 1
        std::size_t next = 0, count = 0;
    };

    template <class Next>
    void hand_on(Job& job, Time start, Next& next) {
        const Duration waited = start - job.ready;
        job.ready = serve(job, start);
        if constexpr (std::is_invocable_v<Next&, const Job&, Time, Duration>) {
            next(job, start, waited);
        } else {
            next(job);
        }
    }

    template <class Leaves, class Gone>
    void leave_by(Time until, Job& job, Leaves& leaves, Gone& gone) {
        if (job.has_left())
            return;
        const Time at = leaves(job.order);
        if (at > until)
            return;
        Job left = job;
        left.ready = at;
        job.leave(at);
        if (classes_)
            classes_->length().depart(std::max(at, job.ready));
        gone(left);
    }

    template <class Next, class Leaves, class Gone>
    void advance_classes(Time until, Next&& next, Leaves&& leaves, Gone&& gone) {
        while (!classes_->is_empty()) {
            const Time ready = classes_->first_ready();
            if (ready > until)
                break;
            const Time start = earliest_start(ready);
            if (start > until)
                break;
            Job job = classes_->pop_by(start);
            leave_by(start, job, leaves, gone);
            if (job.has_left()) {
                count_left(job.ready, job.left_at());
            } else {
                hand_on(job, start, next);
            }
        }
        pass(until);
        classes_->change_each([&](Job& job) { leave_by(until, job, leaves, gone); });
        classes_->length().note_until(until);
    }

    template <class Visit>
    void for_each_waiting(Visit&& visit) const {
        queue_.for_each(visit);
        if (classes_)
            classes_->for_each(visit);
    }

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

    /// Every start before this time is known.
    void pass(Time until) {
        release_before(until);
        is_past_change_ |= until >= changed_;
    }

    Time earliest_start_around_change(Time ready) const;
    Time end_with_too_many(std::uint32_t servers) const;
    Time serve(const Job& job, Time start);
    Time end_of(double seconds, Time start) const;
    void note_start(Time ready, Time start);
    void note_left(Time ready, Time left);
    void count_left(Time ready, Time left);
    void forget_starts(Time until);
    void release_first();
    std::int64_t longest_with_unstarted(Time end) const;
    void count(const Served& served);
    double work_left(const Served& served, Time at) const;
    double work_done(Time at) const;
    double work(const Order& order);
    bool draw_ahead(const Order& order);

    StageSpec spec_;
    sim::RunSeed run_;
    std::uint64_t key_;
    bool is_constant_;     ///< work is the same for every piece
    double steady_speed_;  ///< where the calendar has only one; else 0
    JobQueue queue_;
    std::unique_ptr<ClassQueues> classes_;  ///< instead, if by classes
    std::vector<Served> busy_;              ///< min-heap by end: jobs at the servers
    std::vector<Time>
        starts_;  ///< ends of waits later than the arrival, for the longest queue; from first_start_ on, ascending
    std::size_t first_start_ = 0;
    std::int64_t completed_ = 0;
    std::uint32_t servers_before_;  ///< held until changed_
    Time changed_{INT64_MIN};
    bool is_past_change_ = false;  ///< every start before it is known
    Time measured_from_;
    StageTotals totals_;
    DrawnAhead drawn_ahead_;
    double work_taken_ = 0;  ///< of work_done(), at the last take_work()
};

}  // namespace spate::models
