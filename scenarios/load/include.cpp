#include "scenarios/load/include.hpp"

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <vector>

#include "scenarios/load/text_guard.hpp"
#include "scenarios/load/yaml_tree.hpp"

namespace spate::scenarios {

namespace {

constexpr std::size_t max_chain = 32;
constexpr std::size_t max_files = 1000;

bool merges_by_id(std::string_view key) {
    return key == "markets" || key == "products" || key == "sites" || key == "channels" || key == "sessions"
           || key == "return_centres" || key == "hosts";
}

std::string id_of(const Node& item) {
    const Node* id = item.is_map() ? item.find("id") : nullptr;
    return id != nullptr && id->is_scalar() ? id->text : "";
}

/// Maps merge by key, each value as `inner(base, over, key)` says; of anything else `over` counts.
template <class Inner>
Node merge_maps(Node base, const Node& over, Inner&& inner) {
    if (!base.is_map() || !over.is_map()) {
        return over;
    }
    for (const auto& entry : over.entries) {
        Node* old = base.find(entry.key);
        if (old == nullptr) {
            base.set(entry.key, entry.place, entry.value);
        } else {
            *old = inner(std::move(*old), entry.value, entry.key);
        }
    }
    base.place = over.place;
    return base;
}

/// Inside of an item or of a part: lists are replaced whatever their key is.
Node merge_part(Node base, const Node& over) {
    return merge_maps(std::move(base), over, [](Node own, const Node& other, std::string_view) {
        return merge_part(std::move(own), other);
    });
}

Node merge_items(Node base, const Node& over) {
    std::unordered_map<std::string, std::size_t> by_id;
    for (std::size_t i = 0; i < base.items.size(); ++i) {
        if (const auto id = id_of(base.items[i]); !id.empty()) {
            by_id.emplace(id, i);
        }
    }
    const std::size_t own = base.items.size();
    for (const auto& item : over.items) {
        const auto at = by_id.find(id_of(item));
        if (at != by_id.end() && at->second < own) {
            base.items[at->second] = merge_part(std::move(base.items[at->second]), item);
        } else {
            base.items.push_back(item);
        }
    }
    return base;
}

bool is_items(const Node& node) {
    return node.is_sequence() || node.is_map();
}

Node as_list(Node node) {
    if (!node.is_map()) {
        return node;
    }
    Node list = Node::sequence(node.place);
    list.items.push_back(std::move(node));
    return list;
}

/// Reads files depth first; knows the chain of files that led to the one being read.
class IncludeReader {
  public:
    explicit IncludeReader(Problems& problems)
        : problems_(problems) {}

    std::optional<Node> read(const std::string& path, Place named_at) {
        if (!may_read(path, named_at)) {
            return std::nullopt;
        }
        auto text = read_text_file(path, YamlLimits{}.max_bytes, named_at, problems_);
        if (!text) {
            return std::nullopt;
        }
        chain_.push_back(path);
        auto node = parse_yaml(std::move(*text), problems_.add_file(path), problems_);
        if (node && node->is_map()) {
            *node = with_includes(std::move(*node));
        }
        chain_.pop_back();
        return node;
    }

  private:
    bool may_read(const std::string& path, Place named_at) {
        const auto same = [&](const std::string& other) {
            std::error_code error;
            return other == path || std::filesystem::equivalent(other, path, error);
        };
        const auto first = std::find_if(chain_.begin(), chain_.end(), same);
        if (first != chain_.end()) {
            std::string cycle;
            for (auto at = first; at != chain_.end(); ++at) {
                cycle += *at + " -> ";
            }
            problems_.add(named_at, "cyclic include (" + cycle + *first + "). remove one?");
            return false;
        }
        if (chain_.size() >= max_chain || ++files_ > max_files) {
            problems_.add(named_at, "too many includes (at most 32 in a chain, 1000 files)");
            return false;
        }
        return true;
    }

    Node with_includes(Node node) {
        const Node* include = node.find("include");
        if (include == nullptr) {
            return node;
        }
        std::vector<Node> names = include->is_sequence() ? include->items : std::vector<Node>{*include};
        node.erase("include");
        Node merged = Node::map(node.place);
        for (const auto& name : names) {
            if (!name.is_scalar() || name.text.empty()) {
                problems_.add(name.place, "`include` takes the name of a file, or a list of names");
                continue;
            }
            if (const auto other = read(problems_.resolve(name.place.file, name.text), name.place)) {
                merged = merge(std::move(merged), *other);
            }
        }
        merged = merge(std::move(merged), node);
        merged.place = node.place;
        return merged;
    }

    Problems& problems_;
    std::vector<std::string> chain_;
    std::size_t files_ = 0;
};

}  // namespace

Node merge(Node base, const Node& over) {
    return merge_maps(std::move(base), over, [](Node own, const Node& other, std::string_view key) {
        return merges_by_id(key) && is_items(own) && is_items(other)
                   ? merge_items(as_list(std::move(own)), as_list(other))
                   : merge_part(std::move(own), other);
    });
}

std::optional<Node> read_with_includes(const std::string& path, Problems& problems) {
    return read_with_includes(path, Place{problems.add_file(path), 0, 0}, problems);
}

std::optional<Node> read_with_includes(const std::string& path, Place named_at, Problems& problems) {
    return IncludeReader(problems).read(path, named_at);
}

}  // namespace spate::scenarios
