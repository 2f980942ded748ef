#include <filesystem>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/base/check.hpp"
#include "sim/snapshot/snapshot_file.hpp"
#include "sim/trace/reader.hpp"

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/simulation.hpp"
#include "cli/trace_target.hpp"

namespace spate::cli {
namespace {

struct ResumeOptions {
    std::string snapshot;
    std::string output;
    SimulationOptions simulation;
};

/// Throws: FileError if there is a whole trace of another run.
void check_same_run(const std::string& path, const models::ModelSpec& spec) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        return;
    }
    const sim::TraceReader trace(path);
    const bool is_same = trace.text("/run/scenario") == spec.scenario_text
                         && trace.integer_attribute("seed") == static_cast<std::int64_t>(spec.seed)
                         && trace.integer_attribute("replication") == std::int64_t{spec.replication};
    if (!is_same) {
        throw sim::FileError(
            fmt::format("cannot write trace '{}' (it is of another run than the snapshot: another scenario, seed or "
                        "replication; name another with -o, or overwrite it with --force?)",
                        path));
    }
}

/// Where the trace goes: where that of the interrupted run would have gone, unless another is named.
std::string trace_of(const ResumeOptions& options, const sim::SnapshotHead& head, const models::ModelSpec& spec) {
    if (head.trace.empty()) {
        throw sim::FileError(fmt::format("{}: is of a run without a trace. Go on with --no-trace?", options.snapshot));
    }
    const bool is_named = !options.output.empty();
    const std::string own = (std::filesystem::path(options.snapshot).parent_path() / head.trace).string();
    std::string trace =
        TraceTarget{options.snapshot, spec.name, is_named ? options.output : own, options.simulation.force || !is_named}
            .resolve();
    if (!is_named && !options.simulation.force)
        check_same_run(trace, spec);
    return trace;
}

void resume(const ResumeOptions& options) {
    if (options.simulation.no_trace && !options.output.empty()) {
        throw UsageError("--output and --no-trace exclude each other");
    }
    sim::SnapshotHead head;
    const SavedState state{options.snapshot, sim::read_snapshot(options.snapshot, head), sim::PastRows::kept};
    auto spec = models::Model::spec_of(state.archive);
    const std::string trace = options.simulation.no_trace ? "" : trace_of(options, head, spec);
    SimulationOptions simulation = options.simulation;
    if (simulation.snapshot.empty() && options.output.empty())
        simulation.snapshot = options.snapshot;
    run_and_tell(std::move(spec), simulation, trace, state);
}

constexpr const char* resume_footer =
    R"(The snapshot holds the scenario and the state; the result is the same, bit for bit, as if the run
had never stopped, for any number of workers. The rows recorded so far are in SNAPSHOT.rows: keep
the two together. Without -o the trace goes where that of the interrupted run would have gone; the
snapshot knows where that is, from its own folder.

Examples:
  spate resume out/double-eleven.h5.snapshot
  spate resume out/double-eleven.h5.snapshot --workers 8 -o again.h5)";

}  // namespace

Command add_resume(CLI::App& program) {
    auto* app = program.add_subcommand("resume", "Go on with a run from its snapshot.");
    auto options = std::make_shared<ResumeOptions>();
    app->add_option("SNAPSHOT", options->snapshot, "left by kill (SIGTERM), or by the scenario's snapshot: every")
        ->required()
        ->type_name("");
    app->add_option("-o,--output", options->output, "trace to write (HDF5)")->type_name("FILE");
    add_simulation_options(*app, options->simulation);
    app->footer(resume_footer);
    return {app, [options] { resume(*options); }};
}

}  // namespace spate::cli
