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

TEST_CASE("dedicated stock: sites that ship and keep stock, all products, where nothing else is said") {
    const auto spec = load("  - {id: a, dedicated: {share: 40 %}}\n  - {id: b}\n");
    REQUIRE(spec.channels[0].dedicated.size() == 1);
    const auto& rule = spec.channels[0].dedicated[0];
    CHECK(rule.sites == std::vector<models::Index>{1});  // not the supplier
    CHECK(rule.products == std::vector<models::Index>{0, 1});
    CHECK(rule.share == Approx(0.4));
    CHECK(rule.units == 0);
    CHECK_FALSE(rule.release_after);
    CHECK(spec.channels[1].dedicated.empty());
    CHECK(spec.channels[1].quotas.empty());
}

TEST_CASE("dedicated stock and quotas: everything said") {
    const auto spec = load(
        "  - {id: a, dedicated: [{share: 40 %}, {units: 500 units, sites: rdc, products: face-*, release_after: 3 d}], "
        "quota: [{units: 9}, {units: 8 units, per: week, sites: rdc, products: lip-glaze}]}\n");
    const auto& channel = spec.channels[0];
    REQUIRE(channel.dedicated.size() == 2);
    CHECK(channel.dedicated[1].units == 500);
    CHECK(channel.dedicated[1].products == std::vector<models::Index>{1});
    CHECK(channel.dedicated[1].release_after == sim::day * 3);
    REQUIRE(channel.quotas.size() == 2);
    CHECK((channel.quotas[0].units == 9 && channel.quotas[0].per == models::QuotaSpec::Per::day));
    CHECK((channel.quotas[1].units == 8 && channel.quotas[1].per == models::QuotaSpec::Per::week));
    CHECK(channel.quotas[1].products == std::vector<models::Index>{0});
}

TEST_CASE("replicas: a constant lag, or a distribution with a shortest one; live where nothing takes time") {
    const auto spec = load(
        "  - {id: a, stock_view: {reserve: 50 ms, read: 200 ms}}\n"
        "  - {id: b, stock_view: {reserve: 0 s, read: {exponential: 1 s}, at_least: 20 ms, updates: 100/s}}\n"
        "  - {id: c, stock_view: {reserve: 50 ms}}\n"
        "  - {id: d, stock_view: {push: 1 s, check: {every: 1 h, roll_back: 30 min}}}\n");
    const auto& channels = spec.channels;
    REQUIRE(channels[0].read);
    CHECK(channels[0].view == models::StockView::reserved);
    CHECK(channels[0].view_lag == sim::microsecond * 50'000);
    CHECK(channels[0].read->at_least == sim::microsecond * 200'000);
    CHECK(channels[0].read->lag.mean() == Approx(0.2));
    CHECK(channels[1].view == models::StockView::live);
    CHECK(channels[1].read.value().at_least == sim::microsecond * 20'000);
    CHECK(channels[1].view_updates_per_second == Approx(100));
    CHECK_FALSE(channels[2].read);
    CHECK(channels[3].view_check.value().roll_back == sim::minute * 30);
}
