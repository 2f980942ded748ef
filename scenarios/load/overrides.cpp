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

Node* find_item(Node& list, const std::string& name) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) {
        return number < list.items.size() ? &list.items[number] : nullptr;
    }
    for (auto& item : list.items) {
        const Node* id = item.find("id");
        if (id != nullptr && id->text == name) {
            return &item;
        }
    }
    return nullptr;
}

/// Whether nothing lies at this key yet, but something may.
bool may_create(const Node& node, const Step& step) {
    return !step.is_item && (node.is_map() || node.kind == Node::Kind::null);
}

std::string why_not(const Node& node, const Step& step) {
    if (step.is_item) {
        return "there is no item [" + step.name
               + "] in the scenario (rows of CSV files cannot be set). write an id, or a number from 0?";
    }
    return in_quotes(step.name) + " is not possible here (this is " + std::string(describe(node.kind)) + ")"
           + (node.is_sequence() ? ". name an item, for example [0] or [id]?" : "");
}

class Setter {
  public:
    Setter(const Override& change, Problems& problems)
        : change_(change)
        , problems_(problems)
        , place_{problems.add_file("--set " + change.path + "=" + change.value, false), 0, 0} {}

    void apply(Node& scenario) {
        const auto steps = split(change_.path);
        if (!steps) {
            problems_.add(place_, "not a path. write for example demand.orders=2M/day?");
            return;
        }
        Problems inner;
        auto value = parse_yaml(change_.value + "\n", inner.add_file("value"), inner);
        if (!value) {
            problems_.add(place_, "the value is not valid (" + inner.sorted().front().text + ")");
            return;
        }
        set_place(*value, place_);
        Node* at = &scenario;
        for (const auto& step : *steps) {
            Node* next = step.is_item ? find_item(*at, step.name) : at->find(step.name);
            if (next == nullptr && may_create(*at, step)) {
                at->kind = Node::Kind::map;
                at->set(step.name, place_, Node::map(place_));
                next = at->find(step.name);
            }
            if (next == nullptr) {
                problems_.add(place_, why_not(*at, step));
                return;
            }
            at = next;
        }
        *at = std::move(*value);
    }

  private:
    const Override& change_;
    Problems& problems_;
    Place place_;
};

}  // namespace

void apply_overrides(Node& scenario, const std::vector<Override>& overrides, Problems& problems) {
    for (const auto& change : overrides) {
        Setter(change, problems).apply(scenario);
    }
}

}  // namespace spate::scenarios
