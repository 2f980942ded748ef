#include <algorithm>
#include <charconv>

#include "scenarios/load/experiment_parts.hpp"
#include "scenarios/load/glob.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/suggest.hpp"

/// `drop` and `add`: which items of lists an arm does not have, and which it has besides.
namespace spate::scenarios {

namespace {

/// A list that items can be dropped from.
struct Droppable {
    std::string_view key, item;
    std::string_view rows_of;                  ///< section of the rows of its CSV files; empty: it has none
    std::vector<std::string_view> named_by{};  ///< keys that names are compared with
};

const std::vector<Droppable>& droppables() {
    static const std::vector<Droppable> all{
        {"markets", "market", "market", {"id"}},
        {"products", "product", "product", {"id"}},
        {"sites", "site", "site", {"id"}},
        {"channels", "channel", "", {"id"}},
        {"hosts", "host", "", {"id"}},
        {"sessions", "session", "", {"id"}},
        {"lanes", "lane", "", {"from", "to"}},
        {"demand", "entry of demand", "", {"channels", "markets", "products"}},
        {"replenish", "rule", "", {"at", "from"}},
    };
    return all;
}

Node* find_list(Node& scenario, std::string_view key) {
    Node* parent = key == "replenish" ? scenario.find("policies") : &scenario;
    return parent == nullptr ? nullptr : parent->find(key);
}

/// One item that is no list becomes a list of one; rows of CSV files become items.
void spread(Draft& draft, const Droppable& what, Node& list) {
    Node items = Node::sequence(list.place);
    const auto add = [&](const Node& item) { items.items.push_back(item); };
    if (!what.rows_of.empty()) {
        for_each_item(draft, list, what.rows_of, true, add);
    } else if (list.is_sequence()) {
        return;
    } else {
        add(list);
    }
    list = std::move(items);
}

/// The words an item can be named by.
std::vector<std::string_view> names_of(const Droppable& what, const Node& item) {
    std::vector<std::string_view> names;
    for (const auto key : what.named_by) {
        const Node* value = item.find(key);
        if (value != nullptr && value->is_scalar()) {
            names.emplace_back(value->text);
        } else if (value != nullptr) {
            for (const auto& part : value->items) {
                names.emplace_back(part.text);
            }
        }
    }
    return names;
}

std::optional<std::size_t> as_position(const Droppable& what, const std::string& word) {
    std::size_t position = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), position);
    const bool is_number = error == std::errc() && end == word.data() + word.size();
    return is_number && what.named_by.front() != "id" ? std::optional(position) : std::nullopt;
}

class Dropper {
  public:
    Dropper(Draft& draft, const Droppable& what, Node& list)
        : draft_(draft)
        , what_(what)
        , list_(list)
        , dropped_(list.items.size(), false) {}

    void mark(const Node& name) {
        const auto position = as_position(what_, name.text);
        const Glob glob(name.text == "all" ? "*" : name.text);
        bool any = false;
        for (std::size_t i = 0; i < list_.items.size(); ++i) {
            const auto names = names_of(what_, list_.items[i]);
            const bool fits = position
                                  ? i == *position
                                  : std::any_of(names.begin(), names.end(), [&](auto n) { return glob.matches(n); });
            dropped_[i] = dropped_[i] || fits;
            any = any || fits;
        }
        if (!any) {
            refuse(name);
        }
    }

    void remove() {
        std::vector<Node> rest;
        for (std::size_t i = 0; i < list_.items.size(); ++i) {
            if (!dropped_[i]) {
                rest.push_back(std::move(list_.items[i]));
            }
        }
        list_.items = std::move(rest);
    }

  private:
    void refuse(const Node& name) {
        std::vector<std::string_view> known;
        for (const auto& item : list_.items) {
            for (const auto other : names_of(what_, item)) {
                if (std::find(known.begin(), known.end(), other) == known.end()) {
                    known.push_back(other);
                }
            }
        }
        const auto stem = name.text.substr(0, name.text.find_first_of("*?{"));
        draft_.problems.add(name.place,
                            in_quotes(name.text) + " matches no " + std::string(what_.item) + " of the base"
                                + did_you_mean(stem, known));
    }

    Draft& draft_;
    const Droppable& what_;
    Node& list_;
    std::vector<bool> dropped_;
};

void drop_from(Draft& draft, const Droppable& what, const Node& names, Node& scenario) {
    const std::vector<Node> all = names.is_sequence() ? names.items : std::vector<Node>{names};
    Node* list = find_list(scenario, what.key);
    if (all.empty()) {
        draft.problems.add(names.place, "wanted is an id, a glob, or a list of them, not an empty list");
        return;
    }
    if (list == nullptr) {
        draft.problems.add(names.place, "the base has no `" + std::string(what.key) + "` to drop");
        return;
    }
    const std::size_t before = draft.problems.count();
    spread(draft, what, *list);
    if (draft.problems.count() > before) {
        return;
    }
    Dropper dropper(draft, what, *list);
    for (const auto& name : all) {
        if (name.is_scalar()) {
            dropper.mark(name);
        } else {
            draft.problems.add(name.place, "wanted is an id or a glob, not " + std::string(describe(name.kind)));
        }
    }
    dropper.remove();
}

}  // namespace

void drop_items(Draft& draft, const Node& drop, Node& scenario) {
    Reader reader(draft, "drop", drop);
    for (const auto& what : droppables()) {
        if (const Node* names = reader.node(what.key)) {
            drop_from(draft, what, *names, scenario);
        }
    }
}

void add_items(Draft& draft, const Node& add, Node& scenario) {
    Reader reader(draft, "add", add);
    for (const auto& what : droppables()) {
        if (what.named_by.front() == "id") {
            continue;  // items with ids are added by `change`
        }
        const Node* items = reader.node(what.key);
        if (items == nullptr) {
            continue;
        }
        Node* list = find_list(scenario, what.key);
        if (list == nullptr) {
            draft.problems.add(items->place,
                               "there is no `" + std::string(what.key) + "` to add to. write it in `change`?");
            continue;
        }
        spread(draft, what, *list);
        if (items->is_sequence()) {
            list->items.insert(list->items.end(), items->items.begin(), items->items.end());
        } else {
            list->items.push_back(*items);
        }
    }
}

}  // namespace spate::scenarios
