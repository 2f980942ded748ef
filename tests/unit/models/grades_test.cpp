// Grades of products, and the black list of suppliers.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include <boost/math/distributions/binomial.hpp>

#include "models/desk/grade_book.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;
using test::SpecBuilder;

namespace {

constexpr Units delivered = 5000;

/// The only one of a product, who delivers every day. All units of the first are defective, none of the second.
void add_supplier(SpecBuilder& builder, Index shop, Index product, int days) {
    auto& spec = builder.spec;
    const Index supplier = builder.supplier(product == 0 ? "first" : "second");
    spec.sites[supplier].assortment = {product};
    spec.sites[supplier].initial_units = {0};
    ReplenishSpec rule;
    rule.kind = ReplenishSpec::Kind::plan;
    rule.site = shop;
    rule.lane = builder.lane_to_site(supplier, shop, 3600);
    rule.products = {product};
    for (int day = 0; day < days; ++day)
        rule.plan.push_back({Time{sim::day.us * day + sim::hour.us}, product, delivered});
    spec.replenish.push_back(rule);
    DefectSpec defects;
    defects.site = supplier;
    defects.products = {0, 1};  // of which it keeps one
    defects.share = product == 0 ? 1 : 0;
    defects.alike = 1e9;
    spec.defects.push_back(defects);
}

/// Two suppliers of one product each, who deliver at 2:01 every day to a shop that tests 100 units until 22:01. All
/// units of the first are defective, none of the second. Customers buy one unit; whoever finds nothing waits.
SpecBuilder good_and_bad(int days) {
    SpecBuilder builder;
    builder.product("bad");
    builder.product("good");
    builder.market("east");
    builder.channel("web");
    auto& spec = builder.spec;
    const Index shop = builder.site("shop", SiteKind::rdc, 100'000);
    builder.lane_to_market(shop, 0, 7200);
    add_supplier(builder, shop, 0, days);
    add_supplier(builder, shop, 1, days);
    InspectionSpec inspection;
    inspection.site = shop;
    inspection.sample_units = 100;
    inspection.time = Distribution::constant(20 * 3600);
    spec.inspections = {inspection};
    spec.channels[0].release_every = spec.channels[0].release_lag = Duration{};
    builder.demand(4000.0 / 86'400, false);
    spec.horizon = sim::day * days;
    spec.trace.shipments = spec.trace.decisions = false;
    spec.grades.emplace();
    spec.grades->levels = {{"S", 0.01, 1, 0.5, 1}, {"A", 0.05, 1, 1, 5}, {"C", 1, 1, 2, 9}};
    spec.grades->first = 1;
    return builder;
}

std::map<std::int64_t, std::multiset<std::int64_t>> placed_by_product(const Run& run) {
    std::map<std::int64_t, std::multiset<std::int64_t>> placed;
    const auto product = run.integers("/orders/product"), at = run.integers("/orders/placed");
    for (std::size_t i = 0; i < product.size(); ++i)
        placed[product[i]].insert(at[i]);
    return placed;
}

std::int64_t between(const std::multiset<std::int64_t>& times, Duration from, Duration to) {
    return std::distance(times.lower_bound(from.us), times.lower_bound(to.us));
}

}  // namespace

TEST_CASE("a supplier whose batches fail three times in a row is shown to fewer customers, for so long") {
    auto builder = good_and_bad(14);
    auto& spec = builder.spec;
    const Run free(spec);
    spec.grades->black_after = 3;
    spec.grades->black_for = sim::day * 5;
    spec.grades->black_seen = 0.2;
    const Run run(spec);
    CHECK(run.result.demand_digest == free.result.demand_digest);
    auto before = placed_by_product(free), after = placed_by_product(run);
    CHECK(after[1] == before[1]);
    // Verdicts at 22:01 of days 0, 1, 2; known to the office at 23:01 and to desks a minute after midnight. Back after
    // 5 days. The next three are those of days 8, 9, 10: that of day 7 came while it was on the list.
    const auto seen = [&](int from, int to) {
        const Duration begin = sim::day * from + sim::minute, end = sim::day * to + sim::minute;
        return std::pair{between(after[0], begin, end), between(before[0], begin, end)};
    };
    for (const auto& [from, to] : {std::pair{0, 3}, std::pair{8, 11}}) {
        const auto [now, all] = seen(from, to);
        INFO("days " << from << " to " << to);
        CHECK(now == all);
    }
    for (const auto& [from, to] : {std::pair{3, 8}, std::pair{11, 14}}) {
        const auto [now, all] = seen(from, to);
        const boost::math::binomial law(static_cast<double>(all), 0.2);
        INFO("days " << from << " to " << to << ": " << now << " of " << all);
        CHECK(static_cast<double>(now) >= boost::math::quantile(law, 0.0005));
        CHECK(static_cast<double>(now) <= boost::math::quantile(law, 0.9995));
    }
    CHECK(std::includes(before[0].begin(), before[0].end(), after[0].begin(), after[0].end()));
    CHECK(run.sum("/summary/desk_grades/unseen") + run.sum("/summary/desk_grades/placed")
          == free.sum("/summary/desks/orders_placed"));
    CHECK(run.integers("/summary/black_list/listings") == std::vector<std::int64_t>{2, 0});
    // From 23:01 of day 10 to the end of day 13 for the second time.
    CHECK(run.numbers("/summary/black_list/days").at(0) == Approx(5 + 3 + 59.0 / 1440));
}

TEST_CASE("products are graded by their last batches, and samples follow the grade") {
    auto builder = good_and_bad(10);
    builder.spec.grades->levels[2].seen = 0.5;
    builder.spec.grades->over = 1;
    const Run run(builder.spec);
    // Graded at 24:00 of day 0, known at 1:00: of day 0 each 100 units are tested, then 200 of the bad and 50 of the
    // good. The last inspection that ends is that of day 9.
    CHECK(run.integers("/grades/time") == std::vector<std::int64_t>(2, sim::day.us));
    CHECK(run.integers("/grades/grade") == std::vector<std::int64_t>{2, 0});
    CHECK(run.integers("/grades/tested") == std::vector<std::int64_t>{100, 100});
    CHECK(run.integers("/grades/defective") == std::vector<std::int64_t>{100, 0});
    CHECK(run.sum("/summary/quality/units_tested") == 2 * 100 + 9 * (200 + 50));
    CHECK(run.numbers("/summary/grades/product_days") == std::vector<double>{9, 2, 9});
    // By grade when the customer came: all placed are in one.
    const auto placed = run.integers("/summary/desk_grades/placed");
    CHECK(placed[0] + placed[1] + placed[2] == run.sum("/summary/desks/orders_placed"));
    const auto unseen = run.integers("/summary/desk_grades/unseen");
    CHECK(unseen[0] + unseen[1] == 0);
    CHECK(std::abs(static_cast<double>(unseen[2] - placed[2]))
          < 3.29 * std::sqrt(static_cast<double>(unseen[2] + placed[2])));
}

TEST_CASE("orders of the better grade pass a stage first") {
    auto builder = good_and_bad(20);
    auto& spec = builder.spec;
    spec.inspections[0].accept_units = 10'000;
    spec.sites[0].wave = sim::second;
    StageSpec pick = test::stage("pick", 1, Distribution::exponential(86'400 * 0.8 / 4000));
    pick.by_priority = true;
    spec.sites[0].outbound = {pick};
    const Run run(spec);
    const auto product = run.integers("/orders/product"), placed = run.integers("/orders/placed"),
               shipped = run.integers("/orders/shipped");
    double wait[2] = {}, count[2] = {};
    for (std::size_t i = 0; i < product.size(); ++i) {
        if (placed[i] < sim::day.us * 2 || shipped[i] == no_time)
            continue;
        wait[product[i]] += static_cast<double>(shipped[i] - placed[i]) / 1e6;
        ++count[product[i]];
    }
    // Two classes with 0.4 of the server each (Cobham); means of 36,000, correlated: about 5 % (one standard error).
    const double work = 86'400 * 0.8 / 4000;
    CHECK(wait[1] / count[1] - work - 0.5 == Approx(work * 0.8 / 0.6).epsilon(0.1));
    CHECK(wait[0] / count[0] - work - 0.5 == Approx(work * 0.8 / (0.6 * 0.2)).epsilon(0.2));
}

TEST_CASE("what a customer is not shown is no substitute for him, and its grade goes with a substitute") {
    auto builder = good_and_bad(6);
    auto& spec = builder.spec;
    spec.sites[0].initial_units = {100'000, 0};
    spec.replenish.pop_back();  // nothing good comes
    spec.substitutes = {{1, 0, 1, 0}};
    spec.channels[0].unmet = Unmet::lose;
    spec.grades->levels[2].seen = 0.5;
    const Run run(spec);
    const auto placed = run.integers("/summary/desk_grades/placed");
    const auto accepted = run.sum("/summary/substitutes/accepted"), missing = run.sum("/summary/substitutes/missing");
    CHECK(run.sum("/summary/substitutes/offered") == accepted);
    // 25 hours of six days all take it, then half: 25 / 144 + 119 / 288.
    const double share = 25.0 / 144 + 119.0 / 288, sigma = std::sqrt(static_cast<double>(missing) / 4);
    CHECK(std::abs(static_cast<double>(accepted) - share * static_cast<double>(missing)) < 4.5 * sigma);
    CHECK(placed[0] + placed[1] + placed[2] == run.sum("/summary/desks/orders_placed"));
    // From 1:00 of day 1 on everything sold is of the bad product, which has the last grade then.
    const auto product = run.integers("/orders/product"), at = run.integers("/orders/placed");
    std::int64_t bad = 0;
    for (std::size_t i = 0; i < product.size(); ++i)
        bad += product[i] == 0 && at[i] >= (sim::hour * 25).us;
    CHECK(placed[2] == bad);
}

TEST_CASE("an older grade that comes later changes nothing") {
    const auto builder = good_and_bad(1);
    GradeBook book(builder.spec, {1, 0});
    GradeNotice notice;
    notice.items = {{Time{50}, 1, 0, 2}};
    book.note(notice, Time{60});
    notice.items = {{Time{40}, 1, 0, 0}};
    book.note(notice, Time{70});
    CHECK(book.level(0, Time{59}) == 1);
    CHECK(book.level(0, Time{60}) == 2);
    CHECK(book.level(0, Time{80}) == 2);
}

TEST_CASE("grades are the same with any number of workers, and after a stop") {
    auto builder = good_and_bad(12);
    auto& spec = builder.spec;
    for (auto& defects : spec.defects) {
        defects.share = 0.04;
        defects.alike = 20;
    }
    spec.inspections[0].accept_units = 4;
    spec.grades->over = 3;
    spec.grades->levels[2].seen = 0.4;
    spec.grades->black_after = 2;
    spec.grades->black_for = sim::day * 3;
    spec.demand[0].further = Distribution::poisson(0.5);
    const Run reference(spec);
    REQUIRE(reference.integers("/grades/product").size() > 6);
    REQUIRE(reference.sum("/summary/black_list/listings") > 0);
    test::check_workers(spec, reference);
    test::check_resumed(spec, sim::hour * 43, 5);
}
