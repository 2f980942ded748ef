#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/time.hpp"
#include "scenarios/load/draft.hpp"

namespace spate::scenarios {

/// Reads one map of a scenario as its section of the field table says. Reports unknown keys, missing keys, wrong kinds,
/// wrong units and broken limits; what it cannot read it reads as if absent, so that reading goes on and all problems
/// come at once. Asking for a key that is not in the table, or as another type than declared there, throws
/// std::logic_error.
class Reader {
  public:
    /// `node` must outlive the reader. If it is no map that is the only problem, and everything is absent.
    Reader(Draft& draft, std::string_view section, const Node& node);

    /// The value as written; null if absent.
    const Node* node(std::string_view key);
    /// The value as written or, if absent, the table's default. Requires: the field has one.
    Node node_or_default(std::string_view key);

    std::string text(std::string_view key);
    std::string slug(std::string_view key);
    std::string file(std::string_view key);
    /// Position in the field's words.
    std::optional<std::size_t> word(std::string_view key);
    bool flag(std::string_view key);
    std::uint64_t seed(std::string_view key);
    std::optional<sim::Time> moment(std::string_view key);

    /// In base units; nothing if absent without default, or wrong. `inherited`: what the surrounding distribution
    /// measures.
    std::optional<Quantity> quantity(std::string_view key, std::optional<Measure> inherited = {});

    double number(std::string_view key) { return quantity(key).value_or(Quantity{}).value; }

    std::optional<std::int64_t> whole(std::string_view key);
    std::optional<sim::Duration> duration(std::string_view key);

    models::Money money(std::string_view key) { return models::to_money(number(key)); }

    /// In seconds, units, … of the field's measure.
    std::optional<sim::Distribution> distribution(std::string_view key);
    /// Ascending indices; all of them if absent with default `all`. A glob that matches nothing is a problem.
    std::vector<models::Index> select(std::string_view key, const Registry& registry);

    /// A map within this one, to be read on as the section that the field names.
    std::optional<Reader> map(std::string_view key);

    Place place() const { return place_; }

    Place place(std::string_view key) const;

    Draft& draft() { return draft_; }

    /// Adds a problem at the value of a key, or at the map if it is absent.
    void problem(std::string_view key, std::string text);
    /// The same, but not if the map has an unknown key: then the missing one is probably a slip of the fingers told
    /// already.
    void problem_unless_slip(std::string_view key, std::string text);

  private:
    const Field& field(std::string_view key);
    const Field& field(std::string_view key, FieldType type);
    const Node* scalar(const Field& f);
    void check_keys(std::string_view section);

    Draft& draft_;
    std::span<const Field> fields_;
    const Node& node_;
    Place place_;
    bool has_unknown_key_ = false;
};

/// A scalar read as a quantity within limits.
std::optional<Quantity> read_quantity(Draft& draft, const Node& node, Measure measure, std::string_view limits = "");
/// A quantity or a map naming a distribution.
std::optional<sim::Distribution> read_distribution(Draft& draft, const Node& node, Measure measure);
/// A list of quantities (a single one counts as a list), each within limits.
std::vector<Quantity> read_quantities(Draft& draft, const Node& node, Measure measure, std::string_view limits = "");
/// `all`, an id, a glob, or a list of those, as ascending indices.
std::vector<models::Index> read_selector(Draft& draft, const Node& node, const Registry& registry);
/// A date and time, or a time since the start.
std::optional<sim::Time> read_moment(Draft& draft, const Node& node);
/// An existing id; a problem if there is none.
std::optional<models::Index> read_id(Draft& draft, const Node& node, const Registry& registry);
/// Why the text cannot be an id; empty if it can.
std::string id_fault(std::string_view id);

/// Whether it fits a 64-bit number of microseconds with room for sums.
inline constexpr double max_seconds = 3e12;

}  // namespace spate::scenarios
