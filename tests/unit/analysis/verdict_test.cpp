#include "analysis/verdict.hpp"

#include <stdexcept>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/analysis/normal_samples.hpp"

using namespace spate::analysis;
using Sample = std::vector<double>;

namespace {

const Constraint fill_rate{"order fill rate", "1", Bound::at_least, 0.95};

const Sample fills_above{0.96, 0.97, 0.965, 0.968};
const Sample fills_below{0.91, 0.92, 0.915, 0.918};
const Sample fills_about{0.94, 0.96, 0.945, 0.955};

const Sample cost_of_baseline{10, 11, 12, 13};
const Sample cost_less{8, 9.1, 9.9, 11};
const Sample cost_same{10.125, 10.875, 12.125, 12.875};

ComparisonRules by_cost() {
    return {.figure = {"cost per order", "CNY/order", Better::lower}, .constraints = {}, .size = std::nullopt};
}

/// By cost, with the fill rate as constraint.
Verdict compare_with_fill(const Sample& cost, const Sample& fill, const Sample& base_cost, const Sample& base_fill) {
    ComparisonRules rules = by_cost();
    rules.constraints = {fill_rate};
    return compare({"cdc-rdc", cost, {fill}}, {"one-warehouse", base_cost, {base_fill}}, rules);
}

Verdict compare_cost(const Sample& cost, const Sample& base, const ComparisonRules& rules = by_cost()) {
    return compare({"cdc-rdc", cost, {}}, {"one-warehouse", base, {}}, rules);
}

}  // namespace

TEST_CASE("an arm is better or worse as its deciding figure is") {
    CHECK(compare_cost(cost_less, cost_of_baseline).outcome == Outcome::better);
    CHECK(compare_cost(cost_of_baseline, cost_less).outcome == Outcome::worse);
    CHECK(compare_cost(cost_same, cost_of_baseline).outcome == Outcome::no_difference_shown);
    ComparisonRules rules = by_cost();
    rules.figure.better = Better::higher;
    CHECK(compare_cost(cost_less, cost_of_baseline, rules).outcome == Outcome::worse);
    CHECK(compare_cost(cost_of_baseline, cost_less, rules).outcome == Outcome::better);
    CHECK(outcome_name(Outcome::trade_off) == "trade_off");
}

TEST_CASE("without common random numbers the difference is that of independent arms") {
    ComparisonRules rules = by_cost();
    rules.pairing = Pairing::none;
    const Verdict verdict = compare_cost(cost_less, cost_of_baseline, rules);
    CHECK(verdict.outcome == Outcome::no_difference_shown);  // 2 ± 2.2, where the paired differences say 2 ± 0.13
    CHECK(verdict.difference.interval->low == welch_difference(cost_less, cost_of_baseline).interval.value().low);
    const Sample five{8, 9, 10, 11, 12};
    CHECK_THROWS_AS(compare_cost(five, cost_of_baseline), std::logic_error);
    const Verdict uneven = compare_cost(five, cost_of_baseline, rules);
    CHECK(uneven.text.find("5 and 4 replications") != std::string::npos);
}

TEST_CASE("a constraint is met, missed or not shown by the interval of its mean") {
    CHECK(check_constraint(fill_rate, fills_above, 0.95) == ConstraintState::met);
    CHECK(check_constraint(fill_rate, fills_below, 0.95) == ConstraintState::missed);
    CHECK(check_constraint(fill_rate, fills_about, 0.95) == ConstraintState::not_shown);
    CHECK(check_constraint(fill_rate, Sample{0.99}, 0.95) == ConstraintState::not_shown);
    CHECK(check_constraint(fill_rate, Sample{}, 0.95) == ConstraintState::not_shown);
    CHECK(check_constraint(fill_rate, Sample{0.95, 0.95}, 0.95) == ConstraintState::met);  // on the bound
    const Constraint late{"late share", "1", Bound::at_most, 0.95};
    CHECK(check_constraint(late, fills_above, 0.95) == ConstraintState::missed);
    CHECK(check_constraint(late, fills_below, 0.95) == ConstraintState::met);
    CHECK(check_constraint(late, fills_about, 0.95) == ConstraintState::not_shown);
    CHECK(check_constraint(late, Sample{0.95, 0.95}, 0.95) == ConstraintState::met);
    CHECK_THROWS_AS(check_constraint(late, fills_about, 1), std::logic_error);
}

TEST_CASE("how sure a difference has to be does not matter to constraints") {
    ComparisonRules rules = by_cost();
    rules.constraints = {{"order fill rate", "1", Bound::at_least, 0.958}};
    rules.confidence = 0.999;  // with which the interval would reach below the bound
    const Verdict verdict = compare({"a", cost_less, {fills_above}}, {"b", cost_of_baseline, {fills_above}}, rules);
    CHECK(check_constraint(rules.constraints[0], fills_above, 0.999) == ConstraintState::not_shown);
    CHECK(verdict.constraints[0].arm == ConstraintState::met);
    CHECK(verdict.constraints[0].baseline == ConstraintState::met);
}

TEST_CASE("a gain that costs a constraint is a trade-off, and so is the way back") {
    const auto& less = cost_less;
    const auto& base = cost_of_baseline;
    CHECK(compare_with_fill(less, fills_below, base, fills_above).outcome == Outcome::trade_off);
    CHECK(compare_with_fill(less, fills_about, base, fills_above).outcome == Outcome::trade_off);
    CHECK(compare_with_fill(base, fills_above, less, fills_below).outcome == Outcome::trade_off);
    CHECK(compare_with_fill(base, fills_above, less, fills_about).outcome == Outcome::trade_off);
    CHECK(compare_with_fill(less, fills_above, base, fills_below).outcome == Outcome::better);
    CHECK(compare_with_fill(less, fills_below, base, fills_below).outcome == Outcome::better);
    CHECK(compare_with_fill(base, fills_below, less, fills_above).outcome == Outcome::worse);
    CHECK(compare_with_fill(base, fills_below, less, fills_about).outcome == Outcome::worse);
    CHECK(compare_with_fill(cost_same, fills_below, base, fills_above).outcome == Outcome::no_difference_shown);
}

TEST_CASE("swapping arm and baseline turns better into worse and leaves the rest") {
    const std::vector<const Sample*> costs{&cost_of_baseline, &cost_less, &cost_same};
    const std::vector<const Sample*> fills{&fills_above, &fills_below, &fills_about};
    const auto swapped = [](Outcome outcome) {
        return outcome == Outcome::better ? Outcome::worse : outcome == Outcome::worse ? Outcome::better : outcome;
    };
    for (int i = 0; i < 81; ++i) {
        const auto pick = [i](const auto& list, int place) -> const Sample& { return *list[(i / place) % 3]; };
        const auto there = compare_with_fill(pick(costs, 1), pick(fills, 3), pick(costs, 9), pick(fills, 27));
        const auto back = compare_with_fill(pick(costs, 9), pick(fills, 27), pick(costs, 1), pick(fills, 3));
        CHECK(back.outcome == swapped(there.outcome));
    }
}

TEST_CASE("fewer than two replications decide nothing") {
    const Verdict one = compare_cost({8}, {10});
    CHECK(one.outcome == Outcome::too_few);
    CHECK(one.difference.mean.value() == -2);
    CHECK(one.text
          == "too few replications to compare cdc-rdc with one-warehouse: 1 replication, at least 2 are needed");
    CHECK(compare_cost({}, {}).outcome == Outcome::too_few);
    ComparisonRules rules = by_cost();
    rules.pairing = Pairing::none;
    rules.size = 1;
    const Verdict uneven = compare_cost({8}, {10, 11, 12}, rules);
    CHECK(uneven.outcome == Outcome::too_few);
    CHECK_FALSE(uneven.replications_to_show.value);
    CHECK_FALSE(uneven.replications_to_show.reason.empty());
}

TEST_CASE("rules and samples must fit") {
    ComparisonRules rules = by_cost();
    rules.constraints = {fill_rate};
    CHECK_THROWS_AS(compare_cost(cost_less, cost_of_baseline, rules), std::logic_error);
    rules = by_cost();
    rules.size = 0;
    CHECK_THROWS_AS(compare_cost(cost_less, cost_of_baseline, rules), std::logic_error);
}

TEST_CASE("a verdict says in plain words what was found") {
    // Differences -2, -1.9, -2.1, -2: mean -2, s = 0.0816497, t(3, 0.975) = 3.182446, half width 0.1299.
    CHECK(compare_cost(cost_less, cost_of_baseline).text
          == "cdc-rdc is better than one-warehouse: cost per order 2.00 CNY/order lower (95 % interval 1.87 to 2.13 lower), "
             "4 replications");
    CHECK(compare_cost(cost_of_baseline, cost_less).text
          == "cdc-rdc is worse than one-warehouse: cost per order 2.00 CNY/order higher (95 % interval 1.87 to 2.13 higher), "
             "4 replications");
    CHECK(compare_with_fill(cost_less, fills_below, cost_of_baseline, fills_above).text
          == "cdc-rdc is a trade-off against one-warehouse: cost per order 2.00 CNY/order lower (95 % interval 1.87 to 2.13 "
             "lower), 4 replications; order fill rate of at least 95 %: missed by cdc-rdc, met by one-warehouse");
    CHECK(compare_with_fill(cost_less, fills_about, cost_of_baseline, fills_about).text
          == "cdc-rdc is better than one-warehouse: cost per order 2.00 CNY/order lower (95 % interval 1.87 to 2.13 lower), 4 "
             "replications; order fill rate of at least 95 %: not shown for both");
}

TEST_CASE("shares are told in percentage points") {
    ComparisonRules rules = by_cost();
    rules.figure = {"order fill rate", "1", Better::higher};
    rules.size = 0.005;
    const Verdict verdict = compare_cost({0.75, 0.5, 0.875}, {0.5, 0.25, 0.625}, rules);
    CHECK(verdict.text
          == "cdc-rdc is better than one-warehouse: order fill rate 25.00 percentage points higher (95 % interval 25.00 to "
             "25.00 higher), 3 replications");
    CHECK(compare_cost({0.5, 0.52}, {0.52, 0.5}, rules).text.find("would show one of 0.5 percentage points")
          != std::string::npos);
}

TEST_CASE("where no difference is shown, a verdict says how many replications would show one") {
    ComparisonRules rules = by_cost();
    rules.size = 0.1;
    // Differences ± 0.125: s² = 1/48, half width 0.2297; (t + t') · s/√n <= 0.1 first holds at n = 19 (numpy).
    const Verdict verdict = compare_cost(cost_same, cost_of_baseline, rules);
    CHECK(verdict.replications_to_show.value.value() == 19);
    CHECK(verdict.text
          == "no difference shown between cdc-rdc and one-warehouse: cost per order 0.00 CNY/order higher (95 % interval 0.23 "
             "lower to 0.23 higher), 4 replications; about 19 replications would show one of 0.1 CNY/order with a chance of "
             "80 %");
    rules.size = 0.25;
    CHECK(compare_cost(cost_same, cost_of_baseline, rules)
              .text.ends_with("; any difference is smaller than 0.25 CNY/order"));
    rules.size = 1e-7;
    CHECK(compare_cost(cost_same, cost_of_baseline, rules)
              .text.ends_with(
                  "; more than 1,000,000,000 replications would show one of 1e-07 CNY/order with a chance of 80 %"));
    rules.pairing = Pairing::none;
    rules.size = 1;
    const Pilot pilot{sample_variance(cost_same) + sample_variance(cost_of_baseline), 4};
    CHECK(compare_cost(cost_same, cost_of_baseline, rules).replications_to_show.value.value()
          == replications_to_show(pilot, 1, 0.8).value.value());
}

TEST_CASE("a hint is given only where it holds") {
    ComparisonRules rules = by_cost();
    const auto text = [&rules](double shift, double size) {
        rules.size = size;
        Sample arm = cost_same;
        for (double& x : arm) {
            x += shift;
        }
        return compare_cost(arm, cost_of_baseline, rules).text;
    };
    // Intervals shift ± 0.2297. A size of 0.25 needs more than 4 replications, one of 0.35 does not.
    for (const double shift : {-0.125, 0.125}) {
        CHECK(text(shift, 0.25).ends_with(" would show one of 0.25 CNY/order with a chance of 80 %"));
        CHECK(text(shift, 0.375).ends_with("; any difference is smaller than 0.375 CNY/order"));
    }
    CHECK(text(0.1875, 0.35).ends_with("(95 % interval 0.04 lower to 0.42 higher), 4 replications"));
}

TEST_CASE("numbers that are very large or very exact stay readable") {
    CHECK(compare_cost({0, 3e20, 0}, {0, 0, 0}).text.find("1.000e+20 CNY/order higher") != std::string::npos);
    CHECK(compare_cost({1e17, 1e17 + 64}, {0, 0}).text.find("1.000e+17 CNY/order higher") != std::string::npos);
    CHECK(compare_cost({2, 2}, {1, 1}).text.find("1.00 CNY/order higher (95 % interval 1.00 to 1.00 higher)")
          != std::string::npos);
    CHECK(compare_cost({20000, 30000}, {0, 0})
              .text.find("25,000 CNY/order higher (95 % interval 38,531 lower to 88,531 higher)")
          != std::string::npos);
}

TEST_CASE("identical arms never differ") {
    NormalSamples normal(10);
    for (int i = 0; i < 500; ++i) {
        const auto sample = normal.many(2 + static_cast<std::size_t>(i % 20), 7, 3);
        const Verdict verdict = compare_cost(sample, sample);
        REQUIRE(verdict.outcome == Outcome::no_difference_shown);
        REQUIRE(verdict.difference.mean.value() == 0);
    }
    CHECK(compare_cost(cost_less, cost_less).text
          == "no difference shown between cdc-rdc and one-warehouse: cost per order is the same in all 4 replications");
}

TEST_CASE("arms with equal means are seldom told apart") {
    for (const Pairing pairing : {Pairing::by_replication, Pairing::none}) {
        ComparisonRules rules = by_cost();
        rules.pairing = pairing;
        NormalSamples normal(11);
        int same = 0;
        for (int i = 0; i < 2000; ++i) {
            const double correlation = pairing == Pairing::by_replication ? 0.7 : 0.0;
            const auto [arm, baseline] = normal.pair(8, correlation, 0);
            same += compare_cost(arm, baseline, rules).outcome == Outcome::no_difference_shown ? 1 : 0;
        }
        CAPTURE(static_cast<int>(pairing), same);
        CHECK(same >= 1880);
        CHECK(same <= 1940);  // intervals that are too wide would hide real differences
    }
}
