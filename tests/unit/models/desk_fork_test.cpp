#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/models/desk_bench.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::DeskBench;
using test::SpecBuilder;

namespace {

constexpr double fork_second = 25'417;  // inside a wave

/// One shop; demand of all products together, and of each by itself.
ModelSpec one_shop(StockView view, double orders_per_second, double orders_of_each) {
    SpecBuilder builder;
    builder.product("tea");
    builder.product("rice");
    builder.market("east");
    builder.channel("web");
    auto& channel = builder.spec.channels[0];
    channel.view = view;
    if (view == StockView::live)
        channel.release_every = Duration{0};
    channel.unmet = Unmet::backorder;
    builder.lane_to_market(builder.supplier("shop"), 0, 3600, 10);
    builder.demand(orders_per_second, false);
    builder.demand(orders_of_each, true).gap = Distribution::gamma(1, 0.5);
    return builder.spec;
}

/// When the orders were placed, in order; those that were refused and came again count once.
std::vector<std::int64_t> placed_times(const std::vector<DeskBench::Received>& received) {
    std::set<std::pair<std::int64_t, std::uint64_t>> orders;
    for (const auto& order : received)
        orders.emplace(std::get<2>(order), std::get<3>(order));
    std::vector<std::int64_t> times;
    times.reserve(orders.size());
    for (const auto& [placed, key] : orders)
        times.push_back(placed);
    return times;
}

/// The time of ordering of everything that comes to the shop before and after a fork at fork_second.
struct Fork {
    Fork(const ModelSpec& before, const ModelSpec& after)
        : first(before)
        , second(after) {
        first.start();
        first.run_until(at_seconds(fork_second));
        second.load(first);
    }

    std::vector<std::int64_t> run() {
        second.run_until(second.frame.end);
        second.received.insert(second.received.end(), first.received.begin(), first.received.end());
        return placed_times(second.received);
    }

    DeskBench first, second;
};

}  // namespace

TEST_CASE("demand that is new in a fork begins at the fork, also where nobody had ordered before") {
    for (const auto view : {StockView::live, StockView::cached}) {
        Fork fork(one_shop(view, 0, 0), one_shop(view, 0.05, 0.01));
        const auto placed = fork.run();
        REQUIRE(!placed.empty());
        CHECK(placed.front() >= at_seconds(fork_second).us);
        const double mean = 0.07 * (86400 - fork_second);
        CHECK(std::abs(static_cast<double>(placed.size()) - mean) < 5 * std::sqrt(mean));
    }
}

TEST_CASE("another seed, rate or wave changes nobody who has ordered before the fork") {
    const auto before = one_shop(StockView::cached, 0.05, 0.01);
    DeskBench whole(before);
    whole.start();
    whole.run_until(whole.frame.end);
    const auto expected = placed_times(whole.received);
    for (const Duration wave : {Duration{0}, sim::minute * 3, sim::hour * 2}) {
        auto after = one_shop(StockView::cached, 0.3, 0.04);
        after.seed = 99;
        after.channels[0].release_every = wave;
        Fork fork(before, after);
        const auto placed = fork.run();
        const auto until = [](const std::vector<std::int64_t>& times) {
            return std::lower_bound(times.begin(), times.end(), at_seconds(fork_second).us) - times.begin();
        };
        REQUIRE(until(placed) == until(expected));
        CHECK(std::equal(placed.begin(), placed.begin() + until(placed), expected.begin()));
        CHECK(placed.size() > 2 * expected.size());
    }
}

TEST_CASE("new customers come between those announced before the fork, and count when they order") {
    // So few customers are announced days ahead.
    Fork fork(one_shop(StockView::live, 1.0 / 7200, 0), one_shop(StockView::live, 1.0 / 7200, 0.02));
    std::vector<std::pair<Time, std::int64_t>> counts;
    for (const double hour : {7.2, 8.0, 11.5, 20.0}) {
        fork.second.run_until(at_seconds(hour * 3600));
        counts.emplace_back(at_seconds(hour * 3600), fork.second.desk.orders_placed(at_seconds(hour * 3600)));
    }
    const auto placed = fork.run();
    for (const auto& [at, count] : counts) {
        const auto expected = std::lower_bound(placed.begin(), placed.end(), at.us) - placed.begin();
        CHECK(expected > 0);
        CHECK(count == expected);
    }
    CHECK(fork.second.are_batches_sorted);
    CHECK(fork.second.desk.orders_placed(fork.second.frame.end) == static_cast<std::int64_t>(placed.size()));
}
