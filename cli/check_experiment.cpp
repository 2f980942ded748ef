#include "cli/check_experiment.hpp"

#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/number_text.hpp"
#include "analysis/text_table.hpp"
#include "scenarios/load/experiment.hpp"

#include "cli/calendar.hpp"
#include "cli/output.hpp"
#include "cli/warm_up.hpp"

namespace spate::cli {
namespace {

using nlohmann::ordered_json;
using scenarios::Better;
using scenarios::Experiment;

std::string count(std::size_t n) {
    return analysis::with_thousands(static_cast<std::int64_t>(n));
}

std::string rule_text(const Experiment& experiment) {
    std::string text = fmt::format("by {}, {} is better",
                                   experiment.decide.figure,
                                   experiment.decide.better == Better::lower ? "lower" : "higher");
    const char* joint = ", if ";
    const auto add = [&](const std::optional<scenarios::FigureValue>& bound, const char* words) {
        if (bound) {
            text += fmt::format("{}{} is {} {}", joint, bound->figure, words, bound->origin.text);
            joint = " and ";
        }
    };
    for (const auto& constraint : experiment.decide.subject_to) {
        add(constraint.at_least, "at least");
        add(constraint.at_most, "at most");
    }
    return text;
}

std::string runs_text(const Experiment& experiment) {
    const std::size_t arms = experiment.arms.size();
    const std::string pilots =
        experiment.finds_warm_up ? fmt::format(", after {} pilot runs", count(arms * warm_up_pilots)) : "";
    if (experiment.replications) {
        const std::size_t each = *experiment.replications;
        return fmt::format("{}: {} arms, {} replications each{}", count(arms * each), count(arms), count(each), pilots);
    }
    const std::size_t each = experiment.precision->at_most;
    return fmt::format("at most {}: {} arms, up to {} replications each, until {} is known to within {}{}",
                       count(arms * each),
                       count(arms),
                       count(each),
                       experiment.decide.figure,
                       experiment.precision->half_width.origin.text,
                       pilots);
}

std::string time_text(const Experiment& experiment) {
    const models::ModelSpec& spec = experiment.arms[experiment.baseline].spec;
    if (experiment.finds_warm_up)
        return duration_text(spec.horizon) + " after the warm-up";
    return duration_text(spec.horizon)
           + (spec.warm_up.us > 0 ? " after " + duration_text(spec.warm_up) + " of warm-up" : "");
}

std::string changes_text(const scenarios::Arm& arm) {
    std::string text;
    for (const auto& change : arm.changes) {
        text += (text.empty() ? "" : "; ") + change;
    }
    return text.empty() ? "the base itself" : text;
}

std::string experiment_text(const Experiment& experiment) {
    using analysis::Align;
    analysis::TextTable head({Align::left, Align::left});
    head.add_row({"experiment",
                  experiment.title.empty() ? experiment.id : fmt::format("{} ({})", experiment.title, experiment.id)});
    head.add_row({"base", experiment.scenario});
    head.add_row({"time", time_text(experiment)});
    if (experiment.finds_warm_up)
        head.add_row({"warm-up", warm_up_plan(experiment)});
    head.add_row({"decided", rule_text(experiment)});
    head.add_row({"random numbers", experiment.common_random_numbers ? "common to all arms" : "of every arm its own"});
    head.add_row({"runs", runs_text(experiment)});

    analysis::TextTable arms({Align::left, Align::left, Align::right, Align::right, Align::right, Align::left});
    arms.add_row({"arm", "name", "sites", "lanes", "products", "what is special"});
    for (const auto& arm : experiment.arms) {
        const bool is_baseline = &arm == &experiment.arms[experiment.baseline];
        arms.add_row({arm.id,
                      arm.name,
                      count(arm.spec.sites.size()),
                      count(arm.spec.lanes.size()),
                      count(arm.spec.products.size()),
                      changes_text(arm) + (is_baseline ? " (baseline)" : "")});
    }
    return head.text(0, 0) + "\n" + arms.text(0, 0);
}

ordered_json runs_json(const Experiment& experiment) {
    ordered_json runs;
    runs["replications"] = experiment.replications ? ordered_json(*experiment.replications) : ordered_json();
    runs["at_most"] = experiment.arms.size()
                      * std::size_t{experiment.replications ? *experiment.replications : experiment.precision->at_most};
    runs["pilots"] = experiment.finds_warm_up ? experiment.arms.size() * warm_up_pilots : 0;
    return runs;
}

ordered_json experiment_json(const scenarios::LoadedExperiment& loaded) {
    const Experiment& experiment = loaded.experiment;
    ordered_json result{{"problems", ordered_json::array()}, {"warnings", ordered_json::array()}};
    for (const auto& warning : loaded.warnings) {
        result["warnings"].push_back(warning.to_string());
    }
    result["experiment"] = experiment.id;
    result["title"] = experiment.title;
    result["scenario"] = experiment.scenario;
    result["decided"] = rule_text(experiment);
    result["warm_up"] = experiment.finds_warm_up ? ordered_json(warm_up_plan(experiment)) : ordered_json();
    result["common_random_numbers"] = experiment.common_random_numbers;
    result["baseline"] = experiment.arms[experiment.baseline].id;
    result["runs"] = runs_json(experiment);
    auto& arms = result["arms"] = ordered_json::array();
    for (const auto& arm : experiment.arms) {
        arms.push_back({{"id", arm.id},
                        {"name", arm.name},
                        {"sites", arm.spec.sites.size()},
                        {"lanes", arm.spec.lanes.size()},
                        {"products", arm.spec.products.size()},
                        {"changes", arm.changes}});
    }
    return result;
}

}  // namespace

void check_experiment(const ScenarioInput& input, bool as_json) {
    const auto loaded = load_experiment(input);
    refuse_problems(loaded.problems, as_json);
    if (as_json) {
        print(experiment_json(loaded).dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
        return;
    }
    print_warnings(loaded.warnings);
    print(experiment_text(loaded.experiment));
}

}  // namespace spate::cli
