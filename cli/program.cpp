#include "cli/program.hpp"

#include <cctype>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "scenarios/load/suggest.hpp"

#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace spate::cli {
namespace {

constexpr const char* description = "Spate simulates e-commerce supply chains under live-stream demand.";

constexpr const char* program_footer = R"(Examples:
  spate defaults > mine.yaml            a complete scenario, commented, to start from
  spate check mine.yaml                 all problems at once, and what limits parallelism
  spate run mine.yaml                   run it; key figures here, everything in out/<name>.h5
  spate run mine.yaml --set demand.orders=3000/day --seed 7
  spate resume out/mine.h5.snapshot     go on where a killed run stopped
  spate compare experiment.yaml         variants side by side: which is better, how sure is that
  spate report out/mine.h5              a page to look at and to send on, in one file
  spate show out/mine.h5 /orders        what is in a trace

Exit codes:
  0 done                    2 wrong usage or scenario      5 a file cannot be read or written
  1 the run failed          6 a conservation law broke     7 internal error
  130, 143 interrupted (Ctrl-C, kill))";

/// ". did you mean 'run'?" or nothing.
std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
    return scenarios::did_you_mean(word, {known.begin(), known.end()});
}

void describe(CLI::App& program) {
    program.description(description);
    program.footer(program_footer);
    program.set_help_flag("-h,--help", "print this text; spate COMMAND --help explains a command");
    program.set_version_flag("--version", std::string("spate ") + SPATE_VERSION, "version of the program");
    program.get_formatter()->column_width(30);
    program.get_formatter()->label("SUBCOMMAND", "COMMAND");
    program.get_formatter()->label("REQUIRED", "");
    program.get_formatter()->label("Positionals", "Arguments");
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    return names;
}

/// Explains the first word that no command or option claimed.
[[noreturn]] void refuse_word(const CLI::App& program, const CLI::App* command) {
    const auto& app = command == nullptr ? program : *command;
    const std::string place = command == nullptr ? "spate" : "spate " + command->get_name();
    const auto words = app.remaining(true);
    const auto is_option = [](const std::string& w) { return w.size() > 1 && w[0] == '-'; };
    for (const auto& word : words) {
        if (!is_option(word)) {
            continue;
        }
        const std::string name = word.substr(0, word.find('='));
        throw UsageError(
            fmt::format("unknown option '{}' (see '{} --help'){}", name, place, suggestion(name, option_names(app))));
    }
    if (command != nullptr) {
        throw UsageError(fmt::format("one argument too many: '{}' (see '{} --help')", words[0], place));
    }
    std::vector<std::string> names;
    for (const auto* sub : program.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(sub->get_name());
    }
    throw UsageError(fmt::format("unknown command '{}' (see 'spate --help'){}", words[0], suggestion(words[0], names)));
}

/// Reads the words. True: help or version was asked for and has been printed.
bool parse(CLI::App& program, int argc, const char* const* argv) {
    try {
        program.parse(argc, argv);
        return false;
    } catch (const CLI::Success& asked) {
        std::ostringstream out;
        program.exit(asked, out, out);
        print(out.str());
        return true;
    } catch (const CLI::ParseError& error) {
        const auto chosen = program.get_subcommands();
        if (!program.remaining(true).empty()) {
            refuse_word(program, chosen.empty() ? nullptr : chosen[0]);
        }
        const std::string place = chosen.empty() ? "spate" : "spate " + chosen[0]->get_name();
        std::string message = error.what();
        if (message.size() > 1 && std::islower(static_cast<unsigned char>(message[1])) != 0) {
            message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
        }
        throw UsageError(fmt::format("{} (see '{} --help')", message, place));
    }
}

}  // namespace

void run_program(int argc, const char* const* argv) {
    CLI::App program;
    program.name("spate");
    describe(program);
    const std::vector<Command> commands{add_run(program),
                                        add_resume(program),
                                        add_check(program),
                                        add_compare(program),
                                        add_report(program),
                                        add_show(program),
                                        add_recover(program),
                                        add_defaults(program)};
    program.allow_extras();
    for (const auto& command : commands) {
        command.app->allow_extras();
        command.app->group("Commands");
    }
    if (parse(program, argc, argv)) {
        return;
    }

    const auto chosen = program.get_subcommands();
    if (!program.remaining(true).empty()) {
        refuse_word(program, chosen.empty() ? nullptr : chosen[0]);
    }
    if (chosen.empty()) {
        throw UsageError("no command given (see 'spate --help')");
    }
    for (const auto& command : commands) {
        if (command.app == chosen[0]) {
            command.action();
        }
    }
}

}  // namespace spate::cli
