#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/engine/context.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/partition.hpp"
#include "sim/engine/shard.hpp"
#include "sim/engine/worker_pool.hpp"

namespace spate::sim {

/// Advances all processes of a run, in rounds of independent shards. How is explained at the top of executive.cpp.
/// Results depend neither on the number of workers nor on how the processes are cut into shards.
/// Threads: all calls come from one thread.
class Executive {
  public:
    /// Requires: `processes` and `table` outlive the executive.
    Executive(std::span<const std::unique_ptr<Process>> processes,
              const LinkTable& table,
              const EngineOptions& options);
    ~Executive();

    /// Calls start on every process in order. Once, first; or else restore().
    void start();
    /// Time of the earliest pending event; end_of_time when there is none.
    Time next_event() const;
    /// Runs every event before `boundary`. Throws: the first error in event order, the same for every number of workers
    /// and every cut; afterwards only the destructor is called.
    void advance_to(Time boundary);

    const Roster& roster() const { return cut_.roster; }

    std::uint64_t rounds() const { return rounds_; }

    std::size_t shards() const { return shards_.size(); }

    /// For what is done between the calls of advance_to(). Null: there is one worker.
    WorkerPool* pool() const { return pool_.get(); }

    /// Events handled so far by each worker.
    std::vector<std::uint64_t> events_by_worker() const;
    std::uint64_t events() const;

    /// All pending events in the order of their receivers and keys, with process numbers in place of slots; they stay
    /// pending and keep their payloads. Between calls of advance_to.
    std::vector<Event> pending_events();
    /// Puts a saved state back instead of start(): counters of each process, and pending events with process numbers
    /// in place of slots, whose payloads are taken over.
    void restore(Time reached,
                 std::span<const std::uint64_t> sequences,
                 std::span<const std::uint64_t> digests,
                 std::span<const Event> events);
    /// After restore() of a loaded state: calls on_loaded on every process in order.
    void loaded();

  private:
    struct alignas(64) Worker {
        Context context;
        std::uint64_t events = 0;
        std::vector<std::uint32_t> order;  ///< shards, its own first
        std::size_t own = 0;               ///< how many of them
    };

    /// What a round needs to know of a shard.
    struct alignas(64) Turn {
        std::atomic<std::uint64_t> claim{0};  ///< the round's word: free; one more: taken
        Time next = end_of_time;              ///< earliest event in the shard
        Time mail = end_of_time;              ///< earliest event on the way to it
        Time limit;
        bool has_mail = false;
        bool is_ready = false;          ///< takes part in this round
        std::uint64_t last_events = 0;  ///< handled in its last turn
        double ns = 0;                  ///< measured work
        double last_ns = 0;

        Turn() = default;

        Turn(const Turn&) {}  // only while vectors are set up

        Time arrival() const { return std::min(next, mail); }
    };

    /// Events per simulated microsecond, counted from a mark on.
    struct Density {
        Time from;
        std::uint64_t events = 0;

        double until(Time now, std::uint64_t all) const {
            return now > from ? static_cast<double>(all - events) / static_cast<double>((now - from).us) : 0;
        }
    };

    static constexpr std::size_t most_shards = 64;

    // executive.cpp: rounds
    void cut(const CutOptions& options);
    void order_shards();
    void run_rounds(Time target);
    bool plan_round();
    bool is_small_round() const;
    void open_round();
    void work(std::uint32_t index);
    bool claim_and_run(Worker& worker, std::uint64_t word);
    void wait_for_other_round(std::uint64_t word);
    void run_shard(std::size_t shard, Worker& worker);
    void run_serially(Worker& worker);
    void end_round();
    void note_mail(std::size_t shard);
    void collect_mail();
    void share_free_payloads();

    // cut_review.cpp: the cut follows the load
    Time next_review(int number) const;
    void review();
    void part_again();
    bool is_uneven() const;
    std::size_t wanted_shards() const;
    bool is_better(std::size_t wanted) const;
    void recut(std::size_t shards);

    std::span<const std::unique_ptr<Process>> processes_;
    const LinkTable& table_;
    EngineOptions options_;
    Cut cut_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::vector<Turn> turns_;  ///< by shard
    std::vector<std::unique_ptr<Worker>> workers_;
    std::unique_ptr<WorkerPool> pool_;
    Time reached_;  ///< everything before it has been handled
    Time target_;   ///< of the rounds that run
    std::uint64_t rounds_ = 0;
    std::size_t parity_ = 0;  ///< of the mailboxes that are written
    bool is_timed_ = false;   ///< this round is measured

    /// 2 n + 1 while round n runs, 2 n when no round runs. Written by the thread that ends the round before.
    alignas(64) std::atomic<std::uint64_t> round_{0};
    alignas(64) std::atomic<std::uint32_t> unfinished_{0};
    alignas(64) std::atomic<std::uint32_t> sleepers_{0};

    double event_ns_ = 60.0;  ///< measured cost of an event
    double round_ns_ = 0.0;   ///< measured work of a round, all shards together
    std::uint64_t measured_rounds_ = 0;
    int reviews_ = 0;
    Time first_event_;
    Density density_;            ///< since the last review
    double joined_density_ = 0;  ///< when all shards were joined into one; 0: they are not
};

}  // namespace spate::sim
