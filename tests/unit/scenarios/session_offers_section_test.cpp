// Prices, gifts and cancelled broadcasts of sessions, and carts in the trace, as they are read.
#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;
using namespace spate::models;
namespace sim = spate::sim;
using test::LoadedText;
using test::Small;

namespace {

LoadedText load(const std::string& of_session, const std::string& more = "") {
    Small small;
    small.more =
        "hosts: [{id: ya, tier: A}]\n"
        "sessions:\n  - {id: a, starts: 2 d, lasts: 2 h, products: all, orders: 1k, "
        + of_session + "}\n" + more;
    return LoadedText(small.text());
}

}  // namespace

TEST_CASE("a session is read with a price or a discount, a gift, and where its customers go") {
    const auto priced =
        load("host: ya, price: 9.90 CNY, quantity: 4, gift: {each: 3, units: 2}, absence: {to_base: 30 %, over: 2 d}");
    REQUIRE(priced.first_problem().empty());
    const auto& session = priced.spec().sessions[0];
    CHECK(session.price == Money{9'900'000});
    CHECK(session.discount == 0);
    CHECK(session.gift == GiftSpec{3, 2});
    CHECK(session.to_base == 0.3);
    CHECK(session.to_base_over == sim::day * 2);
    CHECK(session.to_base_channel == session.channel);
    const auto reduced = load("discount: 25 %");
    REQUIRE(reduced.first_problem().empty());
    CHECK(!reduced.spec().sessions[0].price);
    CHECK(reduced.spec().sessions[0].discount == 0.25);
    CHECK(!reduced.spec().sessions[0].gift);
}

TEST_CASE("a gift may be of another product, which leaves with the order") {
    const auto loaded = load(
        "quantity: 4, gift: {each: 2, units: 1, product: face-mask}, script: [{at: 5 min, lasts: 5 min, buy: 1, get: "
        "2, "
        "product: lip-glaze}]");
    REQUIRE(loaded.first_problem().empty());
    CHECK(loaded.spec().sessions[0].gift == GiftSpec{2, 1, 1});
    CHECK(loaded.spec().sessions[0].script[0].gift == GiftSpec{1, 2, 0});
}

TEST_CASE("a gift of another product that runs out stops the sales, or they go on without it") {
    const std::string scripted = "script: [{at: 5 min, lasts: 5 min, buy: 1, get: 2, product: lip-glaze";
    const auto first = load("quantity: 4, gift: {each: 2, units: 1, product: face-mask, when_out: without}, " + scripted
                            + ", when_out: stop}]");
    REQUIRE(first.first_problem().empty());
    CHECK(first.spec().sessions[0].gift == GiftSpec{2, 1, 1, GiftSpec::WhenOut::without});
    CHECK(first.spec().sessions[0].script[0].gift == GiftSpec{1, 2, 0});
    const auto second = load(scripted + ", when_out: without}]");
    REQUIRE(second.first_problem().empty());
    CHECK(second.spec().sessions[0].script[0].gift == GiftSpec{1, 2, 0, GiftSpec::WhenOut::without});
    CHECK_THAT(load("gift: {each: 2, units: 1, when_out: without}, quantity: 2").first_problem(),
               Catch::Contains("name another `product`"));
    CHECK_THAT(load(scripted + ", when_out: never}]").first_problem(), Catch::Contains("write stop or without"));
}

TEST_CASE("a gift of another product is refused where orders of two lines cannot be, or would always be lost") {
    const std::string gift = "gift: {each: 1, units: 1, product: face-mask}";
    CHECK_THAT(load(gift, "channels: {id: eve, pickup: {collect: {uniform: [1 h, 2 d]}}}\n").first_problem(),
               Catch::Contains("\"eve\" has `pickup`") || Catch::Contains("'eve' has `pickup`"));
    CHECK_THAT(load(gift, "channels: {id: shop, unmet: {backorder: 2 d}}\n").first_problem(),
               Catch::Contains("lose patience product by product"));
    CHECK(load("gift: {each: 1, units: 1}", "channels: {id: shop, unmet: {backorder: 2 d}}\n").first_problem().empty());
    Small small;
    small.sites =
        "sites:\n  - {id: supplier, kind: supplier, at: [120.07, 29.31]}\n  - {id: rdc, kind: rdc, at: wuhan, "
        "assortment: lip-glaze}\n  - {id: far, kind: rdc, at: wuhan, assortment: face-mask}";
    small.lanes =
        "lanes:\n  - {from: supplier, to: [rdc, far], transit: 22 h}\n  - {from: [rdc, far], to: markets, transit: 30 "
        "h}";
    small.more = "sessions: {id: a, starts: 2 d, lasts: 2 h, products: lip-glaze, orders: 1k, " + gift + "}\n";
    CHECK_THAT(LoadedText(small.text()).first_problem(),
               Catch::Contains("no site that delivers to market") && Catch::Contains("all would be lost"));
    small.more.replace(small.more.find("face-mask}"), 10, "face-mask, when_out: without}");
    CHECK_THAT(LoadedText(small.text()).first_problem(),
               Catch::Contains("no site that delivers to market") && Catch::Contains("nobody would get it"));
}

TEST_CASE("a script gives goods away from a moment on") {
    const auto loaded =
        load("script: [{at: 30 min, lasts: 1 h, say: bargain, buy: 1, get: 1}, {at: 50 min, lasts: 5 min, rate: 2 x}]");
    REQUIRE(loaded.first_problem().empty());
    const auto& script = loaded.spec().sessions[0].script;
    REQUIRE(script.size() == 2);
    CHECK(script[0].gift == GiftSpec{1, 1});
    CHECK(script[0].rate == 1);
    CHECK(!script[1].gift);
}

TEST_CASE("carts are recorded in steps that fit the sample period") {
    const auto with = load("carts: {conversion: 20 %}", "trace: {series: 1 h, carts: 1 min}\n");
    REQUIRE(with.first_problem().empty());
    CHECK(with.spec().trace.carts_every == sim::minute);
    CHECK_THAT(load("rise: 0 min", "trace: {carts: 1 min}\n").first_problem(), Catch::Contains("no session has carts"));
    CHECK_THAT(load("carts: {conversion: 20 %}", "trace: {carts: 1 s}\n").first_problem(),
               Catch::Contains("at most 1 million"));
}
