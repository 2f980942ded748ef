#include "cli/scenario_input.hpp"

#include <cerrno>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/output.hpp"

namespace spate::cli {
namespace {

/// A file that is missing or unreadable is another thing than a wrong scenario: say so first.
void check_readable(const std::string& path) {
    struct stat status = {};
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        throw sim::FileError(
            fmt::format("cannot read scenario '{}' ({})", path, std::generic_category().message(errno)));
    }
    const bool is_folder = fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
    close(descriptor);
    if (is_folder) {
        throw sim::FileError(fmt::format("cannot read scenario '{}' (it is a folder)", path));
    }
}

}  // namespace

void add_scenario_options(CLI::App& command, ScenarioInput& input) {
    command.add_option("SCENARIO", input.path, "scenario file (YAML)")->required()->type_name("");
    command.add_option("--set", input.settings, "change one value of the scenario; repeatable")
        ->allow_extra_args(false)
        ->type_name("PATH=VALUE");
}

scenarios::Loaded load(const ScenarioInput& input) {
    std::vector<scenarios::Override> overrides;
    for (const auto& setting : input.settings) {
        const std::size_t equals = setting.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw UsageError(
                fmt::format("--set {} is not PATH=VALUE, for example --set demand.orders=3000/day", setting));
        }
        overrides.push_back({setting.substr(0, equals), setting.substr(equals + 1)});
    }
    check_readable(input.path);
    return scenarios::load_scenario(input.path, overrides);
}

void refuse_problems(const std::vector<scenarios::Problem>& problems) {
    if (problems.empty()) {
        return;
    }
    for (const auto& problem : problems) {
        print_problem(problem.to_string());
    }
    throw ProblemsPrinted();
}

}  // namespace spate::cli
