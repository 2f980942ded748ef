#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "models/sites/job_queue.hpp"

namespace spate::models {

/// How long a queue is, from those who come and go.
class QueueLength {
  public:
    void arrive(Time at) { push(arrivals_, at); }

    /// Somebody starts, or goes away unserved.
    void depart(Time at) { push(departures_, at); }

    /// All that comes and goes before this time is known.
    void note_until(Time end);
    /// The longest it was since measure(), before `end`.
    std::int64_t longest_by(Time end) const;

    /// Forgets how long it was before; who waits then counts.
    void measure(Time from) {
        measured_from_ = from;
        longest_ = 0;
        has_grown_ = true;
    }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(arrivals_, departures_, number_, longest_, has_grown_, measured_from_);
    }

  private:
    static void push(std::vector<Time>& heap, Time at);
    static Time pop(std::vector<Time>& heap);
    void look();

    std::vector<Time> arrivals_, departures_;  ///< min-heaps of what has not been counted
    std::int64_t number_ = 0, longest_ = 0;
    bool has_grown_ = false;  ///< since it was looked at
    Time measured_from_;
};

/// Jobs in front of the servers of a stage, by class: the lowest class first, and in a class as in JobQueue.
class ClassQueues {
  public:
    void push(const Job& job, std::uint8_t job_class) {
        queues_[job_class].push(job);
        length_.arrive(job.ready);
    }

    bool is_empty() const { return queues_.empty(); }

    /// When the first of all is ready. Requires: not empty.
    Time first_ready();

    /// Removes the job that is next at a time: of the lowest class that has one ready by then. Requires: there is one.
    Job pop_by(Time start);

    QueueLength& length() { return length_; }

    const QueueLength& length() const { return length_; }

    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const auto& [job_class, queue] : queues_)
            queue.for_each(visit);
    }

    /// As JobQueue::change_each.
    template <class Visit>
    void change_each(Visit&& visit) {
        for (auto& [job_class, queue] : queues_)
            queue.change_each(visit);
    }

    template <class Archive>
    void serialize(Archive& archive);

  private:
    std::map<std::uint8_t, JobQueue> queues_;  ///< none is empty
    QueueLength length_;
};

}  // namespace spate::models
