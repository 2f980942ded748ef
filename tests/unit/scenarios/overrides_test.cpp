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
