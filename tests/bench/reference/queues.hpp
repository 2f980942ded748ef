#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/base/digest.hpp"

#include "tests/bench/draws.hpp"

/// M/M/1 queues in a row written straight down: an event for every arrival and every end of service.
namespace spate::bench::reference {

struct TandemSettings {
    std::uint32_t stages = 1;
    sim::Duration gap;      ///< mean time between customers
    sim::Duration service;  ///< mean, of every stage
    sim::Time end;
};

/// The first customer's stage: 0 is the arrival, s the end of service at stage s.
struct QueueEntry {
    std::int64_t time;
    std::uint32_t sequence, stage;

    friend bool comes_before(const QueueEntry& a, const QueueEntry& b) {
        return a.time != b.time ? a.time < b.time : a.sequence < b.sequence;
    }
};

template <template <class> class Heap>
class Tandem {
  public:
    explicit Tandem(const TandemSettings& settings)
        : settings_(settings)
        , stages_(settings.stages) {
        schedule(draws_.exponential(settings.gap), 0);
    }

    /// Handles every event before the end. Returns their number.
    std::uint64_t run() {
        std::uint64_t events = 0;
        for (; pending_.top().time < settings_.end.us; ++events) {
            const QueueEntry entry = pending_.top();
            pending_.pop();
            now_ = entry.time;
            times_.add(now_);
            if (entry.stage == 0)
                schedule(draws_.exponential(settings_.gap), 0);
            else
                leave(entry.stage - 1);
            if (entry.stage < stages_.size())
                join(entry.stage);
        }
        return events;
    }

    /// Mean wait of those who have been served [us].
    double mean_wait(std::uint32_t stage) const {
        return static_cast<double>(stages_[stage].waited) / static_cast<double>(stages_[stage].started);
    }

    std::uint64_t customers(std::uint32_t stage) const { return stages_[stage].started; }

    std::uint64_t digest() const { return times_.value(); }

  private:
    struct Stage {
        std::deque<std::int64_t> queue;  ///< when they came; the first is being served
        std::int64_t waited = 0;         ///< in all [us]
        std::uint64_t started = 0;
    };

    void join(std::uint32_t stage) {
        stages_[stage].queue.push_back(now_);
        if (stages_[stage].queue.size() == 1)
            serve(stage);
    }

    void leave(std::uint32_t stage) {
        stages_[stage].queue.pop_front();
        if (!stages_[stage].queue.empty())
            serve(stage);
    }

    void serve(std::uint32_t stage) {
        stages_[stage].waited += now_ - stages_[stage].queue.front();
        ++stages_[stage].started;
        schedule(draws_.exponential(settings_.service), stage + 1);
    }

    void schedule(sim::Duration delay, std::uint32_t stage) { pending_.push({now_ + delay.us, sent_++, stage}); }

    TandemSettings settings_;
    std::vector<Stage> stages_;
    Draws draws_{1};
    sim::Digest times_;
    std::int64_t now_ = 0;
    std::uint32_t sent_ = 0;
    Heap<QueueEntry> pending_;
};

}  // namespace spate::bench::reference
