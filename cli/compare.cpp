#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/base/digest.hpp"
#include "sim/base/random.hpp"
#include "sim/trace/partial_file.hpp"
#include "models/model.hpp"
#include "analysis/kpi.hpp"
#include "scenarios/load/experiment.hpp"

#include "cli/commands.hpp"
#include "cli/comparison.hpp"
#include "cli/experiment_runs.hpp"
#include "cli/output.hpp"
#include "cli/scenario_input.hpp"
#include "cli/trace_target.hpp"
#include "cli/usable_cpus.hpp"

namespace spate::cli {
namespace {

struct CompareOptions {
    ScenarioInput input;
    std::string output, backend;
    std::uint32_t workers = 0;
    std::optional<std::uint32_t> replications;
    std::optional<double> size;
    bool as_json = false, is_quiet = false, force = false, begins_anew = false;
};

/// With common random numbers all arms have the seed of the base; else each has one that follows from its id.
void settle_seeds(scenarios::Experiment& experiment) {
    if (experiment.common_random_numbers)
        return;
    for (auto& arm : experiment.arms) {
        arm.spec.seed = sim::mix(arm.spec.seed, sim::hash_name(arm.id));
        arm.spec.scenario_text = scenarios::with_seed(arm.spec.scenario_text, arm.spec.seed);
    }
}

scenarios::Experiment read_experiment(const CompareOptions& options, std::optional<sim::Duration> found_warm_up = {}) {
    auto loaded = load_experiment(options.input, found_warm_up);
    refuse_problems(loaded.problems, options.as_json);
    if (!found_warm_up && !options.is_quiet)
        print_warnings(loaded.warnings);
    auto& experiment = loaded.experiment;
    settle_seeds(experiment);
    if (options.replications) {
        experiment.replications = options.replications;
        experiment.precision.reset();
    }
    return std::move(experiment);
}

std::vector<RunnableArm> runnable(const scenarios::Experiment& experiment) {
    std::vector<RunnableArm> arms;
    for (const auto& arm : experiment.arms) {
        RunnableArm& next = arms.emplace_back(RunnableArm{arm.id, arm.spec, 0});
        next.scenario_hash = models::scenario_hash(next.spec);
    }
    return arms;
}

/// Runs what the file asks for: a number of replications, or as many as the precision takes.
Comparison run_to_the_end(const scenarios::Experiment& experiment,
                          const CompareOptions& options,
                          ExperimentRuns& runs) {
    if (!experiment.precision) {
        runs.complete(*experiment.replications);
        return compare_arms(experiment, runs.results(), options.size);
    }
    constexpr std::uint32_t pilot = 10;
    const auto& precision = *experiment.precision;
    std::uint32_t count = std::min(pilot, precision.at_most);
    for (;;) {
        runs.complete(count);
        Comparison comparison = compare_arms(experiment, runs.results(), options.size);
        const auto state = check_precision(comparison, precision.half_width.value, count);
        if (state.is_reached || count == precision.at_most)
            return comparison;
        // The variance of a few replications is a rough guess: at most twice as many at a time.
        const std::uint64_t next = std::clamp<std::uint64_t>(state.wanted, count + 1, 2 * count);
        count = static_cast<std::uint32_t>(std::min<std::uint64_t>(next, precision.at_most));
    }
}

std::string head_text(const scenarios::Experiment& experiment,
                      const ExperimentRuns& runs,
                      const std::optional<FoundWarmUp>& warm_up) {
    const std::size_t replications = runs.results().front().size(), arms = experiment.arms.size();
    std::string text = (experiment.title.empty() ? experiment.id : experiment.title) + "\n";
    text += fmt::format("{} arms with {} replications each", arms, replications);
    if (runs.found() > 0)
        text += fmt::format(" ({} of {} runs were there already)", runs.found(), arms * replications);
    text += experiment.common_random_numbers ? ", common random numbers" : ", independent random numbers";
    text += ", baseline " + experiment.arms[experiment.baseline].name + "\n";
    return text + (warm_up ? warm_up_text(experiment, *warm_up) + "\n\n" : "\n");
}

std::string precision_text(const scenarios::Experiment& experiment, const Comparison& comparison, std::size_t count) {
    if (!experiment.precision)
        return "";
    const auto& half_width = experiment.precision->half_width;
    if (check_precision(comparison, half_width.value, count).is_reached)
        return "The wanted precision was reached.\n";
    return fmt::format("The wanted precision (± {}) was not reached with the {} replications allowed.\n",
                       half_width.origin.text,
                       count);
}

/// Replaces an experiment that says `warm_up: mser-5` by the one with the warm-up that its pilots show.
std::optional<FoundWarmUp> settle_warm_up(scenarios::Experiment& experiment,
                                          const CompareOptions& options,
                                          const ReplicationStore& store,
                                          const ExperimentRuns::Options& how) {
    if (!experiment.finds_warm_up)
        return std::nullopt;
    auto found = run_pilots(experiment, runnable(experiment), store.folder() + "/pilots", how);
    experiment = read_experiment(options, found.duration);
    return found;
}

void compare(const CompareOptions& options) {
    auto experiment = read_experiment(options);
    const TraceTarget place{options.input.path, experiment.id, options.output, options.force, TargetKind::experiment};
    const std::string target = place.resolve(), csv = place.resolve_csv(target, csv_begin);
    // From here on nobody else writes these, or the runs.
    sim::Recorder results(target, true, 0);
    sim::PartialFile table(csv, true, "table");
    ReplicationStore store(target + ".runs");
    if (options.begins_anew) {
        store.remove();
        store = ReplicationStore(target + ".runs");
    }
    ExperimentRuns::Options how;
    how.workers = options.workers == 0 ? usable_cpus() : options.workers;
    if (!options.backend.empty())
        how.backend = options.backend == "std" ? sim::Workers::std : sim::Workers::tbb;
    how.style = ProgressLine::style_of_stderr(options.is_quiet);
    const auto warm_up = settle_warm_up(experiment, options, store, how);
    const auto arms = runnable(experiment);
    how.refuse = [&](const Replication& replication) { return why_undecided(experiment.decide, replication.figures); };
    std::string text;
    std::optional<Comparison> comparison;
    {
        ExperimentRuns runs(arms, store, how);
        comparison = run_to_the_end(experiment, options, runs);
        comparison->warm_up = warm_up;
        std::vector<std::string> networks;
        for (const auto& arm : arms)
            networks.push_back(store.network_path(arm.id));
        write_hdf5(results, experiment, runs.results(), *comparison, networks);
        table.publish(comparison_csv(experiment, *comparison));
        text = head_text(experiment, runs, warm_up) + comparison_text(experiment, *comparison)
               + precision_text(experiment, *comparison, runs.results().front().size());
    }
    if (options.as_json) {
        print(comparison_json(experiment, *comparison));
    } else if (!options.is_quiet) {
        print(text + fmt::format("\nresults  {} and {}\n", target, csv));
    }
}

CLI::Validator above_zero() {
    return {[](const std::string& text) {
                double value = 0;
                const bool is_good = CLI::detail::lexical_cast(text, value) && value > 0 && std::isfinite(value);
                return is_good ? std::string() : "'" + text + "' is not a number above 0";
            },
            ""};
}

constexpr const char* compare_footer =
    R"(An experiment file names a base scenario, the arms that change it, and the key figure that decides.
Every arm is run with the same replications, side by side on all workers. With common random numbers
the same customers come in every arm, so that far fewer replications show a difference.
`warm_up: mser-5` in the file finds the warm-up: five pilot runs of every arm come first.

What is finished is kept in FILE.runs: after Ctrl-C or kill the same command goes on, and more
replications later cost only the new ones. --fresh begins anew.

Without -o the results are out/<id of the experiment>.compare.h5 and .csv, beside the traces of runs.
Nobody else can write them, or use FILE.runs, while the comparison goes on.

Examples:
  spate check experiment.yaml           its arms, and all problems at once
  spate compare experiment.yaml
  spate compare experiment.yaml --replications 100 --size 0.05)";

}  // namespace

Command add_compare(CLI::App& program) {
    auto* app = program.add_subcommand("compare", "Run an experiment: compare variants of a scenario.");
    auto options = std::make_shared<CompareOptions>();
    add_scenario_options(*app, options->input, "EXPERIMENT", "experiment file (YAML)");
    app->add_option("-o,--output", options->output, "results to write (HDF5); the CSV lies beside it")
        ->type_name("FILE");
    app->add_option("--replications", options->replications, "replications of every arm instead of the file's")
        ->check(CLI::Range(2U, 1'000'000U).description(""))
        ->type_name("N");
    app->add_option("--size", options->size, "difference that matters: how many replications would show it")
        ->check(above_zero())
        ->type_name("X");
    app->add_option("--workers", options->workers, "runs side by side; default: all processors it may use")
        ->check(CLI::Range(1U, 1024U).description(""))
        ->type_name("N");
    app->add_option("--backend", options->backend, "thread library: tbb or std; the results are the same")
        ->check(CLI::IsMember({"tbb", "std"}).description(""))
        ->type_name("NAME");
    app->add_flag("--fresh", options->begins_anew, "do not use runs of earlier starts");
    app->add_flag("--json", options->as_json, "print one JSON object instead of tables");
    app->add_flag("--quiet", options->is_quiet, "no progress, no tables; errors and --json are printed");
    app->add_flag("--force", options->force, "overwrite the file named with -o, a trace, or a CSV of other content");
    app->footer(compare_footer);
    return {app, [options] { compare(*options); }};
}

}  // namespace spate::cli
