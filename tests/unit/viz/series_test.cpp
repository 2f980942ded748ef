#include "viz/series.hpp"

#include <cstdint>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

using namespace spate;

namespace {

constexpr std::int64_t hour = 3'600'000'000;

std::vector<std::int64_t> hours(std::size_t count) {
    std::vector<std::int64_t> times(count);
    for (std::size_t t = 0; t < count; ++t)
        times[t] = static_cast<std::int64_t>(t) * hour;
    return times;
}

}  // namespace

TEST_CASE("frames are evenly spaced at usual multiples, with the end") {
    const auto times = hours(505);
    const auto all = viz::Frames::choose(times, hour, 505);
    CHECK(all.samples.size() == 505);
    const auto every_second = viz::Frames::choose(times, hour, 400);
    CHECK(every_second.samples.size() == 253);
    CHECK(every_second.samples[1] == 2);
    CHECK(every_second.samples.back() == 504);
    const auto every_eighth = viz::Frames::choose(times, hour, 80);
    CHECK(every_eighth.samples.size() == 64);
    const auto uneven_end = viz::Frames::choose(hours(20), hour, 8);
    CHECK(uneven_end.samples == std::vector<std::size_t>{0, 3, 6, 9, 12, 15, 18, 19});
}

TEST_CASE("samples between the even ones are no frames") {
    const std::vector<std::int64_t> times{0, hour, hour + hour / 60, hour + hour / 30, 2 * hour, 3 * hour};
    const auto frames = viz::Frames::choose(times, hour, 10);
    CHECK(frames.times(times) == std::vector<std::int64_t>{0, hour, 2 * hour, 3 * hour});
}

TEST_CASE("no end of samples leads to more frames than wanted") {
    const auto frames = viz::Frames::choose(hours(100'000), 1, 50);
    CHECK(frames.samples.size() <= 51);
    const auto one = viz::Frames::choose(hours(1), hour, 50);
    CHECK(one.samples == std::vector<std::size_t>{0});
}

TEST_CASE("flows add up over frames, states do not") {
    const viz::Matrix samples{2, {1, 10, 2, 20, 3, 30, 4, 40, 5, 50}};
    viz::Frames frames;
    frames.samples = {0, 2, 4};
    CHECK(frames.states(samples).values == std::vector<double>{1, 10, 3, 30, 5, 50});
    const auto flows = frames.flows(samples);
    CHECK(flows.values == std::vector<double>{1, 10, 5, 50, 9, 90});
    CHECK(std::accumulate(flows.values.begin(), flows.values.end(), 0.0)
          == std::accumulate(samples.values.begin(), samples.values.end(), 0.0));
}

TEST_CASE("entities are added up by group; those of none are left out") {
    const viz::Matrix samples{3, {1, 2, 4, 8, 16, 32}};
    const std::vector<std::size_t> groups{1, 0, 1};
    CHECK(viz::group_sums(samples, groups, 2).values == std::vector<double>{2, 5, 16, 40});
    CHECK(viz::group_sums(samples, groups, 1).values == std::vector<double>{2, 16});
}
