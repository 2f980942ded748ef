#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "scenarios/load/experiment_parts.hpp"
#include "scenarios/load/include.hpp"
#include "scenarios/load/load_scenario.hpp"
#include "scenarios/load/yaml_text.hpp"

/// From the base to the arms of an experiment.
namespace spate::scenarios {

namespace {

bool is_map_or_problem(const Node& node, const char* key, const char* example, Problems& problems) {
    if (!node.is_map()) {
        problems.add(node.place,
                     "`" + std::string(key) + "` must be a map, not " + describe(node.kind) + ". write for example "
                         + example + "?");
    }
    return node.is_map();
}

void apply_set(const Node& set, Node& scenario, Problems& problems) {
    if (!is_map_or_problem(set, "set", "{demand.orders: 3000/day}", problems)) {
        return;
    }
    for (const auto& entry : set.entries) {
        set_value(scenario, entry.key, entry.place, entry.value, problems);
    }
}

void apply_change(const Node& change, Node& scenario, Problems& problems) {
    if (!is_map_or_problem(change, "change", "{policies: {forecast: {moving_average: 14 d}}}", problems)) {
        return;
    }
    for (const auto& entry : change.entries) {
        if (entry.key == "include") {
            problems.add(entry.place, "`include` is not possible in `change`. write the parts that change?");
            return;
        }
    }
    const Place place = scenario.place;
    scenario = merge(std::move(scenario), change);
    scenario.place = place;
}

/// What the arm makes of `begin`, the base or the arm it is like. Problems: what cannot be changed so.
Node arm_of(Draft& draft, const ArmDraft& written, const Node& begin) {
    Node scenario = begin;
    if (written.set != nullptr) {
        apply_set(*written.set, scenario, draft.problems);
    }
    if (written.drop != nullptr) {
        drop_items(draft, *written.drop, scenario);
    }
    if (written.change != nullptr) {
        apply_change(*written.change, scenario, draft.problems);
    }
    if (written.add != nullptr) {
        add_items(draft, *written.add, scenario);
    }
    return scenario;
}

/// Returns the merged scenario.
Node load_arm(Draft& draft, const ArmDraft& written, const Node& begin) {
    Node scenario = arm_of(draft, written, begin);
    if (draft.problems.empty()) {
        draft.spec.scenario_text = to_yaml(scenario);
        load_tree(draft, scenario);
    }
    return scenario;
}

std::vector<std::string> changes_of(const ArmDraft& written, const std::vector<ArmDraft>& all) {
    std::vector<std::string> changes;
    if (written.like) {
        changes.push_back("like " + all[*written.like].id);
    }
    const auto add = [&](const Node* part, const std::string& verb, auto&& text) {
        for (std::size_t i = 0; part != nullptr && i < part->entries.size(); ++i) {
            changes.push_back(verb + " " + part->entries[i].key + text(part->entries[i].value));
        }
    };
    add(written.set, "set", [](const Node& value) { return value.is_scalar() ? ": " + value.text : ""; });
    add(written.drop, "drop", [](const Node& names) {
        std::string text = names.is_scalar() ? " " + names.text : "";
        for (const auto& name : names.items) {
            text += " " + name.text;
        }
        return text;
    });
    add(written.change, "change", [](const Node&) { return ""; });
    add(written.add, "add", [](const Node&) { return ""; });
    return changes;
}

/// Problems by what they say, with the arms that have them.
class Findings {
  public:
    void add(const Problems& problems, const std::string& arm) {
        for (const auto& problem : problems.all()) {
            const auto [at, is_new] = by_text_.emplace(problem.to_string(), found_.size());
            if (is_new) {
                found_.push_back({problem, {}});
            }
            found_[at->second].arms.push_back(arm);
        }
    }

    bool empty() const { return found_.empty(); }

    /// Those of the base as they are, the others with the names of their arms.
    void tell(const Problems& of_base, std::size_t arms, Problems& all) const {
        std::set<std::string> known;
        for (const auto& problem : of_base.all()) {
            known.insert(problem.to_string());
        }
        for (auto [problem, whose] : found_) {
            if (!known.contains(problem.to_string())) {
                problem.text = names(whose, arms) + ": " + problem.text;
            }
            all.add(std::move(problem));
        }
    }

  private:
    struct Found {
        Problem problem;
        std::vector<std::string> arms;
    };

    static std::string names(const std::vector<std::string>& whose, std::size_t arms) {
        if (whose.size() == arms) {
            return "every arm";
        }
        std::string text = whose.size() == 1 ? "arm " : "arms ";
        for (std::size_t i = 0; i < whose.size(); ++i) {
            text += (i == 0 ? "" : i + 1 == whose.size() ? " and " : ", ") + in_quotes(whose[i]);
        }
        return text;
    }

    std::map<std::string, std::size_t> by_text_;
    std::vector<Found> found_;
};

bool covers_another_time(const models::ModelSpec& a, const models::ModelSpec& b) {
    return a.start != b.start || a.warm_up != b.warm_up || a.horizon != b.horizon;
}

/// Why an arm can hardly be compared with the baseline; empty if it can.
std::string doubt(const Arm& arm, const Arm& baseline, bool common_random_numbers) {
    const std::string than = " than the baseline " + in_quotes(baseline.id);
    if (covers_another_time(arm.spec, baseline.spec)) {
        return "arm " + in_quotes(arm.id) + " covers another time" + than + " (totals cannot be compared)";
    }
    if (common_random_numbers && arm.spec.seed != baseline.spec.seed) {
        return "arm " + in_quotes(arm.id) + " has another seed" + than
               + " (they do not see the same demand). remove it?";
    }
    return "";
}

void add_warnings(const Draft& draft, const std::vector<ArmDraft>& written, LoadedExperiment& result) {
    const Experiment& experiment = result.experiment;
    for (std::size_t i = 0; i < experiment.arms.size(); ++i) {
        const Arm& arm = experiment.arms[i];
        std::string text = doubt(arm, experiment.arms[experiment.baseline], experiment.common_random_numbers);
        for (std::size_t j = 0; j < i && text.empty(); ++j) {
            if (experiment.arms[j].spec.scenario_text == arm.spec.scenario_text) {
                text = "arm " + in_quotes(arm.id) + " is the same scenario as " + in_quotes(experiment.arms[j].id)
                       + (experiment.common_random_numbers ? " (all differences will be 0)"
                                                           : " (all differences will be chance)");
            }
        }
        if (!text.empty()) {
            const Place at = written[i].place;
            result.warnings.push_back({draft.problems.file_name(at.file), at.line, at.column, text});
        }
    }
}

void check_currencies(Draft& draft, const std::vector<ArmDraft>& written, const std::vector<Arm>& arms) {
    for (std::size_t i = 1; i < arms.size(); ++i) {
        if (arms[i].spec.currency != arms[0].spec.currency) {
            draft.problems.add(written[i].place,
                               "arm " + in_quotes(arms[i].id) + " counts in " + arms[i].spec.currency + ", arm "
                                   + in_quotes(arms[0].id) + " in " + arms[0].spec.currency
                                   + " (their costs cannot be compared)");
        }
    }
}

}  // namespace

std::string with_seed(const std::string& scenario_text, std::uint64_t seed) {
    constexpr std::string_view key = "seed:";
    const std::string line = std::string(key) + " " + std::to_string(seed) + "\n";
    for (std::size_t at = 0; at < scenario_text.size(); at = scenario_text.find('\n', at) + 1) {
        const std::size_t end = std::min(scenario_text.find('\n', at), scenario_text.size() - 1);
        if (scenario_text.compare(at, key.size(), key) == 0)
            return scenario_text.substr(0, at) + line + scenario_text.substr(end + 1);
        if (end + 1 == scenario_text.size())
            break;
    }
    return scenario_text + line;
}

void load_arms(Draft& draft, const Node& base, const std::vector<ArmDraft>& drafts, LoadedExperiment& result) {
    Findings findings;
    std::vector<Node> scenarios;
    for (const auto& written : drafts) {
        Problems problems = draft.problems.fork();
        Draft own(problems);
        scenarios.push_back(load_arm(own, written, written.like ? scenarios[*written.like] : base));
        findings.add(problems, written.id);
        result.experiment.arms.push_back({written.id, written.name, changes_of(written, drafts), std::move(own.spec)});
        for (std::size_t i = 0; i < own.fields_read.size(); ++i) {
            draft.fields_read[i] = draft.fields_read[i] || own.fields_read[i];
        }
    }
    if (findings.empty()) {
        check_currencies(draft, drafts, result.experiment.arms);
        add_warnings(draft, drafts, result);
        return;
    }
    Problems of_base = draft.problems.fork();
    Draft alone(of_base);
    load_arm(alone, {}, base);
    findings.tell(of_base, drafts.size(), draft.problems);
}

}  // namespace spate::scenarios
