#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/distribution.hpp"

using namespace spate::sim;

namespace {

constexpr int draws = 1'000'000;

/// Value that chi-square with `degrees` degrees exceeds with probability 1e-4 (Wilson and Hilferty 1931).
double chi_square_limit(double degrees) {
    const double v = 2.0 / (9.0 * degrees);
    return degrees * std::pow(1.0 - v + 3.719 * std::sqrt(v), 3);
}

}  // namespace

TEST_CASE("an alias table draws a Zipf law") {
    const auto weights = zipf_weights(1000, 0.9);
    CHECK(weights[0] == 1.0);
    CHECK(weights[99] == Approx(std::pow(100.0, -0.9)).epsilon(1e-14));
    double total = 0;
    for (const double weight : weights) {
        total += weight;
    }
    const AliasTable table(weights);
    CHECK(table.size() == 1000);
    RandomStream stream({1, 0}, 1, 1);
    std::vector<double> counts(1000);
    for (int i = 0; i < draws; ++i) {
        ++counts[table.sample(stream)];
    }
    double square = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double expected = weights[i] / total * draws;
        square += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    CHECK(square < chi_square_limit(999));
    CHECK(stream.position() == 2 * draws);
}

TEST_CASE("an alias table never draws weight zero, however rounding fell") {
    std::vector<double> weights;
    for (int i = 0; i < 3001; ++i) {
        weights.push_back(i % 3 == 0 ? 0.0 : 0.1 + 0.7 * (i % 7));
    }
    const AliasTable table(weights);
    RandomStream stream({1, 0}, 1, 1);
    for (int i = 0; i < 200'000; ++i) {
        REQUIRE(weights[table.sample(stream)] > 0);
    }
    CHECK(AliasTable({0, 0, 1e-300, 0}).sample(stream) == 2);
}

TEST_CASE("the outermost word draws no weight zero and every weight above zero") {
    RandomStream stream({1, 0}, 1, 1, 2'435'853'668ULL);
    RandomStream words = stream;
    REQUIRE(words.below(2) == 0);
    REQUIRE(words.bits32() == 0);  // found by search: the next draw compares cell 0's threshold with 0
    RandomStream same = stream;
    CHECK(AliasTable({0, 1}).sample(stream) == 1);
    CHECK(AliasTable({1e-12, 1}).sample(same) == 0);
}
