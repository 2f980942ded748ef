#include "models/base/ledger.hpp"

#include <cstdint>
#include <limits>
#include <numeric>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "sim/trace/recorder.hpp"
#include "models/sites/site.hpp"

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;

namespace {

struct Sums {
    std::array<std::int64_t, unit_accounts> units{};
    std::array<std::int64_t, money_accounts> money{};

    std::int64_t all_units() const { return std::accumulate(units.begin(), units.end(), std::int64_t{0}); }

    std::int64_t all_money() const { return std::accumulate(money.begin(), money.end(), std::int64_t{0}); }
};

UnitAccount unit_account(sim::RandomStream& random) {
    return static_cast<UnitAccount>(random.below(unit_accounts));
}

MoneyAccount money_account(sim::RandomStream& random) {
    return static_cast<MoneyAccount>(random.below(money_accounts));
}

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("whatever moves, the sum over all accounts is zero and every balance is what came less what went") {
    sim::RandomStream random({9, 0}, 1, 1);
    Ledger parts[3];
    Sums expected;
    for (int i = 0; i < 5000; ++i) {
        Ledger& ledger = parts[random.below(3)];
        const std::int64_t amount = std::int64_t{random.below(2'000'000)} - 1'000'000;
        if (random.below(2) == 0) {
            const auto from = unit_account(random), to = unit_account(random);
            ledger.move_units(from, to, amount);
            expected.units[static_cast<std::size_t>(from)] -= amount;
            expected.units[static_cast<std::size_t>(to)] += amount;
        } else {
            const auto from = money_account(random), to = money_account(random);
            ledger.move_money(from, to, amount);
            expected.money[static_cast<std::size_t>(from)] -= amount;
            expected.money[static_cast<std::size_t>(to)] += amount;
        }
        Sums sums;
        for (const auto& part : parts)
            part.add_to(sums.units, sums.money);
        REQUIRE(sums.all_units() == 0);
        REQUIRE(sums.all_money() == 0);
        REQUIRE(sums.units == expected.units);
        REQUIRE(sums.money == expected.money);
    }
}

TEST_CASE("a balance beyond 64 bits stops the run") {
    Ledger ledger;
    ledger.move_units(UnitAccount::opening, UnitAccount::available, largest);
    CHECK(ledger.balance(UnitAccount::available) == largest);
    CHECK(ledger.balance(UnitAccount::opening) == -largest);
    CHECK_THROWS_AS(ledger.move_units(UnitAccount::purchased, UnitAccount::available, 1), sim::RunError);
    ledger.move_money(MoneyAccount::cash, MoneyAccount::freight, largest);
    try {
        ledger.move_money(MoneyAccount::cash, MoneyAccount::holding, 2);
        FAIL("no overflow");
    } catch (const sim::RunError& error) {
        CHECK(error.exit_code() == 2);  // no law was broken
        CHECK_THAT(error.what(), Catch::Contains("account 'cash'") && Catch::Contains("amounts in the scenario"));
    }
    Ledger full, other;
    full.move_units(UnitAccount::opening, UnitAccount::available, largest);
    other.move_units(UnitAccount::opening, UnitAccount::available, 1);
    Sums sums;
    full.add_to(sums.units, sums.money);
    CHECK_THROWS_AS(other.add_to(sums.units, sums.money), sim::RunError);
}

TEST_CASE("every account has a name of its own, and expenses are what serving customers costs") {
    std::set<std::string> names;
    for (std::size_t i = 0; i < unit_accounts; ++i)
        names.emplace(name_of(static_cast<UnitAccount>(i)));
    for (std::size_t i = 0; i < money_accounts; ++i)
        names.emplace(name_of(static_cast<MoneyAccount>(i)));
    CHECK(names.size() == unit_accounts + money_accounts);
    CHECK(names.count("") == 0);
    for (const auto account : {MoneyAccount::freight, MoneyAccount::holding, MoneyAccount::lost_sale_penalty})
        CHECK(is_expense(account));
    for (const auto account :
         {MoneyAccount::opening, MoneyAccount::cash, MoneyAccount::revenue, MoneyAccount::inventory})
        CHECK_FALSE(is_expense(account));
}

TEST_CASE("units that appear in the books of a site are found by its audit") {
    test::SpecBuilder builder;
    builder.product("tea");
    builder.site("shop", SiteKind::store, 7);
    const auto& spec = builder.spec;
    const RunFrame frame{.spec = spec, .goods = {}, .tables = {}, .end = Time{sim::day.us}};
    sim::Recorder recorder;
    Site site(frame, 0, std::make_shared<Assortment>(spec.sites[0].assortment, 1), recorder.add_writer(), 0);
    site.set_opening_stock({7});
    CHECK_NOTHROW(site.audit());
    site.ledger_for_test().corrupt_for_test(UnitAccount::available, 1);
    CHECK_THROWS_AS(site.audit(), sim::InvariantError);
    site.ledger_for_test().corrupt_for_test(UnitAccount::available, -1);
    CHECK_NOTHROW(site.audit());
    site.ledger_for_test().corrupt_for_test(UnitAccount::reserved, 1);
    site.ledger_for_test().corrupt_for_test(UnitAccount::available, -1);
    CHECK_THROWS_AS(site.audit(), sim::InvariantError);
}
