// Demand in absolute time and prices: what the keys become.
#include <catch2/catch.hpp>

#include "models/demand/demand_shape.hpp"

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate;
using namespace spate::scenarios;
using test::LoadedText;
using test::Small;

namespace {

/// Tea and rice are food; the run begins on Monday, 3 November 2025.
LoadedText load(const std::string& demand, const std::string& more = "") {
    Small small;
    small.products =
        "products:\n  - {id: tea, price: 129 CNY, category: food}\n  - {id: rice, price: 79 CNY, category: "
        "food}\n  - {id: soap, price: 20 CNY}";
    small.demand = "demand: " + demand;
    small.more = more;
    return LoadedText(small.text());
}

sim::Time days(double number) {
    return sim::Time{static_cast<std::int64_t>(number * static_cast<double>(sim::day.us))};
}

}  // namespace

TEST_CASE("trend, launch, noise and Hawkes arrivals are read") {
    const auto loaded = load(
        "{orders: 1k/day, trend: {by: -30 %, every: 365 d}, launch: {starts: 2025-11-05T00:00+08:00, ramp: 10 d}, "
        "noise: {cv: 0.3, every: 6 h, correlation: 0.5}, arrivals: {hawkes: {branching: 0.4, decay: 10 min}}}");
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    const auto& demand = loaded.spec().demand[0];
    CHECK(demand.shape.trend == Approx(-0.3));
    CHECK(demand.shape.trend_every == sim::day * 365);
    CHECK(demand.shape.launch.kind == models::LaunchSpec::Kind::ramp);
    CHECK(demand.shape.launch.starts == days(2));
    CHECK(demand.shape.launch.ramp == sim::day * 10);
    CHECK(demand.shape.noise.cv == 0.3);
    CHECK(demand.shape.noise.every == sim::hour * 6);
    CHECK(demand.shape.noise.correlation == 0.5);
    CHECK(demand.branching == 0.4);
    CHECK(demand.branching_delay == sim::minute * 10);
    CHECK(demand.gap.kind() == sim::Distribution::Kind::exponential);
}

TEST_CASE("the buyers of a launch stand for the rate") {
    const auto loaded = load("{launch: {starts: 2 d, bass: {buyers: 20k, innovation: 0.03, imitation: 4, per: 30 d}}}");
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.spec().demand[0].orders_per_second == Approx(20'000 / (30 * 86400.0)));
    CHECK(loaded.spec().demand[0].shape.launch.imitation == 4);
}

TEST_CASE("a calendar has days, spans of days, and hours; dates are local") {
    const test::TemporaryFolder folder;
    const auto path = folder.write("calendar.csv",
                                   "date,from,to,factor,name,market,category,like\n"
                                   "2025-11-11,,,3.5,双11,,,\n"
                                   ",2025-11-05,2025-11-06,0.8,,wuhan,food,\n"
                                   ",2025-11-10T20:00,2025-11-11T00:00,4,,,,\n"
                                   ",2025-11-10T20:00:00+08:00,2025-11-10T21:30Z,2,,,,\n"
                                   "2025-11-08,,,1,调休,,,周一\n");
    const auto loaded = load("{orders: 1k/day, calendar: [" + path + "]}");
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    const auto& rows = loaded.spec().demand[0].shape.calendar;
    REQUIRE(rows.size() == 5);
    CHECK((rows[0].from == days(8) && rows[0].to == days(9) && rows[0].factor == 3.5));
    CHECK((rows[1].from == days(2) && rows[1].to == days(4)));
    CHECK((rows[1].market == 1U && rows[1].category == "food"));
    CHECK((rows[2].from == days(7) + sim::hour * 20 && rows[2].to == days(8)));
    CHECK((rows[3].from == days(7) + sim::hour * 20 && rows[3].to == days(8) + sim::minute * 330));
    CHECK((rows[4].like == std::uint8_t{0} && rows[4].from == days(5)));
}

TEST_CASE("the calendars that come with the program can be read") {
    for (const char* name : {"holidays-cn-2025-2026", "promotions-cn-2025-2026", "ramadan-2025-2026"}) {
        Small small;
        small.time = "time: {start: 2025-01-01T00:00:00+08:00, horizon: 700 d}";
        small.demand =
            std::string("demand: {orders: 10/day, calendar: ") + SPATE_SOURCE_DIR + "/scenarios/data/" + name + ".csv}";
        const LoadedText loaded(small.text());
        INFO(loaded.first_problem());
        REQUIRE(loaded.problems.empty());
        CHECK(loaded.spec().demand[0].shape.calendar.size() > 5);
    }
}

TEST_CASE("Chinese texts of GBK and GB18030 are read where the scenario says so") {
    const test::TemporaryFolder folder;
    // "双11" and, of four bytes, U+3400.
    const auto path = folder.write("gbk.csv",
                                   "date,factor,name,category\n2025-11-11,3,\xCB\xAB"
                                   "11,\n2025-11-12,2,\x81\x39\xEE\x39,\xCA\xB3\xC6\xB7\n");
    Small small;
    small.products = "products:\n  - {id: tea, price: 129 CNY, category: 食品}";
    small.demand = "demand: {orders: 10/day, encoding: gb18030, calendar: " + path + "}";
    const LoadedText loaded(small.text());
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.spec().demand[0].shape.calendar[1].category == "食品");
    small.demand = "demand: {orders: 10/day, calendar: " + path + "}";
    CHECK_THAT(LoadedText(small.text()).first_problem(), Catch::Contains("looks like GBK"));
    const auto broken = folder.write("broken.csv", "date,factor,name\n2025-11-11,3,ok\n2025-11-12,3,\xFF\xFF\n");
    small.demand = "demand: {orders: 10/day, encoding: gb18030, calendar: " + broken + "}";
    CHECK_THAT(LoadedText(small.text()).first_problem(), Catch::Contains("broken.csv:3:1: not GB18030"));
}

TEST_CASE("a history is scaled and resampled") {
    const test::TemporaryFolder folder;
    std::string rows = "time,market,product,quantity\n";
    for (int d = 1; d <= 14; ++d)
        rows += "2025-10-" + std::string(d < 10 ? "0" : "") + std::to_string(d) + "T12:00:00+08:00,wuhan,tea,2\n";
    const auto path = folder.write("history.csv", rows);
    const auto loaded = load("{history: " + path + ", scale: 120 %, bootstrap: 2 d}");
    CHECK_THAT(loaded.first_problem(), Catch::Contains("is not a factor"));
    const auto right = load("{history: " + path + ", scale: 1.2 x, bootstrap: 2 d}");
    INFO(right.first_problem());
    REQUIRE(right.problems.empty());
    CHECK(right.spec().demand[0].scale == 1.2);
    CHECK(right.spec().demand[0].bootstrap == sim::day * 2);
    CHECK(right.spec().demand[0].recorded.front().at.us < 0);
    CHECK_THAT(load("{history: " + path + ", bootstrap: 9 d}").first_problem(), Catch::Contains("need 15"));
    CHECK_THAT(load("{history: " + path + ", bootstrap: 5 h}").first_problem(), Catch::Contains("whole days"));
    CHECK_THAT(load("{history: " + path + "}").first_problem(), Catch::Contains("before the start"));
}

TEST_CASE("a history or a plan that does not touch the run is refused") {
    const test::TemporaryFolder folder;
    const std::string plan_head = "time,product,quantity\n", head = "time,market,product,quantity\n";
    const auto late = folder.write("late.csv", head + "14 d,wuhan,tea,2\n2026-11-05T12:00:00+08:00,wuhan,tea,2\n");
    const auto last = folder.write("last.csv", head + "335 h,wuhan,tea,2\n20 d,wuhan,tea,2\n");
    const auto empty = folder.write("empty.csv", head);
    const auto of_history = [](const std::string& path) { return load("{history: " + path + "}").first_problem(); };
    CHECK_THAT(of_history(late), Catch::Contains("test.yaml:17:19: no row of '" + late + "'"));
    CHECK_THAT(of_history(late), Catch::EndsWith("lies in the simulated time. another year's file?"));
    CHECK(of_history(last) == "");
    CHECK_THAT(of_history(empty), Catch::Contains("no row of"));
    const auto of_plan = [&](const std::string& row) {
        const auto path = folder.write("plan.csv", plan_head + row);
        return load("{orders: 1/day}", "policies: {replenish: {at: rdc, use: {plan: " + path + "}}}").first_problem();
    };
    CHECK_THAT(of_plan("14 d,tea,2\n"), Catch::Contains("another year's file?"));
    CHECK(of_plan("13 d,tea,2\n") == "");
}

TEST_CASE("price changes are read, and their demand with them") {
    const auto loaded = load("{orders: 1k/day}",
                             "price_changes:\n  - {products: tea, from: 2025-11-10T20:00+08:00, to: 9 d, price: 80 %, "
                             "elasticity: 1.8, cannibalise: 20 %, pull_forward: {share: 30 %, over: 5 d}}\n  - "
                             "{products: [tea, soap], from: 9 d, to: 10 d, price: 120 %}");
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    const auto& change = loaded.spec().price_changes[0];
    CHECK(change.products == std::vector<models::Index>{0});
    CHECK((change.from == days(7) + sim::hour * 20 && change.to == days(9)));
    CHECK(change.share == Approx(0.8));
    CHECK(change.elasticity == 1.8);
    CHECK(change.cannibalise == Approx(0.2));
    CHECK(change.pull_forward == Approx(0.3));
    CHECK(change.pull_over == sim::day * 5);
    CHECK(models::DemandShape::is_needed(loaded.spec(), 0));
}

TEST_CASE("price changes that cannot be are refused") {
    const auto why = [](const std::string& change, const std::string& demand = "{orders: 1k/day}") {
        return load(demand, "price_changes:\n  - {from: 2 d, to: 4 d, price: 80 %, " + change + "}\n").first_problem();
    };
    using Catch::Contains;
    CHECK_THAT(why("products: [tea, rice], elasticity: 2, cannibalise: 20 %"), Contains("no other products of the"));
    CHECK_THAT(why("products: soap, elasticity: 2, cannibalise: 20 %"), Contains("has no category"));
    CHECK_THAT(why("products: tea, cannibalise: 20 %"), Contains("without `elasticity`"));
    CHECK_THAT(why("products: tea, elasticity: 2, cannibalise: 60 %, pull_forward: {share: 50 %, over: 1 d}"),
               Contains("more than the extra"));
    CHECK_THAT(why("products: tea, elasticity: 20, pull_forward: {share: 100 %, over: 1 d}"),
               Contains("more than the whole demand"));
    CHECK_THAT(why("products: tea, elasticity: 2", "{every: 1 d}"), Contains("cannot answer to a price"));
    CHECK_THAT(
        load("{orders: 1k/day}",
             "price_changes:\n  - {products: tea, from: 2 d, to: 4 d, price: 80 %}\n  - {products: all, from: 3 d, "
             "to: 5 d, price: 90 %}\n")
            .first_problem(),
        Contains("two prices at one time"));
}
