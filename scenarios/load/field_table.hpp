#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/load/units.hpp"

/// Every key of a scenario and of an experiment, declared once. Parsing, unknown-key messages, `spate defaults` and the
/// documentation follow it.
namespace spate::scenarios {

enum class FieldType : std::uint8_t {
    text,          ///< any words on one line
    slug,          ///< an id
    word,          ///< one of `accepts`
    flag,          ///< true or false
    seed,          ///< a whole number up to 2^64 - 1
    moment,        ///< a date and time, or a duration since the start
    quantity,      ///< a number with a unit of `measure`
    distribution,  ///< a quantity or a distribution of it
    inherited,     ///< a quantity of what the surrounding distribution measures
    selector,      ///< `all`, an id, a glob, or a list of those
    file,          ///< the name of another file
    mixed,         ///< as `accepts` says
    map,           ///< a map of the section `accepts`
    list           ///< a list of maps of the section(s) `accepts`
};

enum class Need : std::uint8_t { optional, required };

struct Field {
    std::string_view section, key;
    FieldType type;
    Measure measure;
    Need need;
    std::string_view fallback;  ///< what counts if the key is absent, as it would be written; empty: nothing
    std::string_view limits;    ///< "> 0", ">= 0" or "low..high" in base units
    std::string_view accepts;
    std::string_view meaning;
    std::string_view example;  ///< a '#' in front: shown commented out, because another key excludes it
};

/// One kind of map in a scenario.
struct Section {
    std::string_view name, title, intro;
    std::string_view before;  ///< items shown before the full one in `spate defaults`, for the example to be complete
};

std::span<const Field> all_fields();
std::span<const Section> all_sections();
/// Requires: `name` is a section.
const Section& section(std::string_view name);
std::span<const Field> fields_of(std::string_view section);
std::vector<std::string_view> keys_of(std::string_view section);
/// Blank-separated words of `accepts`.
std::vector<std::string_view> words_of(std::string_view accepts);
/// Position in all_fields(). Requires: the field is from there.
std::size_t index_of(const Field& field);

/// Empty, or why a value in base units breaks the limits: "must be above 0".
std::string limit_fault(std::string_view limits, double value);
/// "above 0", "0 or more", "between 0 and 1".
std::string limits_in_words(std::string_view limits);

}  // namespace spate::scenarios
