#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "sim/engine/worker_pool.hpp"
#include "models/spec.hpp"

#include "cli/progress_line.hpp"
#include "cli/replication_store.hpp"

namespace spate::cli {

/// One arm of an experiment, ready to be run.
struct RunnableArm {
    std::string id;
    models::ModelSpec spec;           ///< of replication 0; the seed is the arm's
    std::uint64_t scenario_hash = 0;  ///< of `spec`
};

/// Runs the replications of all arms, side by side on all workers, one worker for each run. What is finished is in the
/// store, so that a killed experiment goes on there. Results do not depend on the number of workers.
class ExperimentRuns {
  public:
    struct Options {
        std::uint32_t workers = 1;
        sim::Workers backend = sim::default_workers();
        ProgressLine::Style style = ProgressLine::Style::silent;
        std::vector<std::string> processes = {};  ///< whose series are kept of every run; see analysis/warm_up.hpp
        /// Why a run makes the others useless; empty: it does not. Called by all workers.
        std::function<std::string(const Replication&)> refuse = {};
    };

    /// `arms` and `store` must outlive this.
    ExperimentRuns(const std::vector<RunnableArm>& arms, const ReplicationStore& store, Options options);

    /// Sees to it that every arm has the replications 0 … count − 1. Throws: Interrupted, and what a run throws, with
    /// the arm and the replication in front; what had been finished by then is kept.
    void complete(std::uint32_t count);

    /// By arm, then by replication.
    const std::vector<std::vector<Replication>>& results() const { return results_; }

    /// Runs made by this object, and runs found in the store.
    std::size_t made() const { return made_; }

    std::size_t found() const { return found_; }

  private:
    struct Job {
        std::size_t arm = 0;
        std::uint32_t number = 0;
    };

    std::vector<Job> missing(std::uint32_t count);
    void work(const std::vector<Job>& jobs);
    Replication run(const Job& job);
    void refuse_useless(const Replication& result, const std::string& where) const;
    std::string where(const Job& job) const;
    void fail(const Job& job);
    void note_finished(const Job& job, Replication result, std::size_t jobs);

    const std::vector<RunnableArm>& arms_;
    const ReplicationStore& store_;
    Options options_;
    std::vector<std::vector<Replication>> results_;
    std::size_t found_ = 0;
    std::atomic<std::size_t> made_{0}, next_{0};
    std::atomic<bool> is_stopped_{false};
    std::mutex mutex_;  ///< of what follows
    std::exception_ptr failure_;
    std::size_t finished_ = 0;  ///< of the jobs of this call
    ProgressLine line_;
    double begin_ = 0;  ///< of this call [s]
};

}  // namespace spate::cli
