// Hosts, the parts of sessions, and alerts, as they are read.
#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;
using namespace spate::models;
namespace sim = spate::sim;
using test::LoadedText;
using test::Small;

namespace {

constexpr const char* show = "starts: 2 d, lasts: 2 h, products: all, orders: 1k";

/// Two hosts, one session with what is given, and more.
LoadedText load(const std::string& of_session, const std::string& more = "") {
    Small small;
    small.more =
        "hosts:\n  - {id: ya, name: 小雅, tier: S, followers: 25M, style: [gentle, beauty, gentle],\n"
        "     absent: {per_year: 1.5, at: [9 d, 4 d], lasts: 3 d}}\n  - {id: bei, tier: A}\n  - {id: bo}\n"
        "sessions:\n  - {id: a, "
        + std::string(show) + ", " + of_session + "}\n" + more;
    return LoadedText(small.text());
}

std::string problem_of(const LoadedText& loaded) {
    return loaded.first_problem();
}

}  // namespace

TEST_CASE("hosts are read with followers of their own or of their tier") {
    const auto loaded = load("host: all", "policies: {host_pool: {s_share: 30 %, substitutes: 3, keeps: 85 %}}");
    REQUIRE(problem_of(loaded).empty());
    const auto& hosts = loaded.spec().hosts;
    REQUIRE(hosts.size() == 3);
    CHECK(hosts[0].name == "小雅");
    CHECK(hosts[0].tier == HostSpec::Tier::s);
    CHECK(hosts[0].followers == 25e6);
    CHECK(hosts[0].style == std::vector<std::string>{"beauty", "gentle"});
    CHECK(hosts[0].absences_per_year == 1.5);
    CHECK(hosts[0].absent_at == std::vector<sim::Time>{{(sim::day * 4).us}, {(sim::day * 9).us}});
    CHECK(hosts[0].absent_for == sim::day * 3);
    CHECK(hosts[1].followers == 4e6);
    CHECK(hosts[2].followers == 1e6);
    CHECK(loaded.spec().sessions[0].hosts == std::vector<Index>{0, 1, 2});
    CHECK(loaded.spec().host_policy.s_share == 0.3);
    CHECK(loaded.spec().host_policy.substitutes == 3);
    CHECK(loaded.spec().host_policy.keeps == 0.85);
}

TEST_CASE("a session is read with tier, luck, script, cap and carts") {
    const auto loaded = load(
        "host: ya, tier: super, luck: {cv: 0.6}, cap: 500 units, carts: {conversion: 20 %, lead: {exponential: 6 h}},\n"
        "     script: [{at: 30 min, say: limited, lasts: 5 min, rate: 3 x}, {at: {uniform: [0 h, 2 h]}, lasts: 1 min, "
        "rate: 0.5 x}]");
    REQUIRE(problem_of(loaded).empty());
    const auto& session = loaded.spec().sessions[0];
    CHECK(session.hosts == std::vector<Index>{0});
    CHECK(session.host == "小雅");
    CHECK(session.tier == SessionTier::super);
    CHECK(session.luck_cv == 0.6);
    CHECK(session.cap == Units{500});
    REQUIRE(session.carts);
    CHECK(session.carts->conversion == 0.2);
    CHECK(session.carts->lead.mean() == 6 * 3600);
    REQUIRE(session.script.size() == 2);
    CHECK(session.script[0].phrase == ScriptSpec::Phrase::limited);
    CHECK(session.script[0].at.mean() == 1800);
    CHECK(session.script[0].lasts == sim::minute * 5);
    CHECK(session.script[1].phrase == ScriptSpec::Phrase::push);
    CHECK(session.script[1].rate == 0.5);
}

TEST_CASE("without hosts the host of a session is a label") {
    Small small;
    small.more = "sessions:\n  - {id: a, host: 小雅, " + std::string(show) + "}";
    const LoadedText loaded(small.text());
    REQUIRE(problem_of(loaded).empty());
    CHECK(loaded.spec().sessions[0].host == "小雅");
    CHECK(loaded.spec().sessions[0].hosts.empty());
}

TEST_CASE("alerts are read") {
    const auto loaded = load("carts: {conversion: 20 %}",
                             "alerts: {carts: 70 %, least: 30 %, every: 15 min, turnover: {days: 40 d, over: 14 d}}");
    REQUIRE(problem_of(loaded).empty());
    const auto& alerts = loaded.spec().alerts;
    REQUIRE(alerts);
    CHECK(alerts->carts == Approx(0.7));
    CHECK(alerts->least == Approx(0.3));
    CHECK(alerts->every == sim::minute * 15);
    CHECK(alerts->orders == 1.2);
    CHECK(alerts->turnover == 0.8);
    CHECK(alerts->turnover_days == sim::day * 40);
    CHECK(alerts->turnover_over == sim::day * 14);
}

TEST_CASE("what cannot be is refused") {
    using Catch::Contains;
    CHECK_THAT(problem_of(load("host: yaa")), Contains("yaa"));
    CHECK_THAT(problem_of(load("carts: {conversion: 120 %}")), Contains("must be at most 1"));
    CHECK_THAT(problem_of(load("cap: 2.5 units")), Contains("not a whole number"));
    CHECK_THAT(problem_of(load("tier: big")), Contains("'big' is not possible for 'tier'"));
    CHECK_THAT(problem_of(load("luck: {}")), Contains("cv"));
    CHECK_THAT(problem_of(load("script: [{at: 30 min, lasts: 5 min, rate: 3}]")), Contains("3"));
    CHECK_THAT(problem_of(load("host: ya", "alerts: {carts: 70 %}")), Contains("no session has carts"));
    CHECK_THAT(problem_of(load("host: ya", "alerts: {every: 90 s}")), Contains("write whole minutes"));
    Small small;
    small.more = "policies: {host_pool: {substitutes: 3}}";
    CHECK_THAT(problem_of(LoadedText(small.text())), Contains("no hosts to share broadcasts out among"));
    small.more = "hosts:\n  - {id: ya, absent: {at: 15 d}}";
    CHECK_THAT(problem_of(LoadedText(small.text())), Contains("absent outside of the simulated time"));
    small.more = "sessions:\n  - {id: a, host: [x, y], " + std::string(show) + "}";
    CHECK_THAT(problem_of(LoadedText(small.text())), Contains("list several in `hosts`"));
}

TEST_CASE("a session that would sell nothing is refused, one with orders of its own is not") {
    const auto problem = [](const char* product, const char* size) {
        Small small;
        small.products = std::string("products:\n  - {id: gift, price: 9 CNY, popularity: ") + product
                         + "}\n  - {id: other, price: 9 CNY}";
        small.demand = "demand: {orders: 10/day, products: other}";
        small.more = std::string("sessions:\n  - {id: a, starts: 1 d, lasts: 1 h, products: gift, ") + size + "}";
        return LoadedText(small.text()).first_problem();
    };
    CHECK_THAT(problem("1", "lift: 5 x"), Catch::Contains("lifts nothing"));
    CHECK_THAT(problem("0", "orders: 10"), Catch::Contains("popularity 0"));
    CHECK(problem("1", "orders: 10") == "");
}

TEST_CASE("more orders than any run can have are refused") {
    Small small;
    small.products = "products: {id: lip-glaze, price: 2 CNY}";
    small.demand = "demand: {orders: 7000M/day}";  // 98 billion in 14 days
    CHECK(LoadedText(small.text()).first_problem() == "");
    small.demand = "demand: {orders: 8000M/day}";
    CHECK_THAT(LoadedText(small.text()).first_problem(), Catch::Contains("1.1e+11 orders; up to 1e+11"));
    small.products = "products: {id: lip-glaze, price: 200 CNY}";
    small.demand = "demand: {orders: 7000M/day}";
    CHECK_THAT(LoadedText(small.text()).first_problem(), Catch::Contains("would pay 2e+13 CNY; up to 4e+12"));
}
