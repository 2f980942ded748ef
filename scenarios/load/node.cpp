#include "scenarios/load/node.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace spate::scenarios {

Node Node::scalar(Place place, std::string text) {
    Node node;
    node.kind = Kind::scalar;
    node.place = place;
    node.text = std::move(text);
    return node;
}

Node Node::sequence(Place place) {
    Node node;
    node.kind = Kind::sequence;
    node.place = place;
    return node;
}

Node Node::map(Place place) {
    Node node;
    node.kind = Kind::map;
    node.place = place;
    return node;
}

const Node* Node::find(std::string_view key) const {
    const auto at = std::lower_bound(
        by_key_.begin(), by_key_.end(), key, [&](std::uint32_t i, std::string_view k) { return entries[i].key < k; });
    return at != by_key_.end() && entries[*at].key == key ? &entries[*at].value : nullptr;
}

Node* Node::find(std::string_view key) {
    return const_cast<Node*>(std::as_const(*this).find(key));
}

void Node::set(std::string_view key, Place key_place, Node value) {
    if (Node* old = find(key)) {
        *old = std::move(value);
        return;
    }
    const auto at = std::lower_bound(
        by_key_.begin(), by_key_.end(), key, [&](std::uint32_t i, std::string_view k) { return entries[i].key < k; });
    by_key_.insert(at, static_cast<std::uint32_t>(entries.size()));
    entries.push_back({std::string(key), key_place, std::move(value)});
}

void Node::erase(std::string_view key) {
    std::erase_if(entries, [&](const Entry& e) { return e.key == key; });
    index_keys();
}

std::int64_t Node::index_keys() {
    by_key_.resize(entries.size());
    std::iota(by_key_.begin(), by_key_.end(), 0U);
    std::stable_sort(by_key_.begin(), by_key_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return entries[a].key < entries[b].key;
    });
    for (std::size_t i = 1; i < by_key_.size(); ++i) {
        if (entries[by_key_[i - 1]].key == entries[by_key_[i]].key) {
            return by_key_[i];
        }
    }
    return -1;
}

const char* describe(Node::Kind kind) {
    switch (kind) {
        case Node::Kind::null: return "nothing";
        case Node::Kind::scalar: return "a single value";
        case Node::Kind::sequence: return "a list";
        case Node::Kind::map: return "a map";
    }
    return "";
}

}  // namespace spate::scenarios
