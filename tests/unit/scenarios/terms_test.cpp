#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate;
using namespace spate::scenarios;
using test::LoadedText;
using test::Small;

namespace {

models::ModelSpec load(const std::string& channels) {
    Small small;
    small.more = "channels:\n" + channels;
    const LoadedText loaded(small.text());
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    return loaded.draft.spec;
}

}  // namespace

TEST_CASE("presale: dates of the balance, and what is not said has its default") {
    const auto spec = load("  - {id: a}\n  - {id: b, presale: {deposit: 20 %, balance: {from: 1 d, to: 36 h}}}\n");
    CHECK_FALSE(spec.channels[0].presale);
    const auto& presale = spec.channels[1].presale.value();
    CHECK(presale.deposit == Approx(0.2));
    CHECK((presale.opens == sim::Time{} + sim::day && presale.closes == sim::Time{} + sim::hour * 36));
    CHECK(presale.paid == 1);
    CHECK(presale.cancelled == 0);
    CHECK_FALSE(presale.pays_after);
    CHECK(presale.keeps_deposit);
    CHECK_FALSE(presale.locks_stock);
    CHECK_FALSE(presale.express);
    CHECK(presale.dispatch == sim::day);
}

TEST_CASE("presale: spans of the balance, and everything said") {
    const auto spec = load(
        "  - {id: b, presale: {deposit: 100 %, balance: {after: 7 d, within: 2 d}, paid: 90 %, cancel: 4 %, "
        "pays_after: "
        "{exponential: 6 h}, keep_deposit: false, lock: stock, express: true, dispatch: 48 h}}\n");
    const auto& presale = spec.channels[0].presale.value();
    CHECK_FALSE(presale.opens);
    CHECK_FALSE(presale.closes);
    CHECK((presale.opens_after == sim::day * 7 && presale.within == sim::day * 2));
    CHECK((presale.paid == Approx(0.9) && presale.cancelled == Approx(0.04)));
    CHECK(presale.pays_after.value().mean() == Approx(6 * 3600));
    CHECK_FALSE(presale.keeps_deposit);
    CHECK((presale.locks_stock && presale.express));
    CHECK(presale.dispatch == sim::hour * 48);
}

TEST_CASE("groups close by a timetable or some time after their first order; pick-up points wait") {
    const auto spec = load(
        "  - {id: a, group: {cut_off: daily 22:00, at_least: 20, count: units}, pickup: {collect: {exponential: 8 h}, "
        "expires: 3 d}}\n"
        "  - {id: b, group: {cut_off: after 36 h}, pickup: {collect: 1 h}}\n");
    const auto& daily = spec.channels[0].group.value();
    CHECK(daily.cut_off.period == sim::day);
    CHECK(daily.cut_off.offsets == std::vector<sim::Duration>{sim::hour * 22});
    CHECK((daily.at_least == 20 && daily.counts_units));
    const auto& later = spec.channels[1].group.value();
    CHECK(later.cut_off.offsets.empty());
    CHECK(later.after == sim::hour * 36);
    CHECK((later.at_least == 1 && !later.counts_units));
    CHECK(spec.channels[0].pickup.value().collect.mean() == Approx(8 * 3600));
    CHECK(spec.channels[0].pickup.value().expires == sim::day * 3);
    CHECK_FALSE(spec.channels[1].pickup.value().expires);
}
