#include <cmath>

#include <fmt/format.h>

#include "scenarios/load/reader.hpp"
#include "scenarios/load/suggest.hpp"

/// Distributions as they are written in a scenario.
namespace spate::scenarios {

namespace {

using sim::Distribution;
using Maybe = std::optional<Distribution>;

constexpr double max_mean = 1e18;

std::vector<double> values_of(Reader& reader, std::string_view key, Measure measure) {
    std::vector<double> values;
    if (const Node* node = reader.node(key)) {
        for (const auto& q : read_quantities(reader.draft(), *node, measure, ">= 0")) {
            values.push_back(q.value);
        }
    }
    return values;
}

Maybe uniform(Reader& reader, Measure measure) {
    const auto v = values_of(reader, "uniform", measure);
    if (v.size() == 2 && v[0] <= v[1]) {
        return Distribution::uniform(v[0], v[1]);
    }
    reader.problem("uniform", "`uniform` takes two values, the smaller first");
    return {};
}

Maybe triangular(Reader& reader, Measure measure) {
    const auto v = values_of(reader, "triangular", measure);
    if (v.size() == 3 && v[0] <= v[1] && v[1] <= v[2] && v[0] < v[2]) {
        return Distribution::triangular(v[0], v[1], v[2]);
    }
    reader.problem("triangular", "`triangular` takes the lowest, the likeliest and the highest value, ascending");
    return {};
}

Maybe exponential(Reader& reader, Measure measure) {
    const auto mean = reader.quantity("exponential", measure);
    if (!mean) {
        return {};
    }
    if (mean->value > 0) {
        return Distribution::exponential(mean->value);
    }
    reader.problem("exponential", "the mean of `exponential` must be above 0");
    return {};
}

Maybe poisson(Reader& reader, Measure measure) {
    const auto mean = reader.quantity("poisson", measure);
    if (measure != Measure::units) {
        reader.problem("poisson", "`poisson` is for numbers of units only");
        return {};
    }
    if (!mean) {
        return {};
    }
    if (mean->value >= 0 && mean->value < 1e9) {
        return Distribution::poisson(mean->value);
    }
    reader.problem("poisson",
                   fmt::format("the mean of `poisson` is {:g}; it must be 0 or more and below 1e9", mean->value));
    return {};
}

/// gamma or lognormal: mean and coefficient of variation.
Maybe spread(Reader& reader, std::string_view key, Measure measure) {
    auto inner = reader.map(key);
    const auto mean = inner->quantity("mean", measure);
    const auto cv = inner->quantity("cv");
    if (!mean || !cv) {
        return {};
    }
    if (mean->value <= 0 || mean->value > max_mean) {
        inner->problem("mean", "the mean must be above 0");
        return {};
    }
    return key == "gamma" ? Distribution::gamma(mean->value, cv->value)
                          : Distribution::lognormal(mean->value, cv->value);
}

Maybe normal(Reader& reader, Measure measure) {
    auto inner = reader.map("normal");
    const auto mean = inner->quantity("mean", measure);
    const auto sd = inner->quantity("sd", measure);
    if (!mean || !sd) {
        return {};
    }
    if (mean->value < 0 || sd->value < 0) {
        inner->problem(mean->value < 0 ? "mean" : "sd", "mean and standard deviation must be 0 or more");
        return {};
    }
    return Distribution::normal(mean->value, sd->value);
}

Maybe negative_binomial(Reader& reader, Measure measure) {
    auto inner = reader.map("negative_binomial");
    const auto mean = inner->quantity("mean", measure);
    const auto variance = inner->quantity("variance");
    if (!mean || !variance) {
        return {};
    }
    if (measure != Measure::units || mean->value <= 0 || mean->value > 1e9 || variance->value <= mean->value) {
        inner->problem("variance", "`negative_binomial` is for numbers of units, with a variance above the mean");
        return {};
    }
    return Distribution::negative_binomial(mean->value, variance->value);
}

Maybe empirical(Reader& reader, Measure measure) {
    auto inner = reader.map("empirical");
    const auto values = values_of(*inner, "values", measure);
    const bool has_weights = inner->node("weights") != nullptr;
    const auto weights =
        has_weights ? values_of(*inner, "weights", Measure::number) : std::vector<double>(values.size(), 1.0);
    double sum = 0;
    for (const double w : weights) {
        sum += w;
    }
    if (!values.empty() && values.size() == weights.size() && sum > 0) {
        return Distribution::empirical(values, weights);
    }
    inner->problem("weights", "`empirical` takes as many weights as values, not all of them 0");
    return {};
}

}  // namespace

Maybe read_distribution(Draft& draft, const Node& node, Measure measure) {
    if (!node.is_map()) {
        const auto q = read_quantity(draft, node, measure, ">= 0");
        return q ? Maybe(Distribution::constant(q->value)) : Maybe{};
    }
    Reader reader(draft, "distribution", node);
    if (node.entries.size() != 1) {
        draft.problems.add(node.place, "a distribution has one name, for example {gamma: {mean: 22 h, cv: 0.25}}");
        return {};
    }
    const std::string& name = node.entries[0].key;
    if (node.entries[0].value.kind == Node::Kind::null) {
        draft.problems.add(node.place,
                           "the distribution has no parameters. write for example {gamma: {mean: 22 h, cv: 0.25}}?");
        return {};
    }
    return name == "uniform"             ? uniform(reader, measure)
           : name == "triangular"        ? triangular(reader, measure)
           : name == "exponential"       ? exponential(reader, measure)
           : name == "poisson"           ? poisson(reader, measure)
           : name == "gamma"             ? spread(reader, name, measure)
           : name == "lognormal"         ? spread(reader, name, measure)
           : name == "normal"            ? normal(reader, measure)
           : name == "negative_binomial" ? negative_binomial(reader, measure)
           : name == "empirical"         ? empirical(reader, measure)
                                         : Maybe{};
}

}  // namespace spate::scenarios
