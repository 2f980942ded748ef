#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;

namespace {

/// The busy chain with presale in its first channel, and groups, pick-up points and shared vehicles in its second.
ModelSpec chain_on_terms(bool locks) {
    auto builder = test::chain();
    auto& spec = builder.spec;
    PresaleSpec presale;
    presale.deposit = 0.2;
    presale.opens_after = sim::hour * 10;
    presale.within = sim::hour * 5;
    presale.paid = 0.8;
    presale.cancelled = 0.1;
    presale.locks_stock = presale.express = locks;
    spec.channels[0].presale = presale;
    spec.channels[1].group = GroupSpec{};
    spec.channels[1].group->after = sim::hour * 6;
    spec.channels[1].group->at_least = 2;
    spec.channels[1].pickup = PickupSpec{Distribution::exponential(40'000), sim::day};
    for (auto& lane : spec.lanes) {
        if (lane.to_market) {
            lane.departures = {sim::day, {sim::hour * 6, sim::hour * 16}};
            lane.cost_per_vehicle = 50 * currency_unit;
        }
    }
    return spec;
}

}  // namespace

TEST_CASE("presale, groups, pick-up: a resumed run leaves the same numbers") {
    for (const bool locks : {false, true}) {
        const auto whole = test::Run(chain_on_terms(locks)).all_numbers();
        CHECK(whole.contains("/summary/presale/paid"));
        CHECK(whole.contains("/summary/locks/mean_locked") == locks);
        test::check_resumed(chain_on_terms(locks), sim::minute * 431, 8);
    }
}

TEST_CASE("presale, groups, pick-up: the same numbers for any number of workers") {
    for (const bool locks : {false, true}) {
        const test::Run one(chain_on_terms(locks), {.workers = 1});
        CHECK(one.sum("/summary/presale/paid") > 100);
        CHECK(one.sum("/summary/groups/orders") > 100);
        CHECK(one.sum("/summary/pickup/expired") > 10);
        for (const unsigned workers : {2U, 4U}) {
            const test::Run many(chain_on_terms(locks), {.workers = workers});
            CHECK(many.result.report.digest.total == one.result.report.digest.total);
            CHECK(many.all_numbers() == one.all_numbers());
        }
    }
}

TEST_CASE("a snapshot does not fit other terms of a channel") {
    ModelSpec spec = chain_on_terms(true);
    spec.snapshot.every = sim::day;
    std::vector<std::string> states;
    const test::Run whole(spec, {}, &states);
    spec.channels[0].presale->paid = 0.7;
    CHECK_THROWS_WITH(test::Run(spec, {}, nullptr, states.at(0)), Catch::Contains("other terms"));
}
