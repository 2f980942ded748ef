#include <algorithm>
#include <charconv>
#include <cmath>

#include "scenarios/load/experiment_parts.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/suggest.hpp"

/// What decides an experiment: a key figure, its constraints, and how exactly it must be known.
namespace spate::scenarios {

namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
    return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

/// Where the unit begins: behind the first blank, or behind the number if there is none.
std::size_t unit_begin(std::string_view text) {
    const std::size_t sign = text.starts_with('+') ? 1 : 0;
    double number = 0;
    const auto read = std::from_chars(text.data() + sign, text.data() + text.size(), number);
    return std::min({text.find(' '), static_cast<std::size_t>(read.ptr - text.data()), text.size()});
}

std::optional<FigureValue> read_value(Reader& reader, std::string_view key, const std::string& figure) {
    const Node* node = reader.node(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    Draft& draft = reader.draft();
    FigureValue result;
    result.figure = figure;
    result.origin = {draft.problems.file_name(node->place.file), node->place.line, node->place.column, node->text};
    const std::string_view text = trimmed(node->text);
    auto parsed = draft.units.parse(text, Measure::number);
    if (!parsed.quantity) {
        const std::size_t begin = unit_begin(text);
        parsed = draft.units.parse(text.substr(0, begin), Measure::number);
        result.unit = trimmed(text.substr(begin));
    }
    if (!node->is_scalar() || !parsed.quantity) {
        reader.problem(key,
                       (node->is_scalar() ? in_quotes(node->text) : std::string(describe(node->kind)))
                           + " is no value of a key figure. write a number, if you like with its unit, for example 95 % "
                             "or 0.05 CNY/order?");
        return std::nullopt;
    }
    const bool is_percent = result.unit == "%" || result.unit == "％";
    result.value = is_percent ? parsed.quantity->value / 100 : parsed.quantity->value;
    result.unit = is_percent ? "1" : result.unit;
    return result;
}

/// The name of a key figure; empty after adding a problem.
std::string read_figure(Reader& reader, std::string_view key, FigureNames figures) {
    const Node* node = reader.node(key);
    if (node == nullptr) {
        return "";
    }
    if (std::find(figures.begin(), figures.end(), node->text) != figures.end()) {
        return node->text;
    }
    reader.problem(key,
                   "there is no key figure " + (node->is_scalar() ? in_quotes(node->text) : describe(node->kind))
                       + did_you_mean(node->text, {figures.begin(), figures.end()}));
    return "";
}

void read_constraint(Reader reader, FigureNames figures, DecidingRule& rule) {
    Constraint result;
    result.figure = read_figure(reader, "figure", figures);
    result.at_least = read_value(reader, "at_least", result.figure);
    result.at_most = read_value(reader, "at_most", result.figure);
    if (reader.node("at_least") == nullptr && reader.node("at_most") == nullptr) {
        reader.problem_unless_slip("figure", "there is no limit. write for example at_least: 95 %?");
    }
    // A number without a unit has that of the figure.
    const auto is_alike = [](const FigureValue& a, const FigureValue& b) {
        return a.unit == b.unit || a.unit.empty() || b.unit.empty();
    };
    const bool is_empty = result.at_least && result.at_most && is_alike(*result.at_least, *result.at_most)
                          && result.at_least->value > result.at_most->value;
    if (is_empty) {
        reader.problem("at_most", "`at_most` is below `at_least` (no arm can keep both)");
    }
    rule.subject_to.push_back(std::move(result));
}

void read_rule(Reader reader, FigureNames figures, DecidingRule& rule) {
    rule.figure = read_figure(reader, "by", figures);
    rule.better = reader.word("better") == 1 ? Better::higher : Better::lower;
    if (const Node* list = reader.node("subject_to")) {
        for_each_item(reader.draft(), *list, "constraint", false, [&](const Node& item) {
            read_constraint(Reader(reader.draft(), "constraint", item), figures, rule);
        });
    }
}

std::optional<Precision> read_precision(Reader reader, const std::string& figure) {
    const auto half_width = read_value(reader, "half_width", figure);
    const auto at_most = reader.whole("at_most");
    if (half_width && half_width->value <= 0) {
        reader.problem("half_width", in_quotes(half_width->origin.text) + " must be above 0");
    }
    if (!half_width || !at_most) {
        return std::nullopt;
    }
    return Precision{*half_width, static_cast<std::uint32_t>(*at_most)};
}

void check_value(const FigureValue& value, const std::string& unit, std::vector<Problem>& problems) {
    const std::string written = in_quotes(value.origin.text);
    std::string fault;
    if (!value.unit.empty() && value.unit != unit) {
        fault = written + " has another unit than '" + value.figure + "'. write "
                + (unit == "1" ? "a share, for example 95 %?" : "a number in " + unit + "?");
    } else if (unit == "1" && std::fabs(value.value) > 1) {
        fault = written + " is too large ('" + value.figure + "' is a share, from 0 to 1). write it in %?";
    }
    if (!fault.empty()) {
        problems.push_back({value.origin.file, value.origin.line, value.origin.column, fault});
    }
}

}  // namespace

void read_decision(Reader& experiment, FigureNames figures, Experiment& result) {
    if (auto decide = experiment.map("decide")) {
        read_rule(std::move(*decide), figures, result.decide);
    }
    const auto replications = experiment.whole("replications");
    if (replications) {
        result.replications = static_cast<std::uint32_t>(*replications);
    }
    if (auto precision = experiment.map("precision")) {
        result.precision = read_precision(std::move(*precision), result.decide.figure);
    }
    const bool both = experiment.node("replications") != nullptr && experiment.node("precision") != nullptr;
    const bool none = experiment.node("replications") == nullptr && experiment.node("precision") == nullptr;
    if (both || none) {
        experiment.problem_unless_slip("precision",
                                       "an experiment has either `replications` or `precision`. write for example "
                                       "replications: 20?");
    }
}

std::vector<Problem> unit_problems(const Experiment& experiment,
                                   const std::function<std::string(std::string_view figure)>& unit_of) {
    std::vector<Problem> problems;
    const auto check = [&](const std::optional<FigureValue>& value) {
        const std::string unit = value ? unit_of(value->figure) : "";
        if (!unit.empty()) {
            check_value(*value, unit, problems);
        }
    };
    if (experiment.precision) {
        check(experiment.precision->half_width);
    }
    for (const auto& constraint : experiment.decide.subject_to) {
        check(constraint.at_least);
        check(constraint.at_most);
    }
    return problems;
}

}  // namespace spate::scenarios
