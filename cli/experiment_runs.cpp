#include "cli/experiment_runs.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"
#include "models/model.hpp"

#include "cli/interrupt.hpp"

namespace spate::cli {

ExperimentRuns::ExperimentRuns(const std::vector<RunnableArm>& arms, const ReplicationStore& store, Options options)
    : arms_(arms)
    , store_(store)
    , options_(std::move(options))
    , results_(arms.size())
    , line_(options_.style, Calendar("")) {}

void ExperimentRuns::complete(std::uint32_t count) {
    const auto jobs = missing(count);
    next_ = 0;
    finished_ = 0;
    begin_ = line_.seconds_so_far();
    if (!jobs.empty()) {
        const auto pool = sim::make_worker_pool(options_.backend, options_.workers);
        pool->run([&](std::uint32_t) { work(jobs); });
    }
    if (failure_)
        std::rethrow_exception(failure_);
}

/// Takes what the store has; returns what has to be run, replication by replication.
std::vector<ExperimentRuns::Job> ExperimentRuns::missing(std::uint32_t count) {
    std::vector<Job> jobs;
    for (auto& of_arm : results_)
        of_arm.reserve(count);
    for (std::uint32_t number = 0; number < count; ++number) {
        for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
            if (number < results_[arm].size())
                continue;
            auto stored = store_.find(arms_[arm].id, arms_[arm].scenario_hash, number);
            if (number == 0 && !store_.has_network(arms_[arm].id, arms_[arm].scenario_hash))
                stored.reset();
            found_ += stored.has_value();
            if (stored)
                refuse_useless(*stored, where({arm, number}));
            else
                jobs.push_back({arm, number});
            results_[arm].push_back(stored ? std::move(*stored) : Replication{});
        }
    }
    return jobs;
}

void ExperimentRuns::work(const std::vector<Job>& jobs) {
    for (std::size_t i = next_++; i < jobs.size() && !is_stopped_; i = next_++) {
        try {
            note_finished(jobs[i], run(jobs[i]), jobs.size());
        } catch (...) {
            fail(jobs[i]);
        }
    }
}

/// One run on one worker. Of its trace only the summaries are needed, of a pilot the series too, and these for a moment
/// only: no file is made of them.
Replication ExperimentRuns::run(const Job& job) {
    models::ModelSpec spec = arms_[job.arm].spec;
    spec.replication += job.number;
    spec.trace.orders_share = 0;
    spec.trace.decisions = false;
    spec.snapshot.every.reset();
    Replication result;
    result.number = job.number;
    sim::Recorder::InMemory kept{{"/summary/"}};
    if (!options_.processes.empty())
        kept.folders.emplace_back("/series/");
    sim::Recorder recorder(std::move(kept));
    {
        models::Model model(std::move(spec), {}, recorder);
        models::RunHooks hooks;
        hooks.on_progress = [this](const models::Progress&) {
            if (const int signal = pending_interrupt())
                throw Interrupted("interrupted; what was finished is kept. Run the same command to go on", signal);
        };
        const auto run = model.run(hooks);
        result.digest = run.report.digest.total;
        result.demand_digest = run.demand_digest;
        result.orders = static_cast<std::int64_t>(run.orders);
    }
    {
        const sim::TraceReader trace(recorder);
        result.figures = analysis::compute_key_figures(trace);
        if (job.number == 0)
            store_.save_network(arms_[job.arm].id, arms_[job.arm].scenario_hash, trace);
        for (const auto& process : options_.processes)
            result.series.push_back({process, analysis::process_series(trace, process)});
    }
    store_.save(arms_[job.arm].id, arms_[job.arm].scenario_hash, result);
    refuse_useless(result, "");  // fail() says where
    return result;
}

void ExperimentRuns::refuse_useless(const Replication& result, const std::string& where) const {
    const std::string why = options_.refuse ? options_.refuse(result) : "";
    if (!why.empty())
        throw sim::RunError(where + why);
}

std::string ExperimentRuns::where(const Job& job) const {
    return fmt::format("arm {}, replication {}: ", arms_[job.arm].id, job.number);
}

/// Remembers the exception being handled if it is the first, with the run in front; nothing new is begun.
void ExperimentRuns::fail(const Job& job) {
    is_stopped_ = true;
    const std::lock_guard lock(mutex_);
    if (failure_)
        return;
    try {
        throw;
    } catch (const Interrupted&) {
        failure_ = std::current_exception();
    } catch (const sim::RunError& error) {
        failure_ = std::make_exception_ptr(sim::RunError(where(job) + error.what(), error.exit_code()));
    } catch (...) {
        failure_ = std::current_exception();
    }
}

void ExperimentRuns::note_finished(const Job& job, Replication result, std::size_t jobs) {
    const std::lock_guard lock(mutex_);
    results_[job.arm][job.number] = std::move(result);
    ++made_;
    ++finished_;
    const double seconds = line_.seconds_so_far() - begin_;
    const double left = seconds * static_cast<double>(jobs - finished_) / static_cast<double>(finished_);
    line_.show(fmt::format("{} of {} runs", finished_, jobs), left);
}

}  // namespace spate::cli
