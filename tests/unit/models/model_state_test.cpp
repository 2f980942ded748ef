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

namespace {

/// As a state begins with it.
std::string as_text(std::string description) {
    sim::MemoryOutput out;
    sim::StateWriter archive(out);
    archive(description);
    return out.take();
}

}  // namespace

TEST_CASE("a state that breaks a rule while it is read is an error of its file") {
    ModelSpec spec = test::chain().spec, other = spec;
    spec.snapshot.every = other.snapshot.every = sim::day;
    other.sites[3].outbound.pop_back();
    std::vector<std::string> states;
    const Run whole(spec, {}, &states);
    REQUIRE(!states.empty());
    // The scenario of one and the state of the other.
    const std::string lie = as_text(archived(other)) + states[0].substr(as_text(archived(spec)).size());
    CHECK_THROWS_WITH(Run(other, {}, nullptr, lie), Catch::Contains("the snapshot cannot be read"));
    CHECK_THROWS_AS(Run(other, {}, nullptr, lie), sim::FileError);
}

TEST_CASE("a fork that asks for snapshots less often has them at its own times") {
    ModelSpec spec = test::chain().spec;
    spec.snapshot.every = sim::hour * 20;  // at 20, 40 and 60 of 72 hours
    std::vector<std::string> states, rare, same;
    const Run whole(spec, {}, &states);
    REQUIRE(states.size() == 3);
    const Run again(spec, {}, &same, states[0]);
    CHECK(same.size() == 2);
    spec.snapshot.every = sim::hour * 23;  // at 23, 46 and 69
    const Run fork(spec, {}, &rare, states[0]);
    CHECK(rare.size() == 3);
}

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
