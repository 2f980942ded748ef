// Overselling by copies of the stock, against the closed form.
//
// N channels alike sell one product from one stock, an order of one unit each, at a Poisson rate λ in all. A sale of
// one channel is in the views of the others L later. Channel i stops at the time τᵢ when its own sales and what it
// knows of the others add up to the stock S:  Aᵢ(τᵢ) + Σⱼ Aⱼ(τᵢ − L) = S.  The left side is a Poisson process of rate
// λ/N before L and λ after it, so λ E[τ] = S + (N−1)/N λ L, and the orders taken beyond S are, on average, exactly
//
//     (N−1)/N · λ · L
//
// (the term of the channel's own sales has no delay: it knows them). With copies every P that take l, and orders that
// take R to the site, L is the mean age R + l + P/2, if the stock runs out at any phase of the period alike.

#include <cmath>
#include <cstdio>
#include <vector>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

/// Copies of one market: N channels that sell from one shop. One run of many markets is many runs of one.
struct Markets {
    Markets(std::uint32_t copies, std::uint32_t number, double rate, Units stock, StockView view)
        : channels(number) {
        auto& spec = builder.spec;
        builder.product("phone");
        for (std::uint32_t c = 0; c < channels; ++c) {
            builder.channel("channel-" + std::to_string(c));
            ChannelSpec& channel = spec.channels.back();
            channel.view = view;
            channel.release_every = channel.release_lag = Duration{};
        }
        for (std::uint32_t m = 0; m < copies; ++m) {
            builder.market("market-" + std::to_string(m));
            builder.site("shop-" + std::to_string(m), SiteKind::store, stock);
            builder.lane_to_market(m, m, 3600);
        }
        builder.demand(rate * copies, false);
        spec.trace.orders_share = 0;
        spec.trace.shipments = spec.trace.decisions = false;
    }

    /// What all channels know of the stock.
    void set_lag(Duration lag) {
        for (auto& channel : builder.spec.channels) {
            channel.view_lag = lag;
            channel.push_lag = Distribution::constant(lag.seconds());
        }
    }

    /// Orders in this state, of each market.
    std::vector<std::int64_t> orders(const Run& run, const std::string& state) const {
        const auto by_desk = run.integers("/summary/desks/orders_" + state);
        std::vector<std::int64_t> by_market(by_desk.size() / channels);
        for (std::size_t d = 0; d < by_desk.size(); ++d)
            by_market[d / channels] += by_desk[d];
        return by_market;
    }

    /// Orders promised beyond the stock, of each market. The whole stock must have been sold.
    std::vector<double> oversold() const {
        const Run run(builder.spec);
        const auto shipped = orders(run, "shipped"), lost = orders(run, "lost"), refused = orders(run, "refused");
        for (std::size_t m = 0; m < shipped.size(); ++m) {
            REQUIRE(shipped[m] == builder.spec.sites[m].initial_units[0]);
            REQUIRE(lost[m] > 0);
        }
        return {refused.begin(), refused.end()};
    }

    SpecBuilder builder;
    std::uint32_t channels;
};

std::int64_t desks(const Run& run, const std::string& column) {
    return run.sum("/summary/desks/orders_" + column);
}

/// Standard normal quantiles: of an interval that holds with 95 %, and of one of 24 that hold with 95 % together.
constexpr double z_of_one = 1.959964, z_of_many = 3.078;

/// Mean of replications, and the half-width of its interval, by Student's t: its quantile is that of the normal
/// distribution z + (z³ + z) / 4n + … (Fisher, Cornish 1960).
struct Estimate {
    Estimate(const std::vector<double>& values, double z) {
        const auto n = static_cast<double>(values.size());
        for (const double value : values)
            mean += value / n;
        double squares = 0;
        for (const double value : values)
            squares += (value - mean) * (value - mean);
        half_width = (z + (z * z * z + z) / (4 * (n - 1))) * std::sqrt(squares / (n - 1) / n);
    }

    double mean = 0, half_width = 0;
};

struct Cell {
    std::uint32_t channels;
    double rate, lag;  // orders/s in all, s
};

std::vector<Cell> grid() {
    std::vector<Cell> all;
    for (const std::uint32_t channels : {2U, 3U, 5U, 10U}) {
        for (const auto& [rate, lag] : {std::pair{50.0, 1.0}, {200.0, 0.4}, {500.0, 0.2}})
            all.push_back({channels, rate, lag});
    }
    return all;
}

void compare(const Cell& cell, const std::vector<double>& values, double expected) {
    const Estimate estimate(values, z_of_many);
    const double error = (estimate.mean - expected) / Estimate(values, z_of_one).half_width;
    std::printf("N %2u, %4.0f orders/s, L %5.2f s: expected %7.2f, mean of %zu runs %7.2f, 95 %% +- %.2f (%+.2f)\n",
                cell.channels,
                cell.rate,
                cell.lag,
                expected,
                values.size(),
                estimate.mean,
                Estimate(values, z_of_one).half_width,
                error);
    CHECK(std::abs(estimate.mean - expected) <= estimate.half_width);
    // It is told from an answer without the channel's own sales known, or with one channel less.
    const double n = cell.channels;
    CHECK(std::abs(estimate.mean - expected * n / (n - 1)) > estimate.half_width);
}

}  // namespace

TEST_CASE("with changes pushed to N channels, (N-1)/N of the orders of one delay are oversold") {
    for (const auto& cell : grid()) {
        INFO("N " << cell.channels << ", rate " << cell.rate << ", lag " << cell.lag);
        const auto stock = static_cast<Units>(cell.rate * cell.lag * 2);
        Markets markets(120, cell.channels, cell.rate, stock, StockView::pushed);
        markets.set_lag(sim::from_seconds(cell.lag));
        markets.builder.spec.horizon = sim::from_seconds(cell.lag * 5);
        const double n = cell.channels;
        compare(cell, markets.oversold(), (n - 1) / n * cell.rate * cell.lag);
    }
}

TEST_CASE("with copies every P, (N-1)/N of the orders of the mean age are oversold") {
    constexpr std::uint32_t copies = 160;
    for (const auto& cell : grid()) {
        INFO("N " << cell.channels << ", rate " << cell.rate << ", lag " << cell.lag);
        const double in_period = cell.rate * cell.lag;
        Markets markets(copies, cell.channels, cell.rate, static_cast<Units>(in_period * 3), StockView::cached);
        auto& spec = markets.builder.spec;
        // Half of the age is the interval, the rest the way to the site and back.
        markets.set_lag(sim::from_seconds(cell.lag * 0.3));
        for (auto& channel : spec.channels) {
            channel.view_every = sim::from_seconds(cell.lag);
            channel.release_lag = sim::from_seconds(cell.lag * 0.2);
        }
        for (std::uint32_t m = 0; m < copies; ++m)  // the stock runs out at all phases alike
            spec.sites[m].initial_units[0] += static_cast<Units>(in_period * m / copies);
        spec.horizon = sim::from_seconds(cell.lag * 8);
        const double n = cell.channels;
        compare(cell, markets.oversold(), (n - 1) / n * cell.rate * cell.lag);
    }
}

TEST_CASE("2000 orders a second, 0.2 s, three channels: 267 units") {
    Markets markets(240, 3, 2000, 800, StockView::pushed);
    markets.set_lag(sim::from_seconds(0.2));
    markets.builder.spec.horizon = sim::second;
    const Estimate estimate(markets.oversold(), z_of_one);
    std::printf("2000 orders/s, 0.2 s, 3 channels: %.1f, 95 %% +- %.1f\n", estimate.mean, estimate.half_width);
    CHECK(std::abs(estimate.mean - 266.667) <= estimate.half_width);
    CHECK(estimate.half_width < 4);
}

TEST_CASE("a sale's way to the site counts like its way back") {
    for (const double share : {0.0, 0.5, 0.9}) {
        Markets markets(80, 4, 300, 300, StockView::pushed);
        markets.set_lag(sim::from_seconds(0.5 * (1 - share)));
        markets.builder.spec.horizon = sim::second * 4;
        for (auto& channel : markets.builder.spec.channels)
            channel.release_lag = sim::from_seconds(0.5 * share);
        const Estimate estimate(markets.oversold(), z_of_many);
        std::printf("way to the site %.0f %%: %.1f +- %.1f\n", 100 * share, estimate.mean, estimate.half_width);
        CHECK(std::abs(estimate.mean - 0.75 * 300 * 0.5) <= estimate.half_width);
        CHECK(estimate.half_width < 4);
    }
}

TEST_CASE("who asks the site never oversells, whatever the number of channels, the rate and the delay") {
    for (const auto& cell : grid()) {
        for (const auto view : {StockView::reserved, StockView::live}) {
            const auto stock = static_cast<Units>(cell.rate * cell.lag * 2);
            Markets markets(20, cell.channels, cell.rate, stock, view);
            markets.set_lag(sim::from_seconds(cell.lag));
            markets.builder.spec.horizon = sim::from_seconds(cell.lag * 5);
            const Run run(markets.builder.spec);
            CHECK(markets.orders(run, "shipped") == std::vector<std::int64_t>(20, stock));
            CHECK(markets.orders(run, "refused") == std::vector<std::int64_t>(20, 0));
            CHECK(desks(run, "placed") == desks(run, "lost") + desks(run, "open"));
        }
    }
}

TEST_CASE("a reservation costs its way to the site, and a refusal as long again") {
    for (const double lag : {0.0, 0.05, 30.0}) {
        Shop shop(2, {order(100, 1), order(200, 1), order(300, 1)});
        shop.channel().view = lag > 0 ? StockView::reserved : StockView::live;
        shop.channel().view_lag = sim::from_seconds(lag);
        shop.channel().release_every = Duration{};
        const Run run(shop.builder.spec);
        for (const auto& [column, first] : {std::pair{"released", 100.0}, {"delivered", 7300.0}}) {
            const auto at = times(run, column);
            REQUIRE(at.size() == 3);
            CHECK(at[0].value() == Approx(first + lag).epsilon(1e-12));
            CHECK(at[1].value() == Approx(first + 100 + lag).epsilon(1e-12));
            CHECK_FALSE(at[2]);
        }
        // The third customer is told when the answer is back.
        const auto ids = run.integers("/orders/id"), written = run.integers("/orders/time");
        const auto last = std::max_element(ids.begin(), ids.end()) - ids.begin();
        CHECK(Duration{written[static_cast<std::size_t>(last)]}.seconds() == Approx(300 + 2 * lag));
        CHECK(desks(run, "lost") == 1);
        CHECK(desks(run, "refused") == 0);
        CHECK(run.sum("/summary/desks/delivery_time_sum") == 2 * sim::from_seconds(7200 + lag).us);
    }
}
