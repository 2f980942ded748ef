#include "sim/trace/recover.hpp"

#include <filesystem>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/base/check.hpp"
#include "sim/trace/reader.hpp"

#include "cli/calendar.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace spate::cli {

namespace {

struct RecoverOptions {
    std::string trace;
    bool force = false;
};

void recover(RecoverOptions options) {
    constexpr std::string_view suffix = ".partial";
    if (options.trace.ends_with(suffix)) {
        options.trace.resize(options.trace.size() - suffix.size());
    }
    std::error_code ignored;
    if (!options.force && std::filesystem::exists(options.trace, ignored))
        throw sim::FileError(
            fmt::format("cannot write trace {} (it exists; overwrite it with --force?)", options.trace));
    const sim::Time until = sim::recover_trace(options.trace, options.force);
    const sim::TraceReader trace(options.trace);
    const Calendar calendar(trace.text_attribute("start").value_or(""));
    print(
        fmt::format("trace    {} (everything before {}, no summaries)\n", options.trace, calendar.minute_text(until)));
}

}  // namespace

Command add_recover(CLI::App& program) {
    auto* app = program.add_subcommand("recover", "Make a trace of what a killed run left.");
    auto options = std::make_shared<RecoverOptions>();
    app->add_option("TRACE", options->trace, "the trace that was to be written, or its .partial")
        ->required()
        ->type_name("");
    app->add_flag("--force", options->force, "overwrite an older trace of that name");
    app->footer(R"(A run seals its rows every ten seconds; what came later is lost. The trace has the attribute
rows_until and no summaries.

Examples:
  spate recover out/double-eleven.h5
  spate recover out/double-eleven.h5.partial --force)");
    return {app, [options] { recover(*options); }};
}

}  // namespace spate::cli
