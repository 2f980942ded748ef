#include "cli/simulation.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "sim/snapshot/snapshot_file.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"
#include "sim/trace/row_log.hpp"
#include "analysis/bottleneck.hpp"
#include "analysis/kpi.hpp"
#include "analysis/kpi_table.hpp"
#include "analysis/number_text.hpp"

#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress_line.hpp"
#include "cli/trace_target.hpp"
#include "cli/usable_cpus.hpp"

namespace spate::cli {
namespace {

using nlohmann::ordered_json;

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

sim::EngineOptions engine_options(const SimulationOptions& options) {
    sim::EngineOptions engine;
    engine.workers = options.workers;
    if (!options.backend.empty()) {
        engine.backend = options.backend == "std" ? sim::Workers::std : sim::Workers::tbb;
    }
    return engine;
}

[[noreturn]] void refuse_snapshot(const std::string& path, const std::string& why) {
    throw sim::FileError(fmt::format("cannot write snapshot '{}' ({})", path, why));
}

/// The rows of a snapshot lie beside it: nothing of others may be there.
void check_rows(const std::string& snapshot) {
    for (const char* ending : {".rows", ".rows.new"}) {
        const std::string rows = snapshot + ending;
        if (!sim::may_be_row_log(rows))
            refuse_snapshot(snapshot,
                            fmt::format("'{}' is there, and is not of a snapshot. give it another name?", rows));
    }
}

/// Said at the start, not when the first one is written.
void check_folder(const std::string& snapshot) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const fs::path parent = fs::path(snapshot).parent_path(), folder = parent.empty() ? fs::path(".") : parent;
    if (!fs::is_directory(folder, ignored)) {
        refuse_snapshot(snapshot, fmt::format("there is no folder '{}'. make it?", folder.string()));
    }
    if (access(folder.c_str(), W_OK) != 0) {
        refuse_snapshot(snapshot, fmt::format("the folder '{}' cannot be written to", folder.string()));
    }
}

/// Where snapshots go: beside the trace unless said otherwise, and never over the one that a fork begins with.
/// Throws: FileError where something else would be overwritten.
std::string snapshot_place(const SimulationOptions& options,
                           const std::string& trace,
                           const std::optional<SavedState>& from) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (options.snapshot.empty() && trace.empty()) {
        return "";
    }
    if (options.snapshot.empty()) {
        const std::string beside = trace + ".snapshot";
        const std::string place =
            from && fs::equivalent(beside, from->path, ignored) ? trace + ".fork.snapshot" : beside;
        check_rows(place);
        return place;
    }
    const auto refuse = [&](const std::string& why) { refuse_snapshot(options.snapshot, why); };
    if (!trace.empty() && (options.snapshot == trace || options.snapshot.starts_with(trace + ".partial"))) {
        refuse("the trace is written there. give it another name?");
    }
    refuse_working_name("snapshot", options.snapshot);
    if (fs::exists(options.snapshot, ignored) && !sim::is_snapshot(options.snapshot)) {
        refuse("the file exists and is no snapshot. give it another name?");
    }
    check_folder(options.snapshot);
    check_rows(options.snapshot);
    return options.snapshot;
}

RunFacts facts_of(const models::ModelSpec& spec, const SimulationOptions& options, const std::string& trace) {
    const Calendar calendar(spec.start);
    RunFacts facts;
    facts.name = spec.name;
    facts.title = spec.title;
    facts.from = calendar.minute_text(sim::Time{} + spec.warm_up);
    facts.to = calendar.minute_text(sim::Time{} + spec.warm_up + spec.horizon);
    facts.trace = trace;
    facts.seed = spec.seed;
    facts.replication = spec.replication;
    facts.workers = options.workers;
    return facts;
}

/// Calls `read`, and names the file in what it throws.
template <class Read>
auto name_path(const std::string& path, Read&& read) {
    try {
        return read();
    } catch (const sim::FileError& error) {
        throw sim::FileError(path + ": " + error.what());
    }
}

models::ModelSpec forked(models::ModelSpec spec, const SavedState& state) {
    return name_path(state.path, [&] { return models::Model::forked(std::move(spec), state.archive); });
}

/// The way from a snapshot's folder to the trace, so that the two can be moved together; empty if there is no trace.
std::string trace_from(const std::string& snapshot, const std::string& trace) {
    namespace fs = std::filesystem;
    if (snapshot.empty() || trace.empty())
        return "";
    const fs::path folder = fs::path(snapshot).parent_path();
    std::error_code error;
    const fs::path way = fs::proximate(fs::absolute(trace), fs::absolute(folder / "."), error);
    return error ? fs::absolute(trace).string() : way.string();
}

/// As a POSIX shell takes it for one word.
std::string shell_word(const std::string& text) {
    const auto is_plain = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80
               || std::string_view("_./-+=,:@%").find(c) != std::string_view::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain))
        return text;
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return quoted + "'";
}

/// Whether a snapshot can be gone on with as one of this run, fork or not.
bool is_of_run(const std::string& snapshot, const models::ModelSpec& spec, const std::optional<SavedState>& from) {
    const std::uint64_t wanted = models::scenario_hash(spec);
    if (from && models::scenario_hash(models::Model::spec_of(from->archive)) != wanted)
        return false;  // what another fork went through before cannot be seen
    try {
        sim::SnapshotHead head;
        sim::read_snapshot(snapshot, head);
        return head.scenario_hash == wanted;
    } catch (const sim::FileError&) {
        return false;
    }
}

/// A run that dies before its first snapshot must not leave that of another run where its own would be.
void set_aside_older(const std::string& snapshot,
                     const models::ModelSpec& spec,
                     const std::optional<SavedState>& from,
                     bool is_quiet) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const bool is_begun_with = from && fs::equivalent(snapshot, from->path, ignored);
    if (snapshot.empty() || is_begun_with || !sim::is_snapshot(snapshot) || is_of_run(snapshot, spec, from))
        return;
    const std::string old = snapshot + ".old", rows = SavedState{snapshot, {}, sim::PastRows::kept}.rows_path();
    if (fs::exists(old, ignored) && !sim::is_snapshot(old))
        refuse_snapshot(snapshot,
                        fmt::format("it is of another run, and '{}' is there, and no snapshot. move it away?", old));
    check_rows(old);
    const sim::PartialFile lock(old, true, "snapshot");
    fs::remove(old + ".rows", ignored);
    fs::rename(rows, old + ".rows", ignored);
    fs::rename(snapshot, old, ignored);
    if (!is_quiet)
        complain(fmt::format("{} is of another run: it is called {} now", snapshot, old));
}

/// One run of a model, with its progress line, its snapshots, and what happens when it is interrupted.
class Simulation {
  public:
    /// `snapshot`: where they go; null: none are written.
    Simulation(models::ModelSpec spec,
               const SimulationOptions& options,
               RunFacts& facts,
               sim::PartialFile* snapshot,
               sim::Recorder& recorder)
        : head_{spec.name, 0, {}, trace_from(snapshot != nullptr ? snapshot->path() : "", facts.trace)}
        , calendar_(spec.start)
        , facts_(facts)
        , snapshot_(snapshot)
        , line_(ProgressLine::style_of_stderr(options.is_quiet), calendar_)
        , model_(std::move(spec), engine_options(options), recorder) {}

    void load(const SavedState& state) {
        name_path(state.path, [&] { model_.load_state(state.archive, state.past, state.rows_path()); });
    }

    void run() {
        stop_if_interrupted("before the start", false);
        models::RunHooks hooks;
        hooks.on_progress = [this](const models::Progress& progress) {
            stop_if_interrupted("at " + calendar_.minute_text(progress.now), true);
            line_.show(progress);
        };
        hooks.on_snapshot = [this](sim::Time at) { save_if_possible(at); };
        facts_.result = model_.run(hooks);
        facts_.seconds = line_.seconds_so_far();
    }

  private:
    /// The run goes on without it: its trace is worth more, and the snapshot before is still whole.
    void save_if_possible(sim::Time at) {
        try {
            save();
        } catch (const sim::FileError& error) {
            complain(fmt::format("warning: no snapshot at {}: {}", calendar_.minute_text(at), error.what()));
        }
    }

    void save() {
        if (snapshot_ == nullptr)
            return;
        // The rows of the last snapshot are kept until this one is whole, so that there is always one to go on from.
        const std::string rows = snapshot_->path() + ".rows", new_rows = rows + ".new";
        head_.at = model_.now();
        head_.scenario_hash = model_.scenario_hash();
        const std::string state = model_.save_state(new_rows);
        std::error_code error, ignored;
        try {
            sim::write_snapshot(*snapshot_, head_, state);
        } catch (...) {
            std::filesystem::remove(new_rows, ignored);
            throw;
        }
        if (facts_.trace.empty())
            return;  // there are no rows
        std::filesystem::rename(new_rows, rows, error);
        if (error && error != std::errc::no_such_file_or_directory)  // whoever forks may have given them their name
            throw sim::FileError(fmt::format("cannot write {} ({})", rows, error.message()));
        std::filesystem::remove(new_rows, ignored);  // is left where both are names of one file
        snapshot_->sync_folder();
    }

    /// kill keeps the state, Ctrl-C drops it.
    void stop_if_interrupted(const std::string& where, bool is_running) {
        const int signal = pending_interrupt();
        if (signal == 0)
            return;
        if (is_running && is_termination(signal) && snapshot_ != nullptr) {
            save();
            throw Interrupted(fmt::format("interrupted {}; the state was kept. Go on with: spate resume {}{}",
                                          where,
                                          shell_word(snapshot_->path()),
                                          facts_.trace.empty() ? " --no-trace" : ""),
                              signal);
        }
        throw Interrupted(fmt::format("interrupted {}, {}",
                                      where,
                                      facts_.trace.empty() ? "nothing was written" : "the partial trace was removed"),
                          signal);
    }

    sim::SnapshotHead head_;
    Calendar calendar_;
    RunFacts& facts_;
    sim::PartialFile* snapshot_;
    ProgressLine line_;
    models::Model model_;
};

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
            {"digest", digest_text(facts.result)},
            {"demand_digest", fmt::format("{:016x}", facts.result.demand_digest)}};
}

/// What the trace says of a run.
struct Findings {
    analysis::KeyFigures figures;
    std::vector<analysis::Wait> waits;  ///< longest first
    analysis::LateWaits late;
};

Findings findings_of(const std::string& path) {
    constexpr std::size_t shown_waits = 5;
    const sim::TraceReader trace(path);
    return {analysis::compute_key_figures(trace),
            analysis::longest_waits(trace, shown_waits),
            analysis::late_waits(trace, shown_waits)};
}

ordered_json waits_json(const std::vector<analysis::Wait>& waits) {
    const auto number = [](const std::optional<double>& value) {
        return value ? ordered_json(*value) : ordered_json();
    };
    auto list = ordered_json::array();
    for (const auto& wait : waits) {
        list.push_back({{"site", wait.site},
                        {"for", wait.place},
                        {"hours_waited", wait.hours},
                        {"jobs", number(wait.jobs)},
                        {"mean_wait", number(wait.mean_h)},
                        {"capacity_use", number(wait.used)}});
    }
    return list;
}

ordered_json late_json(const analysis::LateWaits& late) {
    ordered_json result{{"orders_in_sample", late.orders}, {"share", late.share}};
    auto& list = result["places"] = ordered_json::array();
    for (const auto& place : late.places)
        list.push_back({{"site", place.site}, {"in", place.place}, {"hours_lost", place.hours}});
    if (!late.reason.empty())
        result["reason"] = late.reason;
    return result;
}

std::string json_text(const RunFacts& facts, const std::optional<Findings>& findings) {
    ordered_json result{{"name", facts.name}, {"title", facts.title}};
    result["trace"] = facts.trace.empty() ? ordered_json() : ordered_json(facts.trace);
    result["facts"] = facts_json(facts);
    if (findings) {
        auto& list = result["key_figures"] = ordered_json::object();
        for (const auto& figure : findings->figures.figures) {
            auto& entry = list[figure.name];
            entry["value"] = figure.value ? ordered_json(*figure.value) : ordered_json();
            entry["unit"] = figure.unit;
            if (!figure.value) {
                entry["reason"] = figure.reason;
            }
        }
        result["where_orders_wait"] = waits_json(findings->waits);
        result["where_late_orders_lost_time"] = late_json(findings->late);
    }
    return result.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string megabytes(const std::string& path) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    return error ? std::string("size unknown") : analysis::readable_number(static_cast<double>(bytes) / 1e6) + " MB";
}

std::string plain_text(const RunFacts& facts, const std::optional<Findings>& findings) {
    const auto count = [](std::uint64_t value) { return analysis::with_thousands(static_cast<std::int64_t>(value)); };
    const auto rate = [&](std::uint64_t value) {
        return analysis::readable_number(static_cast<double>(value) / std::max(facts.seconds, 1e-3));
    };
    std::string text = (facts.title.empty() ? facts.name : facts.title) + "\n";
    text += fmt::format("{} to {}, seed {}, replication {}\n\n", facts.from, facts.to, facts.seed, facts.replication);
    if (findings) {
        text += analysis::key_figure_table(findings->figures) + "\n";
        if (!findings->waits.empty()) {
            text += "where orders wait\n" + analysis::wait_table(findings->waits) + "\n";
        }
        text += "where late orders lost time\n" + analysis::late_table(findings->late) + "\n";
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

}  // namespace

std::string SavedState::rows_path() const {
    namespace fs = std::filesystem;
    std::string rows = path + ".rows", unnamed = rows + ".new";
    std::error_code missing, error;
    // Rows are written before their snapshot: later ones are of a snapshot that never became whole.
    const auto written = fs::last_write_time(unnamed, missing);
    if (missing || !sim::may_be_row_log(unnamed) || written > fs::last_write_time(path, error) || error) {
        return rows;
    }
    fs::rename(unnamed, rows, error);
    return error ? unnamed : rows;
}

void run_and_tell(models::ModelSpec spec,
                  SimulationOptions options,
                  const std::string& trace,
                  const std::optional<SavedState>& from) {
    if (options.workers == 0) {
        options.workers = usable_cpus();
    }
    if (from)
        spec = forked(std::move(spec), *from);
    RunFacts facts = facts_of(spec, options, trace);
    {
        const bool is_fork = from && options.snapshot != from->path;
        const std::string snapshot = snapshot_place(options, trace, is_fork ? from : std::nullopt);
        // Both are held to the end: no other run may write there, or set these snapshots aside.
        const auto recorder =
            trace.empty() ? std::make_unique<sim::Recorder>() : std::make_unique<sim::Recorder>(trace, true);
        std::optional<sim::PartialFile> place;
        if (!snapshot.empty())
            place.emplace(snapshot, true, "snapshot");
        set_aside_older(snapshot, spec, from, options.is_quiet);
        Simulation simulation(std::move(spec), options, facts, place ? &*place : nullptr, *recorder);
        if (from)
            simulation.load(*from);
        simulation.run();
    }
    std::optional<Findings> findings;
    if (!facts.trace.empty() && (options.as_json || !options.is_quiet)) {
        findings = findings_of(facts.trace);
    }
    if (options.as_json) {
        print(json_text(facts, findings));
    } else if (!options.is_quiet) {
        print(plain_text(facts, findings));
    }
}

void add_simulation_options(CLI::App& command, SimulationOptions& options) {
    command.add_option("--workers", options.workers, "threads; default: all processors it may use")
        ->check(CLI::Range(1U, 1024U).description(""))
        ->type_name("N");
    command.add_option("--backend", options.backend, "thread library: tbb or std; the results are the same")
        ->check(CLI::IsMember({"tbb", "std"}).description(""))
        ->type_name("NAME");
    command.add_option("--snapshot", options.snapshot, "where the state is kept; default: beside the trace")
        ->type_name("FILE");
    command.add_flag("--json", options.as_json, "print one JSON object instead of tables");
    command.add_flag("--quiet", options.is_quiet, "no progress, no tables; errors and --json are printed");
    command.add_flag("--no-trace", options.no_trace, "write no trace; no key figures either");
    command.add_flag("--force", options.force, "overwrite the file named with -o");
}

}  // namespace spate::cli
