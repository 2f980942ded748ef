#include <catch2/catch.hpp>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "sim/snapshot/memory_stream.hpp"
#include "models/fit.hpp"
#include "models/spec_archive.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;

TEST_CASE("a fork may give a rule other products, but not one that has several sources") {
    ModelSpec spec = test::chain().spec, other = spec;
    other.replenish[0].products = {0, 3};
    CHECK(why_unfit(spec, other).empty());
    other.replenish[0].products = {0};
    CHECK_THAT(why_unfit(spec, other), Catch::Contains("for 1 products"));
    other.replenish[0].products = {0, 3};
    for (ModelSpec* each : {&spec, &other}) {
        const Index lane = each->replenish[0].lane;
        each->replenish[0].split.emplace().sources = {{lane, 0.5}, {lane, 0.5}};
    }
    CHECK_THAT(why_unfit(spec, other),
               Catch::Contains("replenishment rule") && Catch::Contains("tea, rice") && Catch::Contains("tea, lamp"));
}
