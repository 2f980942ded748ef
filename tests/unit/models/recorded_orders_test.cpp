#include "models/demand/recorded_orders.hpp"

#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "models/demand/base_demand.hpp"

#include "tests/unit/models/chi_square.hpp"
#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::SpecBuilder;

namespace {

/// Four weeks of a list before the run: the quantity says which day, an order in each market at noon.
SpecBuilder shop() {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.market("west");
    builder.channel("web");
    std::vector<DemandSpec::Recorded> rows;
    for (int d = 0; d < 28; ++d) {
        for (const Index market : {0U, 1U})
            rows.push_back({Time{sim::day.us * (d - 30) + sim::hour.us * 12}, market, 0, d + 1});
    }
    builder.recorded(0, rows).bootstrap = sim::day;
    builder.spec.horizon = sim::day * 70;
    return builder;
}

}  // namespace

TEST_CASE("a resampled list keeps the time of day, the day of the week and the days of all markets together") {
    auto builder = shop();
    const auto east = orders_of_run(builder.spec, 0, 0), west = orders_of_run(builder.spec, 0, 1);
    REQUIRE(east.size() == 70);
    std::set<Units> days;
    for (std::size_t i = 0; i < east.size(); ++i) {
        const auto d = static_cast<std::int64_t>(i);
        CHECK(east[i].at == Time{sim::day.us * d + sim::hour.us * 12});
        CHECK((east[i].quantity - 1 - 30) % 7 == (d % 7 - 7) % 7);  // the list begins 30 days before day 0
        CHECK(west[i].quantity == east[i].quantity);
        days.insert(east[i].quantity);
    }
    CHECK(days.size() > 20);
    builder.spec.replication = 1;
    const auto other = orders_of_run(builder.spec, 0, 0);
    CHECK(std::any_of(other.begin(), other.end(), [&](const auto& row) {
        return row.quantity != east[static_cast<std::size_t>(&row - other.data())].quantity;
    }));
    CHECK(BaseDemand(builder.spec).at(0, 0).orders == Approx(1 / 86400.0));
    CHECK(BaseDemand(builder.spec).at(0, 0).units == Approx(14.5 / 86400.0));
}

TEST_CASE("blocks of days come with equal chances and stay together") {
    auto builder = shop();
    builder.spec.demand[0].bootstrap = sim::day * 7;
    builder.spec.horizon = sim::week * 4000;
    const auto rows = orders_of_run(builder.spec, 0, 0);
    std::map<Units, double> begins;
    for (std::size_t i = 0; i + 6 < rows.size(); i += 7) {
        ++begins[rows[i].quantity];
        for (std::size_t k = 1; k < 7; ++k)
            REQUIRE(rows[i + k].quantity == rows[i].quantity + static_cast<Units>(k));
    }
    // The list begins on a Saturday: Mondays are days 3, 10, 17; the last whole week from day 17 on ends before day 24.
    REQUIRE(begins.size() == 3);
    std::vector<double> found;
    for (const auto& [quantity, count] : begins) {
        CHECK(quantity % 7 == 3);
        found.push_back(count);
    }
    CHECK(test::chi_square(found, std::vector<double>(3, 4000.0 / 3)) < test::chi_square_limit(2));
}

TEST_CASE("a scale repeats rows by its whole part and, at random, once more") {
    auto builder = shop();
    auto& demand = builder.spec.demand[0];
    demand.scale = 2.3;
    builder.spec.horizon = sim::day * 50'000;
    const auto rows = orders_of_run(builder.spec, 0, 0);
    std::map<std::int64_t, int> times;
    for (const auto& row : rows)
        ++times[row.at.us];
    REQUIRE(times.size() == 50'000);
    std::vector<double> thrice;
    for (const auto& [at, n] : times) {
        REQUIRE((n == 2 || n == 3));
        thrice.push_back(n - 2);
    }
    CHECK(test::errors_from(thrice, 0.3) < 4);
    CHECK(BaseDemand(builder.spec).at(0, 0).orders == Approx(2.3 / 86400.0));
}
