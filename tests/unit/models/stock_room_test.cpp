#include "models/sites/stock_room.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

using namespace spate;
using namespace spate::models;

namespace {

struct Levels {
    Units on_hand = 0, reserved = 0, waiting = 0, customers = 0, on_order = 0;
};

/// Levels of every product, and their integrals by adding up every microsecond's worth between two changes.
struct Totals {
    explicit Totals(std::vector<Money> cost)
        : costs(std::move(cost))
        , levels(costs.size())
        , on_hand(costs.size())
        , waiting(costs.size())
        , on_order(costs.size()) {}

    void pass(std::int64_t us) {
        for (std::size_t i = 0; i < levels.size(); ++i) {
            on_hand[i] += levels[i].on_hand * us;
            waiting[i] += levels[i].waiting * us;
            on_order[i] += levels[i].on_order * us;
            total.on_hand += levels[i].on_hand * us;
            total.value += levels[i].on_hand * us * costs[i];
            total.customers_waiting += levels[i].customers * us;
            total.on_order += levels[i].on_order * us;
        }
    }

    std::vector<Money> costs;
    std::vector<Levels> levels;
    std::vector<Wide> on_hand, waiting, on_order;
    StockRoom::Areas total;
};

/// One random change that the levels allow, done to both.
void change(StockRoom& room, Totals& model, sim::RandomStream& random, Time now) {
    const auto position = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(model.levels.size())));
    Levels& level = model.levels[static_cast<std::size_t>(position)];
    const auto less = [&](Units most) {
        return -static_cast<Units>(random.below(static_cast<std::uint32_t>(most) + 1));
    };
    const bool is_more = random.below(2) == 0;
    Units by = random.below(50);
    switch (random.below(5)) {
        case 0:
            by = is_more ? by : less(level.on_hand - level.reserved);
            room.add_on_hand(position, by, now);
            level.on_hand += by;
            break;
        case 1:
            by = is_more ? -less(level.on_hand - level.reserved) : less(level.reserved);
            room.add_reserved(position, by);
            level.reserved += by;
            break;
        case 2:
            by = is_more ? by : less(level.customers);
            room.add_waiting(position, by, true, now);
            level.waiting += by;
            level.customers += by;
            break;
        case 3:
            by = is_more ? by : less(level.waiting - level.customers);
            room.add_waiting(position, by, false, now);
            level.waiting += by;
            break;
        default:
            by = is_more ? by : less(level.on_order);
            room.add_on_order(position, by, now);
            level.on_order += by;
    }
}

void check_levels(const StockRoom& room, const Totals& model) {
    StockRoom::Levels sum;
    for (std::size_t i = 0; i < model.levels.size(); ++i) {
        const auto& level = model.levels[i];
        const auto& cell = room.cell(static_cast<std::int32_t>(i));
        REQUIRE(cell.on_hand == level.on_hand);
        REQUIRE(cell.available() == level.on_hand - level.reserved);
        REQUIRE(cell.customers_waiting == level.customers);
        REQUIRE(cell.position() == level.on_hand - level.reserved + level.on_order - level.waiting);
        sum.on_hand += level.on_hand;
        sum.reserved += level.reserved;
        sum.waiting += level.waiting;
        sum.customers_waiting += level.customers;
        sum.on_order += level.on_order;
        sum.value += level.on_hand * model.costs[i];
    }
    for (const auto& levels : {room.levels(), room.sum_of_cells()}) {
        REQUIRE(levels.on_hand == sum.on_hand);
        REQUIRE(levels.reserved == sum.reserved);
        REQUIRE(levels.waiting == sum.waiting);
        REQUIRE(levels.customers_waiting == sum.customers_waiting);
        REQUIRE(levels.on_order == sum.on_order);
        REQUIRE(levels.value == sum.value);
    }
}

void check_cell_areas(const StockRoom& room, const Totals& model, Time now) {
    for (std::size_t i = 0; i < model.levels.size(); ++i) {
        const auto& cell = room.cell(static_cast<std::int32_t>(i));
        REQUIRE(cell.on_hand_area(now) == model.on_hand[i]);
        REQUIRE(cell.waiting_area(now) == model.waiting[i]);
        REQUIRE(cell.on_order_area(now) == model.on_order[i]);
    }
}

}  // namespace

TEST_CASE("levels, totals and integrals of a stock room agree with plain sums over random changes") {
    for (std::uint64_t number = 0; number < 30; ++number) {
        sim::RandomStream random({3, 0}, number, 1);
        const std::vector<Money> costs{5, 0, 7'000'000, 123};
        StockRoom room(costs);
        Totals model(costs);
        Time now{0};
        for (int step = 0; step < 400; ++step) {
            const std::int64_t us = random.below(3) == 0 ? 0 : random.below(100'000'000);
            model.pass(us);
            now += Duration{us};
            if (step == 200) {
                room.start_measuring(now);
                for (auto* areas : {&model.on_hand, &model.waiting, &model.on_order})
                    areas->assign(costs.size(), 0);
            }
            change(room, model, random, now);
            check_levels(room, model);
            if (step % 7 == 0) {
                const auto areas = room.areas(now);
                REQUIRE(areas.on_hand == model.total.on_hand);
                REQUIRE(areas.value == model.total.value);
                REQUIRE(areas.customers_waiting == model.total.customers_waiting);
                REQUIRE(areas.on_order == model.total.on_order);
            }
        }
        check_cell_areas(room, model, now);
    }
}

TEST_CASE("integrals of large stocks over long times leave 64 bits without harm") {
    StockRoom room({1'000'000});
    room.add_on_hand(0, 1'000'000'000, {0});
    const Time later{(sim::week * 520).us};
    CHECK(room.areas(later).value == Wide{1'000'000'000} * 1'000'000 * later.us);
}

TEST_CASE("a level below zero and a promise of what is not there are found") {
    StockRoom room({10});
    room.add_on_hand(0, 5, {0});
    CHECK_THROWS_AS(room.add_on_hand(0, -6, {0}), sim::InvariantError);
    StockRoom reserved({10});
    reserved.add_on_hand(0, 5, {0});
    CHECK_THROWS_AS(reserved.add_reserved(0, 6), sim::InvariantError);
    StockRoom waiting({10});
    waiting.add_waiting(0, 3, false, {0});
    CHECK_THROWS_AS(waiting.add_waiting(0, -1, true, {0}), sim::InvariantError);
    StockRoom ordered({10});
    CHECK_THROWS_AS(ordered.add_on_order(0, -1, {0}), sim::InvariantError);
}

TEST_CASE("a value beyond 64 bits stops the run") {
    const StockRoom room({1'000'000'000'000});
    CHECK(room.value_of(0, 1'000'000) == 1'000'000'000'000'000'000);
    CHECK_THROWS_WITH(room.value_of(0, 10'000'000),
                      Catch::Contains("10000000 × ") && Catch::Contains("left the range"));
}

TEST_CASE("an assortment finds the position of every product it keeps and of no other") {
    const Assortment assortment({1, 4, 5}, 7);
    CHECK(assortment.size() == 3);
    const std::int32_t expected[] = {-1, 0, -1, -1, 1, 2, -1};
    for (Index p = 0; p < 7; ++p)
        CHECK(assortment.position(p) == expected[p]);
    CHECK(assortment.product(2) == 5);
}
