#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/queue_theory.hpp"
#include "tests/unit/models/return_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::returning_shop;
using test::Run;

namespace {

constexpr double z_999 = 3.29;  ///< two-sided 99.9 % of a normal variable

struct Mean {
    double mean = 0, half_width = 0;  ///< 99.9 %
};

/// Of independent replications.
Mean mean_of(const std::vector<double>& values, double t) {
    double sum = 0, squares = 0;
    for (const double value : values)
        sum += value;
    const auto n = static_cast<double>(values.size());
    for (const double value : values)
        squares += (value - sum / n) * (value - sum / n);
    return {sum / n, t * std::sqrt(squares / (n - 1) / n)};
}

std::int64_t account(const Run& run, UnitAccount account) {
    return run.integers("/summary/ledger/closing")[static_cast<std::size_t>(account)];
}

std::int64_t account(const Run& run, MoneyAccount account) {
    return run.integers("/summary/ledger/closing")[unit_accounts + static_cast<std::size_t>(account)];
}

/// One column of /summary/returns of the one centre.
double summary(const Run& run, const std::string& column) {
    return run.numbers("/summary/returns/" + column).at(0);
}

}  // namespace

TEST_CASE("of a million orders as many are returned for each reason as the shares say") {
    auto builder = returning_shop(1'200'000.0 / 864'000, 0.25);
    builder.spec.channels[0].return_after = Distribution::constant(3600);
    builder.spec.trace.orders_share = 0;
    builder.spec.horizon = sim::day * 10;
    builder.spec.return_centres[0].inspect.servers = 0;
    const Run run(builder.spec);
    // Every order whose return would have begun before the end was in the draw; those of the last three hours were not.
    const auto delivered = run.integers("/series/desks/delivered");
    double drawn = 0;
    for (std::size_t i = 0; i + 1 < delivered.size(); ++i)
        drawn += static_cast<double>(delivered[i]);
    REQUIRE(drawn > 1e6);
    const std::array<std::pair<const char*, double>, 3> expected{
        {{"started_quality", 0.125}, {"started_expectation", 0.075}, {"started_other", 0.05}}};
    for (const auto& [column, share] : expected) {
        const double got = summary(run, column), sigma = std::sqrt(drawn * share * (1 - share));
        INFO(column << ": " << got << " of " << drawn << ", expected " << drawn * share << " +- " << z_999 * sigma);
        CHECK(std::abs(got - drawn * share) < z_999 * sigma);
    }
}

TEST_CASE("a product's factor multiplies all shares") {
    auto builder = returning_shop(0.2, 0.2);
    builder.product("lamp");
    builder.spec.products[1].return_factor = 2.5;
    builder.spec.sites[0].assortment = {0, 1};
    builder.spec.sites[0].initial_units = {0, 0};
    builder.spec.demand[0].products = {0, 1};
    builder.spec.channels[0].return_after = Distribution::constant(60);
    builder.spec.horizon = sim::day * 4;
    const Run run(builder.spec);
    std::map<std::int64_t, double> orders, returns;
    const auto product = run.integers("/orders/product"), returned = run.integers("/orders/returned"),
               delivered = run.integers("/orders/delivered");
    for (std::size_t i = 0; i < product.size(); ++i) {
        if (delivered[i] == no_time || delivered[i] >= sim::day.us * 4 - sim::minute.us)
            continue;
        ++orders[product[i]];
        returns[product[i]] += returned[i] != no_time;
    }
    for (const auto& [which, share] : {std::pair{0, 0.2}, std::pair{1, 0.5}}) {
        const double sigma = std::sqrt(orders[which] * share * (1 - share));
        CHECK(std::abs(returns[which] - orders[which] * share) < z_999 * sigma);
    }
}

namespace {

/// Three products, three of which are in every order, with other factors.
test::SpecBuilder returning_baskets() {
    auto builder = returning_shop(0.2, 0.2);
    builder.product("lamp");
    builder.product("chair");
    auto& spec = builder.spec;
    spec.products[1].return_factor = 2.5;
    spec.products[2].return_factor = 0;
    spec.sites[0].assortment = {0, 1, 2};
    spec.sites[0].initial_units = {0, 0, 0};
    spec.demand[0].products = {0, 1, 2};
    spec.demand[0].further = Distribution::constant(2);
    spec.channels[0].return_after = Distribution::constant(60);
    spec.return_centres[0].transit = Distribution::constant(0);
    spec.horizon = sim::day * 8;
    return builder;
}

}  // namespace

TEST_CASE("the products of an order are returned each by itself") {
    const Run run(returning_baskets().spec);
    const auto shipped = run.integers("/summary/stock/shipped");
    std::map<std::int64_t, double> units;
    const auto product = run.integers("/returns/product"), quantity = run.integers("/returns/quantity");
    for (std::size_t i = 0; i < product.size(); ++i)
        units[product[i]] += static_cast<double>(quantity[i]);
    // Orders of the last two hours have not been delivered yet. A line has at most three units, which return together.
    for (const auto& [which, share] : {std::pair{0, 0.2}, std::pair{1, 0.5}, std::pair{2, 0.0}}) {
        const double out = static_cast<double>(shipped[static_cast<std::size_t>(which)]) * (1 - 2.0 / (8 * 24));
        const double sigma = std::sqrt(3 * out * share * (1 - share));
        INFO(which << ": " << units[which] << " of " << out);
        CHECK(std::abs(units[which] - out * share) <= z_999 * sigma);
    }
    // Three draws of three products: of the orders with tea, 12 of 19 have lamps too, half of which come back.
    std::map<std::int64_t, std::set<std::int64_t>> by_order;
    const auto order = run.integers("/returns/order");
    for (std::size_t i = 0; i < product.size(); ++i)
        by_order[order[i]].insert(product[i]);
    double tea = 0, both = 0;
    for (const auto& [number, back] : by_order) {
        tea += back.contains(0);
        both += back.contains(0) && back.contains(1);
    }
    constexpr double together = 12.0 / 19 / 2;
    CHECK(std::abs(both - tea * together) < z_999 * std::sqrt(tea * together * (1 - together)));
    const std::int64_t lines = run.sum("/summary/returns/started_quality")
                               + run.sum("/summary/returns/started_expectation")
                               + run.sum("/summary/returns/started_other");
    const std::int64_t orders = run.sum("/summary/desks/orders_returned");
    CHECK(static_cast<std::size_t>(lines) >= product.size());
    CHECK(orders < lines);
    CHECK(lines < 3 * orders);
    CHECK(run.sum("/summary/desks/units_returned") > lines);
}

TEST_CASE("waits at the inspection are those of M/M/c") {
    // Orders are a Poisson stream; returned ones, delayed independently of each other, are one too.
    constexpr double rate = 0.004;
    std::vector<double> waits;
    for (std::uint32_t replication = 0; replication < 20; ++replication) {
        auto builder = returning_shop(rate * 2, 0.5);
        builder.spec.replication = replication;
        builder.spec.trace.orders_share = 0;
        builder.spec.trace.series_every = sim::day;
        builder.spec.return_centres[0].min_transit = Duration{sim::day.us + sim::hour.us};
        builder.spec.warm_up = sim::day * 15;
        builder.spec.horizon = sim::day * 60;
        const Run run(builder.spec);
        waits.push_back(run.numbers("/summary/return_stages/mean_wait").at(0) * 3600);
    }
    const double expected = 600 * test::erlang_wait(3, rate * 600 / 3);
    const Mean got = mean_of(waits, 3.883);  // t(19, 0.9995)
    INFO("mean wait " << got.mean << " s +- " << got.half_width << ", Erlang C " << expected << " s");
    CHECK(std::abs(got.mean - expected) < got.half_width);
    CHECK(got.half_width < expected * 0.1);
}

TEST_CASE("Little's law holds to the microsecond for every queue") {
    auto builder = test::everything_returns(0.01);
    auto& spec = builder.spec;
    spec.return_centres[0].dock.reset();
    spec.warm_up = sim::day * 3;
    spec.horizon = sim::day * 12;
    const Run run(spec);
    const std::int64_t from = spec.warm_up.us, end = (spec.warm_up + spec.horizon).us;
    const auto received = run.integers("/returns/received"), inspected = run.integers("/returns/inspected");
    std::int64_t time = 0, jobs = 0;
    for (std::size_t i = 0; i < received.size(); ++i) {
        if (received[i] == no_time)
            continue;
        const std::int64_t until = inspected[i] == no_time ? end : std::min(inspected[i], end);
        time += std::max<std::int64_t>(until - std::max(received[i], from), 0);
        jobs += received[i] >= from;
    }
    REQUIRE(jobs > 1000);
    const auto waiting = run.integers("/summary/return_stages/waiting_us"),
               serving = run.integers("/summary/return_stages/service_us");
    CHECK(waiting.at(0) + serving.at(0) == time);
    CHECK(run.integers("/summary/return_stages/arrivals").at(0) == jobs);
    CHECK(waiting.at(0) > 0);
}

TEST_CASE("value, wrong grades and routes are those computed by hand") {
    auto builder = returning_shop(0.12, 1);
    auto& spec = builder.spec;
    auto& centre = spec.return_centres[0];
    centre.inspect.servers = 0;
    centre.accuracy = 0.9;
    centre.claim_per_unit = 7 * currency_unit;
    spec.channels[0].return_quality = spec.channels[0].return_expectation = 0;
    const std::array<double, 4> grades{0.5, 0.25, 0.15, 0.1};
    std::copy(grades.begin(), grades.end(), &centre.grades[2][0]);
    spec.trace.orders_share = 0;
    spec.warm_up = sim::day * 14;
    spec.horizon = sim::day * 70;  // ten sales, thirty-five of the outlet
    const Run run(spec);
    // Found grades: 0.9 of the true one, and a tenth of what is beside it (half of it, of B and C).
    const std::array<double, 4> found{0.9 * grades[0] + 0.05 * grades[1],
                                      0.9 * grades[1] + 0.1 * grades[0] + 0.05 * grades[2],
                                      0.9 * grades[2] + 0.05 * grades[1] + 0.1 * grades[3],
                                      0.9 * grades[3] + 0.05 * grades[2]};
    const double too_good = 0.05 * grades[1] + 0.05 * grades[2] + 0.1 * grades[3];
    const double closed = summary(run, "units_closed");
    REQUIRE(closed > 500'000);
    const std::array<const char*, 4> routes{"units_reshelved", "units_special", "units_outlet", "units_scrapped"};
    for (std::size_t g = 0; g < 4; ++g) {
        INFO(routes[g]);
        const double sigma = std::sqrt(closed * found[g] * (1 - found[g]));
        // Sales are in lots: of B a week's returns more or less may be sold within the horizon.
        const double lots = g == 1 ? closed / 70 * 0.5 : closed / 70 * 0.25;
        CHECK(std::abs(summary(run, routes[g]) - closed * found[g]) < z_999 * sigma + lots);
    }
    const double value = 30 * (found[0] + 0.8 * found[1] + 0.3 * found[2]);
    const double got = summary(run, "value") / closed;
    const double variance = 900 * (found[0] + 0.64 * found[1] + 0.09 * found[2]) - value * value;
    const double interval = z_999 * std::sqrt(variance / closed) + 0.02;
    INFO("value per unit " << got << ", by hand " << value << " +- " << interval);
    CHECK(std::abs(got - value) < interval);
    const double cost = 3 + 1 + 0.5 * found[0] + 7 * too_good;
    INFO("cost per unit " << summary(run, "cost") / closed << ", by hand " << cost);
    CHECK(summary(run, "cost") / closed == Approx(cost).margin(0.02));
    CHECK(summary(run, "orders_misgraded") / summary(run, "orders_graded") == Approx(0.1).margin(0.002));
}

TEST_CASE("every unit that came back is somewhere, and so is every amount") {
    auto builder = test::everything_returns(0.02);
    builder.spec.horizon = sim::day * 30;
    const Run run(builder.spec);
    const auto quantity = run.integers("/returns/quantity"), route = run.integers("/returns/route"),
               received = run.integers("/returns/received"), closed = run.integers("/returns/closed"),
               refunded = run.integers("/returns/refunded");
    std::array<std::int64_t, 8> units{};
    std::int64_t on_the_way = 0, refunds = 0, late = 0;
    const std::int64_t end = builder.spec.horizon.us;
    for (std::size_t i = 0; i < quantity.size(); ++i) {
        const auto r = static_cast<std::size_t>(route[i]);
        const bool is_open = closed[i] == no_time && r < 6;
        units[is_open ? 5 : r] += quantity[i];
        on_the_way += is_open && received[i] == no_time ? quantity[i] : 0;
        refunds += refunded[i] != no_time && refunded[i] < end ? quantity[i] : 0;
        late += refunded[i] == no_time;
    }
    for (const std::size_t r : {0, 1, 2, 4, 5, 6, 7})
        CHECK(units[r] > 0);
    CHECK(units[3] == 0);  // what was repaired went on
    CHECK(late > 0);
    CHECK(account(run, UnitAccount::returning) == on_the_way);
    CHECK(account(run, UnitAccount::at_return_centre) + account(run, UnitAccount::in_repair) == units[5] - on_the_way);
    CHECK(account(run, UnitAccount::sold_as_seconds) == units[1] + units[2]);
    CHECK(account(run, UnitAccount::scrapped) == units[4]);
    const auto last = [&](const char* state) { return run.integers(std::string("/series/returns/") + state).back(); };
    CHECK(last("before_grade") + last("to_shelf") + last("to_special") + last("to_outlet")
          == account(run, UnitAccount::at_return_centre));
    CHECK(last("in_repair") == account(run, UnitAccount::in_repair));
    CHECK(run.sum("/summary/stock/returned") + account(run, UnitAccount::in_transit) == units[0]);
    CHECK(run.sum("/series/returns/received") == run.sum("/summary/returns/units_received"));
    CHECK(run.sum("/series/returns/closed") == run.sum("/summary/returns/units_closed"));
    CHECK(account(run, MoneyAccount::refunds) == refunds * 30 * currency_unit);
    CHECK(account(run, MoneyAccount::refunds) == run.sum("/summary/returns/refunded"));
    CHECK(account(run, MoneyAccount::scrap_loss) == units[4] * 10 * currency_unit);
    CHECK(account(run, MoneyAccount::returned_goods) == (units[5] - on_the_way) * 10 * currency_unit);
    CHECK(-account(run, MoneyAccount::sales_of_seconds) + units[0] * 30 * currency_unit
          == run.sum("/summary/returns/value"));
    CHECK(run.sum("/returns/value") == run.sum("/summary/returns/value"));
    const Money spent = account(run, MoneyAccount::return_freight) + account(run, MoneyAccount::return_handling)
                        + account(run, MoneyAccount::return_claims);
    CHECK(run.sum("/returns/cost") + run.sum("/summary/returns/fixed") == spent);
    CHECK(run.sum("/summary/returns/fixed") == 30 * 100 * currency_unit);
}

TEST_CASE("each return takes its way in the order of things") {
    auto builder = test::everything_returns(0.02);
    builder.spec.horizon = sim::day * 20;
    const Run run(builder.spec);
    const auto column = [&](const char* name) { return run.integers(std::string("/returns/") + name); };
    const auto started = column("started"), received = column("received"), inspected = column("inspected"),
               refunded = column("refunded"), closed = column("closed"), delivered = column("delivered"),
               grade = column("grade"), truth = column("true_grade"), route = column("route");
    int checked = 0, wrong = 0;
    for (std::size_t i = 0; i < started.size(); ++i) {
        REQUIRE(started[i] >= delivered[i]);
        if (inspected[i] == no_time)
            continue;
        ++checked;
        wrong += grade[i] != truth[i];
        REQUIRE(std::abs(grade[i] - truth[i]) <= 1);
        REQUIRE(received[i] >= started[i] + sim::day.us);
        REQUIRE(inspected[i] > received[i] + sim::second.us * 120);
        if (refunded[i] != no_time)
            REQUIRE(refunded[i] == inspected[i] + sim::hour.us * 3);
        if (closed[i] == no_time)
            continue;
        REQUIRE(closed[i] >= inspected[i]);
        if (inspected[i] - delivered[i] > sim::day.us * 4)
            REQUIRE(route[i] != static_cast<std::int64_t>(ReturnRoute::reshelve));
        if (route[i] == static_cast<std::int64_t>(ReturnRoute::special))
            REQUIRE((closed[i] - sim::hour.us * 20) % (sim::day.us * 7) == 0);
    }
    REQUIRE(checked > 3000);
    CHECK(std::abs(wrong - checked * 0.15) < z_999 * std::sqrt(checked * 0.15 * 0.85));
}

TEST_CASE("claims for money only are refused as the detector finds") {
    auto builder = test::everything_returns(0.05);
    builder.spec.horizon = sim::day * 20;
    const Run run(builder.spec);
    const double claims = summary(run, "claims"), honest = summary(run, "claims_true");
    const double refused = summary(run, "claims_refused"), wrongly = summary(run, "wrongly_refused");
    REQUIRE(claims > 3000);
    const auto near = [](double count, double n, double p) {
        return std::abs(count - n * p) < z_999 * std::sqrt(n * p * (1 - p));
    };
    CHECK(near(honest, claims, 0.7));
    CHECK(near(wrongly, honest, 0.1));
    CHECK(near(refused - wrongly, claims - honest, 0.8));
    CHECK(summary(run, "abuse_paid") > 0);
}

TEST_CASE("goods that are re-shelved are sold again") {
    // A shop with 1000 units and no supply: more orders are filled only by what comes back.
    const auto filled = [](bool reshelves) {
        auto builder = returning_shop(0.01, 0.5);
        auto& spec = builder.spec;
        spec.sites[0].unlimited_stock = false;
        spec.sites[0].initial_units = {1000};
        spec.horizon = sim::day * 40;
        if (!reshelves)
            spec.return_centres[0].routes[0] = ReturnRoute::outlet;
        const Run run(spec);
        const auto returned = run.sum("/summary/stock/returned"), shipped = run.sum("/summary/stock/shipped"),
                   left = run.sum("/summary/stock/final");
        CHECK(shipped + left == 1000 + returned);
        CHECK(run.sum("/summary/desks/orders_shipped") == shipped);
        return std::pair(shipped, returned);
    };
    const auto [alone, none] = filled(false);
    const auto [again, back] = filled(true);
    CHECK(none == 0);
    CHECK(alone == 1000);
    CHECK(back > 200);
    CHECK(again > alone + back / 2);
}

TEST_CASE("what a centre does changes neither who returns nor what it is") {
    const auto facts = [](std::uint32_t servers, double accuracy) {
        auto builder = test::everything_returns(0.02);
        builder.spec.horizon = sim::day * 15;
        builder.spec.return_centres[0].inspect.servers = servers;
        builder.spec.return_centres[0].accuracy = accuracy;
        const Run run(builder.spec);
        const auto ids = run.integers("/returns/id"), started = run.integers("/returns/started"),
                   truth = run.integers("/returns/true_grade"), reason = run.integers("/returns/reason"),
                   grade = run.integers("/returns/grade");
        std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> begun, graded;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            begun[ids[i]] = {started[i], reason[i]};
            if (grade[i] < 4)
                graded[ids[i]] = {truth[i], grade[i]};
        }
        return std::pair(begun, graded);
    };
    const auto [few, few_grades] = facts(2, 0.7);
    const auto [many, many_grades] = facts(9, 0.9);
    CHECK(few == many);
    int same = 0, better = 0;
    for (const auto& [id, seen] : few_grades) {
        const auto other = many_grades.find(id);
        if (other == many_grades.end())
            continue;
        REQUIRE(other->second.first == seen.first);
        if (seen.second == seen.first)
            REQUIRE(other->second.second == seen.second);  // right stays right
        same += other->second == seen;
        better += other->second != seen;
    }
    CHECK(same > 1000);
    CHECK(better > 100);
}

TEST_CASE("returns are the same with any number of workers, and after a stop") {
    auto builder = test::everything_returns(0.01);
    builder.market("west");
    builder.market("north");
    builder.lane_to_market(0, 1, 9000);
    builder.lane_to_market(0, 2, 9000);
    auto& spec = builder.spec;
    spec.demand[0].markets = {0, 1, 2};
    spec.return_centres[0].markets = {0, 2};
    spec.return_centres.push_back(spec.return_centres[0]);
    spec.return_centres[1].id = "other";
    spec.return_centres[1].markets = {1};
    builder.product("lamp");
    spec.products[1].return_factor = 2;
    spec.sites[0].assortment = spec.demand[0].products = {0, 1};
    spec.sites[0].initial_units = {0, 0};
    spec.demand[0].further = Distribution::poisson(0.4);
    spec.horizon = sim::day * 16;
    const Run reference(spec);
    REQUIRE(reference.integers("/returns/id").size() > 2000);
    test::check_workers(spec, reference);
    test::check_resumed(spec, sim::hour * 61, 6);
}
