#pragma once

#include <cstdint>
#include <string>

namespace spate::analysis {

/// "1,234,567".
std::string with_thousands(std::int64_t value);

/// A number for a table: thousands separators, no more digits than a reader needs (three or four that matter), never an
/// exponent between 1e-6 and 1e15. Not finite: "–".
std::string readable_number(double value);

/// With thousands separators and this many digits after the point. Never "-0".
/// Requires: value is finite; otherwise std::logic_error.
std::string number_with_decimals(double value, int decimals);

/// A share 0…1 as "98.12 %".
std::string percentage(double share);

}  // namespace spate::analysis
