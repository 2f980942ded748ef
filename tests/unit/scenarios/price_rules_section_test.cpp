// Rules of prices and a competitor's prices: what the keys become.

#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate;
using namespace spate::scenarios;
using test::LoadedText;
using test::Small;

namespace {

LoadedText with(const std::string& more) {
    Small small;
    small.more = more;
    return LoadedText(small.text());
}

}  // namespace

TEST_CASE("a rule of prices is read with all that leads to its steps") {
    const auto loaded = with(R"(competitor_prices: {time: 0 d, products: lip-glaze, price: 100 CNY}
policies: {price: {products: lip-glaze, review: every 6 h, elasticity: 1.5, cross_elasticity: 0.8, clear_by: 9 d,
  follow: {ratio: 98 %, floor: 80 %}, steps: [{cover: 30 d, left: 5 d, price: 90 %}, {age: 2 d, left: 1 d, price: 70 %}, {price: 95 %}]}})");
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    const auto& rule = loaded.spec().price_rules.at(0);
    CHECK(rule.elasticity == 1.5);
    CHECK(rule.cross_elasticity == 0.8);
    CHECK(rule.clear_by == sim::Time{} + sim::day * 9);
    REQUIRE(rule.follow);
    CHECK(rule.follow->ratio == Approx(0.98));
    CHECK(rule.follow->floor == Approx(0.8));
    CHECK(rule.follow->ceiling == Approx(1));
    REQUIRE(rule.steps.size() == 3);
    CHECK(rule.steps[0].cover == sim::day * 30);
    CHECK(!rule.steps[0].age);
    CHECK(rule.steps[0].left == sim::day * 5);
    CHECK(rule.steps[1].age == sim::day * 2);
    CHECK(rule.steps[1].share == Approx(0.7));
    CHECK((!rule.steps[2].cover && !rule.steps[2].age && !rule.steps[2].left));
}

TEST_CASE("of a competitor's prices those that hold in the run are kept, by product and time") {
    const auto loaded = with(R"(competitor_prices:
  - {time: 3 d, products: lip-glaze, price: 90 CNY}
  - {time: 2024-05-01T00:00:00+08:00, products: all, price: 70 CNY}
  - {time: 2024-07-01T00:00:00+08:00, products: all, price: 80 CNY}
  - {time: 2099-01-01T00:00:00+08:00, products: all, price: 10 CNY}
  - {time: 0 d, products: lip-glaze, price: 100 CNY})");
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    const auto& prices = loaded.spec().competitor_prices;
    REQUIRE(prices.size() >= 3);
    CHECK(prices[0].price == 100'000'000);
    CHECK(prices[0].from == sim::Time{});
    CHECK(prices[1].price == 90'000'000);
    CHECK(prices[1].from == sim::Time{} + sim::day * 3);
    CHECK(prices[2].product == 1);
    CHECK(prices[2].price == 80'000'000);
}
