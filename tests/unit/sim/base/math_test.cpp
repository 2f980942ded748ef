#include "sim/base/math.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

// What is measured against the 64-bit mantissa of long double over 10 million arguments each (largest error seen):
//   log  0.86 units in the last place on (0, 1), 0.84 on (1/2, 2), 0.76 over all positive doubles
//   exp  0.90 units in the last place on (-700, 700), 0.84 on (-1, 1)
//   pow  relative 2.0 · 2^-53 · (1 + |y log x|)
//   inverse_normal  relative 8.1e-16 (|x| > 1e-6), absolute 2.5e-14 at x = -37 (p = 1e-300)
// The cases below repeat this with fewer arguments.

using namespace spate::sim;

namespace {

/// Distance in units in the last place of the double nearest to `exact`.
double error_in_ulps(double value, long double exact) {
    int exponent = 0;
    std::frexp(static_cast<double>(exact), &exponent);
    return static_cast<double>(std::fabs(value - exact) / std::ldexp(1.0L, exponent - 53));
}

/// Largest error of log at `count` arguments made by `argument` from uniforms in (0, 1).
template <class Argument>
double worst_log(int count, Argument argument) {
    RandomStream stream({11, 0}, 1, 1);
    double worst = 0;
    for (int i = 0; i < count; ++i) {
        const double x = argument(stream.uniform_open());
        worst = std::fmax(worst, error_in_ulps(spate::sim::log(x), std::log(static_cast<long double>(x))));
    }
    return worst;
}

double worst_exp(int count, double low, double high) {
    RandomStream stream({11, 0}, 1, 2);
    double worst = 0;
    for (int i = 0; i < count; ++i) {
        const double x = low + (high - low) * stream.uniform_open();
        worst = std::fmax(worst, error_in_ulps(spate::sim::exp(x), std::exp(static_cast<long double>(x))));
    }
    return worst;
}

/// Inverse normal in long double: Newton's steps from the value under test, on the smaller tail.
long double exact_inverse_normal(double p, double start) {
    const long double tail = p < 0.5 ? static_cast<long double>(p) : 1.0L - p;
    long double x = std::fabs(static_cast<long double>(start));
    for (int step = 0; step < 3; ++step) {
        const long double density = std::exp(-x * x / 2) / std::sqrt(2 * std::acos(-1.0L));
        x += (std::erfc(x / std::sqrt(2.0L)) / 2 - tail) / density;
    }
    return p < 0.5 ? -x : x;
}

}  // namespace

TEST_CASE("log errs by less than one unit in the last place") {
    CHECK(worst_log(300'000, [](double u) { return u; }) < 0.9);
    CHECK(worst_log(300'000, [](double u) { return 0.5 + 1.5 * u; }) < 0.9);
    CHECK(worst_log(100'000, [](double u) { return 1.0 + 1e-7 * (u - 0.5); }) < 0.9);
    CHECK(worst_log(300'000, [](double u) { return std::ldexp(1.0 + u, static_cast<int>(u * 2000) - 1000); }) < 0.9);
    CHECK(worst_log(100'000, [](double u) { return u * 0x1p-1030; }) < 0.9);
}

TEST_CASE("log is exact where it can be") {
    CHECK(spate::sim::log(1.0) == 0.0);
    CHECK(spate::sim::log(2.0) == 0x1.62e42fefa39efp-1);
    CHECK(spate::sim::log(0.5) == -0x1.62e42fefa39efp-1);
    CHECK(spate::sim::log(std::numeric_limits<double>::denorm_min()) == Approx(-744.4400719213812).epsilon(1e-15));
    CHECK(spate::sim::log(std::numeric_limits<double>::max()) == Approx(709.782712893384).epsilon(1e-15));
}

TEST_CASE("log refuses zero, negative and infinite arguments") {
    CHECK_THROWS_AS(spate::sim::log(0.0), std::logic_error);
    CHECK_THROWS_AS(spate::sim::log(-1.0), std::logic_error);
    CHECK_THROWS_AS(spate::sim::log(std::numeric_limits<double>::infinity()), std::logic_error);
    CHECK_THROWS_AS(spate::sim::log(std::numeric_limits<double>::quiet_NaN()), std::logic_error);
}

TEST_CASE("exp errs by less than one unit in the last place") {
    CHECK(worst_exp(300'000, -699.99, 699.99) < 0.92);
    CHECK(worst_exp(300'000, -1.0, 1.0) < 0.92);
    CHECK(worst_exp(100'000, -1e-8, 1e-8) < 0.92);
}

TEST_CASE("exp of zero is one and arguments beyond 700 are refused") {
    CHECK(spate::sim::exp(0.0) == 1.0);
    CHECK_THROWS_AS(spate::sim::exp(700.0), std::logic_error);
    CHECK_THROWS_AS(spate::sim::exp(-700.0), std::logic_error);
    CHECK_THROWS_AS(spate::sim::exp(std::numeric_limits<double>::quiet_NaN()), std::logic_error);
}

TEST_CASE("pow errs by what its exponent magnifies") {
    RandomStream stream({11, 0}, 1, 3);
    double worst = 0;
    for (int i = 0; i < 200'000; ++i) {
        const double x = 100.0 * stream.uniform_open();
        const double y = 10.0 * stream.uniform() - 5.0;
        const long double exact = std::pow(static_cast<long double>(x), static_cast<long double>(y));
        const double magnified = 1.0 + std::fabs(y * std::log(x));
        worst = std::fmax(worst, static_cast<double>(std::fabs(spate::sim::pow(x, y) / exact - 1.0L)) / magnified);
    }
    CHECK(worst < 2.1 * 0x1p-53);
    CHECK(spate::sim::pow(7.0, 0.0) == 1.0);
    CHECK(spate::sim::pow(1.0, 123.0) == 1.0);
}

TEST_CASE("the inverse normal errs by less than 1e-15 of its value") {
    RandomStream stream({11, 0}, 1, 4);
    double worst = 0;
    for (int i = 0; i < 60'000; ++i) {
        const double u = stream.uniform_open();
        const double p = i % 2 == 0 ? u : u * spate::sim::exp(-40.0 * stream.uniform());
        const double x = inverse_normal(p);
        if (std::fabs(x) > 1e-6) {
            worst = std::fmax(worst, static_cast<double>(std::fabs(x / exact_inverse_normal(p, x) - 1.0L)));
        }
    }
    CHECK(worst < 1e-15);
}

TEST_CASE("the inverse normal is odd about one half, grows, and reaches the far tails") {
    CHECK(inverse_normal(0.5) == 0.0);
    CHECK(inverse_normal(0.975) == Approx(1.959963984540054).epsilon(1e-15));
    CHECK(inverse_normal(1e-300) == Approx(-37.0471).epsilon(1e-5));
    double previous = -100;
    for (int i = 1; i < 4096; ++i) {
        const double x = inverse_normal(i / 4096.0);
        CHECK(x > previous);
        CHECK(x == -inverse_normal(1.0 - i / 4096.0));
        previous = x;
    }
    CHECK_THROWS_AS(inverse_normal(0.0), std::logic_error);
    CHECK_THROWS_AS(inverse_normal(1.0), std::logic_error);
}

TEST_CASE("elementary functions give the same bits in every build") {
    CHECK(spate::sim::log(0.1) == -0x1.26bb1bbb55515p+1);
    CHECK(spate::sim::log(3) == 0x1.193ea7aad030ap+0);
    CHECK(spate::sim::log(1e-300) == -0x1.5963447f87fb5p+9);
    CHECK(spate::sim::exp(-0.3) == 0x1.7b4c869c37c05p-1);
    CHECK(spate::sim::exp(10.5) == 0x1.1bb7015e84d3bp+15);
    CHECK(spate::sim::exp(-650.25) == 0x1.d99ba65a1c92p-939);
    CHECK(spate::sim::pow(10.0, -0.9) == 0x1.01d3f2d9684cep-3);
    CHECK(inverse_normal(0.3) == -0x1.0c7e39582c5fap-1);
    CHECK(inverse_normal(0.01) == -0x1.29c5c4630ff0ep+1);
    CHECK(inverse_normal(1e-20) == -0x1.2865170b43a4bp+3);
}
