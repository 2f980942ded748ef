#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/snapshot/snapshot_file.hpp"

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/scenario_input.hpp"
#include "cli/simulation.hpp"
#include "cli/trace_target.hpp"
#include "cli/whole_number.hpp"

namespace spate::cli {
namespace {

struct RunOptions {
    ScenarioInput scenario;
    SimulationOptions simulation;
    std::string output;
    std::string from;  ///< snapshot to go on from
    bool drops_past = false;
    std::optional<std::uint64_t> seed;
    std::optional<std::uint32_t> replication;
};

models::ModelSpec read_spec(const RunOptions& options) {
    ScenarioInput input = options.scenario;
    if (options.seed) {  // as a setting, so that the scenario kept in the trace is the one that was run
        input.settings.push_back(fmt::format("seed={}", *options.seed));
    }
    auto loaded = load(input);
    refuse_problems(loaded.problems);
    if (options.replication) {
        loaded.spec.replication = *options.replication;
    }
    return std::move(loaded.spec);
}

void run(const RunOptions& options) {
    if (options.simulation.no_trace && !options.output.empty()) {
        throw UsageError("--output and --no-trace exclude each other");
    }
    if (options.drops_past && options.from.empty()) {
        throw UsageError("--without-past needs --from");
    }
    auto spec = read_spec(options);
    std::optional<SavedState> from;
    if (!options.from.empty()) {
        sim::SnapshotHead head;
        from = SavedState{options.from, sim::read_snapshot(options.from, head), sim::PastRows::kept};
        if (options.drops_past)
            from->past = sim::PastRows::left_out;
    }
    std::string trace;
    if (!options.simulation.no_trace) {
        trace = TraceTarget{options.scenario.path, spec.name, options.output, options.simulation.force}.resolve();
    }
    run_and_tell(std::move(spec), options.simulation, trace, from);
}

constexpr const char* run_footer =
    R"(Without -o the trace is out/<name of the scenario>.h5; the next run of the same scenario
overwrites it. A file named with -o is overwritten only with --force.

--from starts from a snapshot instead of time zero: a fork. The network, the times of the run and of
sessions must be those of the snapshot; policies, levels, rates, freight and the seed may be others
and hold from that moment on. What was before is in the trace too, but for --without-past.

Examples:
  spate run double-eleven.yaml
  spate run double-eleven.yaml -o peak.h5 --set demand.orders=3000/day --seed 7
  spate run double-eleven.yaml --json --quiet | python3 -m json.tool
  spate run double-eleven.yaml --from out/double-eleven.h5.snapshot --seed 8 -o other.h5)";

}  // namespace

Command add_run(CLI::App& program) {
    auto* app = program.add_subcommand("run", "Run a scenario, write its trace, print its key figures.");
    auto options = std::make_shared<RunOptions>();
    add_scenario_options(*app, options->scenario);
    app->add_option("-o,--output", options->output, "trace to write (HDF5)")->type_name("FILE");
    add_simulation_options(*app, options->simulation);
    app->add_option("--seed", options->seed, "random seed instead of the scenario's")
        ->check(whole_number())
        ->type_name("S");
    app->add_option("--replication", options->replication, "number of the replication: other random draws")
        ->check(whole_number())
        ->type_name("K");
    app->add_option("--from", options->from, "snapshot to start from")->type_name("FILE");
    app->add_flag("--without-past", options->drops_past, "with --from: the trace begins at the snapshot");
    app->footer(run_footer);
    return {app, [options] { run(*options); }};
}

}  // namespace spate::cli
