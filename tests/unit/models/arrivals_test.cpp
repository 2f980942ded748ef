#include "models/sites/arrivals.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

using namespace spate;
using namespace spate::models;

namespace {

Order order(std::int64_t placed, std::uint64_t key) {
    Order order;
    order.placed = Time{placed};
    order.key = key;
    return order;
}

std::unique_ptr<OrderBatch> batch(std::vector<Order> orders) {
    auto batch = std::make_unique<OrderBatch>();
    batch->orders = std::move(orders);
    return batch;
}

std::vector<std::uint64_t> keys(std::span<const Order> orders) {
    std::vector<std::uint64_t> keys;
    for (const auto& each : orders)
        keys.push_back(each.key);
    return keys;
}

using Keys = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("orders are due when they come, or when they are placed") {
    Arrivals arrivals;
    arrivals.add(batch({order(5, 1), order(10, 2), order(11, 3), order(20, 4)}), Time{10});
    CHECK(arrivals.has_due());
    CHECK(arrivals.size() == 4);
    CHECK(arrivals.next() == Time{11});
    CHECK(arrivals.spent() == nullptr);
    CHECK(arrivals.take(Time{9}, false).empty());
    CHECK(keys(arrivals.take(Time{10}, true)) == Keys{1, 2});
    CHECK(keys(arrivals.take(Time{11}, true)) == Keys{3});
    CHECK(arrivals.spent() == nullptr);
    CHECK(keys(arrivals.take(Time{30}, false)) == Keys{4});
    CHECK(arrivals.spent() != nullptr);
    CHECK(arrivals.spent() == nullptr);
    CHECK(arrivals.next() == sim::end_of_time);
    CHECK(arrivals.size() == 0);
}

TEST_CASE("what is due is not taken with what is announced") {
    Arrivals arrivals;
    arrivals.add(batch({order(5, 1)}), Time{3});
    arrivals.add(batch({order(4, 2)}), Time{4});
    CHECK(keys(arrivals.take(Time{5}, false)) == Keys{1});
    CHECK(arrivals.spent() == nullptr);  // the due order is still to be taken
    CHECK(keys(arrivals.take(Time{5}, true)) == Keys{2});
}

TEST_CASE("announced orders can be seen in advance where their batches do not overlap") {
    Arrivals arrivals;
    arrivals.add(batch({order(30, 3), order(40, 4)}), Time{0});
    arrivals.add(batch({order(10, 1), order(20, 2)}), Time{0});
    Keys seen;
    CHECK(arrivals.scan([&](const Order& each) { return seen.push_back(each.key), each.key != 3; }));
    CHECK(seen == Keys{1, 2, 3});
    arrivals.add(batch({order(35, 5)}), Time{0});
    CHECK_FALSE(arrivals.scan([](const Order&) { return true; }));
}

TEST_CASE("batches of many desks are merged by time, then by key, however they meet") {
    for (std::uint64_t number = 0; number < 200; ++number) {
        sim::RandomStream random({1, 0}, number, 1);
        const std::uint32_t span = number % 5 == 0 ? 3 : 1'000'000 >> random.below(20);
        std::vector<Order> all;
        Arrivals arrivals;
        for (std::uint32_t b = random.below(40); b > 0; --b) {
            std::vector<Order> orders;
            for (std::uint32_t n = random.below(60); n > 0; --n)
                orders.push_back(order(random.below(span), sim::mix(number, random.bits32())));
            all.insert(all.end(), orders.begin(), orders.end());
            arrivals.add(batch(std::move(orders)), Time{-1 + random.below(2) * std::int64_t{span}});
        }
        const auto before = [](const Order& a, const Order& b) { return comes_before(a, b); };
        std::sort(all.begin(), all.end(), before);
        CHECK(arrivals.size() == all.size());
        std::vector<Order> taken;
        const auto due = arrivals.take(Time{-1}, true);
        taken.insert(taken.end(), due.begin(), due.end());
        REQUIRE(std::is_sorted(taken.begin(), taken.end(), before));
        for (Time until{0}; until <= Time{span}; until += Duration{1 + random.below(span)}) {
            const auto part = arrivals.take(until, false);
            REQUIRE(std::is_sorted(part.begin(), part.end(), before));
            REQUIRE((part.empty() || part.back().placed <= until));
            REQUIRE(arrivals.next() > until);
            taken.insert(taken.end(), part.begin(), part.end());
        }
        const auto rest = arrivals.take(Time{span}, false);
        taken.insert(taken.end(), rest.begin(), rest.end());
        while (arrivals.spent()) {
        }
        std::sort(taken.begin(), taken.end(), before);
        CHECK(keys(taken) == keys(all));
    }
}
