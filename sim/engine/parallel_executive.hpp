#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

#include "sim/engine/engine.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/executive.hpp"
#include "sim/engine/group_clock.hpp"
#include "sim/engine/worker_pool.hpp"

namespace spate::sim {

/// Advances the process groups in parallel, in conservative synchronous windows; the design is at the head of the
/// source file. Gives the same results as SequentialExecutive for every number of workers.
class ParallelExecutive final : public Executive {
  public:
    /// Requires: `roster` outlives the executive.
    ParallelExecutive(Roster& roster, const EngineOptions& options);
    ~ParallelExecutive() override;

    void start() override;

    Time next_event() const override { return clock_.next_event(); }

    Time safe_time() const override { return clock_.safe_time(); }

    void advance_to(Time boundary) override;
    std::vector<std::uint64_t> events_by_worker() const override;

  private:
    /// Events for the groups of one home worker; owns their payloads.
    class Outbox;
    struct Worker;

    struct Group {
        EventQueue pending;
        const ProcessRecord* first_member = nullptr;
        std::uint64_t last_events = 1;  ///< handled in the last window it ran in: what to expect of the next
    };

    /// An exception and the place in the total order where it was thrown.
    struct Failure {
        Event place;
        std::exception_ptr error;
    };

    void accept(Worker& worker, const Event& event);
    void plan_window();
    void put_heavy_groups_first(std::uint64_t expected);
    void advance_groups(Worker& worker);
    void prefetch_group(std::uint32_t index) const;
    void advance_group(Worker& worker, std::uint32_t group);
    void deliver_mail(std::size_t home);
    void exchange_mail();
    void learn_cost();
    void rethrow_first_failure();
    bool is_worth_waking(double events, double nanoseconds_each) const;

    Roster& roster_;
    EngineOptions options_;
    GroupClock clock_;
    std::vector<Group> groups_;
    std::vector<std::uint32_t> home_of_;    ///< worker that keeps a group's queue when mail is delivered, per group
    std::vector<std::size_t> home_blocks_;  ///< first block of each home, and the number of blocks at the end
    std::vector<std::unique_ptr<Worker>> workers_;
    std::unique_ptr<WorkerPool> pool_;

    // The current window. Written by the calling thread before the workers begin.
    Time boundary_;
    std::vector<std::uint32_t> ready_;  ///< groups with events in the window, the heavy ones first
    std::size_t heavy_ = 0;             ///< leading groups that are handed out singly
    std::size_t chunk_ = 1;             ///< others are handed out in chunks of so many
    bool is_parallel_ = false;
    alignas(64) std::atomic<std::size_t> next_ticket_{0};

    alignas(64) double event_cost_ns_ = 200.0;  ///< estimate; decides only whether workers are woken
    std::uint64_t parallel_windows_ = 0;
};

}  // namespace spate::sim
