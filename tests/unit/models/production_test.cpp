#include "models/sites/production.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;

namespace {

ProductionSpec factory(std::uint32_t lines) {
    ProductionSpec spec;
    spec.lines = lines;
    spec.units_per_second = 0.5;
    spec.batch = 10;  // 20 s
    spec.set_up = sim::second * 100;
    return spec;
}

std::vector<double> seconds_of(const std::vector<FinishedBatch>& batches) {
    std::vector<double> seconds;
    for (const auto& batch : batches)
        seconds.push_back(Duration{batch.at.us}.seconds());
    return seconds;
}

}  // namespace

TEST_CASE("a run is rounded up to whole batches, each delivered when it is done") {
    Production production(factory(1));
    std::vector<FinishedBatch> batches;
    CHECK(production.plan(7, 25, at_seconds(1000), batches) == 30);
    CHECK(seconds_of(batches) == std::vector<double>{1120, 1140, 1160});
    for (const auto& batch : batches) {
        CHECK(batch.product == 7);
        CHECK(batch.quantity == 10);
    }
    CHECK(production.plan(7, 10, at_seconds(1000), batches) == 10);
    CHECK(batches.size() == 4);
}

TEST_CASE("a line is set up only where its product changes") {
    Production production(factory(1));
    std::vector<FinishedBatch> batches;
    production.plan(1, 10, at_seconds(0), batches);
    production.plan(1, 20, at_seconds(0), batches);
    production.plan(2, 10, at_seconds(0), batches);
    production.plan(1, 10, at_seconds(1000), batches);
    CHECK(seconds_of(batches) == std::vector<double>{120, 140, 160, 280, 1120});
}

TEST_CASE("a run goes to the line that is free first") {
    Production production(factory(2));
    std::vector<FinishedBatch> batches;
    production.plan(1, 50, at_seconds(0), batches);  // first line, until 200
    production.plan(2, 10, at_seconds(0), batches);  // second line, until 120
    production.plan(3, 10, at_seconds(0), batches);  // second line, until 240
    production.plan(1, 10, at_seconds(0), batches);  // first line, no set-up
    CHECK(seconds_of(batches) == std::vector<double>{120, 140, 160, 180, 200, 120, 240, 220});
}

TEST_CASE("production rests while the calendar is closed") {
    auto spec = factory(1);
    // Open from 08:00 to 08:02 every day.
    std::vector<WeeklyProfile::Segment> segments{{Duration{0}, 0}};
    for (int d = 0; d < 7; ++d) {
        segments.push_back({sim::day * d + sim::hour * 8, 1});
        segments.push_back({sim::day * d + sim::hour * 8 + sim::minute * 2, 0});
    }
    spec.calendar = WeeklyProfile(segments, {});
    Production production(spec);
    std::vector<FinishedBatch> batches;
    production.plan(1, 30, at_seconds(0), batches);
    const double opening = 8 * 3600;
    CHECK(seconds_of(batches) == std::vector<double>{opening + 120, opening + 86400 + 20, opening + 86400 + 40});
}

TEST_CASE("random runs end when a simulation of the lines by hand says") {
    for (std::uint64_t number = 0; number < 100; ++number) {
        sim::RandomStream random({4, 0}, number, 1);
        ProductionSpec spec;
        spec.lines = 1 + random.below(4);
        spec.batch = 1 + random.below(20);
        spec.units_per_second = 0.25;
        spec.set_up = sim::second * random.below(100);
        Production production(spec);

        struct Line {
            std::int64_t free = 0;  ///< [s]
            Index product = 999;
        };

        std::vector<Line> lines(spec.lines);
        std::int64_t now = 0;
        for (int i = 0; i < 40; ++i) {
            now += random.below(400);
            const Index product = random.below(3);
            const Units quantity = 1 + random.below(60);
            std::vector<FinishedBatch> batches;
            const Units planned = production.plan(product, quantity, {now * sim::second.us}, batches);
            Line* line = &lines[0];
            for (auto& other : lines) {
                if (other.free < line->free)
                    line = &other;
            }
            std::int64_t t = std::max(now, line->free) + (line->product == product ? 0 : spec.set_up / sim::second);
            Units made = 0;
            for (const auto& batch : batches) {
                t += spec.batch * 4;
                made += batch.quantity;
                REQUIRE(batch.at.us == t * sim::second.us);
                REQUIRE(batch.product == product);
            }
            *line = {t, product};
            REQUIRE(made == planned);
            REQUIRE((planned >= quantity && planned < quantity + spec.batch && planned % spec.batch == 0));
        }
    }
}

TEST_CASE("a factory without lines, batches or speed is refused") {
    for (int i = 0; i < 3; ++i) {
        auto spec = factory(1);
        if (i == 0)
            spec.lines = 0;
        if (i == 1)
            spec.batch = 0;
        if (i == 2)
            spec.units_per_second = 0;
        CHECK_THROWS_AS(Production(spec), std::logic_error);
    }
}
