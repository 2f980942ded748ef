#include "analysis/number_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/check.hpp"

namespace spate::analysis {
namespace {

/// Puts commas into the digits before the decimal point.
std::string grouped(std::string digits) {
    const std::size_t first = !digits.empty() && digits[0] == '-' ? 1 : 0;
    for (std::size_t at = std::min(digits.find('.'), digits.size()); at > first + 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

}  // namespace

std::string with_thousands(std::int64_t value) {
    return grouped(std::to_string(value));
}

std::string readable_number(double value) {
    if (!std::isfinite(value)) {
        return "–";
    }
    const double size = std::fabs(value);
    if (size == 0) {
        return "0";
    }
    if (size >= 1e15 || size < 1e-6) {
        return fmt::format("{:.3e}", value);
    }
    if (size >= 999.95) {
        return grouped(fmt::format("{:.0f}", value));
    }
    if (size >= 99.995) {
        return fmt::format("{:.1f}", value);
    }
    if (size >= 0.9995) {
        return fmt::format("{:.2f}", value);
    }
    const int leading_zeros = static_cast<int>(-std::floor(std::log10(size))) - 1;
    return fmt::format("{:.{}f}", value, leading_zeros + 3);
}

std::string number_with_decimals(double value, int decimals) {
    SPATE_EXPECT(std::isfinite(value));
    const std::string digits = fmt::format("{:.{}f}", value, decimals);
    const bool is_zero = digits.find_first_of("123456789") == std::string::npos;
    return grouped(is_zero && digits[0] == '-' ? digits.substr(1) : digits);
}

std::string percentage(double share) {
    return fmt::format("{:.2f} %", share * 100);
}

}  // namespace spate::analysis
