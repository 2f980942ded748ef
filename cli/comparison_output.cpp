// What an experiment showed, for people (text), spreadsheets (CSV) and programs (JSON, HDF5).
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"
#include "analysis/kpi.hpp"
#include "analysis/kpi_table.hpp"
#include "analysis/number_text.hpp"
#include "analysis/text_table.hpp"
#include "viz/trace_copy.hpp"

#include "cli/comparison.hpp"

namespace spate::cli {
namespace {

using nlohmann::ordered_json;
using sim::Cell;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double half_width(const analysis::Estimate& estimate) {
    return estimate.interval ? (estimate.interval->high - estimate.interval->low) / 2 : unknown;
}

/// A number with as many decimals as two digits of its half width need; with those of a table where there is none.
std::string rounded(const ComparedFigure& figure, double value, double half) {
    const double percent = figure.unit == "1" ? 100 : 1;
    if (!std::isfinite(half) || half == 0) {
        analysis::KeyFigure shown;
        shown.unit = figure.unit;
        shown.value = value;
        return analysis::readable_value(shown);
    }
    const double digits = 1 - std::floor(std::log10(half * percent));
    const double unit = std::pow(10.0, -std::clamp(digits, 0.0, 9.0));
    const double whole = std::round(value * percent / unit) * unit;
    if (digits <= 0)
        return analysis::with_thousands(std::llround(whole));
    return fmt::format("{:.{}f}", whole, static_cast<int>(std::min(digits, 9.0)));
}

/// "12,345 ± 10".
std::string mean_text(const ComparedFigure& figure, const analysis::Estimate& estimate) {
    if (!estimate.mean)
        return "–";
    const double half = estimate.interval ? half_width(estimate) : 0;
    const std::string mean = rounded(figure, *estimate.mean, half);
    return half > 0 ? mean + " ± " + rounded(figure, half, half) : mean;
}

std::string figure_table(const scenarios::Experiment& experiment, const Comparison& comparison) {
    std::vector<analysis::Align> columns{analysis::Align::left, analysis::Align::left};
    std::vector<std::string> head{"", ""};
    for (const auto& arm : experiment.arms) {
        columns.push_back(analysis::Align::right);
        head.push_back(arm.name);
    }
    analysis::TextTable table(columns);
    table.add_row(head);
    for (const auto& figure : comparison.figures) {
        std::vector<std::string> row{plain_words(figure.name), figure.unit == "1" ? "%" : figure.unit};
        for (const auto& arm : figure.arms)
            row.push_back(mean_text(figure, arm.mean));
        table.add_row(row);
    }
    return table.text();
}

std::string ratio_text(const analysis::Ratio& ratio) {
    if (!ratio.value)
        return "";
    const bool helps = *ratio.value >= 1;
    return fmt::format(
        "  common random numbers: the variance of this difference is {} times {} than with independent ones\n",
        analysis::readable_number(helps ? *ratio.value : 1 / *ratio.value),
        helps ? "smaller" : "larger");
}

std::string confidence_text(double confidence) {
    return fmt::format("{:.4g} %", confidence * 100);
}

/// What to choose by the means, where several arms are to be told apart.
std::string choice_text(const scenarios::Experiment& experiment, const Comparison& comparison) {
    const bool is_bounded = !experiment.decide.subject_to.empty();
    if (!comparison.choice)
        return "No arm is shown to keep every constraint.\n";
    const ComparedFigure& figure = comparison.figures[comparison.deciding];
    const ArmFigure& arm = figure.arms[*comparison.choice];
    const std::string unit = figure.unit == "1" ? "%" : figure.unit;
    return fmt::format("{} mean of {}{}: {} ({}{})\n",
                       experiment.decide.better == scenarios::Better::lower ? "Lowest" : "Highest",
                       plain_words(figure.name),
                       is_bounded ? " of the arms shown to keep every constraint" : "",
                       experiment.arms[*comparison.choice].name,
                       mean_text(figure, arm.mean),
                       unit.empty() ? "" : " " + unit);
}

ordered_json number(std::optional<double> value) {
    return value && std::isfinite(*value) ? ordered_json(*value) : ordered_json();
}

ordered_json to_json(const analysis::Estimate& estimate) {
    ordered_json result{{"mean", number(estimate.mean)}};
    result["low"] = estimate.interval ? number(estimate.interval->low) : ordered_json();
    result["high"] = estimate.interval ? number(estimate.interval->high) : ordered_json();
    if (!estimate.reason.empty())
        result["reason"] = estimate.reason;
    return result;
}

ordered_json arm_json(const scenarios::Experiment& experiment, const Comparison& comparison, std::size_t a) {
    const auto& arm = experiment.arms[a];
    ordered_json result{{"id", arm.id}, {"name", arm.name}, {"is_baseline", a == experiment.baseline}};
    if (comparison.verdicts[a]) {
        result["outcome"] = analysis::outcome_name(comparison.verdicts[a]->outcome);
        result["verdict"] = comparison.verdicts[a]->text;
    }
    if (comparison.demand[a])
        result["demand"] = name_of(*comparison.demand[a]);
    auto& figures = result["figures"] = ordered_json::object();
    for (const auto& figure : comparison.figures) {
        const ArmFigure& found = figure.arms[a];
        auto& entry = figures[figure.name] = to_json(found.mean);
        entry["unit"] = figure.unit;
        entry["replications"] = found.replications;
        if (found.difference) {
            entry["difference"] = to_json(*found.difference);
            entry["variance_ratio"] = number(found.variance_ratio.value);
        }
    }
    return result;
}

/// A field of a CSV file; quoted where it has to be.
std::string field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

/// The shortest text that reads back as the same number; empty: none.
std::string field(std::optional<double> value) {
    return value && std::isfinite(*value) ? fmt::format("{}", *value) : std::string();
}

std::string csv_row(const scenarios::Experiment& experiment,
                    const Comparison& comparison,
                    const ComparedFigure& figure,
                    std::size_t a) {
    const ArmFigure& found = figure.arms[a];
    const auto bounds = [](const std::optional<analysis::Interval>& interval) {
        return interval ? field(interval->low) + "," + field(interval->high) : std::string(",");
    };
    std::string row = fmt::format("{},{},{},{},{},{},{},",
                                  field(experiment.arms[a].id),
                                  field(experiment.arms[a].name),
                                  field(figure.name),
                                  field(figure.unit),
                                  found.replications,
                                  field(found.mean.mean),
                                  bounds(found.mean.interval));
    row += found.difference ? field(found.difference->mean) + "," + bounds(found.difference->interval) : ",,";
    row += "," + field(found.variance_ratio.value) + ",";
    const bool is_deciding = &figure == &comparison.figures[comparison.deciding];
    if (is_deciding && comparison.verdicts[a])
        row += analysis::outcome_name(comparison.verdicts[a]->outcome);
    return row + "\r\n";
}

template <class Value>
sim::TextColumn texts(std::string name, std::string description, std::size_t count, Value&& value) {
    sim::TextColumn column{std::move(name), std::move(description), {}};
    for (std::size_t i = 0; i < count; ++i)
        column.values.push_back(value(i));
    return column;
}

template <class Value>
sim::NumberColumn numbers(sim::Column column, std::size_t count, Value&& value) {
    sim::NumberColumn result{std::move(column), {}};
    for (std::size_t i = 0; i < count; ++i)
        result.values.push_back(value(i));
    return result;
}

constexpr const char *arms_path = "/experiment/arms", *figures_path = "/experiment/figures",
                     *constraints_path = "/experiment/constraints";

void add_declarations(sim::Recorder& file, const scenarios::Experiment& experiment, const Comparison& comparison) {
    const auto& arms = experiment.arms;
    const auto text_of = [&](auto member) { return [&arms, member](std::size_t a) { return arms[a].*member; }; };
    file.add_static(
        {arms_path,
         "The arms of the experiment, in the order of the file",
         {texts("id", "key in the experiment", arms.size(), text_of(&scenarios::Arm::id)),
          texts("name", "display name", arms.size(), text_of(&scenarios::Arm::name)),
          texts("seed", "of its runs", arms.size(), [&](std::size_t a) { return std::to_string(arms[a].spec.seed); }),
          texts("outcome",
                "against the baseline: better, worse, trade_off, no_difference_shown, too_few; empty for the "
                "baseline",
                arms.size(),
                [&](std::size_t a) {
                    const auto& verdict = comparison.verdicts[a];
                    return verdict ? std::string(analysis::outcome_name(verdict->outcome)) : std::string();
                }),
          texts("demand",
                "customers against the baseline's, order by order: same, other, unexpected; empty for the baseline "
                "and with independent random numbers",
                arms.size(),
                [&](std::size_t a) {
                    return comparison.demand[a] ? std::string(name_of(*comparison.demand[a])) : std::string();
                }),
          texts("verdict",
                "the same in words",
                arms.size(),
                [&](std::size_t a) { return comparison.verdicts[a] ? comparison.verdicts[a]->text : std::string(); })},
         {numbers({"is_baseline", sim::ColumnType::u8, "1", "1: the others are compared with it", {}, "", 1},
                  arms.size(),
                  [&](std::size_t a) { return Cell(std::int64_t{a == experiment.baseline}); })}});
    const auto& figures = comparison.figures;
    file.add_static(
        {figures_path,
         "The key figures",
         {texts("name", "key", figures.size(), [&](std::size_t f) { return figures[f].name; }),
          texts("unit", "of values and differences", figures.size(), [&](std::size_t f) { return figures[f].unit; }),
          texts("meaning", "in words", figures.size(), [&](std::size_t f) { return figures[f].meaning; })},
         {}});
    for (const auto& arm : arms)
        file.add_text("/experiment/scenarios/" + arm.id, arm.spec.scenario_text, "the scenario of the arm");
}

/// Their names, separated by blanks.
std::string constrained_figures(const scenarios::DecidingRule& rule) {
    std::string names;
    for (const auto& constraint : rule.subject_to)
        names += (names.empty() ? "" : " ") + constraint.figure;
    return names;
}

struct Bound {
    std::string figure, kind;
    double value;
};

/// One by one, in the order of a verdict's findings.
std::vector<Bound> bounds_of(const scenarios::DecidingRule& rule) {
    std::vector<Bound> bounds;
    for (const auto& constraint : rule.subject_to) {
        if (constraint.at_least)
            bounds.push_back({constraint.figure, "at_least", constraint.at_least->value});
        if (constraint.at_most)
            bounds.push_back({constraint.figure, "at_most", constraint.at_most->value});
    }
    return bounds;
}

const char* name_of(analysis::ConstraintState state) {
    switch (state) {
        case analysis::ConstraintState::met: return "met";
        case analysis::ConstraintState::missed: return "missed";
        case analysis::ConstraintState::not_shown: break;
    }
    return "not_shown";
}

/// What arms have to keep. Nothing where nothing is asked of them.
void add_bounds(sim::Recorder& file, const std::vector<Bound>& bounds) {
    if (bounds.empty())
        return;
    file.add_static({constraints_path,
                     "Bounds of means that an arm must keep to be chosen",
                     {texts("figure", "key", bounds.size(), [&](std::size_t i) { return bounds[i].figure; }),
                      texts("kind", "at_least, at_most", bounds.size(), [&](std::size_t i) { return bounds[i].kind; })},
                     {numbers({"value", sim::ColumnType::f64, "", "bound, in the unit of the figure", {}, "", 1},
                              bounds.size(),
                              [&](std::size_t i) { return Cell(bounds[i].value); })}});
}

/// What was found of every bound in every arm.
void add_findings(sim::Recorder& file, const Comparison& comparison, std::size_t bounds) {
    struct Row {
        std::size_t arm, bound;
        analysis::ConstraintFinding finding;
    };

    std::vector<Row> rows;
    for (std::size_t a = 0; a < comparison.verdicts.size(); ++a) {
        for (std::size_t b = 0; comparison.verdicts[a] && b < bounds; ++b)
            rows.push_back({a, b, comparison.verdicts[a]->constraints[b]});
    }
    if (rows.empty())
        return;
    const auto index = [&](const char* name, const char* reference, std::size_t Row::*member) {
        return numbers({name, sim::ColumnType::u32, "", name, {}, reference, 1},
                       rows.size(),
                       [&rows, member](std::size_t i) { return Cell(static_cast<std::int64_t>(rows[i].*member)); });
    };
    file.add_static(
        {"/results/constraints",
         "What the intervals of means say about the bounds: met, missed, not_shown",
         {texts("arm_state", "of the arm", rows.size(), [&](std::size_t i) { return name_of(rows[i].finding.arm); }),
          texts("baseline_state",
                "of the baseline",
                rows.size(),
                [&](std::size_t i) { return name_of(rows[i].finding.baseline); })},
         {index("arm", arms_path, &Row::arm), index("constraint", constraints_path, &Row::bound)}});
}

struct Run {
    std::size_t arm, replication;
};

void add_runs(sim::Recorder& file,
              const std::vector<std::vector<Replication>>& results,
              const std::vector<ComparedFigure>& figures) {
    std::vector<Run> runs;
    for (std::size_t a = 0; a < results.size(); ++a) {
        for (std::size_t r = 0; r < results[a].size(); ++r)
            runs.push_back({a, r});
    }
    const auto of = [&](std::size_t i) -> const Replication& { return results[runs[i].arm][runs[i].replication]; };
    sim::StaticTable table{"/results/runs", "Every run and its key figures; NaN: undefined in this run", {}, {}};
    table.texts.push_back(texts("digest", "fingerprint of the run", runs.size(), [&](std::size_t i) {
        return fmt::format("{:016x}", of(i).digest);
    }));
    table.texts.push_back(
        texts("demand_digest", "fingerprint of the customers' orders", runs.size(), [&](std::size_t i) {
            return fmt::format("{:016x}", of(i).demand_digest);
        }));
    table.numbers.push_back(numbers({"arm", sim::ColumnType::u32, "", "arm", {}, arms_path, 1},
                                    runs.size(),
                                    [&](std::size_t i) { return Cell(static_cast<std::int64_t>(runs[i].arm)); }));
    table.numbers.push_back(numbers({"replication", sim::ColumnType::u32, "1", "number of the replication", {}, "", 1},
                                    runs.size(),
                                    [&](std::size_t i) { return Cell(std::int64_t{of(i).number}); }));
    for (const auto& figure : figures) {
        table.numbers.push_back(numbers(
            {figure.name, sim::ColumnType::f64, figure.unit, figure.meaning, {}, "", 1},
            runs.size(),
            [&](std::size_t i) { return Cell(figure.values[runs[i].arm][runs[i].replication].value_or(unknown)); }));
    }
    file.add_static(std::move(table));
}

void add_estimates(sim::Recorder& file, const Comparison& comparison) {
    const auto& figures = comparison.figures;
    const std::size_t arms = comparison.verdicts.size(), rows = arms * figures.size();
    const auto of = [&](std::size_t i) -> const ArmFigure& {
        return figures[i % figures.size()].arms[i / figures.size()];
    };
    sim::StaticTable table{
        "/results/estimates",
        "Means over replications and differences from the baseline, one row for each arm and figure; "
        "NaN: undefined",
        {},
        {}};
    const auto add = [&](const char* name, const char* description, auto&& value) {
        table.numbers.push_back(numbers({name, sim::ColumnType::f64, "", description, {}, "", 1}, rows, value));
    };
    const auto index = [&](const char* name, const char* reference, auto&& value) {
        table.numbers.push_back(numbers({name, sim::ColumnType::u32, "", name, {}, reference, 1}, rows, value));
    };
    index("arm", arms_path, [&](std::size_t i) { return Cell(static_cast<std::int64_t>(i / figures.size())); });
    index("figure", figures_path, [&](std::size_t i) { return Cell(static_cast<std::int64_t>(i % figures.size())); });
    index("replications", "", [&](std::size_t i) { return Cell(static_cast<std::int64_t>(of(i).replications)); });
    const auto low = [](const auto& estimate) { return estimate.interval ? estimate.interval->low : unknown; };
    const auto high = [](const auto& estimate) { return estimate.interval ? estimate.interval->high : unknown; };
    add("mean", "over replications", [&](std::size_t i) { return Cell(of(i).mean.mean.value_or(unknown)); });
    add("mean_low", "lower end of its interval", [&](std::size_t i) { return Cell(low(of(i).mean)); });
    add("mean_high", "upper end of its interval", [&](std::size_t i) { return Cell(high(of(i).mean)); });
    const analysis::Estimate none;
    const auto difference = [&](std::size_t i) { return of(i).difference.value_or(none); };
    add("difference", "arm minus baseline", [&](std::size_t i) { return Cell(difference(i).mean.value_or(unknown)); });
    add("difference_low", "lower end of its interval", [&](std::size_t i) { return Cell(low(difference(i))); });
    add("difference_high", "upper end of its interval", [&](std::size_t i) { return Cell(high(difference(i))); });
    add("variance_ratio", "what common random numbers bring for the difference [1]", [&](std::size_t i) {
        return Cell(of(i).variance_ratio.value.value_or(unknown));
    });
    const auto figure = [&](std::size_t i) -> const ComparedFigure& { return figures[i % figures.size()]; };
    table.texts.push_back(texts("mean_text", "mean and half width, as printed", rows, [&](std::size_t i) {
        return mean_text(figure(i), of(i).mean);
    }));
    table.texts.push_back(texts("difference_text", "the same of the difference", rows, [&](std::size_t i) {
        return of(i).difference ? mean_text(figure(i), *of(i).difference) : std::string();
    }));
    file.add_static(std::move(table));
}

}  // namespace

std::string comparison_text(const scenarios::Experiment& experiment, const Comparison& comparison) {
    std::string text = figure_table(experiment, comparison);
    text +=
        fmt::format("± is half the {} confidence interval of the mean.\n\n", confidence_text(comparison.confidence));
    const ComparedFigure& deciding = comparison.figures[comparison.deciding];
    for (std::size_t a = 0; a < experiment.arms.size(); ++a) {
        if (!comparison.verdicts[a])
            continue;
        text += comparison.verdicts[a]->text + "\n";
        text += ratio_text(deciding.arms[a].variance_ratio);
    }
    text += choice_text(experiment, comparison);
    text += demand_text(experiment, comparison.demand);
    if (experiment.arms.size() > 2)
        text += fmt::format("Intervals of differences have {} each, so that all of these hold together with {}.\n",
                            confidence_text(comparison.confidence_of_differences),
                            confidence_text(comparison.confidence));
    return text;
}

std::string comparison_json(const scenarios::Experiment& experiment, const Comparison& comparison) {
    ordered_json result{
        {"experiment", experiment.id},
        {"title", experiment.title},
        {"decided_by", comparison.figures[comparison.deciding].name},
        {"choice", comparison.choice ? ordered_json(experiment.arms[*comparison.choice].id) : ordered_json()},
        {"confidence", comparison.confidence},
        {"confidence_of_differences", comparison.confidence_of_differences}};
    if (comparison.warm_up)
        result["warm_up"] = ordered_json::parse(warm_up_json(experiment, *comparison.warm_up));
    auto& arms = result["arms"] = ordered_json::array();
    for (std::size_t a = 0; a < experiment.arms.size(); ++a)
        arms.push_back(arm_json(experiment, comparison, a));
    return result.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string comparison_csv(const scenarios::Experiment& experiment, const Comparison& comparison) {
    std::string text(csv_begin);
    text += "mean_low,mean_high,difference,difference_low,difference_high,variance_ratio,outcome\r\n";
    for (const auto& figure : comparison.figures) {
        for (std::size_t a = 0; a < experiment.arms.size(); ++a)
            text += csv_row(experiment, comparison, figure, a);
    }
    return text;
}

void write_hdf5(sim::Recorder& file,
                const scenarios::Experiment& experiment,
                const std::vector<std::vector<Replication>>& results,
                const Comparison& comparison,
                const std::vector<std::string>& networks) {
    file.set_created("");
    const auto attribute = [&](const char* name, const std::string& text) {
        file.set_attribute({name, text, 0, true});
    };
    attribute("kind", "experiment");
    attribute("experiment", experiment.id);
    attribute("title", experiment.title);
    attribute("decided_by", experiment.decide.figure);
    attribute("better", experiment.decide.better == scenarios::Better::lower ? "lower" : "higher");
    attribute("choice", comparison.choice ? experiment.arms[*comparison.choice].id : "");
    attribute("subject_to", constrained_figures(experiment.decide));
    attribute("random_numbers", experiment.common_random_numbers ? "common" : "independent");
    attribute("confidence", fmt::format("{}", comparison.confidence));
    attribute("confidence_of_differences", fmt::format("{}", comparison.confidence_of_differences));
    attribute("currency", experiment.arms[experiment.baseline].spec.currency);
    const auto bounds = bounds_of(experiment.decide);
    add_declarations(file, experiment, comparison);
    add_bounds(file, bounds);
    if (comparison.warm_up)
        add_warm_up(file, *comparison.warm_up);
    file.open();
    add_runs(file, results, comparison.figures);
    add_estimates(file, comparison);
    add_findings(file, comparison, bounds.size());
    for (const auto& path_of_network : networks) {
        const sim::TraceReader network(path_of_network);
        for (const auto& table : network.tables())
            viz::copy_table(network, table.path, file, table.path);
    }
    file.close();
}

}  // namespace spate::cli
