#pragma once

#include <bit>
#include <cstdint>

#include "sim/base/check.hpp"

/// Elementary functions whose last bit is the same on every processor and build: the C library's differ between
/// processors with and without fused multiply-add. Used wherever a result can reach an event time or a count.
/// Only + - * / and sqrt of IEEE 754 doubles and integer operations, in a fixed order (build with -ffp-contract=off).
/// Accuracy: below 1 unit in the last place for log and exp (tests/unit/sim/base/math_test.cpp states what is
/// measured).
namespace spate::sim {

namespace detail {

/// ln 2 in two parts; the first has 32 bits, so its product with a small whole number is exact.
inline constexpr double ln2_high = 0x1.62e42feep-1;
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;

/// (s·log((1+s)/(1-s)) - 2s²) / s² as a polynomial in z = s², |s| <= 3 - 2·sqrt(2); Chebyshev fit, relative error
/// 2^-51.
constexpr double log_series(double z) {
    const double even =
        0x1.5555555555558p-1
        + z * z * (0x1.2492492df281ap-2 + z * z * (0x1.7462b51cb66b1p-3 + z * z * 0x1.2b5900de53b32p-3));
    const double odd = 0x1.99999999952d7p-2 + z * z * (0x1.c71c62e3f11e6p-3 + z * z * 0x1.39fe51a7c18f9p-3);
    return z * (even + z * odd);
}

/// r·(e^r + 1)/(e^r - 1) - 2 as a polynomial in z = r², |r| <= ln(2)/2; Chebyshev fit, relative error 2^-54.
constexpr double exp_series(double z) {
    const double tail = 0x1.1566ab5bcf73bp-14 + z * (-0x1.bbd5311697a6ap-20 + z * 0x1.63f1d4d490c22p-25);
    return z * (0x1.5555555555553p-3 + z * (-0x1.6c16c16c0ab48p-9 + z * tail));
}

}  // namespace detail

/// Natural logarithm. Requires: x > 0 and finite.
inline double log(double x) {
    auto bits = std::bit_cast<std::uint64_t>(x);
    std::int64_t scale = 0;
    if (bits - 0x0010000000000000ULL >= 0x7FE0000000000000ULL) [[unlikely]] {  // not a positive normal number
        SPATE_EXPECT(x > 0 && x <= 0x1.fffffffffffffp1023);
        bits = std::bit_cast<std::uint64_t>(x * 0x1p54);
        scale = 54;
    }
    // x = 2^k · (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2): subtract the bits of sqrt(1/2), keep the exponent.
    const auto above = static_cast<std::int64_t>(bits - 0x3FE6A09E667F3BCDULL);
    const double k = static_cast<double>((above >> 52) - scale);
    const double f = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(above) & 0xFFF0000000000000ULL)) - 1.0;
    // With s = f/(2+f): log(1+f) = 2s + s·R(s²) and 2s = f - s·f, so log(1+f) = f - (f²/2 - s·(f²/2 + R)): the large
    // term f is exact, errors enter only in the small correction (the arrangement of FDLIBM's e_log.c, Sun 1993).
    const double s = f / (2.0 + f);
    const double half_square = 0.5 * f * f;
    const double correction = s * (half_square + detail::log_series(s * s));
    return k * detail::ln2_high - ((half_square - (correction + k * detail::ln2_low)) - f);
}

/// Requires: -700 < x < 700.
inline double exp(double x) {
    SPATE_EXPECT(x > -700.0 && x < 700.0);
    // x = k·ln 2 + r with |r| <= ln(2)/2. Adding 1.5·2^52 rounds to the nearest whole number.
    const double k = (x * 0x1.71547652b82fep+0 + 0x1.8p52) - 0x1.8p52;
    const double high = x - k * detail::ln2_high;
    const double low = k * detail::ln2_low;
    const double r = high - low;
    // e^r = 1 + 2r/(R(r²) - r) with R(r²) = r·(e^r + 1)/(e^r - 1); c = r - (R - 2) keeps the large terms exact.
    const double c = r - detail::exp_series(r * r);
    const double y = 1.0 + (r * c / (2.0 - c) - low + high);
    return y * std::bit_cast<double>(static_cast<std::uint64_t>(1023 + static_cast<std::int64_t>(k)) << 52);
}

/// x^y for x > 0, as exp(y·log x); the relative error grows as |y·log x|·2^-53. Requires: |y·log x| < 700.
inline double pow(double x, double y) {
    return exp(y * log(x));
}

/// Inverse of the standard normal distribution function. Requires: 0 < p < 1.
double inverse_normal(double p);

}  // namespace spate::sim
