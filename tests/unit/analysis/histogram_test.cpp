#include "analysis/histogram.hpp"

#include <limits>

#include <catch2/catch.hpp>

using namespace spate::analysis;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// 10 in [0, 10), none in [10, 20), 30 in [20, 40).
Histogram three_bins() {
    return {{0, 10, 20}, {10, 20, 40}, {10, 0, 30}};
}

}  // namespace

TEST_CASE("quantiles are interpolated within the bin they fall in") {
    const Histogram h = three_bins();
    CHECK(h.total() == 40);
    CHECK(h.quantile(0.125).value() == Approx(5));
    CHECK(h.quantile(0.25).value() == Approx(10));
    CHECK(h.quantile(0.5).value() == Approx(20 + 20.0 * 10 / 30));
    CHECK(h.quantile(0.95).value() == Approx(20 + 20.0 * 28 / 30));
}

TEST_CASE("shares are interpolated the same way") {
    const Histogram h = three_bins();
    CHECK(h.share_below(0).value() == 0);
    CHECK(h.share_below(5).value() == Approx(0.125));
    CHECK(h.share_below(15).value() == Approx(0.25));
    CHECK(h.share_below(24).value() == Approx(16.0 / 40));
    CHECK(h.share_below(1000).value() == 1);
    for (const double q : {0.1, 0.3, 0.6, 0.9}) {
        CHECK(h.share_below(h.quantile(q).value()).value() == Approx(q));
    }
}

TEST_CASE("an empty histogram has no quantiles and no shares") {
    CHECK_FALSE(Histogram{}.quantile(0.5));
    CHECK_FALSE(Histogram{}.share_below(24));
    CHECK_FALSE(Histogram{{0}, {1}, {0}}.quantile(0.5));
}

TEST_CASE("what lies in an open last bin is not known") {
    const Histogram h{{0, 10}, {10, infinity}, {10, 10}};
    CHECK(h.quantile(0.5).value() == Approx(10));
    CHECK_FALSE(h.quantile(0.6));
    CHECK(h.share_below(10).value() == Approx(0.5));
    CHECK_FALSE(h.share_below(11));
    const Histogram nothing_in_it{{0, 10}, {10, infinity}, {10, 0}};
    CHECK(nothing_in_it.share_below(11).value() == 1);
}
