// What quantities come to when they are rounded to units.
#include "models/demand/customer_order.hpp"

#include <catch2/catch.hpp>

using namespace spate;
using models::whole_units_of;
using sim::Distribution;

namespace {

/// Mean and share above 0 of many orders, drawn here.
models::WholeUnits drawn(const Distribution& quantity, std::uint32_t most) {
    constexpr int draws = 400'000;
    sim::RandomStream random({5, 0}, 6, 7);
    models::WholeUnits sum;
    for (int i = 0; i < draws; ++i) {
        const auto units = std::min(models::whole_units(quantity.sample(random)), most);
        sum.mean += units;
        sum.positive += units > 0;
    }
    return {sum.mean / draws, sum.positive / draws};
}

}  // namespace

TEST_CASE("the units of an order are expected as they are rounded") {
    CHECK(whole_units_of(Distribution::constant(1.4)).mean == 1);
    CHECK(whole_units_of(Distribution::constant(0.4)).positive == 0);
    const double m = 0.5, v = 2;  // negative binomial: P(0) = (m / v)^(m² / (v - m)) = 0.7937
    CHECK(whole_units_of(Distribution::poisson(m)).positive == Approx(1 - 0.60653).epsilon(1e-4));
    CHECK(whole_units_of(Distribution::negative_binomial(m, v)).positive == Approx(1 - 0.79370).epsilon(1e-4));
    CHECK(whole_units_of(Distribution::empirical({0, 2}, {1, 1})).mean == 1);
    for (const auto& [quantity, most] : {std::pair(Distribution::normal(2, 3), 4'000'000'000U),
                                         std::pair(Distribution::exponential(0.4), 4'000'000'000U),
                                         std::pair(Distribution::negative_binomial(3, 9), 4'000'000'000U),
                                         std::pair(Distribution::poisson(8), 10U)}) {
        INFO(quantity.describe());
        const auto expected = drawn(quantity, most), got = whole_units_of(quantity, most);
        // Five standard errors of 100,000 draws here and there.
        CHECK(got.mean == Approx(expected.mean).margin(0.018 * quantity.standard_deviation()));
        CHECK(got.positive == Approx(expected.positive).margin(0.009));
    }
}
