#include "models/returns/refund_fund.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/models/return_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;

namespace {

Money account(const Run& run, MoneyAccount which, const char* column = "closing") {
    return run.integers(std::string("/summary/ledger/") + column)[unit_accounts + static_cast<std::size_t>(which)];
}

}  // namespace

TEST_CASE("with a constant flow in and a larger one out a fund runs dry when it must, and waits grow as they must") {
    // 100 at the start, 2 in and 3 out an hour: after hour n there would be 100 - n. The refund of hour n > 100 is paid
    // in the first hour T with 100 + 2 T >= 3 n.
    constexpr Money unit = currency_unit;
    RefundFundSpec spec;
    spec.opening = 100 * unit;
    spec.share = 0.02;
    Ledger ledger;
    RefundFund fund(spec, ledger);
    fund.open();
    std::vector<std::int64_t> paid_at(301);
    for (std::int64_t hour = 1; hour <= 300; ++hour) {
        const Time now{sim::hour.us * hour};
        fund.put_aside(100 * unit, true);
        while (const auto* waited = fund.pay_next(now, true))
            paid_at[waited->slot] = hour;
        if (fund.pay({now, static_cast<std::uint32_t>(hour), 0, 3 * unit}, true))
            paid_at[static_cast<std::size_t>(hour)] = hour;
        const std::int64_t expected = hour <= 100 ? 100 - hour : (100 + 2 * hour) % 3;
        REQUIRE(fund.balance() == expected * unit);
        REQUIRE(fund.waiting() == hour - (hour <= 100 ? hour : (100 + 2 * hour) / 3));
    }
    for (std::int64_t n = 1; n <= 233; ++n)
        REQUIRE(paid_at[static_cast<std::size_t>(n)] == std::max<std::int64_t>(n, (3 * n - 100 + 1) / 2));
    CHECK(paid_at[234] == 0);
    CHECK(ledger.balance(MoneyAccount::refunds) == 233 * 3 * unit);
    CHECK(ledger.balance(MoneyAccount::cash) == -600 * unit);
}

TEST_CASE("a small refund does not overtake a large one that waits for money") {
    RefundFundSpec spec;
    spec.opening = 5;
    spec.share = 1;
    Ledger ledger;
    RefundFund fund(spec, ledger);
    fund.open();
    CHECK_FALSE(fund.pay({Time{1}, 1, 0, 10}, true));
    CHECK_FALSE(fund.pay({Time{2}, 2, 0, 3}, true));
    fund.put_aside(7, true);
    const auto* first = fund.pay_next(Time{3}, true);
    REQUIRE(first != nullptr);
    CHECK(first->slot == 1);
    CHECK(fund.pay_next(Time{3}, true) == nullptr);
    fund.put_aside(1, true);
    const auto* second = fund.pay_next(Time{4}, true);
    REQUIRE(second != nullptr);
    CHECK(second->slot == 2);
    CHECK(fund.balance() == 0);
}

TEST_CASE("what a fund puts aside of odd amounts adds up to the last millionth") {
    RefundFundSpec spec;
    spec.share = 0.01;
    Ledger ledger;
    RefundFund fund(spec, ledger);
    Money turnover = 0;
    for (Money i = 1; i <= 10'000; ++i) {
        fund.put_aside(37 * i + 13, true);
        turnover += 37 * i + 13;
    }
    CHECK(std::abs(static_cast<double>(fund.balance()) - 0.01 * static_cast<double>(turnover)) <= 0.5);
}

TEST_CASE("a fund takes its share of the turnover and pays refunds at once as long as it can") {
    for (const double share : {0.5, 0.2}) {  // 30 % are returned
        auto builder = test::returning_shop(0.02, 0.3);
        auto& spec = builder.spec;
        spec.horizon = sim::day * 40;
        spec.return_centres[0].fund = RefundFundSpec{2000 * currency_unit, share, {}};
        for (bool& pays : spec.return_centres[0].fund->pays)
            pays = true;
        const Run run(spec);
        const auto of = [&](const char* column) { return run.sum(std::string("/summary/refund_funds/") + column); };
        INFO("share " << share << ": put aside " << of("put_aside") << ", paid " << of("paid") << ", waited "
                      << of("waited") << " of " << of("refunds") << ", waiting " << of("waiting"));
        CHECK(of("opening") == 2000 * currency_unit);
        CHECK(of("opening") + of("put_aside") - of("paid") == of("closing"));
        CHECK(of("closing") == account(run, MoneyAccount::refund_fund));
        CHECK(of("paid") == account(run, MoneyAccount::refunds));
        CHECK(run.sum("/summary/returns/refunded") == of("paid"));
        // News of the last sample period is still on its way at the end.
        const auto revenue = static_cast<double>(-account(run, MoneyAccount::revenue));
        CHECK(static_cast<double>(of("put_aside")) == Approx(share * revenue).epsilon(0.003));
        const auto started = run.integers("/returns/started"), refunded = run.integers("/returns/refunded");
        std::int64_t late = 0;
        for (std::size_t i = 0; i < started.size(); ++i) {
            if (refunded[i] != no_time)
                late += refunded[i] - started[i] > (sim::hour + sim::minute).us;
        }
        if (share > 0.3) {
            CHECK(of("waited") == 0);
            CHECK(of("waiting") == 0);
            CHECK(late == 0);
        } else {
            // In the long run the fund pays what comes in, and the queue grows with the rest.
            CHECK(of("waited") > 500);
            CHECK(late > 500);
            CHECK(of("closing") < 30 * currency_unit);
            const double owed = 0.3 * revenue - 2000 * currency_unit - share * revenue;
            CHECK(static_cast<double>(of("owed")) == Approx(owed).epsilon(0.35));
        }
    }
}

TEST_CASE("a fund that pays for bad goods only leaves the others to the grade") {
    auto builder = test::returning_shop(0.02, 0.3);
    auto& spec = builder.spec;
    spec.horizon = sim::day * 30;
    spec.return_centres[0].fund = RefundFundSpec{0, 0.5, {true, false, false}};
    const Run run(spec);
    const auto reasons = run.integers("/returns/reason"), started = run.integers("/returns/started");
    const auto refunded = run.integers("/returns/refunded"), inspected = run.integers("/returns/inspected");
    std::int64_t of_fund = 0;
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        if (refunded[i] == no_time)
            continue;
        of_fund += reasons[i] == 0;
        if (reasons[i] == 0) {
            REQUIRE(refunded[i] - started[i] < sim::day.us);
        } else {
            REQUIRE(refunded[i] == inspected[i]);
        }
    }
    CHECK(of_fund > 1000);
    CHECK(run.sum("/summary/refund_funds/refunds") == of_fund);
}

TEST_CASE("a fund is the same with any number of workers, and after a stop") {
    auto builder = test::everything_returns(0.01);
    auto& spec = builder.spec;
    spec.horizon = sim::day * 20;
    spec.return_centres[0].fund = RefundFundSpec{500 * currency_unit, 0.2, {true, true, false}};
    const Run reference(spec);
    REQUIRE(reference.sum("/summary/refund_funds/waited") > 20);
    test::check_workers(spec, reference);
    test::check_resumed(spec, sim::hour * 75, 5);
}
