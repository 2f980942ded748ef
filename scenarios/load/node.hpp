#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/load/problems.hpp"

namespace spate::scenarios {

/// A piece of a scenario as written: nothing, a word, a list or a map, each with its place. A value type.
class Node {
  public:
    enum class Kind : std::uint8_t { null, scalar, sequence, map };
    struct Entry;

    static Node scalar(Place place, std::string text);
    static Node sequence(Place place);
    static Node map(Place place);

    bool is_scalar() const { return kind == Kind::scalar; }

    bool is_sequence() const { return kind == Kind::sequence; }

    bool is_map() const { return kind == Kind::map; }

    /// The value of a key, or null.
    const Node* find(std::string_view key) const;
    Node* find(std::string_view key);
    /// Sets the value of a key, new or not.
    void set(std::string_view key, Place key_place, Node value);
    void erase(std::string_view key);
    /// After filling `entries` directly: makes find() work. Returns the index of a key that is there twice, or -1.
    std::int64_t index_keys();

    Kind kind = Kind::null;
    bool quoted = false;  ///< a scalar written in quotes
    Place place;
    std::string text;
    std::vector<Node> items;
    std::vector<Entry> entries;  ///< in the order written

  private:
    std::vector<std::uint32_t> by_key_;  ///< positions in `entries`, sorted by key
};

struct Node::Entry {
    std::string key;
    Place place;
    Node value;
};

/// "a map", "a list", … for messages.
const char* describe(Node::Kind kind);

}  // namespace spate::scenarios
