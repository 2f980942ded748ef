#include "models/policies/replenishment.hpp"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using Kind = ReplenishSpec::Kind;

namespace {

struct Review {
    std::vector<Units> position;
    std::vector<double> mean, deviation;
    double lead_days = 0, review_days = 0;
    Time now{0};
    std::vector<Index> products = test::first_indices(position.size());

    std::vector<Units> ask(ReplenishmentPolicy& policy) const {
        std::vector<Units> order(position.size(), -1);
        auto means = mean, deviations = deviation;
        means.resize(position.size());
        deviations.resize(position.size());
        policy.decide({now, products, position, means, deviations, lead_days, review_days}, order);
        return order;
    }
};

ReplenishSpec rule(Kind kind) {
    ReplenishSpec spec;
    spec.kind = kind;
    return spec;
}

}  // namespace

TEST_CASE("base stock by units orders what is missing and never less than nothing") {
    auto spec = rule(Kind::base_stock);
    spec.max.units = 100;
    const auto policy = make_policy(spec);
    CHECK(Review{{100, 99, 0, -20, 130}, {}, {}}.ask(*policy) == std::vector<Units>{0, 1, 100, 120, 0});
}

TEST_CASE("base stock by cover holds the forecast of lead time, review and cover, rounded up") {
    auto spec = rule(Kind::base_stock);
    spec.max.cover = sim::day * 4;
    const auto policy = make_policy(spec);
    // 10 × (2 + 1 + 4) = 70; 0.3 × 7 = 2.1, so 3; 1/7 × 7 is 1 however it is rounded.
    const Review review{{0, 0, 0, 65}, {10, 0.3, 1.0 / 7, 10}, {99, 99, 99, 99}, 2, 1};
    CHECK(review.ask(*policy) == std::vector<Units>{70, 3, 1, 5});
}

TEST_CASE("base stock by service adds z times the deviation over lead time and review") {
    auto spec = rule(Kind::base_stock);
    spec.max.cover = Duration{0};
    spec.service = 0.975;  // z = 1.959963984540054
    const auto policy = make_policy(spec);
    const Review review{{0, 0}, {10, 10}, {4, 0}, 3, 1};
    CHECK(review.ask(*policy) == std::vector<Units>{static_cast<Units>(std::ceil(40 + 1.959963984540054 * 4 * 2)), 40});
}

TEST_CASE("a minimum and maximum order up to the maximum at or below the minimum") {
    auto spec = rule(Kind::min_max);
    spec.min.units = 20;
    spec.max.units = 50;
    const auto policy = make_policy(spec);
    CHECK(Review{{21, 20, 19, -5, 60}, {}, {}}.ask(*policy) == std::vector<Units>{0, 30, 31, 55, 0});
}

TEST_CASE("a minimum and maximum by cover are days of forecast demand") {
    auto spec = rule(Kind::min_max);
    spec.min.cover = sim::day * 2;
    spec.max.cover = sim::day * 5;
    const auto policy = make_policy(spec);
    const Review review{{20, 21, 8}, {10, 10, 4.1}, {}, 9, 9};
    CHECK(review.ask(*policy) == std::vector<Units>{30, 0, 21 - 8});
    spec.max.cover = sim::day;  // below the minimum: then up to the minimum
    CHECK(Review{{5}, {10}, {}}.ask(*make_policy(spec)) == std::vector<Units>{15});
}

TEST_CASE("a plan orders each of its quantities once, when its time has come") {
    auto spec = rule(Kind::plan);
    spec.plan = {{{10}, 0, 5}, {{10}, 2, 7}, {{20}, 0, 6}, {{20}, 0, 1}, {{30}, 1, 9}, {{30}, 2, 2}};
    const auto policy = make_policy(spec);
    Review review{{0, 0}, {}, {}};
    review.products = {0, 2};
    const auto at = [&](std::int64_t us) {
        review.now = Time{us};
        return review.ask(*policy);
    };
    CHECK(at(9) == std::vector<Units>{0, 0});
    CHECK(at(10) == std::vector<Units>{5, 7});
    CHECK(at(10) == std::vector<Units>{0, 0});
    CHECK(at(25) == std::vector<Units>{7, 0});
    CHECK(at(99) == std::vector<Units>{0, 2});  // product 1 is not in the rule
    CHECK(at(100) == std::vector<Units>{0, 0});
}
