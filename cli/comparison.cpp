#include "cli/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "sim/base/check.hpp"

namespace spate::cli {

std::string plain_words(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

namespace {

using analysis::KeyFigure;

std::vector<std::string> deciding_figures(const scenarios::DecidingRule& decide) {
    std::vector<std::string> names{decide.figure};
    for (const auto& constraint : decide.subject_to)
        names.push_back(constraint.figure);
    return names;
}

/// The figure in a run. Costs of accounts are listed only where the account moved: elsewhere they are 0.
std::optional<double> value_in(const analysis::KeyFigures& run, const std::string& name) {
    if (const KeyFigure* found = run.find(name))
        return found->value;
    const KeyFigure* total = analysis::is_cost_of_account(name) ? run.find("cost_per_order_total") : nullptr;
    return total != nullptr && total->value ? std::optional(0.0) : std::nullopt;
}

/// All figures of all replications, in the order in which they first come; costs by which is decided too.
std::vector<ComparedFigure> collect(const std::vector<std::vector<Replication>>& results,
                                    const scenarios::DecidingRule& decide) {
    std::vector<ComparedFigure> figures;
    const auto add = [&](const KeyFigure& figure) {
        const bool is_known =
            std::any_of(figures.begin(), figures.end(), [&](const auto& known) { return known.name == figure.name; });
        if (!is_known)
            figures.push_back({figure.name, figure.unit, figure.meaning, {}, {}});
    };
    for (const auto& of_arm : results) {
        for (const auto& replication : of_arm)
            std::for_each(replication.figures.figures.begin(), replication.figures.figures.end(), add);
    }
    const auto total = std::find_if(
        figures.begin(), figures.end(), [](const auto& figure) { return figure.name == "cost_per_order_total"; });
    const std::string unit = total == figures.end() ? "" : total->unit;
    for (const auto& name : deciding_figures(decide)) {
        if (!unit.empty() && analysis::is_cost_of_account(name))
            add({name, {}, unit, "per order placed", ""});
    }
    for (auto& figure : figures) {
        for (const auto& of_arm : results) {
            auto& values = figure.values.emplace_back();
            for (const auto& replication : of_arm)
                values.push_back(value_in(replication.figures, figure.name));
        }
    }
    return figures;
}

std::vector<double> defined(const std::vector<std::optional<double>>& values) {
    std::vector<double> result;
    for (const auto& value : values) {
        if (value)
            result.push_back(*value);
    }
    return result;
}

/// The values of the replications in which the figure is defined in both arms.
struct Pair {
    std::vector<double> arm, baseline;
};

Pair in_both(const std::vector<std::optional<double>>& arm, const std::vector<std::optional<double>>& baseline) {
    Pair pair;
    for (std::size_t r = 0; r < std::min(arm.size(), baseline.size()); ++r) {
        if (arm[r] && baseline[r]) {
            pair.arm.push_back(*arm[r]);
            pair.baseline.push_back(*baseline[r]);
        }
    }
    return pair;
}

void estimate(ComparedFigure& figure, const scenarios::Experiment& experiment, const Comparison& comparison) {
    const auto& baseline = figure.values[experiment.baseline];
    for (std::size_t a = 0; a < figure.values.size(); ++a) {
        ArmFigure& arm = figure.arms.emplace_back();
        const auto values = defined(figure.values[a]);
        arm.replications = values.size();
        arm.mean = analysis::estimate_mean(values, comparison.confidence);
        if (a == experiment.baseline)
            continue;
        const double confidence = comparison.confidence_of_differences;
        if (experiment.common_random_numbers) {
            const Pair pair = in_both(figure.values[a], baseline);
            arm.difference = analysis::paired_difference(pair.arm, pair.baseline, confidence);
            arm.variance_ratio = analysis::variance_ratio(pair.arm, pair.baseline);
        } else {
            arm.difference = analysis::welch_difference(values, defined(baseline), confidence);
            arm.variance_ratio.reason = "every arm has random numbers of its own";
        }
    }
}

/// Whether two runs cannot be told apart: by their events or by any key figure.
bool is_same(const Replication& a, const Replication& b) {
    const auto& of_a = a.figures.figures;
    const auto& of_b = b.figures.figures;
    return a.digest == b.digest
           && std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), [](const auto& x, const auto& y) {
                  return x.name == y.name && x.value == y.value;
              });
}

/// Equal arms with common random numbers: the reader should look for a mistake, not for more replications.
void note_identical_arms(const std::vector<std::vector<Replication>>& results,
                         std::size_t baseline,
                         Comparison& comparison) {
    const auto& expected = results[baseline];
    for (std::size_t a = 0; a < results.size(); ++a) {
        if (comparison.verdicts[a]
            && std::equal(results[a].begin(), results[a].end(), expected.begin(), expected.end(), is_same))
            comparison.verdicts[a]->text += "; the arms are identical in every replication";
    }
}

std::size_t index_of(const Comparison& comparison, const std::string& name) {
    const auto found = std::find_if(
        comparison.figures.begin(), comparison.figures.end(), [&](const auto& figure) { return figure.name == name; });
    if (found == comparison.figures.end())
        throw sim::RunError("no replication has the figure " + name + ", by which the experiment decides");
    return static_cast<std::size_t>(found - comparison.figures.begin());
}

/// Throws: RunError where a figure that decides is undefined in a replication.
void check_decidable(const scenarios::Experiment& experiment, const std::vector<std::vector<Replication>>& results) {
    for (std::size_t a = 0; a < results.size(); ++a) {
        for (const auto& replication : results[a]) {
            const std::string why = why_undecided(experiment.decide, replication.figures);
            if (!why.empty())
                throw sim::RunError(
                    fmt::format("arm {}, replication {}: {}", experiment.arms[a].id, replication.number, why));
        }
    }
}

std::vector<std::vector<double>> complete_values(const ComparedFigure& figure) {
    std::vector<std::vector<double>> values;
    std::transform(figure.values.begin(), figure.values.end(), std::back_inserter(values), defined);
    return values;
}

void judge(const scenarios::Experiment& experiment, std::optional<double> size, Comparison& comparison) {
    const auto& decide = experiment.decide;
    const ComparedFigure& figure = comparison.figures[comparison.deciding];
    analysis::ComparisonRules rules;
    rules.figure = {plain_words(figure.name),
                    figure.unit,
                    decide.better == scenarios::Better::lower ? analysis::Better::lower : analysis::Better::higher};
    rules.pairing = experiment.common_random_numbers ? analysis::Pairing::by_replication : analysis::Pairing::none;
    rules.confidence = comparison.confidence_of_differences;
    rules.confidence_of_means = comparison.confidence;
    rules.size = size;
    std::vector<std::vector<std::vector<double>>> bounded;  // by constraint, arm, replication
    const auto add = [&](const ComparedFigure& of, analysis::Bound kind, const scenarios::FigureValue& bound) {
        rules.constraints.push_back({plain_words(of.name), of.unit, kind, bound.value});
        bounded.push_back(complete_values(of));
    };
    for (const auto& constraint : decide.subject_to) {
        const ComparedFigure& of = comparison.figures[index_of(comparison, constraint.figure)];
        if (constraint.at_least)
            add(of, analysis::Bound::at_least, *constraint.at_least);
        if (constraint.at_most)
            add(of, analysis::Bound::at_most, *constraint.at_most);
    }
    const auto deciding = complete_values(figure);
    const auto sample = [&](std::size_t arm) {
        analysis::ArmSample result{experiment.arms[arm].name, deciding[arm], {}};
        for (const auto& values : bounded)
            result.constraints.emplace_back(values[arm]);
        return result;
    };
    for (std::size_t a = 0; a < experiment.arms.size(); ++a) {
        auto& verdict = comparison.verdicts.emplace_back();
        if (a != experiment.baseline)
            verdict = analysis::compare(sample(a), sample(experiment.baseline), rules);
    }
}

/// Whether the intervals of an arm's means are within all bounds.
bool keeps_constraints(const scenarios::Experiment& experiment, const Comparison& comparison, std::size_t arm) {
    const bool is_baseline = arm == experiment.baseline;
    const auto& verdict = comparison.verdicts[is_baseline ? (arm == 0 ? 1 : 0) : arm];
    const auto& findings = verdict->constraints;
    return std::all_of(findings.begin(), findings.end(), [&](const auto& finding) {
        return (is_baseline ? finding.baseline : finding.arm) == analysis::ConstraintState::met;
    });
}

void choose(const scenarios::Experiment& experiment, Comparison& comparison) {
    const auto& arms = comparison.figures[comparison.deciding].arms;
    const double sign = experiment.decide.better == scenarios::Better::lower ? 1 : -1;
    for (std::size_t a = 0; a < arms.size(); ++a) {
        if (!keeps_constraints(experiment, comparison, a))
            continue;
        if (!comparison.choice || sign * *arms[a].mean.mean < sign * *arms[*comparison.choice].mean.mean)
            comparison.choice = a;
    }
}

}  // namespace

std::string why_undecided(const scenarios::DecidingRule& decide, const analysis::KeyFigures& figures) {
    for (const auto& name : deciding_figures(decide)) {
        if (value_in(figures, name))
            continue;
        const KeyFigure* found = figures.find(name);
        if (found == nullptr)
            return fmt::format(
                "there is no {} (nothing in the scenario makes one, or none of it happened), and the "
                "experiment decides by it. Decide by another figure?",
                name);
        return fmt::format(
            "{} is undefined ({}), and the experiment decides by it. Simulate longer, or decide by "
            "another figure?",
            name,
            found->reason);
    }
    return "";
}

Comparison compare_arms(const scenarios::Experiment& experiment,
                        const std::vector<std::vector<Replication>>& results,
                        std::optional<double> size) {
    Comparison comparison;
    const auto compared = static_cast<double>(experiment.arms.size() - 1);
    comparison.confidence_of_differences = 1 - (1 - comparison.confidence) / compared;
    check_decidable(experiment, results);
    comparison.figures = collect(results, experiment.decide);
    for (auto& figure : comparison.figures)
        estimate(figure, experiment, comparison);
    comparison.deciding = index_of(comparison, experiment.decide.figure);
    judge(experiment, size, comparison);
    choose(experiment, comparison);
    note_identical_arms(results, experiment.baseline, comparison);
    comparison.demand = match_demand(experiment, results);
    return comparison;
}

PrecisionState check_precision(const Comparison& comparison, double target, std::uint64_t replications) {
    PrecisionState state{true, replications};
    for (const auto& arm : comparison.figures[comparison.deciding].arms) {
        if (!arm.difference || !arm.difference->interval)
            continue;
        const double half_width = (arm.difference->interval->high - arm.difference->interval->low) / 2;
        if (half_width <= target)
            continue;
        state.is_reached = false;
        const double error = *arm.difference->standard_error;
        const auto wanted =
            analysis::replications_for_half_width({error * error * static_cast<double>(replications), replications},
                                                  target,
                                                  comparison.confidence_of_differences);
        state.wanted = std::max(state.wanted, wanted.value.value_or(analysis::most_replications));
    }
    return state;
}

}  // namespace spate::cli
