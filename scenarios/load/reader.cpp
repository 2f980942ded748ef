#include "scenarios/load/reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/base/check.hpp"
#include "scenarios/load/suggest.hpp"
#include "scenarios/load/text_guard.hpp"
#include "scenarios/load/yaml_tree.hpp"

namespace spate::scenarios {

namespace {

const Node nothing;

std::string section_title(std::string_view name) {
    const auto& s = section(name);
    const bool is_file = name == "scenario" || name == "experiment";
    return is_file ? "the " + std::string(name) : std::string("`").append(s.title).append("`");
}

Node parse_default(std::string_view text, Place place) {
    if (text.find_first_of("[{") == std::string_view::npos) {
        return Node::scalar(place, std::string(text));
    }
    Problems none;
    auto node = parse_yaml(std::string(text) + "\n", none.add_file("default"), none);
    SPATE_ASSERT(node.has_value());
    return *node;
}

}  // namespace

Reader::Reader(Draft& draft, std::string_view section_name, const Node& node)
    : draft_(draft)
    , fields_(fields_of(section_name))
    , node_(node.is_map() ? node : nothing)
    , place_(node.place) {
    if (!node.is_map()) {
        draft.problems.add(node.place,
                           section_title(section_name) + " must be a map, not " + describe(node.kind)
                               + full_width_hint(node.text) + ". write `key: value`, with a blank after the colon?");
        return;
    }
    check_keys(section_name);
}

void Reader::check_keys(std::string_view section_name) {
    std::vector<std::string> meant;
    for (const auto& entry : node_.entries) {
        const bool known =
            std::any_of(fields_.begin(), fields_.end(), [&](const Field& f) { return f.key == entry.key; });
        if (!known && entry.key == "<<") {
            draft_.problems.add(entry.place, "merge keys are not allowed. use `include`?");
        } else if (!known) {
            has_unknown_key_ = true;
            meant.push_back(nearest(entry.key, keys_of(section_name)));
            draft_.problems.add(entry.place,
                                "unknown key " + in_quotes(entry.key) + " (not a field of "
                                    + section_title(section_name) + ")" + full_width_hint(entry.key)
                                    + did_you_mean(entry.key, keys_of(section_name)));
        }
    }
    for (const auto& f : fields_) {
        const bool told = std::find(meant.begin(), meant.end(), f.key) != meant.end();
        if (f.need == Need::required && node_.find(f.key) == nullptr && !told) {
            draft_.problems.add(place_,
                                "key '" + std::string(f.key) + "' is missing (" + std::string(f.meaning) + ")"
                                    + (f.example.empty() ? ""
                                                         : ". write for example " + std::string(f.key) + ": "
                                                               + std::string(f.example) + "?"));
        }
    }
}

const Field& Reader::field(std::string_view key) {
    const auto at = std::find_if(fields_.begin(), fields_.end(), [&](const Field& f) { return f.key == key; });
    SPATE_EXPECT(at != fields_.end());
    draft_.fields_read[index_of(*at)] = true;
    return *at;
}

const Field& Reader::field(std::string_view key, FieldType type) {
    const Field& f = field(key);
    SPATE_EXPECT(f.type == type);
    return f;
}

const Node* Reader::node(std::string_view key) {
    const Field& f = field(key);
    const Node* value = node_.find(key);
    if (value != nullptr && value->kind == Node::Kind::null) {
        problem(key, "key '" + std::string(key) + "' has no value (" + std::string(f.meaning) + ")");
        return nullptr;
    }
    return value;
}

Node Reader::node_or_default(std::string_view key) {
    const Node* written = node(key);
    const Field& f = field(key);
    SPATE_EXPECT(!f.fallback.empty());
    return written != nullptr ? *written : parse_default(f.fallback, place_);
}

const Node* Reader::scalar(const Field& f) {
    const Node* value = node(f.key);
    if (value != nullptr && !value->is_scalar()) {
        problem(f.key, in_quotes(f.key) + " must be a single value, not " + describe(value->kind));
        return nullptr;
    }
    return value;
}

std::string Reader::text(std::string_view key) {
    const Field& f = field(key, FieldType::text);
    const Node* value = scalar(f);
    if (value == nullptr) {
        return std::string(f.fallback);
    }
    std::string result = value->text;
    while (result.ends_with('\n')) {
        result.pop_back();
    }
    if (result.find('\n') != std::string::npos || result.size() > 1000) {
        problem(key, in_quotes(key) + " must be one line of at most 1000 bytes");
        return "";
    }
    return result;
}

std::string Reader::slug(std::string_view key) {
    const Field& f = field(key, FieldType::slug);
    const Node* value = scalar(f);
    if (value == nullptr) {
        return "";
    }
    if (const auto fault = id_fault(value->text); !fault.empty()) {
        problem(key, fault);
        return "";
    }
    return value->text;
}

std::string Reader::file(std::string_view key) {
    const Node* value = scalar(field(key, FieldType::file));
    if (value != nullptr && value->text.empty()) {
        problem(key, "the name of a file is missing");
    }
    return value == nullptr ? "" : value->text;
}

std::optional<std::size_t> Reader::word(std::string_view key) {
    const Field& f = field(key, FieldType::word);
    const auto words = words_of(f.accepts);
    const Node* value = scalar(f);
    const std::string text = value != nullptr ? value->text : std::string(f.fallback);
    const auto at = std::find(words.begin(), words.end(), text);
    if (at != words.end()) {
        return static_cast<std::size_t>(at - words.begin());
    }
    if (value != nullptr) {
        problem(key, in_quotes(text) + " is not possible for '" + std::string(key) + "'" + did_you_mean(text, words));
    }
    return std::nullopt;
}

bool Reader::flag(std::string_view key) {
    const Field& f = field(key, FieldType::flag);
    const Node* value = scalar(f);
    const std::string text = value != nullptr ? value->text : std::string(f.fallback);
    if (text != "true" && text != "false") {
        problem(key, in_quotes(text) + " is neither true nor false. write true or false?");
    }
    return text == "true";
}

std::uint64_t Reader::seed(std::string_view key) {
    const Field& f = field(key, FieldType::seed);
    const Node* value = scalar(f);
    const std::string text = value != nullptr ? value->text : std::string(f.fallback);
    std::uint64_t result = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (error != std::errc() || end != text.data() + text.size() || (text.size() > 1 && text[0] == '0')) {
        problem(key, in_quotes(text) + " is not a whole number from 0 to 18446744073709551615. write for example 1?");
    }
    return result;
}

std::optional<sim::Time> Reader::moment(std::string_view key) {
    const Node* value = scalar(field(key, FieldType::moment));
    return value == nullptr ? std::nullopt : read_moment(draft_, *value);
}

std::optional<Quantity> Reader::quantity(std::string_view key, std::optional<Measure> inherited) {
    const Field& f = field(key, inherited ? FieldType::inherited : FieldType::quantity);
    const Node* value = node(key);
    if (value != nullptr) {
        return read_quantity(draft_, *value, inherited.value_or(f.measure), f.limits);
    }
    if (f.fallback.empty()) {
        return std::nullopt;
    }
    const std::string text(f.fallback);
    const auto parsed = draft_.units.parse(text, inherited.value_or(f.measure));
    SPATE_ASSERT(parsed.quantity.has_value());
    return parsed.quantity;
}

std::optional<std::int64_t> Reader::whole(std::string_view key) {
    const auto q = quantity(key);
    if (!q) {
        return std::nullopt;
    }
    if (q->value != std::floor(q->value)) {
        problem(key, in_quotes(node_.find(key)->text) + " is not a whole number");
        return std::nullopt;
    }
    return static_cast<std::int64_t>(q->value);
}

std::optional<sim::Duration> Reader::duration(std::string_view key) {
    const auto q = quantity(key);
    return q ? std::optional(sim::from_seconds(q->value)) : std::nullopt;
}

std::optional<sim::Distribution> Reader::distribution(std::string_view key) {
    const Field& f = field(key, FieldType::distribution);
    const Node* value = node(key);
    if (value == nullptr && f.fallback.empty()) {
        return std::nullopt;
    }
    return read_distribution(
        draft_, value != nullptr ? *value : Node::scalar(place_, std::string(f.fallback)), f.measure);
}

std::vector<models::Index> Reader::select(std::string_view key, const Registry& registry) {
    const Field& f = field(key, FieldType::selector);
    const Node* value = node(key);
    if (value == nullptr && f.fallback.empty()) {
        return {};
    }
    return read_selector(draft_, value != nullptr ? *value : Node::scalar(place_, std::string(f.fallback)), registry);
}

std::optional<Reader> Reader::map(std::string_view key) {
    const Field& f = field(key, FieldType::map);
    const Node* value = node(key);
    return value == nullptr ? std::nullopt : std::optional<Reader>(std::in_place, draft_, f.accepts, *value);
}

Place Reader::place(std::string_view key) const {
    const Node* value = node_.find(key);
    return value != nullptr ? value->place : place_;
}

void Reader::problem_unless_slip(std::string_view key, std::string text) {
    if (!has_unknown_key_) {
        problem(key, std::move(text));
    }
}

void Reader::problem(std::string_view key, std::string text) {
    if (node_.is_map()) {
        draft_.problems.add(place(key), std::move(text));
    }
}

}  // namespace spate::scenarios
