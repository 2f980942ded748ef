#include "scenarios/load/overrides.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;
using test::LoadedText;
using test::Small;

TEST_CASE("a path of keys, ids and numbers sets one value") {
    const LoadedText loaded(Small().text(),
                            {{"demand.orders", "86.4k/day"},
                             {"products[lip-glaze].price", "99 CNY"},
                             {"lanes[1].transit", "{uniform: [1 h, 2 h]}"},
                             {"trace.series", "5 min"},
                             {"seed", "7"}});
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.spec().demand.at(0).orders_per_second == Approx(1));
    CHECK(loaded.spec().products.at(0).price == 99'000'000);
    CHECK(loaded.spec().lanes.at(1).transit.mean() == Approx(5400));
    CHECK(loaded.spec().trace.series_every == spate::sim::minute * 5);
    CHECK(loaded.spec().seed == 7);
}

TEST_CASE("an id that is a number comes before a position") {
    Small small;
    small.products = "products: [{id: 2, price: 1 CNY}, {id: 1001, price: 1 CNY}, {id: wok, price: 1 CNY}]";
    const LoadedText loaded(small.text(),
                            {{"products[2].price", "2 CNY"},
                             {"products[1001].price", "3 CNY"},
                             {"products[0].name", "first"},
                             {"products[wok].price", "4 CNY"}});
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    const auto& products = loaded.spec().products;
    CHECK(products.at(0).price == 2'000'000);
    CHECK(products.at(0).name == "first");
    CHECK(products.at(1).price == 3'000'000);
    CHECK(products.at(2).price == 4'000'000);
}

TEST_CASE("a wrong path or value is a problem of --set") {
    for (const auto& change : {Override{"products[nope].price", "1 CNY"},
                               Override{"products.price", "1 CNY"},
                               Override{"name.x", "1"},
                               Override{"", "1"},
                               Override{"a..b", "1"},
                               Override{"lanes[7].transit", "1 h"},
                               Override{"lanes[", "1 h"},
                               Override{"seed", "{"},
                               Override{"seed", ""},
                               Override{"nope", "1"},
                               Override{"demand.orders", "5"}}) {
        const LoadedText loaded(Small().text(), {change});
        INFO(change.path << "=" << change.value);
        REQUIRE_FALSE(loaded.problems.empty());
        CHECK(loaded.first_problem().starts_with("--set " + change.path + "=" + change.value + ": "));
    }
}

TEST_CASE("what --set names is told with what there is") {
    const auto problem = [](const Override& change) { return LoadedText(Small().text(), {change}).first_problem(); };
    CHECK(problem({"lanes[7].transit", "1 h"}).find("there is no item [7] (") != std::string::npos);
    CHECK(problem({"lanes[7].transit", "1 h"}).find("[0]") != std::string::npos);
    CHECK(problem({"products[nope].price", "1 CNY"}).find("write an id, or a number from 0?") != std::string::npos);
    CHECK(problem({"name", ""}) == "--set name=: the value is empty. write '\"\"' for an empty text?");
}
