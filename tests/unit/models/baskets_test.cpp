// Orders of several products: what is in a basket.

#include "models/demand/baskets.hpp"

#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

#include "models/demand/order_source.hpp"

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::SpecBuilder;

namespace {

SpecBuilder shop(Distribution further, Distribution quantity = Distribution::constant(1)) {
    SpecBuilder builder;
    for (const double popularity : {5.0, 3.0, 1.0, 1.0})
        builder.product("p" + std::to_string(builder.spec.products.size()), popularity);
    builder.market("east");
    builder.channel("web");
    auto& demand = builder.demand(1, false);
    demand.further = std::move(further);
    demand.quantity = std::move(quantity);
    return builder;
}

std::vector<CustomerOrder> customers(const ModelSpec& spec, const BaseDemand& base, double seconds) {
    OrderSource source(spec, base, 0, 0);
    std::vector<CustomerOrder> orders;
    source.take_before(test::at_seconds(seconds), orders);
    return orders;
}

}  // namespace

TEST_CASE("further products have their mean number and are drawn by popularity") {
    const auto builder = shop(Distribution::poisson(0.8));
    const BaseDemand base(builder.spec);
    Baskets baskets(builder.spec, base, 0);
    const auto orders = customers(builder.spec, base, 1e6);
    std::vector<double> units(4);
    double picks = 0, square = 0;
    for (const auto& customer : orders) {
        const auto& lines = baskets.fill(customer);
        CHECK(lines.front().product == customer.product);
        double further = -1;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            for (std::size_t k = 0; k < i; ++k)
                REQUIRE(lines[i].product != lines[k].product);
            REQUIRE(lines[i].key == customer.key);
            REQUIRE(lines[i].placed == customer.placed);
            further += lines[i].quantity;
            units[lines[i].product] += lines[i].quantity;
        }
        units[customer.product] -= 1;  // the rest are the further ones
        picks += further;
        square += further * further;
    }
    const auto n = static_cast<double>(orders.size());
    REQUIRE(n > 990'000);
    // Poisson: mean and variance 0.8; standard deviations of their estimates. Two-sided at 4.4 sigma: 1e-5.
    const double mean = picks / n, variance = square / n - mean * mean;
    CHECK(std::fabs(mean - 0.8) < 4.4 * std::sqrt(0.8 / n));
    CHECK(std::fabs(variance - 0.8) < 4.4 * std::sqrt((0.8 + 2 * 0.64) / n));
    double statistic = 0;
    const double shares[] = {0.5, 0.3, 0.1, 0.1};
    for (std::size_t p = 0; p < 4; ++p)
        statistic += std::pow(units[p] - shares[p] * picks, 2) / (shares[p] * picks);
    const double limit = 25.9017;  // chi-square with three degrees of freedom at 1e-5
    CHECK(statistic < limit);
    std::printf("baskets: %.0f orders, further %.5f (0.8), variance %.5f (0.8), chi-square of products %.2f (< %.2f)\n",
                n,
                mean,
                variance,
                statistic,
                limit);
}

TEST_CASE("expected demand counts what is in the baskets") {
    const auto quantity = Distribution::empirical({0, 1, 4}, {1, 2, 1});
    const auto builder = shop(Distribution::negative_binomial(1.5, 4), quantity);
    const BaseDemand base(builder.spec);
    Baskets baskets(builder.spec, base, 0);
    std::vector<double> units(4);
    const double seconds = 400'000;
    for (const auto& customer : customers(builder.spec, base, seconds)) {
        for (const auto& line : baskets.fill(customer))
            units[line.product] += line.quantity;
    }
    const auto expected = base.units_in(0);
    double all = 0;
    for (std::size_t p = 0; p < 4; ++p) {
        CHECK(units[p] / seconds == Approx(expected[p]).epsilon(0.02));
        all += expected[p];
    }
    CHECK(all == Approx(1.5 * 2.5));  // units of a pick, and picks
}

TEST_CASE("while prices are changed, baskets hold what customers choose then") {
    // Product 0 at half its price from 2e5 s to 4e5 s: twice its rate, half of the extra taken from the others.
    auto builder = shop(Distribution::poisson(0.8));
    builder.spec.horizon = sim::second * 600'000;
    auto& change = builder.spec.price_changes.emplace_back();
    change.products = {0};
    change.from = test::at_seconds(2e5);
    change.to = test::at_seconds(4e5);
    change.share = 0.5;
    change.elasticity = 1;
    change.cannibalise = 0.5;
    const BaseDemand base(builder.spec);
    Baskets baskets(builder.spec, base, 0);
    double units[3][4] = {};  // by third of the run, by product
    for (const auto& customer : customers(builder.spec, base, 6e5)) {
        for (const auto& line : baskets.fill(customer))
            units[customer.placed.us / (std::int64_t{200'000} * 1'000'000)][line.product] += line.quantity;
    }
    const double normal[] = {0.5, 0.3, 0.1, 0.1}, changed[] = {1.0, 0.15, 0.05, 0.05};  // orders by first product [1/s]
    for (std::size_t third = 0; third < 3; ++third) {
        const double* rate = third == 1 ? changed : normal;
        const double all = std::accumulate(rate, rate + 4, 0.0);
        for (std::size_t p = 0; p < 4; ++p) {
            // A compound Poisson sum: a customer takes Bernoulli(s) + Poisson(0.8 s) units. 4.4 sigma: 1e-5 each.
            const double s = rate[p] / all, mean = 2e5 * all * 1.8 * s;
            const double deviation = std::sqrt(2e5 * all * (s * (1 - s) + 0.8 * s + 3.24 * s * s));
            INFO(third << " " << p << ": " << units[third][p] << ", expected " << mean << ", deviation " << deviation);
            CHECK(std::fabs(units[third][p] - mean) < 4.4 * deviation);
        }
    }
}

namespace {

/// Customers bring others, or come in bursts.
SpecBuilder growing_shop(bool is_excited) {
    auto builder = shop(Distribution::constant(2));
    builder.spec.horizon = sim::second * 100'000;
    auto& demand = builder.spec.demand[0];
    demand.shape.trend = 0.5;
    demand.branching = is_excited ? 0.6 : 0;
    demand.branching_delay = sim::minute;
    if (!is_excited)
        demand.gap = Distribution::gamma(1, 2);
    return builder;
}

}  // namespace

TEST_CASE("bursty customers, and those who bring others, have baskets too") {
    for (const bool is_excited : {false, true}) {
        const auto builder = growing_shop(is_excited);
        const BaseDemand base(builder.spec);
        Baskets baskets(builder.spec, base, 0);
        const auto orders = customers(builder.spec, base, 1e5);
        double units = 0, expected = 0;
        for (const auto& customer : orders) {
            REQUIRE(customer.basket == 1);
            for (const auto& line : baskets.fill(customer))
                units += line.quantity;
        }
        CHECK(units == 3 * static_cast<double>(orders.size()));
        for (const double rate : base.units_in(0))
            expected += rate * 1e5;
        CHECK(units == Approx(expected).epsilon(0.05));
    }
}

TEST_CASE("a basket depends on its order alone, and no customer without further products has one") {
    auto builder = shop(Distribution::constant(3));
    const BaseDemand base(builder.spec);
    Baskets baskets(builder.spec, base, 0), others(builder.spec, base, 0);
    const auto orders = customers(builder.spec, base, 300);
    std::vector<std::vector<CustomerOrder>> all;
    for (const auto& customer : orders)
        all.push_back(baskets.fill(customer));
    for (std::size_t i = orders.size(); i-- > 0;)
        CHECK(others.fill(orders[i]) == all[i]);
    builder.spec.demand[0].further = Distribution::constant(0);
    const BaseDemand plain(builder.spec);
    for (const auto& customer : customers(builder.spec, plain, 300))
        CHECK(customer.basket == 0);
    CHECK_FALSE(has_baskets(builder.spec.demand[0]));
}
