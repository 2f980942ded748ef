#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"
#include "models/model.hpp"
#include "analysis/kpi.hpp"
#include "analysis/kpi_table.hpp"
#include "analysis/number_text.hpp"

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress_line.hpp"
#include "cli/scenario_input.hpp"
#include "cli/trace_target.hpp"
#include "cli/usable_cpus.hpp"

namespace spate::cli {
namespace {

using nlohmann::ordered_json;

struct RunOptions {
    ScenarioInput scenario;
    std::string output;
    std::uint32_t workers = 0;
    std::string backend;
    std::optional<std::uint64_t> seed;
    std::optional<std::uint32_t> replication;
    bool as_json = false, is_quiet = false, no_trace = false, force = false;
};

/// What is told about a run besides its key figures.
struct RunFacts {
    std::string name, title, from, to;
    std::string trace;  ///< path, empty: none was written
    std::uint64_t seed = 0;
    std::uint32_t replication = 0, workers = 1;
    models::RunResult result;
    double seconds = 0;  ///< wall time
};

std::string digest_text(const models::RunResult& result) {
    return fmt::format("{:016x}", result.report.digest.total);
}

sim::EngineOptions engine_options(const RunOptions& options) {
    sim::EngineOptions engine;
    engine.workers = options.workers;
    if (!options.backend.empty()) {
        engine.backend = options.backend == "std" ? sim::Workers::std : sim::Workers::tbb;
    }
    return engine;
}

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

void stop_if_interrupted(const RunFacts& facts, const std::string& where) {
    const int signal = pending_interrupt();
    if (signal == 0) {
        return;
    }
    throw Interrupted(
        fmt::format(
            "interrupted {}, {}", where, facts.trace.empty() ? "nothing was written" : "the partial trace was removed"),
        signal);
}

/// Runs the model to its end; what it did is in `facts`. Throws: Interrupted and what Model::run throws.
void simulate(models::ModelSpec spec, const RunOptions& options, RunFacts& facts) {
    const Calendar calendar(spec.start);
    std::optional<sim::Recorder> recorder;
    if (facts.trace.empty()) {
        recorder.emplace();
    } else {
        recorder.emplace(facts.trace, true);
    }
    std::string where = "before the start";
    ProgressLine line(ProgressLine::style_of_stderr(options.is_quiet), calendar);
    models::Model model(std::move(spec), engine_options(options), *recorder);
    const auto on_progress = [&](const models::Progress& progress) {
        where = "at " + calendar.minute_text(progress.now);
        stop_if_interrupted(facts, where);
        line.show(progress);
    };
    facts.result = model.run(on_progress);
    facts.seconds = line.seconds_so_far();
}

ordered_json facts_json(const RunFacts& facts) {
    return {{"from", facts.from},
            {"to", facts.to},
            {"seed", facts.seed},
            {"replication", facts.replication},
            {"workers", facts.workers},
            {"orders", facts.result.orders},
            {"events", facts.result.report.events},
            {"windows", facts.result.report.windows},
            {"ledger_checks", facts.result.ledger_checks},
            {"wall_seconds", facts.seconds},
            {"digest", digest_text(facts.result)}};
}

std::string json_text(const RunFacts& facts, const std::optional<analysis::KeyFigures>& figures) {
    ordered_json result{{"name", facts.name}, {"title", facts.title}};
    result["trace"] = facts.trace.empty() ? ordered_json() : ordered_json(facts.trace);
    result["facts"] = facts_json(facts);
    if (figures) {
        auto& list = result["key_figures"] = ordered_json::object();
        for (const auto& figure : figures->figures) {
            auto& entry = list[figure.name];
            entry["value"] = figure.value ? ordered_json(*figure.value) : ordered_json();
            entry["unit"] = figure.unit;
            if (!figure.value) {
                entry["reason"] = figure.reason;
            }
        }
    }
    return result.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string megabytes(const std::string& path) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    return error ? std::string("size unknown") : analysis::readable_number(static_cast<double>(bytes) / 1e6) + " MB";
}

std::string plain_text(const RunFacts& facts, const std::optional<analysis::KeyFigures>& figures) {
    const auto count = [](std::uint64_t value) { return analysis::with_thousands(static_cast<std::int64_t>(value)); };
    const auto rate = [&](std::uint64_t value) {
        return analysis::readable_number(static_cast<double>(value) / std::max(facts.seconds, 1e-3));
    };
    std::string text = (facts.title.empty() ? facts.name : facts.title) + "\n";
    text += fmt::format("{} to {}, seed {}, replication {}\n\n", facts.from, facts.to, facts.seed, facts.replication);
    if (figures) {
        text += analysis::key_figure_table(*figures) + "\n";
    }
    text += fmt::format("run      {} orders in {} s ({} orders/s) with {} worker{}\n",
                        count(facts.result.orders),
                        analysis::readable_number(facts.seconds),
                        rate(facts.result.orders),
                        facts.workers,
                        facts.workers == 1 ? "" : "s");
    text +=
        fmt::format("events   {} ({} events/s)\n", count(facts.result.report.events), rate(facts.result.report.events));
    text += fmt::format("digest   {}\n", digest_text(facts.result));
    text += facts.trace.empty() ? std::string("trace    none was written\n")
                                : fmt::format("trace    {} ({})\n", facts.trace, megabytes(facts.trace));
    return text;
}

RunFacts facts_of(const models::ModelSpec& spec, const RunOptions& options) {
    const Calendar calendar(spec.start);
    RunFacts facts;
    facts.name = spec.name;
    facts.title = spec.title;
    facts.from = calendar.minute_text(sim::Time{} + spec.warm_up);
    facts.to = calendar.minute_text(sim::Time{} + spec.warm_up + spec.horizon);
    facts.seed = spec.seed;
    facts.replication = spec.replication;
    facts.workers = options.workers;
    return facts;
}

void run(RunOptions options) {
    if (options.no_trace && !options.output.empty()) {
        throw UsageError("--output and --no-trace exclude each other");
    }
    if (options.workers == 0) {
        options.workers = usable_cpus();
    }
    auto spec = read_spec(options);
    RunFacts facts = facts_of(spec, options);
    if (!options.no_trace) {
        facts.trace = TraceTarget{options.scenario.path, spec.name, options.output, options.force}.resolve();
    }
    stop_if_interrupted(facts, "before the start");
    simulate(std::move(spec), options, facts);

    std::optional<analysis::KeyFigures> figures;
    if (!facts.trace.empty() && (options.as_json || !options.is_quiet)) {
        figures = analysis::compute_key_figures(sim::TraceReader(facts.trace));
    }
    if (options.as_json) {
        print(json_text(facts, figures));
    } else if (!options.is_quiet) {
        print(plain_text(facts, figures));
    }
}

/// Refuses what would silently wrap around: "-1" is no number of anything here.
CLI::Validator whole_number() {
    return {[](const std::string& text) {
                const bool is_whole = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
                return is_whole ? std::string() : "'" + text + "' is not a whole number";
            },
            ""};
}

constexpr const char* footer =
    R"(Without -o the trace is out/<name of the scenario>.h5; the next run of the same scenario
overwrites it. A file named with -o is overwritten only with --force.

Examples:
  spate run double-eleven.yaml
  spate run double-eleven.yaml -o peak.h5 --set demand.orders=3000/day --seed 7
  spate run double-eleven.yaml --json --quiet | python3 -m json.tool)";

}  // namespace

Command add_run(CLI::App& program) {
    auto* app = program.add_subcommand("run", "Run a scenario, write its trace, print its key figures.");
    auto options = std::make_shared<RunOptions>();
    add_scenario_options(*app, options->scenario);
    app->add_option("-o,--output", options->output, "trace to write (HDF5)")->type_name("FILE");
    app->add_option("--workers", options->workers, "threads; default: all processors it may use")
        ->check(CLI::Range(1U, 1024U).description(""))
        ->type_name("N");
    app->add_option("--backend", options->backend, "thread library: tbb or std; the results are the same")
        ->check(CLI::IsMember({"tbb", "std"}).description(""))
        ->type_name("NAME");
    app->add_option("--seed", options->seed, "random seed instead of the scenario's")
        ->check(whole_number())
        ->type_name("S");
    app->add_option("--replication", options->replication, "number of the replication: other random draws")
        ->check(whole_number())
        ->type_name("K");
    app->add_flag("--json", options->as_json, "print one JSON object instead of tables");
    app->add_flag("--quiet", options->is_quiet, "no progress, no tables; errors and --json are printed");
    app->add_flag("--no-trace", options->no_trace, "write no trace; no key figures either");
    app->add_flag("--force", options->force, "overwrite the file named with -o");
    app->footer(footer);
    return {app, [options] { run(*options); }};
}

}  // namespace spate::cli
