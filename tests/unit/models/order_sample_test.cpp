#include <map>
#include <random>

#include "models/desk/open_orders.hpp"
#include "models/model.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

/// Rows of /orders by order id.
std::map<std::int64_t, std::vector<std::int64_t>> orders_by_id(const Run& run) {
    const auto ids = run.integers("/orders/id");
    std::map<std::int64_t, std::vector<std::int64_t>> rows;
    for (const char* name :
         {"desk", "product", "quantity", "site", "placed", "released", "shipped", "delivered", "status"}) {
        const auto values = run.integers(std::string("/orders/") + name);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            rows[ids[i]].push_back(values[i]);
        }
    }
    return rows;
}

std::string attribute(const Run& run, const std::string& wanted) {
    for (const auto& [name, value] : run.attributes()) {
        if (name == wanted) {
            return value;
        }
    }
    return "";
}

}  // namespace

TEST_CASE("a sample of the orders has the stated share, is part of every larger one, and nothing else changes") {
    auto builder = chain();
    const Run whole(builder.spec);
    auto larger = orders_by_id(whole);
    for (const double share : {0.5, 0.1, 0.01, 0.0}) {
        builder.spec.trace.orders_share = share;
        const Run run(builder.spec);
        const auto rows = orders_by_id(run);
        CHECK(run.result.report.digest.total == whole.result.report.digest.total);
        CHECK(attribute(run, "orders_share") == fmt::format("{}", share));
        CHECK_FALSE(attribute(run, "orders_chosen_by").empty());
        for (const auto& [id, row] : rows) {
            REQUIRE(larger.count(id) == 1);
            REQUIRE(larger.at(id) == row);
        }
        // binomial; five standard deviations are passed once in two million seeds
        const auto orders = static_cast<double>(run.result.orders);
        CHECK(std::abs(static_cast<double>(rows.size()) - share * orders)
              <= 5 * std::sqrt(orders * share * (1 - share)));
        larger = rows;
    }
    CHECK(larger.empty());
}

TEST_CASE("a sample is as large early and late, for every product and every desk") {
    auto builder = chain();
    const auto whole = orders_by_id(Run(builder.spec));
    builder.spec.trace.orders_share = 0.3;
    const auto sample = orders_by_id(Run(builder.spec));
    const auto share_is_right = [&](const auto& group_of) {
        std::map<std::int64_t, std::pair<double, double>> groups;  // all, sampled
        for (const auto& [id, row] : whole) {
            groups[group_of(row)].first += 1;
            groups[group_of(row)].second += static_cast<double>(sample.count(id));
        }
        CHECK(groups.size() > 1);
        for (const auto& [group, counts] : groups) {
            INFO("group " << group);
            const auto [all, sampled] = counts;
            CHECK(std::abs(sampled - 0.3 * all) <= 5 * std::sqrt(all * 0.3 * 0.7) + 1);
        }
    };
    share_is_right([](const auto& row) { return row[0]; });                              // desk
    share_is_right([](const auto& row) { return row[1]; });                              // product
    share_is_right([](const auto& row) { return row[4] / (4 * 3'600 * 1'000'000LL); });  // four hours of placing
}

TEST_CASE("open orders come and go like those of a map") {
    std::mt19937 random(2);
    OpenOrders orders;
    std::map<std::uint32_t, std::uint64_t> expected;
    orders.remove(7);
    std::uint32_t next = 0;
    for (int step = 0; step < 20'000; ++step) {
        if (random() % 100 < (step % 2'000 < 1'000 ? 70U : 30U)) {
            Order order;
            order.number = next;
            order.key = random();
            expected[next] = order.key;
            orders.add(order);
            next += 1 + (random() % 8 == 0 ? static_cast<std::uint32_t>(random() % 1'000) : 0);
        } else {
            const auto number = static_cast<std::uint32_t>(random() % (next + 1));
            const auto oldest = expected.empty() ? number : expected.begin()->first;
            for (const std::uint32_t leaving : {number, oldest}) {
                orders.remove(leaving);
                expected.erase(leaving);
            }
        }
        if (step % 100 == 0) {
            std::map<std::uint32_t, std::uint64_t> found;
            for (const Order& order : orders.all()) {
                REQUIRE(found.emplace(order.number, order.key).second);
            }
            REQUIRE(found == expected);
        }
    }
}
