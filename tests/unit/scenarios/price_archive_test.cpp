#include <functional>

#include <catch2/catch.hpp>

#include "sim/snapshot/archive.hpp"
#include "sim/snapshot/memory_stream.hpp"
#include "models/fit.hpp"
#include "models/model.hpp"
#include "models/spec_archive.hpp"

#include "tests/soak/random_spec.hpp"

using namespace spate;
using namespace spate::models;

namespace {

// Whoever adds a member must list it in spec_prices_archive.hpp, and flip it below.
static_assert(sizeof(void*) != 8 || sizeof(PriceRuleSpec) == 128);
static_assert(sizeof(void*) != 8 || sizeof(PriceRuleSpec::Step) == 56);
static_assert(sizeof(void*) != 8 || sizeof(FollowSpec) == 24);
static_assert(sizeof(void*) != 8 || sizeof(CompetitorPriceSpec) == 24);

/// A rule with everything, and a competitor.
ModelSpec with_rule() {
    ModelSpec spec = test::random_spec(3);
    PriceRuleSpec rule;
    rule.products = {0};
    rule.steps = {{sim::day, 0.7, {}, {}}};
    rule.follow = FollowSpec{};
    rule.clear_by = Time{};
    spec.price_rules = {rule};
    spec.competitor_prices = {{0, Time{}, currency_unit}};
    return spec;
}

void check_flip(const std::function<void(ModelSpec&)>& flip) {
    const ModelSpec spec = with_rule();
    ModelSpec other = spec;
    flip(other);
    CHECK(scenario_hash(other) != scenario_hash(spec));
    CHECK(demand_fingerprint(other) == demand_fingerprint(spec));
    const std::string bytes = archived(other);
    sim::MemoryInput in(bytes);
    sim::StateReader archive(in);
    ModelSpec read;
    archive(read);
    CHECK((archived(read) == bytes));
}

}  // namespace

TEST_CASE("every member of a rule of prices is archived; customers at normal prices depend on none") {
    const std::function<void(PriceRuleSpec&)> flips[] = {[](PriceRuleSpec& rule) { rule.products = {1}; },
                                                         [](PriceRuleSpec& rule) { rule.every = Duration{5}; },
                                                         [](PriceRuleSpec& rule) { rule.offset = Duration{5}; },
                                                         [](PriceRuleSpec& rule) { rule.steps.resize(2); },
                                                         [](PriceRuleSpec& rule) { rule.steps[0].cover = Duration{5}; },
                                                         [](PriceRuleSpec& rule) { rule.steps[0].cover.reset(); },
                                                         [](PriceRuleSpec& rule) { rule.steps[0].share = 0.5; },
                                                         [](PriceRuleSpec& rule) { rule.steps[0].age = Duration{5}; },
                                                         [](PriceRuleSpec& rule) { rule.steps[0].left = Duration{5}; },
                                                         [](PriceRuleSpec& rule) { rule.elasticity = 0.5; },
                                                         [](PriceRuleSpec& rule) { rule.cross_elasticity = 0.5; },
                                                         [](PriceRuleSpec& rule) { rule.follow.reset(); },
                                                         [](PriceRuleSpec& rule) { rule.follow->ratio = 0.5; },
                                                         [](PriceRuleSpec& rule) { rule.follow->floor = 0.5; },
                                                         [](PriceRuleSpec& rule) { rule.follow->ceiling = 0.5; },
                                                         [](PriceRuleSpec& rule) { rule.clear_by = Time{5}; }};
    for (const auto& flip : flips)
        check_flip([&](ModelSpec& spec) { flip(spec.price_rules[0]); });
}

TEST_CASE("every member of a competitor's price is archived") {
    check_flip([](ModelSpec& spec) { spec.competitor_prices[0].product = 1; });
    check_flip([](ModelSpec& spec) { spec.competitor_prices[0].from = Time{5}; });
    check_flip([](ModelSpec& spec) { spec.competitor_prices[0].price = 5; });
}

TEST_CASE("a fork may change when a step of a rule of prices is reached, and nothing else of it") {
    const ModelSpec spec = with_rule();
    const auto why = [&](auto change) {
        ModelSpec other = spec;
        change(other.price_rules);
        return why_unfit(spec, other);
    };
    using Catch::Contains;
    using Rules = std::vector<PriceRuleSpec>;
    CHECK(why([](Rules& rules) { rules[0].steps[0].cover = sim::hour; }).empty());
    CHECK(why([](Rules& rules) { rules[0].steps[0].left = sim::hour; }).empty());
    CHECK(why([](Rules& rules) { rules[0].clear_by.reset(); }).empty());
    CHECK(why([](Rules& rules) { rules[0].follow->ratio = 0.9; }).empty());
    CHECK(why([](Rules& rules) { rules[0].follow.reset(); }).empty());
    CHECK_THAT(why([](Rules& rules) { rules[0].steps[0].age = sim::hour; }), Contains("by age"));
    CHECK_THAT(why([](Rules& rules) { rules[0].steps[0].share = 0.6; }), Contains("rule of prices") && Contains("0.6"));
    CHECK_THAT(why([](Rules& rules) { rules[0].elasticity = 1; }), Contains("elasticity 1"));
    CHECK_THAT(why([](Rules& rules) { rules[0].cross_elasticity = 2; }), Contains("cross elasticity 2"));
    CHECK_THAT(why([](Rules& rules) { rules[0].every = sim::hour; }), Contains("every 1 h"));
    CHECK_THAT(why([](Rules& rules) { rules[0].offset = sim::hour; }), Contains("from 1 h"));
    CHECK_THAT(why([](Rules& rules) { rules[0].products = {1}; }), Contains("of product-1"));
    CHECK_THAT(why([](Rules& rules) { rules.clear(); }), Contains("one rule of prices more"));
}

TEST_CASE("a fork may change what a competitor takes where only the price office looks at it") {
    ModelSpec spec = with_rule(), other = spec;
    other.competitor_prices[0].price *= 2;
    CHECK(why_unfit(spec, other).empty());
    spec.price_rules[0].cross_elasticity = other.price_rules[0].cross_elasticity = 1;
    CHECK_THAT(why_unfit(spec, other), Catch::Contains("price of a competitor"));
}
