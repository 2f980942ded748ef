#include "scenarios/load/overrides.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/load/suggest.hpp"
#include "scenarios/load/yaml_tree.hpp"

namespace spate::scenarios {

namespace {

struct Step {
    std::string name;
    bool is_item = false;  ///< [name]
};

std::optional<std::vector<Step>> split(std::string_view path) {
    constexpr std::size_t max_steps = 32;
    std::vector<Step> steps;
    std::size_t i = 0;
    while (i < path.size() && steps.size() < max_steps) {
        const bool is_item = path[i] == '[';
        const std::size_t begin = is_item || (path[i] == '.' && !steps.empty()) ? i + 1 : i;
        const std::size_t end =
            is_item ? path.find(']', begin) : std::min(path.find_first_of(".[", begin), path.size());
        if (end == std::string_view::npos || end == begin) {
            return std::nullopt;
        }
        steps.push_back({std::string(path.substr(begin, end - begin)), is_item});
        i = is_item ? end + 1 : end;
    }
    return i < path.size() || steps.empty() ? std::nullopt : std::optional(steps);
}

void set_place(Node& node, Place place) {
    node.place = place;
    for (auto& item : node.items) {
        set_place(item, place);
    }
    for (auto& entry : node.entries) {
        entry.place = place;
        set_place(entry.value, place);
    }
}

/// By id; if there is none, by position.
Node* find_item(Node& list, const std::string& name) {
    for (auto& item : list.items) {
        const Node* id = item.find("id");
        if (id != nullptr && id->text == name) {
            return &item;
        }
    }
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool is_number = error == std::errc() && end == name.data() + name.size();
    return is_number && number < list.items.size() ? &list.items[number] : nullptr;
}

/// Whether nothing lies at this key yet, but something may.
bool may_create(const Node& node, const Step& step) {
    return !step.is_item && (node.is_map() || node.kind == Node::Kind::null);
}

std::string why_not(const Node& node, const Step& step) {
    const bool is_position = step.name.find_first_not_of("0123456789") == std::string::npos;
    if (step.is_item && is_position && !node.items.empty()) {
        return "there is no item [" + step.name + "] (" + std::to_string(node.items.size())
               + (node.items.size() == 1 ? " item is" : " items are") + " in the scenario, [0]"
               + (node.items.size() == 1 ? "" : " to [" + std::to_string(node.items.size() - 1) + "]")
               + "; rows of CSV files cannot be set)";
    }
    if (step.is_item) {
        return "there is no item [" + step.name
               + "] in the scenario (rows of CSV files cannot be set). write an id, or a number from 0?";
    }
    return in_quotes(step.name) + " is not possible here (this is " + std::string(describe(node.kind)) + ")"
           + (node.is_sequence() ? ". name an item, for example [0] or [id]?" : "");
}

/// The value at the end of the steps, made if it may be; null after adding a problem.
Node* reach(Node& scenario, const std::vector<Step>& steps, Place place, Problems& problems) {
    Node* at = &scenario;
    for (const auto& step : steps) {
        Node* next = step.is_item ? find_item(*at, step.name) : at->find(step.name);
        if (next == nullptr && may_create(*at, step)) {
            at->kind = Node::Kind::map;
            at->set(step.name, place, Node::map(place));
            next = at->find(step.name);
        }
        if (next == nullptr) {
            problems.add(place, why_not(*at, step));
            return nullptr;
        }
        at = next;
    }
    return at;
}

}  // namespace

void set_value(Node& scenario, const std::string& path, Place place, Node value, Problems& problems) {
    const auto steps = split(path);
    if (!steps) {
        problems.add(place,
                     in_quotes(path)
                         + " is not a path (keys joined by dots, items as [id] or [number]). write for example "
                           "demand.orders?");
        return;
    }
    if (steps->front().name == "include") {
        problems.add(place, "`include` cannot be set (files are read before values are set)");
        return;
    }
    if (Node* at = reach(scenario, *steps, place, problems)) {
        *at = std::move(value);
    }
}

void apply_overrides(Node& scenario, const std::vector<Override>& overrides, Problems& problems) {
    for (const auto& change : overrides) {
        const Place place{problems.add_file("--set " + change.path + "=" + change.value, false), 0, 0};
        if (change.value.find_first_not_of(" \t\r\n") == std::string::npos) {
            problems.add(place, "the value is empty. write '\"\"' for an empty text?");
            continue;
        }
        Problems inner;
        auto value = parse_yaml(change.value + "\n", inner.add_file("value"), inner);
        if (!value) {
            problems.add(place, "the value is not valid (" + inner.sorted().front().text + ")");
            continue;
        }
        set_place(*value, place);
        set_value(scenario, change.path, place, std::move(*value), problems);
    }
}

}  // namespace spate::scenarios
