#include <memory>

#include <CLI/CLI.hpp>

#include "scenarios/load/scenario.hpp"

#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace spate::cli {

Command add_defaults(CLI::App& program) {
    auto* app =
        program.add_subcommand("defaults", "Print a complete scenario with every key, its default and its meaning.");
    auto as_page = std::make_shared<bool>(false);
    app->add_flag("--format-page", *as_page, "the reference page of the scenario format instead");
    app->footer(R"(Examples:
  spate defaults > mine.yaml               a scenario to start from
  spate defaults --format-page > keys.md   every key with type, unit, limits and meaning)");
    return {app, [as_page] { print(*as_page ? scenarios::format_page() : scenarios::commented_defaults()); }};
}

}  // namespace spate::cli
