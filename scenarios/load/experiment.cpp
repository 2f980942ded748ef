#include "scenarios/load/experiment.hpp"

#include <algorithm>
#include <fstream>

#include "scenarios/load/experiment_parts.hpp"
#include "scenarios/load/include.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/overrides.hpp"
#include "scenarios/load/suggest.hpp"
#include "scenarios/load/text_guard.hpp"
#include "scenarios/load/yaml_tree.hpp"

namespace spate::scenarios {

namespace {

void read_head(Reader& reader, Experiment& experiment) {
    reader.word("spate");
    experiment.id = reader.slug("experiment");
    experiment.title = reader.text("title");
    experiment.common_random_numbers = reader.flag("common_random_numbers");
}

/// The base with the values of --set; nothing if it is no scenario.
std::optional<Node> read_base(Reader& reader, const std::vector<Override>& overrides, Experiment& experiment) {
    Problems& problems = reader.draft().problems;
    const std::string name = reader.file("scenario");
    if (name.empty()) {
        return std::nullopt;
    }
    const Place named_at = reader.place("scenario");
    const std::size_t before = problems.count();
    experiment.scenario = problems.resolve(named_at.file, name);
    auto base = read_with_includes(experiment.scenario, named_at, problems);
    if (!base || problems.count() > before) {
        return std::nullopt;
    }
    if (!base->is_map()) {
        Reader(reader.draft(), "scenario", *base);  // says so
        return std::nullopt;
    }
    if (base->find("experiment") != nullptr) {
        problems.add(named_at, in_quotes(name) + " is an experiment, not a scenario. name the base of the arms?");
        return std::nullopt;
    }
    apply_overrides(*base, overrides, problems);
    return base;
}

void read_baseline(Reader& reader, const Registry& arms, Experiment& experiment) {
    if (const Node* baseline = reader.node("baseline")) {
        experiment.baseline = read_id(reader.draft(), *baseline, arms).value_or(0);
    }
}

/// Tables and pages tell arms apart by their names.
void check_name(const ArmDraft& arm, const std::vector<ArmDraft>& before, Place place, Problems& problems) {
    const auto same =
        std::find_if(before.begin(), before.end(), [&](const ArmDraft& other) { return other.name == arm.name; });
    if (same != before.end()) {
        problems.add(place,
                     "arms " + in_quotes(same->id) + " and " + in_quotes(arm.id) + " are both called "
                         + in_quotes(arm.name) + ". give one of them another name?");
    }
}

}  // namespace

std::vector<ArmDraft> read_arms(Reader& experiment, Registry& ids) {
    std::vector<ArmDraft> arms;
    const Node* list = experiment.node("arms");
    if (list == nullptr) {
        return arms;
    }
    Draft& draft = experiment.draft();
    for_each_item(draft, *list, "arm", false, [&](const Node& item) {
        Reader reader(draft, "arm", item);
        ArmDraft arm;
        arm.id = reader.slug("id");
        arm.name = reader.node("name") != nullptr ? reader.text("name") : arm.id;
        arm.place = reader.place();
        if (const Node* like = reader.node("like")) {
            arm.like = ids.find(like->text);
            if (!arm.like) {
                draft.problems.add(like->place,
                                   "there is no arm " + in_quotes(like->text) + " before this one"
                                       + did_you_mean(like->text, ids.ids()));
            }
        }
        arm.set = reader.node("set");
        arm.drop = reader.node("drop");
        arm.change = reader.node("change");
        arm.add = reader.node("add");
        if (!arm.id.empty()) {
            if (ids.add(arm.id, reader.place("id"), draft.problems)) {
                check_name(arm, arms, reader.place("name"), draft.problems);
            }
            arms.push_back(std::move(arm));
        }
    });
    const std::size_t written = list->is_sequence() ? list->items.size() : 1;
    if (written < 2) {
        experiment.problem("arms", "an experiment compares at least 2 arms (this is " + std::to_string(written) + ")");
    }
    return arms;
}

void load_experiment_into(Draft& draft,
                          const std::string& path,
                          const std::vector<Override>& overrides,
                          FigureNames figures,
                          std::optional<sim::Duration> found_warm_up,
                          LoadedExperiment& result) {
    const Place whole{draft.problems.add_file(path), 0, 0};
    auto text = read_text_file(path, YamlLimits{}.max_bytes, whole, draft.problems);
    const auto tree = text ? parse_yaml(std::move(*text), whole.file, draft.problems) : std::nullopt;
    if (!tree) {
        return;
    }
    Reader reader(draft, "experiment", *tree);
    if (!tree->is_map()) {
        return;
    }
    read_head(reader, result.experiment);
    read_decision(reader, figures, result.experiment);
    Registry ids("arm");
    const auto arms = read_arms(reader, ids);
    read_baseline(reader, ids, result.experiment);
    Node none = Node::map(whole);
    auto base = read_base(reader, overrides, result.experiment);
    set_warm_up(reader, found_warm_up, base ? *base : none, result.experiment);
    if (base) {
        load_arms(draft, *base, arms, result);
        if (!found_warm_up) {
            check_warm_up_can_be_found(reader, arms, result);
        }
    }
}

LoadedExperiment load_experiment(const std::string& path,
                                 const std::vector<Override>& overrides,
                                 std::span<const std::string_view> figures,
                                 std::optional<sim::Duration> found_warm_up) {
    LoadedExperiment result;
    Problems problems;
    Draft draft(problems);
    load_experiment_into(draft, path, overrides, figures, found_warm_up, result);
    result.problems = problems.sorted();
    return result;
}

bool is_experiment(const std::string& path) {
    constexpr std::size_t most_bytes = 1'000'000;
    std::ifstream file(path, std::ios::binary);
    std::string line;
    for (std::size_t read = 0; read < most_bytes && std::getline(file, line); read += line.size() + 1) {
        const std::string_view text = line;
        const std::string_view mark = "\xEF\xBB\xBF";
        const bool has_mark = read == 0 && text.starts_with(mark);
        if (text.substr(has_mark ? mark.size() : 0).starts_with("experiment:")) {
            return true;
        }
    }
    return false;
}

}  // namespace spate::scenarios
