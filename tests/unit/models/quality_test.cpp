#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/hypergeometric.hpp>
#include <catch2/catch.hpp>

#include "models/quality/draws.hpp"
#include "models/quality/share_limits.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;
using test::SpecBuilder;

namespace {

constexpr double z_999 = 3.29;  ///< two-sided 99.9 % of a normal variable

/// Whether counts are those of the probabilities: chi-square at 99.9 %.
template <class Probability>
bool fits(const std::vector<double>& counts, double n, Probability&& probability) {
    double chi = 0, rest = n, rest_expected = n;
    int cells = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        const double expected = n * probability(k);
        if (expected < 10)
            continue;
        chi += (counts[k] - expected) * (counts[k] - expected) / expected;
        rest -= counts[k];
        rest_expected -= expected;
        ++cells;
    }
    if (rest_expected > 10)
        chi += (rest - rest_expected) * (rest - rest_expected) / rest_expected;
    return chi < boost::math::quantile(boost::math::chi_squared(cells), 0.999);
}

/// A supplier, a shop, and deliveries of `units` of each of `products` products once a day for `days` days.
SpecBuilder deliveries(std::size_t products, Units units, int days) {
    SpecBuilder builder;
    for (std::size_t p = 0; p < products; ++p)
        builder.product("p" + std::to_string(p));
    builder.market("east");
    builder.channel("web");
    const Index supplier = builder.supplier("supplier"), shop = builder.site("shop", SiteKind::rdc, 0);
    const Index lane = builder.lane_to_site(supplier, shop, 3600);
    builder.lane_to_market(shop, 0, 7200);
    ReplenishSpec rule;
    rule.kind = ReplenishSpec::Kind::plan;
    rule.site = shop;
    rule.lane = lane;
    rule.products = test::first_indices(products);
    for (int day = 0; day < days; ++day) {
        for (Index p = 0; p < products; ++p)
            rule.plan.push_back({Time{sim::day.us * day + sim::hour.us}, p, units});
    }
    builder.spec.replenish.push_back(rule);
    builder.spec.horizon = sim::day * (days + 3);
    builder.spec.trace.shipments = builder.spec.trace.decisions = false;
    return builder;
}

DefectSpec defects(std::size_t products, double share, double alike) {
    DefectSpec spec;
    spec.products = test::first_indices(products);
    spec.share = share;
    spec.alike = alike;
    return spec;
}

InspectionSpec plan(Units sample, Units accept) {
    InspectionSpec spec;
    spec.site = 1;
    spec.sample_units = sample;
    spec.accept_units = accept;
    spec.time = Distribution::constant(20 * 3600);
    spec.cost_per_unit = 2 * currency_unit;
    spec.cost_per_batch = 30 * currency_unit;
    return spec;
}

/// Sum of a column of /summary/quality.
double quality(const Run& run, const std::string& column) {
    return static_cast<double>(run.sum("/summary/quality/" + column));
}

/// The shop with customers: one unit an order.
SpecBuilder selling(double share, double defect_return) {
    auto builder = deliveries(4, 600, 28);
    builder.spec.defects = {defects(4, share, 30)};
    builder.spec.channels[0].unmet = Unmet::backorder;
    builder.spec.channels[0].defect_return = defect_return;
    builder.demand(2300.0 / 86'400, false);
    return builder;
}

}  // namespace

TEST_CASE("a share that is met exactly is met") {
    for (Units all : {100, 300, 1000, 1'000'000}) {
        for (int percent = 0; percent <= 100; ++percent) {
            const double share = percent * 0.01;
            const Units exact = all / 100 * percent;
            CHECK((is_at_least(exact, share, all) && is_at_most(exact, share, all)));
            CHECK_FALSE((is_at_least(exact - 1, share, all) || is_at_most(exact + 1, share, all)));
        }
    }
}

TEST_CASE("hypergeometric, binomial and beta draws have their distributions") {
    constexpr int n = 20'000;
    const boost::math::hypergeometric_distribution<> sample(12, 20, 100), rest(12, 70, 100);
    const boost::math::binomial binomial(30, 0.1);
    std::vector<double> few(21), many(21), tries(31);
    double sum = 0, squares = 0;
    for (std::uint64_t i = 0; i < n; ++i) {
        sim::RandomStream random({1, 0}, i, 90);
        ++few[static_cast<std::size_t>(draw_hypergeometric(100, 12, 20, random))];
        ++many[static_cast<std::size_t>(draw_hypergeometric(100, 12, 70, random))];
        ++tries[static_cast<std::size_t>(draw_binomial(30, 0.1, random))];
        const double x = draw_beta(0.05, 20, random);
        sum += x;
        squares += x * x;
    }
    CHECK(
        fits(few, n, [&](std::size_t k) { return k <= 12 ? boost::math::pdf(sample, static_cast<unsigned>(k)) : 0; }));
    CHECK(fits(many, n, [&](std::size_t k) { return k <= 12 ? boost::math::pdf(rest, static_cast<unsigned>(k)) : 0; }));
    CHECK(fits(tries, n, [&](std::size_t k) { return boost::math::pdf(binomial, static_cast<double>(k)); }));
    const boost::math::beta_distribution<> beta(1, 19);
    const double sigma = boost::math::standard_deviation(beta);
    CHECK(std::abs(sum / n - 0.05) < z_999 * sigma / std::sqrt(n));
    CHECK(std::sqrt(squares / n - sum / n * sum / n) == Approx(sigma).epsilon(0.05));
    sim::RandomStream random({1, 0}, 1, 90);
    CHECK(draw_beta(0, 20, random) == 0);
    CHECK(draw_beta(1, 20, random) == 1);
    CHECK(draw_hypergeometric(50, 50, 20, random) == 20);
    CHECK(draw_hypergeometric(50, 7, 50, random) == 7);
}

TEST_CASE("batches pass as the operating characteristic says, and what passes is of the average outgoing quality") {
    constexpr std::size_t products = 40;
    constexpr Units size = 200, sample = 50, accept = 1;
    constexpr int days = 100;
    for (const double share : {0.01, 0.03, 0.06}) {
        auto builder = deliveries(products, size, days);
        builder.spec.defects = {defects(products, share, 1e9)};  // all batches alike: units are defective one by one
        builder.spec.inspections = {plan(sample, accept)};
        const Run run(builder.spec);
        const double batches = quality(run, "batches");
        REQUIRE(batches == products * days);
        const boost::math::binomial found(static_cast<double>(sample), share);
        const double pass = boost::math::cdf(found, static_cast<double>(accept));
        const double passed = 1 - quality(run, "batches_failed") / batches;
        const double half = z_999 * std::sqrt(pass * (1 - pass) / batches);
        INFO("p " << share << ": passed " << passed << ", operating characteristic " << pass << " +- " << half);
        CHECK(std::abs(passed - pass) < half);
        // Of a batch that passes with d defective units found, size - d are left, share·(size - sample) of them bad.
        double bad = 0, left = 0;
        for (Units d = 0; d <= accept; ++d) {
            const double p = boost::math::pdf(found, static_cast<double>(d));
            bad += p * share * static_cast<double>(size - sample);
            left += p * static_cast<double>(size - d);
        }
        const double units_left = quality(run, "units_in") - quality(run, "units_removed");
        const double got = (quality(run, "defective_in") - quality(run, "defective_removed")) / units_left;
        const double spread = z_999 * std::sqrt(share * (1 - share) / units_left);
        INFO("outgoing quality " << got << ", expected " << bad / left << " +- " << spread);
        CHECK(std::abs(got - bad / left) < spread);
        CHECK(units_left == Approx(left * batches).epsilon(0.02));
        // Units and money of what was sent back.
        const auto closing = run.integers("/summary/ledger/closing");
        const auto units_in = [&](UnitAccount account) { return closing[static_cast<std::size_t>(account)]; };
        CHECK(static_cast<double>(units_in(UnitAccount::sent_back)) == quality(run, "units_removed"));
        CHECK(static_cast<double>(units_in(UnitAccount::available)) == units_left);
        const auto checks = closing[unit_accounts + static_cast<std::size_t>(MoneyAccount::quality_checks)];
        CHECK(static_cast<double>(checks) == (quality(run, "units_tested") * 2 + batches * 30) * currency_unit);
    }
}

TEST_CASE("the shares of batches differ as the beta distribution says") {
    constexpr std::size_t products = 50;
    auto builder = deliveries(products, 1000, 40);
    builder.spec.defects = {defects(products, 0.1, 20)};
    builder.spec.inspections = {plan(1000, 100)};  // tested whole: passes with a share of 10 % at most
    const Run run(builder.spec);
    const double pass = boost::math::cdf(boost::math::beta_distribution<>(2, 18), 0.1005);
    const double passed = 1 - quality(run, "batches_failed") / quality(run, "batches");
    const double half = z_999 * std::sqrt(pass * (1 - pass) / 2000);
    INFO("passed " << passed << ", beta " << pass << " +- " << half);
    CHECK(std::abs(passed - pass) < half + 0.01);  // 0.01: units are whole
    CHECK(quality(run, "defective_in") == quality(run, "defective_removed"));
}

TEST_CASE("the supplier's own checks take defective units out before they leave") {
    auto builder = deliveries(20, 500, 30);
    builder.spec.defects = {defects(20, 0.05, 1e9)};
    builder.spec.defects[0].found = 0.8;
    builder.spec.defects[0].check_per_unit = currency_unit / 10;
    const Run run(builder.spec);
    const double made = quality(run, "defective_in") + quality(run, "units_replaced"), units = quality(run, "units_in");
    REQUIRE(units == 300'000);
    CHECK(std::abs(made - units * 0.05) < z_999 * std::sqrt(units * 0.05 * 0.95));
    CHECK(std::abs(quality(run, "units_replaced") - made * 0.8) < z_999 * std::sqrt(made * 0.16));
    CHECK(
        run.integers("/summary/ledger/closing")[unit_accounts + static_cast<std::size_t>(MoneyAccount::quality_checks)]
        == 30'000 * currency_unit);
}

TEST_CASE("customers return as many orders as the goods that leave are defective") {
    for (const double chance : {1.0, 0.6}) {
        const Run run(selling(0.08, chance).spec);
        const double out = quality(run, "units_out"), bad = quality(run, "defective_out");
        REQUIRE(out > 50'000);
        const auto delivered = static_cast<double>(run.sum("/summary/desks/orders_delivered"));
        const auto returned = static_cast<double>(run.sum("/summary/desks/orders_returned"));
        const double share = bad / out * chance;
        const double half = z_999 * std::sqrt(share * (1 - share) / delivered);
        INFO("returned " << returned / delivered << ", defective on leaving times " << chance << ": " << share << " +- "
                         << half);
        CHECK(std::abs(returned / delivered - share) < half);
        // In the long run what leaves is like what came: batches of beta(2.4, 27.6), 112 of them.
        CHECK(bad / out == Approx(quality(run, "defective_in") / quality(run, "units_in")).epsilon(0.1));
    }
}

TEST_CASE("after failed batches in a row the next are tested whole, for a while") {
    auto builder = deliveries(1, 100, 60);
    builder.spec.defects = {defects(1, 0.2, 1e9)};
    builder.spec.inspections = {plan(50, 0)};  // nearly every batch fails
    builder.spec.inspections[0].screen_after = 3;
    builder.spec.inspections[0].screen_for = sim::day * 10 - sim::hour;
    const Run run(builder.spec);
    // Three fail, nine are screened (a day apart, the time begins with the third), and so on: five times in 60.
    CHECK(quality(run, "batches_failed") == 15);
    CHECK(quality(run, "batches_screened") == 45);
    CHECK(quality(run, "batches") == 60);
}

TEST_CASE("a batch that fails is ordered again") {
    SpecBuilder builder = deliveries(1, 100, 1);
    builder.spec.replenish.clear();
    builder.base_stock(1, 0, 100, sim::day);
    builder.spec.defects = {defects(1, 1, 20)};  // no batch is any good
    builder.spec.inspections = {plan(5, 0)};
    builder.spec.horizon = sim::day * 10;
    const Run run(builder.spec);
    // Reviews at 0 d … 9 d; a delivery is there after 1 h and failed 20 h later, before the next review.
    CHECK(quality(run, "batches") == 10);
    CHECK(quality(run, "units_removed") == 1000);
    CHECK(run.sum("/summary/stock/final") == 0);
}

TEST_CASE("defective units reach customers by way of another site") {
    auto builder = selling(0.1, 1);
    auto& spec = builder.spec;
    const Index front = builder.site("front", SiteKind::front, 0);
    const Index lane = builder.lane_to_site(1, front, 5000);
    builder.base_stock(front, lane, 900, sim::hour * 12);
    spec.lanes[1].from = front;  // customers are served from there only
    const Run run(spec);
    const auto bad = run.integers("/summary/quality/defective_out");
    REQUIRE(bad.size() == 2);
    CHECK(bad[0] == 0);
    CHECK(bad[1] > 3000);
    CHECK(run.sum("/summary/desks/orders_returned") > 2900);
}

TEST_CASE("quality is the same with any number of workers, and after a stop") {
    auto builder = selling(0.1, 0.8);
    auto& spec = builder.spec;
    spec.inspections = {plan(40, 3)};
    spec.inspections[0].screen_after = 2;
    spec.inspections[0].screen_for = sim::day * 4;
    spec.channels[0].return_share = 0.1;
    spec.horizon = sim::day * 20;
    const Run reference(spec);
    REQUIRE(quality(reference, "batches_failed") > 5);
    REQUIRE(quality(reference, "batches_screened") > 5);
    test::check_workers(spec, reference);
    test::check_resumed(spec, sim::hour * 75, 6);
}
