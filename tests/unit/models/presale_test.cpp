#include "models/base/presale.hpp"

#include <cmath>
#include <map>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;
using test::SpecBuilder;

namespace {

constexpr double day = 86'400;

/// Twenty days of orders with a deposit in one channel, from a shop with more than enough; delivered two hours after
/// they are shipped.
SpecBuilder presale_shop(double orders, bool locks) {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    auto& channel = builder.spec.channels[builder.channel("eve")];
    channel.release_every = sim::minute * 10;
    channel.promise = sim::hour * 4;
    PresaleSpec presale;
    presale.deposit = 0.1;
    presale.opens_after = sim::day * 2;
    presale.within = sim::day;
    presale.paid = 0.9;
    presale.cancelled = 0.04;
    presale.locks_stock = locks;
    channel.presale = presale;
    builder.lane_to_market(builder.site("shop", SiteKind::store, 10'000'000), 0, 7200);
    builder.demand(orders / (20 * day), false).quantity = Distribution::empirical({1, 3}, {1, 1});
    builder.spec.horizon = sim::day * 20;
    return builder;
}

PresaleSpec& presale_of(SpecBuilder& builder) {
    return *builder.spec.channels[0].presale;
}

Money balance_of(const Run& run, MoneyAccount account) {
    return run.integers("/summary/ledger/closing")[unit_accounts + static_cast<std::size_t>(account)];
}

std::int64_t at(const Run& run, const std::string& column) {
    return run.sum("/summary/presale/" + column);
}

std::int64_t as_number(OrderStatus status) {
    return static_cast<std::int64_t>(status);
}

/// The counts of deposits against the rows of the orders, all of which are recorded.
void check_against_rows(const Run& run) {
    const auto statuses = run.integers("/orders/status"), paid = run.integers("/orders/paid");
    std::int64_t paid_up = 0, given_up = 0, returned = 0, open = 0;
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        const bool is_open = statuses[i] == as_number(OrderStatus::open);
        ++(paid[i] != no_time                                ? paid_up
           : statuses[i] == as_number(OrderStatus::given_up) ? given_up
           : is_open                                         ? open
                                                             : returned);
    }
    CHECK(at(run, "paid") == paid_up);
    CHECK(at(run, "cancelled") + at(run, "lapsed") == given_up);
    CHECK(at(run, "returned") == returned);
    CHECK(at(run, "open") == open);
    CHECK(at(run, "deposits") == paid_up + given_up + returned + open);
    CHECK(run.sum("/series/presale/deposits") == at(run, "deposits"));
    CHECK(run.sum("/series/presale/paid") == paid_up);
    CHECK(run.sum("/series/presale/given_up") == given_up);
    CHECK(run.integers("/series/presale/open").back() == open);
}

}  // namespace

TEST_CASE("fates of deposits: who pays at a low share pays at a higher one, and everything happens in its time") {
    auto builder = presale_shop(1, true);
    auto& spec = builder.spec;
    const Time placed{1'000'000'007};
    ChannelSpec generous = spec.channels[0];
    generous.presale->paid = 0.95;
    const Presale low(spec.channels[0], {7, 0}), high(generous, {7, 0});
    for (std::uint64_t key = 0; key < 20'000; ++key) {
        const auto fate = low.fate(key, placed), more = high.fate(key, placed);
        if (fate.pays())
            REQUIRE((more.pays() && more.at == fate.at));
        const Time opens = placed + sim::day * 2;
        switch (fate.settlement) {
            case Settlement::paid: REQUIRE((fate.at >= opens && fate.at < opens + sim::day)); break;
            case Settlement::cancelled: REQUIRE((fate.at >= placed && fate.at < opens)); break;
            case Settlement::lapsed: REQUIRE(fate.at == opens + sim::day); break;
        }
    }
}

/// An exponential time of mean m, given that it is below L: m - L e^(-L/m) / (1 - e^(-L/m)). Its standard deviation is
/// below m.
double mean_below(double m, double limit) {
    const double reached = std::exp(-limit / m);
    return m - limit * reached / (1 - reached);
}

TEST_CASE("a dated window: later orders have what is left of it, those after it are ordinary") {
    auto builder = presale_shop(1, false);
    auto& presale = presale_of(builder);
    presale.opens = test::at_seconds(10 * day);
    presale.closes = test::at_seconds(11 * day);
    presale.pays_after = Distribution::exponential(6 * 3600);
    const Presale terms(builder.spec.channels[0], {7, 0});
    double sum = 0, count = 0;
    for (std::uint64_t key = 0; key < 200'000; ++key) {
        const auto fate = terms.fate(key, test::at_seconds(day));
        REQUIRE(fate.at < (fate.pays() ? *presale.closes : *presale.closes + sim::microsecond));
        if (!fate.pays())
            continue;
        REQUIRE(fate.at >= *presale.opens);
        sum += (fate.at - *presale.opens).seconds();
        ++count;
        const auto late = terms.fate(key, test::at_seconds(10.9 * day));
        REQUIRE((late.at >= test::at_seconds(10.9 * day) && late.at < *presale.closes));
    }
    const double m = 6 * 3600, mean = mean_below(m, day);
    INFO("mean time to payment " << sum / count << " s, expected " << mean << " s");
    CHECK(std::fabs(sum / count - mean) < 4 * m / std::sqrt(count));
    CHECK_FALSE(terms.holds(*presale.closes));
}

TEST_CASE("deposits: conversion is within its binomial interval, and all of them are accounted for") {
    for (const bool locks : {false, true}) {
        auto builder = presale_shop(100'000, locks);
        const Run run(builder.spec);
        check_against_rows(run);
        const double paid = static_cast<double>(at(run, "paid")), cancelled = static_cast<double>(at(run, "cancelled"));
        const double lapsed = static_cast<double>(at(run, "lapsed")), settled = paid + cancelled + lapsed;
        CHECK(at(run, "returned") == 0);
        CHECK(at(run, "deposits") > 99'000);
        CHECK(at(run, "open") > 1000);
        // Settled deposits of the last days are cancelled ones only; the interval is for those of the days before.
        // Orders come evenly: payments are the share 0.9 of all orders up to a day that is uniform in the window.
        const double orders = static_cast<double>(at(run, "deposits")), days = 20;
        const double expected = orders * 0.9 * (days - 2.5) / days, deviation = std::sqrt(expected);
        INFO((locks ? "locked" : "not locked")
             << ": " << paid << " paid, " << expected << " expected, " << settled << " settled");
        CHECK(std::fabs(paid - expected) < 4 * deviation);
        CHECK(std::fabs(cancelled - orders * 0.04 * (days - 1) / days) < 4 * std::sqrt(orders * 0.04));
        CHECK(std::fabs(lapsed - orders * 0.06 * (days - 3) / days) < 4 * std::sqrt(orders * 0.06));
    }
}

TEST_CASE("when all deposits are settled, none is owed, and those of customers who did not pay are kept") {
    for (const bool locks : {false, true}) {
        for (const bool keeps : {false, true}) {
            auto builder = presale_shop(0, locks);
            presale_of(builder).keeps_deposit = keeps;
            builder.spec.demand.clear();
            std::vector<DemandSpec::Recorded> rows;
            for (int i = 0; i < 3000; ++i)
                rows.push_back(test::order(200.0 * i, 1 + i % 3));
            builder.recorded(0, rows);
            const Run run(builder.spec);
            CHECK(at(run, "deposits") == 3000);
            CHECK(at(run, "open") == 0);
            CHECK(balance_of(run, MoneyAccount::deposits) == 0);
            const auto statuses = run.integers("/orders/status"), quantities = run.integers("/orders/quantity");
            const auto paid = run.integers("/orders/paid");
            Units sold = 0, unpaid = 0;
            std::int64_t given_up = 0;
            for (std::size_t i = 0; i < statuses.size(); ++i) {
                const bool is_given_up = statuses[i] == static_cast<std::int64_t>(OrderStatus::given_up);
                CHECK((paid[i] == no_time) == is_given_up);
                given_up += is_given_up;
                (is_given_up ? unpaid : sold) += quantities[i];
            }
            CHECK(given_up == at(run, "cancelled") + at(run, "lapsed"));
            CHECK(given_up > 200);
            CHECK(run.sum("/summary/desks/orders_given_up") == given_up);
            CHECK(run.sum("/series/desks/given_up") == given_up);
            CHECK(run.sum("/summary/desks/orders_open") == 0);
            const Money price = 30 * currency_unit;
            CHECK(balance_of(run, MoneyAccount::deposits_kept) == (keeps ? -unpaid * price / 10 : 0));
            CHECK(balance_of(run, MoneyAccount::revenue) == -sold * price);
            CHECK(balance_of(run, MoneyAccount::cash) == sold * price + (keeps ? unpaid * price / 10 : 0));
            CHECK(run.sum("/summary/stock/final") == 10'000'000 - sold);
        }
    }
}

TEST_CASE("an order with a deposit leaves after its payment, and its promise counts from there") {
    for (const bool locks : {false, true}) {
        auto builder = presale_shop(2000, locks);
        builder.spec.channels[0].promise = sim::hour * 2 + sim::minute * 6;
        const Run run(builder.spec);
        const auto paid = run.integers("/orders/paid"), shipped = run.integers("/orders/shipped"),
                   placed = run.integers("/orders/placed"), delivered = run.integers("/orders/delivered");
        std::int64_t late = 0, in_time = 0;
        for (std::size_t i = 0; i < paid.size(); ++i) {
            if (shipped[i] == no_time)
                continue;
            REQUIRE(paid[i] != no_time);
            // Known at the end of the wave, at the site a minute later; there are no stages.
            const Time wave = sim::next_on_grid(Time{paid[i] + 1}, sim::minute * 10) + sim::minute;
            CHECK(shipped[i] == wave.us);
            CHECK(paid[i] >= placed[i] + sim::day.us * 2);
            late += delivered[i] < (sim::day * 20).us && delivered[i] - paid[i] > (sim::hour * 2 + sim::minute * 6).us;
            in_time += paid[i] + sim::day.us < (sim::day * 20).us;
        }
        CHECK(late > 300);
        CHECK(run.sum("/summary/desks/orders_late") == late);
        CHECK(at(run, "late") == late);
        CHECK(at(run, "dispatched_in_time") == in_time);
        CHECK(at(run, "dispatch_due") == in_time);
    }
}

TEST_CASE("goods set aside: stock-days are the rate of orders times the mean time of a lock") {
    auto builder = presale_shop(100'000, true);
    builder.spec.trace.orders_share = 1;
    builder.spec.warm_up = sim::day * 5;
    builder.spec.horizon = sim::day * 15;
    const Run run(builder.spec);
    // Every lock again, from the rows of the orders and their fates.
    const Presale terms(builder.spec.channels[0], {builder.spec.seed, builder.spec.replication});
    const double mean_locked = run.numbers("/summary/locks/mean_locked")[0],
                 mean_orders = run.numbers("/summary/locks/mean_orders")[0],
                 stock_days = run.numbers("/summary/locks/locked_stock_days")[0];
    // In the measured time the system is in its steady state: 5000 orders a day of two units on average. A lock lasts
    // 2.5 days if paid (0.9), a day if cancelled (0.04), 3 days if lapsed (0.06).
    const double lock_days = 0.9 * 2.5 + 0.04 * 1 + 0.06 * 3;
    const double expected = 5000 * 2 * lock_days;
    INFO("mean units locked " << mean_locked << ", rate times lock time " << expected);
    // Number locked: Poisson of 12,350 orders, averaged over 15 days; variance of the mean of units at most
    // 5000 · 5 · 2.5² · 2.5 / 15 · 2.
    CHECK(std::fabs(mean_locked - expected) < 4 * std::sqrt(5000 * 5 * 6.25 / 15));
    CHECK(stock_days == Approx(mean_locked * 15));
    CHECK(std::fabs(mean_orders - 5000 * lock_days) < 4 * std::sqrt(5000 * 6.25 / 15));
    // Lock times are drawn from three laws; the wave adds half of ten minutes, the deposit's wave takes as much.
    CHECK(run.numbers("/summary/locks/mean_lock_time")[0] == Approx(lock_days * 24).epsilon(0.002));
    const auto locked = run.integers("/series/locks/locked");
    CHECK(static_cast<double>(locked.back()) > expected * 0.9);
    CHECK(static_cast<double>(locked.back()) < expected * 1.1);
}

TEST_CASE("locked goods are nobody else's, and come back when their customer gives up") {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    auto& presale = builder.spec.channels[builder.channel("eve")].presale.emplace();
    presale.deposit = 0.5;
    presale.opens = test::at_seconds(5 * 3600);
    presale.closes = test::at_seconds(6 * 3600);
    presale.paid = 0;
    presale.locks_stock = true;
    builder.channel("spot");
    const Index shop = builder.site("shop", SiteKind::store, 10);
    builder.lane_to_market(shop, 0, 3600);
    builder.recorded(0, {test::order(600, 7)});
    builder.recorded(1, {test::order(7200, 4), test::order(7 * 3600, 4)});
    const Run run(builder.spec);
    // Three are left while seven are set aside: the first spot order is lost, the second finds ten.
    CHECK(run.orders_with(OrderStatus::lost, 1) == 1);
    CHECK(run.orders_with(OrderStatus::delivered, 1) == 1);
    CHECK(run.orders_with(OrderStatus::given_up, 0) == 1);
    CHECK(run.sum("/summary/stock/final") == 6);
    const double until = 6 * 3600 + 600 + 60 - (600 + 600 + 60);  // wave and lag at both ends
    CHECK(run.numbers("/summary/locks/locked_stock_days")[0] == Approx(7 * until / day));
}

TEST_CASE("express: picked and packed before the payment, shipped with it; without it the stages come after") {
    for (const bool express : {false, true}) {
        auto builder = presale_shop(500, true);
        presale_of(builder).express = express;
        auto& site = builder.spec.sites[0];
        site.outbound = {test::stage("pick", 0, Distribution::constant(3 * 3600))};
        site.handling_per_order = 2 * currency_unit;
        site.wave = sim::minute;
        const Run run(builder.spec);
        const auto paid = run.integers("/orders/paid"), shipped = run.integers("/orders/shipped");
        const std::int64_t given_up = run.orders_with(OrderStatus::given_up, 0);
        std::int64_t count = 0;
        for (std::size_t i = 0; i < paid.size(); ++i) {
            if (shipped[i] == no_time)
                continue;
            ++count;
            const Time known = sim::next_on_grid(Time{paid[i] + 1}, sim::minute * 10) + sim::minute;
            const Duration after{shipped[i] - known.us};
            CHECK((express ? after >= Duration{} && after <= sim::minute : after == sim::hour * 3));
        }
        CHECK(count > 300);
        // Work on parcels that nobody paid for is paid all the same, if it was done.
        const Money handled = balance_of(run, MoneyAccount::handling) / (2 * currency_unit);
        CHECK(handled >= count);
        CHECK((handled > count) == express);
        CHECK(given_up > 0);
    }
}

TEST_CASE("without stock a deposit is given back, an oversold one too, and a payment that finds nothing") {
    for (const bool locks : {false, true}) {
        for (const Unmet unmet : {Unmet::lose, Unmet::backorder}) {
            auto builder = presale_shop(4000, locks);
            builder.spec.sites[0].initial_units = {500};
            builder.spec.channels[0].unmet = unmet;
            builder.spec.channels[0].patience = sim::day;
            const Run run(builder.spec);
            CHECK(run.sum("/summary/desks/orders_lost") + run.sum("/summary/desks/orders_refused")
                      + run.sum("/summary/desks/orders_cancelled")
                  > 1000);
            check_against_rows(run);
            // What is owed at the end: deposits of open orders, and the prices of paid ones that have not left.
            const auto statuses = run.integers("/orders/status"), paid = run.integers("/orders/paid");
            const auto quantities = run.integers("/orders/quantity");
            Money owed = 0;
            for (std::size_t i = 0; i < statuses.size(); ++i) {
                if (statuses[i] != static_cast<std::int64_t>(OrderStatus::open))
                    continue;
                const Money price = quantities[i] * 30 * currency_unit;
                owed += paid[i] != no_time ? price : price / 10;
            }
            CHECK(balance_of(run, MoneyAccount::deposits) == -owed);
        }
    }
}
