// What fits its own limits and is still too much, too often or too little.
#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;
using Catch::Contains;
using test::LoadedText;
using test::Small;

namespace {

const std::string rule = "policies: {replenish: [{at: rdc, use: {base_stock: {units: 9}}, review: daily 02:00}]}";

std::string with(const std::string& path, const std::string& value) {
    Small small;
    small.more = rule;
    return LoadedText(small.text(), {{path, value}}).first_problem();
}

}  // namespace

TEST_CASE("more units than money can be counted for are refused where they are written") {
    const std::string too_much =
        "1e+12 units of product 'lip-glaze' are worth, or weigh, more than can be counted (up "
        "to 7.75e+09 are possible). write fewer?";
    for (const auto& [path, value] : {std::pair("sites[rdc].stock", "{units: 1e12}"),
                                      std::pair("demand.quantity", "1e12"),
                                      std::pair("policies.replenish[0].use", "{base_stock: {units: 1e12}}"),
                                      std::pair("policies.replenish[0].use", "{min_max: {min: 1, max: 1e12}}")}) {
        CHECK(with(path, value) == std::string("--set ") + path + "=" + value + ": " + too_much);
    }
    const test::TemporaryFolder folder;
    const auto history = folder.write("h.csv", "time,market,product,quantity\n1 h,wuhan,lip-glaze,4000000000\n");
    CHECK(with("demand", "{history: " + history + "}") == "");
    const auto plan = folder.write("p.csv", "time,product,quantity\n1 h,lip-glaze,1000000000000\n");
    CHECK(with("policies.replenish[0].use", "{plan: " + plan + "}") == plan + ":2:15: " + too_much);
    CHECK(with("sites[rdc].stock", "{units: 1e9}") == "");
}

TEST_CASE("prices and costs leave room for sums") {
    for (const auto& [path, value] : {std::pair("sites[rdc].holding", "1e15 %/year"),
                                      std::pair("sites[rdc].holding", "1e13 CNY/unit/day"),
                                      std::pair("sites[rdc].backorder_cost", "1e13 CNY/unit/day"),
                                      std::pair("sites[rdc].handling", "{per_order: 1e12 CNY}"),
                                      std::pair("products[lip-glaze].price", "1e12 CNY"),
                                      std::pair("products[lip-glaze].cost", "1e8 %"),
                                      std::pair("lanes[0].cost", "1e12 CNY/trip"),
                                      std::pair("lanes[0].cost", "1e12 CNY/kg")}) {
        CHECK_THAT(with(path, value), Contains("' is too large"));
    }
    CHECK_THAT(with("products[lip-glaze]", "{id: lip-glaze, price: 1e9 CNY, cost: 99999 %}"),
               Contains("a cost of 9.9999e+11 CNY is too large"));
    CHECK(with("sites[rdc].holding", "900 %/day") == "");
    CHECK(with("products[lip-glaze].price", "1e8 CNY") == "");
}

TEST_CASE("what would happen more than 100 million times is refused") {
    for (const auto& [path, value] : {std::pair("policies.replenish[0].review", "every 1 us"),
                                      std::pair("policies.replenish[0].review", "{every: 1 us}"),
                                      std::pair("policies.forecast", "{moving_average: 100000 us, period: 1 us}"),
                                      std::pair("lanes[0].departs", "every 1 us")}) {
        CHECK_THAT(with(path, value), Contains("1 us' happens 1209600000000 times"));
    }
    CHECK(with("policies.replenish[0].review", "every 1 min") == "");
}

TEST_CASE("orders that bring others go back to a time before the start that can be drawn") {
    const auto hawkes = [](const std::string& decay) {
        return "{orders: 100M/day, arrivals: {hawkes: {branching: 0.5, decay: " + decay + "}}}";
    };
    CHECK_THAT(with("demand", hawkes("1 h")), Contains("2.1e+08 orders before the start matter"));
    CHECK(with("demand", hawkes("1 min")) == "");
}

TEST_CASE("an amount that would be counted as nothing is refused") {
    CHECK_THAT(with("products[0].price", "0.0000004 CNY"), Contains("'0.0000004 CNY' is too small (money"));
    CHECK_THAT(with("products[0].cost", "0.0000004 CNY"), Contains("'0.0000004 CNY' is too small (money"));
    CHECK(with("products[0].price", "0.000001 CNY") == "");
    CHECK(with("products[0].cost", "0.0001 %") == "");
    CHECK(with("products[0].price", "0 CNY") == "");
}

TEST_CASE("a vehicle that holds nothing after rounding is refused") {
    CHECK_THAT(with("lanes[0].vehicle", "{volume: 0.0004 mL}"), Contains("'0.0004 mL' is too small"));
    CHECK_THAT(with("lanes[0].vehicle", "{weight: 0.0004 g}"), Contains("'0.0004 g' is too small"));
    CHECK(with("lanes[0].vehicle", "{weight: 1 g}") == "");
}

TEST_CASE("lists without which nobody can order are not empty") {
    CHECK(with("channels", "[]")
          == "--set channels=[]: nobody can order (there is no channel). give `channels` an item?");
    CHECK_THAT(with("products", "[]"), Contains("there is no product"));
    CHECK_THAT(with("markets", "[]"), Contains("there is no market"));
    const test::TemporaryFolder folder;
    const auto markets = folder.write("m.csv", "id,lon,lat\n");
    CHECK_THAT(with("markets", "{from: " + markets + "}"), Contains("there is no market"));
}
