#include "cli/warm_up.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"
#include "models/model.hpp"
#include "analysis/statistics.hpp"

#include "cli/calendar.hpp"

namespace spate::cli {
namespace {

using scenarios::Experiment;

std::vector<std::vector<double>> series_of(const std::vector<Replication>& pilots, const std::string& process) {
    std::vector<std::vector<double>> result;
    for (const auto& pilot : pilots) {
        const auto found = std::find_if(
            pilot.series.begin(), pilot.series.end(), [&](const auto& series) { return series.process == process; });
        SPATE_EXPECT(found != pilot.series.end());
        result.push_back(found->values);
    }
    return result;
}

std::string name_of_arm(const Experiment& experiment, std::size_t arm) {
    return experiment.arms[arm].name;
}

TransientEnd transient_end(const Experiment& experiment,
                           const RunnableArm& arm,
                           TransientEnd end,
                           const std::vector<std::vector<double>>& pilots) {
    const auto series = analysis::mean_series(pilots);
    if (series.empty())
        return end;  // there is no such process: its figure is undefined, which is told later
    const auto truncation = analysis::mser5(series);
    if (!truncation.cut || truncation.is_beyond_half)
        throw sim::RunError(fmt::format(
            "no warm-up found: in arm {} the transient of '{}' does not end within half of the pilot run of "
            "{} (MSER-5: {}). Run longer (time.horizon), or write warm_up as a duration?",
            name_of_arm(experiment, end.arm),
            end.process,
            duration_text(arm.spec.horizon),
            truncation.reason));
    end.after = arm.spec.trace.series_every * static_cast<std::int64_t>(*truncation.cut);
    return end;
}

}  // namespace

std::vector<std::string> deciding_processes(const Experiment& experiment) {
    std::vector<std::string> figures{experiment.decide.figure};
    for (const auto& constraint : experiment.decide.subject_to)
        figures.push_back(constraint.figure);
    return analysis::find_processes(figures);
}

std::vector<RunnableArm> pilot_arms(std::vector<RunnableArm> arms, const std::vector<std::string>& processes) {
    for (auto& arm : arms) {
        arm.spec.horizon = arm.spec.horizon + std::exchange(arm.spec.warm_up, sim::Duration{});
        arm.scenario_hash = models::scenario_hash(arm.spec);
        for (const auto& process : processes)  // a pilot with other series is another one
            arm.scenario_hash = sim::mix(arm.scenario_hash, sim::hash_name(process));
    }
    return arms;
}

FoundWarmUp find_warm_up(const Experiment& experiment,
                         const std::vector<RunnableArm>& arms,
                         const std::vector<std::vector<Replication>>& pilots) {
    FoundWarmUp found;
    for (std::size_t a = 0; a < arms.size(); ++a) {
        for (const auto& process : deciding_processes(experiment)) {
            found.ends.push_back(transient_end(experiment, arms[a], {a, process, {}}, series_of(pilots[a], process)));
        }
    }
    const auto longest = std::max_element(
        found.ends.begin(), found.ends.end(), [](const auto& a, const auto& b) { return a.after < b.after; });
    found.longest = static_cast<std::size_t>(std::distance(found.ends.begin(), longest));
    found.duration = longest->after;
    return found;
}

FoundWarmUp run_pilots(const Experiment& experiment,
                       std::vector<RunnableArm> arms,
                       const std::string& folder,
                       ExperimentRuns::Options options) {
    options.processes = deciding_processes(experiment);
    arms = pilot_arms(std::move(arms), options.processes);
    const ReplicationStore store(folder);
    ExperimentRuns runs(arms, store, std::move(options));
    runs.complete(warm_up_pilots);
    return find_warm_up(experiment, arms, runs.results());
}

std::string warm_up_text(const Experiment& experiment, const FoundWarmUp& found) {
    const std::string pilots = fmt::format("{} pilot replications", warm_up_pilots);
    if (found.duration.us == 0)
        return fmt::format("no warm-up: MSER-5 found no transient in {} of any arm", pilots);
    const auto& longest = found.ends[found.longest];
    return fmt::format("warm-up {} found by MSER-5 from {}; arm {} needed the most ({})",
                       duration_text(found.duration),
                       pilots,
                       name_of_arm(experiment, longest.arm),
                       longest.process);
}

std::string warm_up_plan(const Experiment& experiment) {
    std::string processes;
    for (const auto& process : deciding_processes(experiment))
        processes += (processes.empty() ? "" : ", ") + process;
    const auto& spec = experiment.arms[experiment.baseline].spec;
    return fmt::format("found by MSER-5 in {} from {} pilot replications of {} of every arm; the longest holds for all",
                       processes,
                       warm_up_pilots,
                       duration_text(spec.warm_up + spec.horizon));
}

std::string warm_up_json(const Experiment& experiment, const FoundWarmUp& found) {
    using nlohmann::ordered_json;
    const auto& longest = found.ends[found.longest];
    ordered_json result{{"found_by", "mser-5"},
                        {"pilot_replications", warm_up_pilots},
                        {"us", found.duration.us},
                        {"arm", experiment.arms[longest.arm].id},
                        {"process", longest.process}};
    auto& ends = result["transients"] = ordered_json::array();
    for (const auto& end : found.ends)
        ends.push_back({{"arm", experiment.arms[end.arm].id}, {"process", end.process}, {"us", end.after.us}});
    return result.dump();
}

void add_warm_up(sim::Recorder& file, const FoundWarmUp& found) {
    file.set_attribute({"warm_up_found_by", "mser-5", 0, true});
    file.set_attribute({"warm_up_pilot_replications", "", std::int64_t{warm_up_pilots}, false});
    file.set_attribute({"warm_up_us", "", found.duration.us, false});
    sim::TextColumn processes{"process", "whose start decides", {}};
    sim::NumberColumn arms{{"arm", sim::ColumnType::u32, "1", "arm", {}, "/experiment/arms", 1.0}, {}};
    sim::NumberColumn ends{{"after", sim::ColumnType::i64, "us", "left out by MSER-5", {}, "", 1.0}, {}};
    for (const auto& end : found.ends) {
        processes.values.push_back(end.process);
        arms.values.emplace_back(static_cast<std::int64_t>(end.arm));
        ends.values.emplace_back(end.after.us);
    }
    file.add_static({"/experiment/warm_up",
                     "Where the transient of each arm ends; the longest is left out of all arms",
                     {std::move(processes)},
                     {std::move(arms), std::move(ends)}});
}

}  // namespace spate::cli
