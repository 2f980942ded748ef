#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "sim/trace/reader.hpp"
#include "viz/page.hpp"
#include "viz/run_data.hpp"

#include "cli/calendar.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/trace_target.hpp"
#include "cli/whole_file.hpp"

namespace spate::cli {
namespace {

namespace fs = std::filesystem;

struct ReportOptions {
    std::vector<std::string> inputs;
    std::string output;
    bool force = false, is_quiet = false;
};

bool is_experiment(const sim::TraceReader& file) {
    return file.text_attribute("kind") == "experiment";
}

/// A folder for files in the making; gone with all that is in it at the end.
class WorkFolder {
  public:
    WorkFolder() {
        std::string name = (fs::temp_directory_path() / "spate-report-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr)
            throw sim::FileError("cannot make a folder in " + fs::temp_directory_path().string());
        path_ = name;
    }

    ~WorkFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;

    std::string file(const std::string& name) const { return path_ / name; }

  private:
    fs::path path_;
};

/// What the page shows of one input. An experiment file is small and goes in as it is.
std::string page_data(const std::string& input, const WorkFolder& folder) {
    const sim::TraceReader file(input);
    if (is_experiment(file))
        return read_whole_file(input);
    const std::string path = folder.file("run.h5");
    viz::write_run_data(file, path);
    return read_whole_file(path);
}

/// Refuses what cannot be shown on one page.
void check_inputs(const std::vector<std::string>& inputs) {
    for (const auto& input : inputs) {
        if (is_experiment(sim::TraceReader(input)) && inputs.size() > 1)
            throw UsageError(
                fmt::format("'{}' is an experiment: it has a page of its own. Give it alone, or runs only", input));
    }
}

/// The last `parts` parts of a path.
std::string tail(const fs::path& path, std::size_t parts) {
    fs::path result;
    std::size_t left = static_cast<std::size_t>(std::distance(path.begin(), path.end()));
    for (const auto& part : path) {
        if (left-- <= parts)
            result /= part;
    }
    return result.string();
}

/// By what the page tells runs apart: file names, and as many of the folders above as it takes.
std::vector<std::string> names_of(const std::vector<std::string>& inputs) {
    std::vector<fs::path> paths;
    for (const auto& input : inputs)
        paths.push_back(fs::absolute(input).lexically_normal());
    std::vector<std::string> names;
    for (const auto& path : paths) {
        const auto most = static_cast<std::size_t>(std::distance(path.begin(), path.end()));
        const auto is_like = [&](std::size_t parts) {
            return std::count_if(
                       paths.begin(),
                       paths.end(),
                       [&](const fs::path& other) { return other != path && tail(other, parts) == tail(path, parts); })
                   > 0;
        };
        std::size_t parts = 1;
        while (parts < most && is_like(parts))
            ++parts;
        names.push_back(tail(path, parts));
    }
    return names;
}

std::string target_of(const ReportOptions& options) {
    const std::string& first = options.inputs.front();
    const std::string beside = fs::path(first).replace_extension(".html").string();
    return TraceTarget{first,
                       "",
                       options.output.empty() ? beside : options.output,
                       options.force || options.output.empty(),
                       TargetKind::page}
        .resolve();
}

/// Recovered traces have no key figures: whoever sees an empty page should know why.
void tell_incomplete(const std::vector<std::string>& inputs) {
    for (const auto& input : inputs) {
        const sim::TraceReader trace(input);
        if (const auto until = trace.integer_attribute("rows_until"))
            complain(
                fmt::format("{} was recovered from a run that was killed: it has no figures, and nothing from {} on",
                            input,
                            Calendar(trace.text_attribute("start").value_or("")).minute_text(sim::Time{*until})));
    }
}

void report(const ReportOptions& options) {
    check_inputs(options.inputs);
    const std::string target = target_of(options);
    const WorkFolder folder;
    std::vector<viz::PageData> data;
    const auto names = names_of(options.inputs);
    for (std::size_t i = 0; i < names.size(); ++i)
        data.push_back({names[i], page_data(options.inputs[i], folder)});
    const std::string page = viz::make_page(data);
    write_whole_file(target, page, "page");
    if (options.is_quiet)
        return;
    tell_incomplete(options.inputs);
    print(fmt::format(
        "page     {} ({:.1f} MB): open it in a browser\n", target, static_cast<double>(page.size()) * 1e-6));
}

constexpr const char* report_footer =
    R"(The page is one file that needs no network: it can be opened by a double click and sent on.
Without -o it lies beside the first file: out/mine.h5 gives out/mine.html.

A run shows its key figures, the network with its flows through time, orders and backlog, stock,
capacity, costs and delivery times. Several runs are shown side by side. An experiment (the file
that `spate compare` writes) shows the arms, their differences and how sure they are.

Examples:
  spate report out/double-eleven.h5
  spate report before.h5 after.h5 -o both.html
  spate report out/net-design.compare.h5)";

}  // namespace

Command add_report(CLI::App& program) {
    auto* app = program.add_subcommand("report", "Make a page of runs or of an experiment.");
    auto options = std::make_shared<ReportOptions>();
    app->add_option("FILE", options->inputs, "traces of runs, or the results of an experiment")
        ->required()
        ->type_name("");
    app->add_option("-o,--output", options->output, "page to write (HTML)")->type_name("PAGE");
    app->add_flag("--force", options->force, "overwrite the page named with -o");
    app->add_flag("--quiet", options->is_quiet, "print errors only");
    app->footer(report_footer);
    return {app, [options] { report(*options); }};
}

}  // namespace spate::cli
