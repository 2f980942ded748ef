#include "models/prices/price_choice.hpp"

#include <vector>

#include <catch2/catch.hpp>

#include "models/prices/price_ladders.hpp"
#include "models/sites/stock_ages.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;

namespace {

PriceRuleSpec rule_with(std::vector<PriceRuleSpec::Step> steps) {
    PriceRuleSpec rule;
    rule.steps = std::move(steps);
    return rule;
}

bool chooses(const PriceRuleSpec& rule, const PriceFacts& facts, std::uint32_t step, PriceDriver driver) {
    const PriceChoice choice = choose_price(rule, facts);
    UNSCOPED_INFO("step " << choice.step << " by " << static_cast<int>(choice.driver));
    return choice.step == step && choice.driver == driver;
}

}  // namespace

TEST_CASE("by cover the last step that is reached, the normal price below the first and without demand") {
    const auto rule = rule_with({{sim::day, 0.9, {}, {}}, {sim::day * 2, 1.2, {}, {}}});
    CHECK(chooses(rule, {10, 9, {}, {}, 0}, 0, PriceDriver::none));
    CHECK(chooses(rule, {10, 10, {}, {}, 0}, 1, PriceDriver::cover));
    CHECK(chooses(rule, {10, 19, {}, {}, 0}, 1, PriceDriver::cover));
    CHECK(chooses(rule, {10, 20, {}, {}, 0}, 2, PriceDriver::cover));
    CHECK(chooses(rule, {10.000000001, 10, {}, {}, 0}, 1, PriceDriver::cover));
    CHECK(chooses(rule, {0, 20, {}, {}, 0}, 0, PriceDriver::none));
}

TEST_CASE("by age and by date from the instant on that a step names") {
    auto rule = rule_with({{{}, 0.9, sim::day, sim::day}, {{}, 0.7, sim::day * 2, sim::hour}});
    CHECK(chooses(rule, {1, 1, sim::day - Duration{1}, {}, 0}, 0, PriceDriver::none));
    CHECK(chooses(rule, {1, 1, sim::day, {}, 0}, 1, PriceDriver::age));
    CHECK(chooses(rule, {1, 1, sim::day * 9, {}, 0}, 2, PriceDriver::age));
    CHECK(chooses(rule, {1, 0, {}, {}, 0}, 0, PriceDriver::none));
    rule.clear_by = Time{} + sim::day * 5;
    CHECK(chooses(rule, {1, 1, {}, Time{} + sim::day * 4 - Duration{1}, 0}, 0, PriceDriver::none));
    CHECK(chooses(rule, {1, 1, {}, Time{} + sim::day * 4, 0}, 1, PriceDriver::date));
    CHECK(chooses(rule, {1, 1, {}, Time{} + sim::hour * 119, 0}, 2, PriceDriver::date));
    CHECK(chooses(rule, {1, 1, {}, Time{} + sim::day * 99, 0}, 2, PriceDriver::date));
    CHECK(chooses(rule, {1, 1, sim::day * 3, Time{} + sim::day * 4, 0}, 2, PriceDriver::age));
}

TEST_CASE("following leads to the dearest price that is not above the wanted one, between floor and ceiling") {
    auto rule = rule_with({{{}, 0.8, {}, {}}, {{}, 1.2, {}, {}}, {{}, 0.9, {}, {}}, {{}, 0.5, {}, {}}});
    rule.follow = FollowSpec{0.5, 0.8, 1.2};
    const auto price = [&](double competitor) { return price_share(rule, followed_step(rule, competitor)); };
    for (const double dear : {9.0, 2.4})
        CHECK(price(dear) == 1.2);
    for (const double normal : {2.39, 2.0})
        CHECK(price(normal) == 1);
    for (const double less : {1.99, 1.8, 1.8 - 1e-12})
        CHECK(price(less) == 0.9);
    for (const double cheap : {1.79, 1.6, 0.1})
        CHECK(price(cheap) == 0.8);
    rule.follow->floor = 0.85;
    CHECK(price(0.1) == 0.9);
}

TEST_CASE("who has nothing to say does not hold back the others, and the cheapest that is named holds") {
    auto rule = rule_with({{Duration{}, 1.2, {}, {}}, {{}, 0.9, {}, {}}});
    rule.follow = FollowSpec{0.5, 0.85, 1.2};
    CHECK(chooses(rule, {1, 1, {}, {}, 0}, 1, PriceDriver::cover));
    CHECK(chooses(rule, {1, 1, {}, {}, 2}, 0, PriceDriver::competitor));
    CHECK(chooses(rule, {1, 1, {}, {}, 9}, 1, PriceDriver::cover));
    CHECK(chooses(rule, {0, 1, {}, {}, 9}, 1, PriceDriver::competitor));
    CHECK(chooses(rule, {1, 1, {}, {}, 0.1}, 2, PriceDriver::competitor));
}

TEST_CASE("a competitor's price holds until the next one, for its product alone") {
    test::SpecBuilder builder;
    builder.product("tea");
    builder.product("rice");
    builder.product("soap");
    auto& spec = builder.spec;
    spec.products[0].price = 40 * currency_unit;
    spec.products[2].price = 0;
    spec.competitor_prices = {
        {0, Time{-5}, 20 * currency_unit}, {0, Time{100}, 60 * currency_unit}, {2, Time{}, currency_unit}};
    const CompetitorPrices prices(spec);
    CHECK(prices.share(0, Time{-6}) == 0);
    CHECK(prices.share(0, Time{-5}) == 0.5);
    CHECK(prices.share(0, Time{99}) == 0.5);
    CHECK(prices.share(0, Time{100}) == 1.5);
    CHECK(prices.share(1, Time{100}) == 0);
    CHECK(prices.share(2, Time{100}) == 0);
    CHECK(prices.highest(0) == 1.5);
    CHECK(prices.highest(1) == 0);
    CHECK(CompetitorPrices().share(0, Time{}) == 0);
    PriceRuleSpec rule = rule_with({{Duration{}, 0.5, {}, {}}});
    rule.products = {0, 1};
    rule.elasticity = 1;
    CHECK(further_layers(rule, prices) == 1);
    rule.cross_elasticity = 2;  // 2 × 2.25
    CHECK(most_by_competitor(rule, prices) == Approx(2.25));
    CHECK(further_layers(rule, prices) == 4);
}

TEST_CASE("the age of stock is of what came last, and older receipts are forgotten") {
    StockAges ages({4, 7});
    ages.arrive(4, 10, Time{0});
    ages.arrive(4, 10, Time{100});
    ages.arrive(4, 5, Time{100});
    ages.arrive(5, 5, Time{100});  // not kept
    CHECK(ages.mean(4, 25, 25, Time{100}) == Duration{40});
    CHECK(ages.mean(4, 15, 25, Time{200}) == Duration{100});
    CHECK(ages.mean(4, 20, 20, Time{200}) == Duration{125});
    CHECK(ages.mean(4, 1, 16, Time{200}) == Duration{100});
    CHECK(ages.mean(4, 3, 15, Time{300}) == Duration{200});
    ages.arrive(4, 1, Time{300});
    CHECK(ages.mean(4, 3, 16, Time{300}) == Duration{133});
    ages.arrive(7, 1, Time{10});
    CHECK(ages.mean(7, 1, 1, Time{30}) == Duration{20});
}
