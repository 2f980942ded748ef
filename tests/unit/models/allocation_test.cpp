// Who gets goods that are not enough for all.

#include "models/sites/allocation.hpp"

#include <numeric>
#include <random>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

using Allocate = SiteSpec::Allocate;
using Given = std::vector<Units>;

Given shared(Allocate rule, const Given& wanted, Units available) {
    return allocate(rule, wanted, available);
}

}  // namespace

TEST_CASE("known allocations of small numbers") {
    CHECK(shared(Allocate::first_come, {3, 3, 3}, 5) == Given{3, 2, 0});
    CHECK(shared(Allocate::proportional, {6, 3, 3}, 4) == Given{2, 1, 1});
    // 2.5, 1.25 and 1.25 of 5: the largest remainder takes the last unit.
    CHECK(shared(Allocate::proportional, {6, 3, 3}, 5) == Given{3, 1, 1});
    CHECK(shared(Allocate::proportional, {1, 1, 1}, 2) == Given{1, 1, 0});
    CHECK(shared(Allocate::fair_share, {6, 3, 1}, 6) == Given{3, 2, 1});
    CHECK(shared(Allocate::fair_share, {9, 1, 9}, 8) == Given{4, 1, 3});
    CHECK(shared(Allocate::fair_share, {3, 3, 3}, 5) == Given{2, 2, 1});
    CHECK(shared(Allocate::fair_share, {1, 2}, 9) == Given{1, 2});
    CHECK(shared(Allocate::proportional, {}, 9).empty());
}

TEST_CASE("whatever is wanted, every unit is given once, and the rules keep what they promise") {
    std::mt19937_64 dice(4711);
    for (int round = 0; round < 20'000; ++round) {
        Given wanted(1 + dice() % 7);
        for (auto& units : wanted)
            units = static_cast<Units>(dice() % 20);
        const Units all = std::accumulate(wanted.begin(), wanted.end(), Units{0});
        const auto available = static_cast<Units>(dice() % 70);
        for (const Allocate rule : {Allocate::first_come, Allocate::proportional, Allocate::fair_share}) {
            const Given given = shared(rule, wanted, available);
            REQUIRE(std::accumulate(given.begin(), given.end(), Units{0}) == std::min(all, available));
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                REQUIRE((given[i] >= 0 && given[i] <= wanted[i]));
                if (rule == Allocate::proportional && available < all)  // quota rule: within one unit of the exact part
                    REQUIRE(std::abs(given[i] * all - wanted[i] * available) < all);
                for (std::size_t k = 0; k < wanted.size() && rule == Allocate::fair_share; ++k)
                    REQUIRE((given[i] == wanted[i] || given[i] + 1 >= given[k]));  // nobody has more than one who lacks
            }
        }
    }
}

namespace {

/// A shop without stock and goods that come at hour 2; two channels, and their orders of some units each.
ModelSpec short_shop(Allocate rule, Units come, const std::vector<std::pair<Index, Units>>& orders) {
    Shop shop(0, {});
    shop.builder.spec.demand.clear();
    shop.builder.channel("second");
    for (auto& channel : shop.builder.spec.channels)
        channel.unmet = Unmet::backorder;
    double at = 100;
    for (const auto& [channel, units] : orders)
        shop.builder.recorded(channel, {order(at += 10, units)});
    shop.site().allocate = rule;
    shop.receive({{at_seconds(7200), come}});
    return shop.builder.spec;
}

/// Units shipped of each channel.
Given shipped(const ModelSpec& spec) {
    const Run run(spec);
    const auto desks = run.integers("/orders/desk"), units = run.integers("/orders/quantity");
    const auto when = run.integers("/orders/shipped");
    Given sum(2);
    for (std::size_t i = 0; i < desks.size(); ++i)
        sum[static_cast<std::size_t>(desks[i])] += when[i] == no_time ? 0 : units[i];
    return sum;
}

}  // namespace

TEST_CASE("goods that come are allocated by the site's rule") {
    std::vector<std::pair<Index, Units>> orders;
    for (int i = 0; i < 12; ++i)
        orders.emplace_back(i < 8 ? 0 : 1, 1);  // eight of the first channel, then four of the second
    CHECK(shipped(short_shop(Allocate::first_come, 6, orders)) == Given{6, 0});
    CHECK(shipped(short_shop(Allocate::proportional, 6, orders)) == Given{4, 2});
    CHECK(shipped(short_shop(Allocate::fair_share, 6, orders)) == Given{3, 3});
    auto spec = short_shop(Allocate::priority, 6, orders);
    CHECK(shipped(spec) == Given{6, 0});  // equal priority: first come
    spec.channels[1].priority = 1;
    CHECK(shipped(spec) == Given{2, 4});
    // A part that a whole order does not fit into is not lost: the next in the queue gets it.
    CHECK(shipped(short_shop(Allocate::fair_share, 5, {{0, 1}, {0, 2}, {1, 3}})) == Given{3, 0});
}

TEST_CASE("with equal priorities the queue is that of first come, bit for bit") {
    auto builder = chain();
    const auto plain = Run(builder.spec).all_numbers();
    for (auto& site : builder.spec.sites)
        site.allocate = Allocate::priority;
    CHECK((Run(builder.spec).all_numbers() == plain));
}

TEST_CASE("an urgent order overtakes one that is too large for the stock") {
    Shop shop(3, {order(100, 5)});
    shop.builder.channel("urgent");
    shop.builder.recorded(1, {order(3000, 2)});
    for (auto& channel : shop.builder.spec.channels)
        channel.unmet = Unmet::backorder;
    CHECK(shipped(shop.builder.spec) == Given{0, 0});
    shop.site().allocate = Allocate::priority;
    CHECK(shipped(shop.builder.spec) == Given{0, 0});
    shop.builder.spec.channels[1].priority = 4;
    CHECK(shipped(shop.builder.spec) == Given{0, 2});
}

TEST_CASE("a backlog has its limit, and conserves orders") {
    Shop shop(0, {order(100, 2), order(200, 2), order(300, 2), order(400, 1)});
    shop.channel().unmet = Unmet::backorder;
    shop.channel().backlog = 5;
    const Run run(shop.builder.spec);
    CHECK(run.sum("/summary/desks/orders_waiting") == 3);  // two, two and one unit; the third order is too large
    CHECK(run.sum("/summary/desks/orders_lost") == 1);
    shop.channel().backlog = 0;
    CHECK(Run(shop.builder.spec).sum("/summary/desks/orders_lost") == 4);
}

TEST_CASE("busy sites that share out keep their books, whatever the number of workers") {
    for (const Allocate rule : {Allocate::priority, Allocate::proportional, Allocate::fair_share}) {
        auto builder = chain();
        builder.spec.channels[0].priority = 7;
        builder.spec.channels[1].unmet = Unmet::backorder;
        builder.spec.channels[1].backlog = 40;
        for (auto& site : builder.spec.sites)
            site.allocate = rule;
        const auto one = Run(builder.spec).all_numbers();
        CHECK((Run(builder.spec, parallel_options(Workers::std, 4)).all_numbers() == one));
    }
}
