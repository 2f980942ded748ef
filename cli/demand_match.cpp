#include "cli/demand_match.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/spec_archive.hpp"

namespace spate::cli {

namespace {

bool has_same_demand(const std::vector<Replication>& a, const std::vector<Replication>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Replication& x, const Replication& y) {
        return x.demand_digest == y.demand_digest;
    });
}

/// Why the customers of an arm are others than the baseline's.
std::string cause(const models::ModelSpec& arm, const models::ModelSpec& baseline) {
    std::string text;
    const auto add = [&](const char* words) { text += (text.empty() ? "the arm " : " and ") + std::string(words); };
    if (arm.seed != baseline.seed)
        add("has another seed");
    if (arm.start != baseline.start || arm.warm_up != baseline.warm_up || arm.horizon != baseline.horizon)
        add("covers another time");
    models::ModelSpec alike = arm;
    alike.seed = baseline.seed;
    alike.start = baseline.start;
    alike.week_time_at_start = baseline.week_time_at_start;
    alike.warm_up = baseline.warm_up;
    alike.horizon = baseline.horizon;
    if (models::demand_fingerprint(alike) != models::demand_fingerprint(baseline))
        add("changes demand");
    return text;
}

}  // namespace

std::string_view name_of(DemandMatch match) {
    switch (match) {
        case DemandMatch::same: return "same";
        case DemandMatch::other: return "other";
        case DemandMatch::unexpected: break;
    }
    return "unexpected";
}

std::vector<std::optional<DemandMatch>> match_demand(const scenarios::Experiment& experiment,
                                                     const std::vector<std::vector<Replication>>& results) {
    std::vector<std::optional<DemandMatch>> matches(experiment.arms.size());
    if (!experiment.common_random_numbers)
        return matches;
    const auto& baseline = experiment.arms[experiment.baseline].spec;
    const auto expected = models::demand_fingerprint(baseline);
    for (std::size_t a = 0; a < matches.size(); ++a) {
        if (a == experiment.baseline)
            continue;
        if (has_same_demand(results[a], results[experiment.baseline])) {
            matches[a] = DemandMatch::same;
        } else {
            const bool is_changed = models::demand_fingerprint(experiment.arms[a].spec) != expected;
            matches[a] = is_changed ? DemandMatch::other : DemandMatch::unexpected;
        }
    }
    return matches;
}

std::string demand_text(const scenarios::Experiment& experiment,
                        const std::vector<std::optional<DemandMatch>>& matches) {
    if (std::none_of(matches.begin(), matches.end(), [](const auto& match) { return match.has_value(); }))
        return "";
    const bool are_same = std::all_of(matches.begin(), matches.end(), [](const auto& match) {
        return match.value_or(DemandMatch::same) == DemandMatch::same;
    });
    if (are_same)
        return "The customers are the same in all arms, order by order.\n";
    std::string text;
    for (std::size_t a = 0; a < matches.size(); ++a) {
        if (matches[a] == DemandMatch::other)
            text += fmt::format("The customers of {} are others than the baseline's: {}.\n",
                                experiment.arms[a].name,
                                cause(experiment.arms[a].spec, experiment.arms[experiment.baseline].spec));
        if (matches[a] == DemandMatch::unexpected)
            text += fmt::format(
                "WARNING: the customers of {} are others than the baseline's, though the arm changes "
                "nothing that makes demand. Do not trust this comparison.\n",
                experiment.arms[a].name);
    }
    return text;
}

}  // namespace spate::cli
