#include "cli/warm_up.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/check.hpp"

#include "cli/figure_names.hpp"

using namespace spate;
using Catch::Contains;
using cli::Replication;

namespace {

/// Two arms, sampled once an hour for 100 h; the pilots of each begin with some samples that are too high.
struct Pilots {
    scenarios::Experiment experiment;
    std::vector<cli::RunnableArm> arms;
    std::vector<std::vector<Replication>> results;

    Pilots() {
        experiment.decide.figure = "turnover_days";
        experiment.finds_warm_up = true;
    }

    void add(const std::string& id, std::size_t high, double slope = 0) {
        models::ModelSpec spec;
        spec.horizon = sim::hour * 100;
        spec.trace.series_every = sim::hour;
        experiment.arms.push_back({id, id, {}, spec});
        arms.push_back({id, spec, 0});
        auto& of_arm = results.emplace_back();
        for (const double noise : {-1.0, 0.0, 1.0}) {
            std::vector<double> values;
            for (std::size_t i = 0; i < 99; ++i)
                values.push_back((i < high ? 500 : 0) + slope * static_cast<double>(i) + noise);
            Replication pilot;
            pilot.series.push_back({"stock value", std::move(values)});
            of_arm.push_back(std::move(pilot));
        }
    }

    cli::FoundWarmUp find() const { return cli::find_warm_up(experiment, arms, results); }
};

}  // namespace

TEST_CASE("the arm with the longest transient decides for all") {
    Pilots pilots;
    pilots.add("short", 5);
    pilots.add("long", 23);
    pilots.add("none", 0);
    const auto found = pilots.find();
    REQUIRE(found.ends.size() == 3);
    CHECK(found.ends[0].after == sim::hour * 5);
    CHECK(found.ends[1].after == sim::hour * 25);  // batches of five samples
    CHECK(found.ends[2].after == sim::Duration{});
    CHECK(found.duration == sim::hour * 25);
    CHECK(cli::warm_up_text(pilots.experiment, found)
          == "warm-up 1 d 1 h found by MSER-5 from 5 pilot replications; arm long needed the most (stock value)");
}

TEST_CASE("without a transient there is no warm-up") {
    Pilots pilots;
    pilots.add("a", 0);
    pilots.add("b", 0);
    CHECK(pilots.find().duration == sim::Duration{});
    CHECK_THAT(cli::warm_up_text(pilots.experiment, pilots.find()), Contains("no transient"));
}

TEST_CASE("a transient that does not end within half of the run is refused") {
    Pilots pilots;
    pilots.add("a", 0);
    pilots.add("rising", 0, 1);
    CHECK_THROWS_AS(pilots.find(), sim::RunError);
    CHECK_THROWS_WITH(pilots.find(), Contains("arm rising") && Contains("'stock value'") && Contains("Run longer"));
}

TEST_CASE("pilots measure all of the run, and are others for other processes") {
    Pilots pilots;
    pilots.add("a", 0);
    pilots.arms[0].spec.warm_up = sim::hour * 20;
    const auto arms = cli::pilot_arms(pilots.arms, {"stock value"});
    CHECK(arms[0].spec.warm_up == sim::Duration{});
    CHECK(arms[0].spec.horizon == sim::hour * 120);
    CHECK(arms[0].scenario_hash != cli::pilot_arms(pilots.arms, {"costs"})[0].scenario_hash);
    CHECK(arms[0].scenario_hash == cli::pilot_arms(pilots.arms, {"stock value"})[0].scenario_hash);
}

TEST_CASE("constraints have a say, and every key figure has a process") {
    Pilots pilots;
    pilots.experiment.decide.subject_to.push_back({"order_fill_rate", {}, {}});
    CHECK(cli::deciding_processes(pilots.experiment) == std::vector<std::string>{"stock value", "stock on hand"});
    for (const auto figure : cli::figure_names())
        CHECK_FALSE(analysis::find_process(figure).empty());
}
