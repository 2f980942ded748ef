#include "cli/scenario_input.hpp"

#include <cerrno>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/figure_names.hpp"
#include "cli/output.hpp"

namespace spate::cli {
namespace {

using nlohmann::ordered_json;

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

void add_scenario_options(CLI::App& command,
                          ScenarioInput& input,
                          const std::string& name,
                          const std::string& description) {
    command.add_option(name, input.path, description)->required()->type_name("");
    command.add_option("--set", input.settings, "change one value of the scenario; repeatable")
        ->allow_extra_args(false)
        ->type_name("PATH=VALUE");
}

namespace {

std::vector<scenarios::Override> overrides_of(const ScenarioInput& input) {
    std::vector<scenarios::Override> overrides;
    for (const auto& setting : input.settings) {
        const std::size_t equals = setting.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw UsageError(
                fmt::format("--set {} is not PATH=VALUE, for example --set demand.orders=3000/day", setting));
        }
        overrides.push_back({setting.substr(0, equals), setting.substr(equals + 1)});
    }
    return overrides;
}

void print_as_json(const std::vector<scenarios::Problem>& problems) {
    auto list = ordered_json::array();
    for (const auto& problem : problems) {
        list.push_back(
            {{"file", problem.file}, {"line", problem.line}, {"column", problem.column}, {"text", problem.text}});
    }
    const ordered_json object{{"problems", list}};
    print(object.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

}  // namespace

scenarios::Loaded load(const ScenarioInput& input) {
    const auto overrides = overrides_of(input);
    check_readable(input.path);
    if (scenarios::is_experiment(input.path)) {
        throw UsageError(fmt::format("'{}' is an experiment, not a scenario. use spate compare?", input.path));
    }
    return scenarios::load_scenario(input.path, overrides);
}

scenarios::LoadedExperiment load_experiment(const ScenarioInput& input, std::optional<sim::Duration> found_warm_up) {
    const auto overrides = overrides_of(input);
    check_readable(input.path);
    if (!scenarios::is_experiment(input.path)) {
        throw UsageError(fmt::format(
            "'{}' is not an experiment (no line begins with the key `experiment`). use spate run?", input.path));
    }
    auto loaded = scenarios::load_experiment(input.path, overrides, figure_names(), found_warm_up);
    if (loaded.problems.empty()) {
        const std::string& currency = loaded.experiment.arms.front().spec.currency;
        loaded.problems = scenarios::unit_problems(
            loaded.experiment, [&](std::string_view figure) { return figure_unit(figure, currency); });
    }
    return loaded;
}

void refuse_problems(const std::vector<scenarios::Problem>& problems, bool as_json) {
    if (problems.empty()) {
        return;
    }
    if (as_json) {
        print_as_json(problems);
    }
    for (const auto& problem : problems) {
        print_problem(problem.to_string());
    }
    throw ProblemsPrinted();
}

void print_warnings(const std::vector<scenarios::Problem>& warnings) {
    for (auto warning : warnings) {
        warning.text = "warning: " + warning.text;
        print_problem(warning.to_string());
    }
}

}  // namespace spate::cli
