// Something else instead of what is nowhere to be had.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

/// A shop that is out of tea and has plenty of rice and soap; everybody wants tea.
SpecBuilder no_tea(double orders, double accept) {
    SpecBuilder builder;
    for (const char* id : {"tea", "rice", "soap"})
        builder.product(id);
    builder.market("east");
    builder.channel("web");
    const Index shop = builder.site("shop", SiteKind::store, 10'000'000);
    builder.spec.sites[shop].initial_units[0] = 0;
    builder.lane_to_market(shop, 0, 3600);
    auto& demand = builder.demand(orders / 86400, false);
    demand.products = {0};
    demand.profile = WeeklyProfile({{Duration{0}, 1.0}, {sim::hour * 20, 0.0}}, builder.spec.week_time_at_start);
    builder.spec.substitutes = {{0, 1, accept, 10}};
    return builder;
}

std::set<std::int64_t> shipped(const Run& run) {
    std::set<std::int64_t> all;
    const auto ids = run.integers("/orders/id"), when = run.integers("/orders/shipped");
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (when[i] != no_time)
            all.insert(ids[i]);
    }
    return all;
}

std::int64_t desk(const Run& run, const char* column) {
    return run.sum(std::string("/summary/desks/") + column);
}

std::int64_t substitutes(const Run& run, const char* column) {
    return run.sum(std::string("/summary/substitutes/") + column);
}

}  // namespace

TEST_CASE("a share of the customers takes a substitute, at its price less the discount") {
    auto builder = no_tea(30'000, 0.4);
    const Run run(builder.spec);
    const auto offered = static_cast<double>(substitutes(run, "offered"));
    const auto taken = static_cast<double>(substitutes(run, "accepted"));
    REQUIRE(offered > 150'000);
    CHECK(offered == static_cast<double>(desk(run, "orders_placed")));
    // Binomial; two-sided at 4.4 standard deviations: 1e-5.
    CHECK(std::fabs(taken - 0.4 * offered) < 4.4 * std::sqrt(0.24 * offered));
    std::printf("substitutes: %.0f of %.0f taken (40 %%)\n", taken, offered);
    CHECK(desk(run, "orders_shipped") == substitutes(run, "accepted"));
    CHECK(desk(run, "orders_lost") == desk(run, "orders_placed") - desk(run, "orders_shipped"));
    const auto closing = run.integers("/summary/ledger/closing");
    CHECK(closing[unit_accounts + static_cast<std::size_t>(MoneyAccount::revenue)]
          == -desk(run, "orders_shipped") * 27 * currency_unit);
    for (const auto product : run.integers("/orders/product"))
        REQUIRE((product == 0 || product == 1));
    // The same customers say yes, and more, when more do.
    auto more = no_tea(30'000, 0.5);
    const auto some = shipped(run), others = shipped(Run(more.spec));
    CHECK(std::includes(others.begin(), others.end(), some.begin(), some.end()));
    CHECK(others.size() > some.size());
}

TEST_CASE("a substitute in a session costs what it does outside: the session has a price for its own products") {
    auto builder = no_tea(300, 1);
    SessionSpec session;
    session.id = session.name = "show";
    session.products = {0};
    session.markets = {0};
    session.start = test::at_seconds(3600);
    session.lasts = sim::hour;
    session.orders = 500;
    session.price = GENERATE(std::optional<Money>{}, std::optional<Money>{5 * currency_unit});
    session.discount = session.price ? 0 : 0.5;
    builder.spec.sessions = {session};
    const Run run(builder.spec);
    CHECK(desk(run, "orders_shipped") > 500);
    const auto closing = run.integers("/summary/ledger/closing");
    CHECK(closing[unit_accounts + static_cast<std::size_t>(MoneyAccount::revenue)]
          == -desk(run, "orders_shipped") * 27 * currency_unit);
}

TEST_CASE("substitutes are offered in order, those in stock only, and only for what is missing") {
    auto builder = no_tea(500, 1);
    builder.spec.substitutes = {{0, 1, 1, 0}, {0, 2, 1, 0}};
    const auto products = [&] {
        const Run run(builder.spec);
        const auto all = run.integers("/orders/product");
        return std::set<std::int64_t>(all.begin(), all.end());
    };
    CHECK(products() == std::set<std::int64_t>{1});
    builder.spec.sites[0].initial_units[1] = 0;
    CHECK(products() == std::set<std::int64_t>{2});
    SECTION("with a live view too") {
        builder.spec.channels[0].view = StockView::live;
        builder.spec.channels[0].release_every = builder.spec.channels[0].release_lag = Duration{0};
        builder.spec.substitutes = {{0, 2, 1, 0}};
        CHECK(products() == std::set<std::int64_t>{2});
    }
    SECTION("who waits is asked first") {
        builder.spec.channels[0].unmet = Unmet::backorder;
        builder.spec.substitutes = {{0, 2, 0.5, 0}};
        const Run run(builder.spec);
        CHECK(substitutes(run, "accepted") + desk(run, "orders_waiting") == desk(run, "orders_placed"));
        CHECK(desk(run, "orders_waiting") > 100);
    }
    SECTION("nothing is offered for what there is") {
        builder.spec.demand[0].products = {2};
        const Run run(builder.spec);
        CHECK(substitutes(run, "offered") == 0);
    }
}

TEST_CASE("lines of an order are substituted one by one, and all is accounted for") {
    auto builder = no_tea(3000, 0.6);
    builder.spec.demand[0].products = {0, 1, 2};
    builder.spec.demand[0].further = Distribution::poisson(1);
    const Run run(builder.spec);
    CHECK(substitutes(run, "accepted") > 300);
    CHECK(desk(run, "orders_placed") == desk(run, "orders_delivered") + desk(run, "orders_lost"));
    CHECK(desk(run, "lines_known") == desk(run, "lines_placed"));
    CHECK((Run(builder.spec, parallel_options(Workers::std, 4)).all_numbers() == run.all_numbers()));
}

TEST_CASE("the conversion that is kept is what customers accept times where there is something to accept") {
    auto builder = no_tea(20'000, 0.6);
    auto& spec = builder.spec;
    // A second market, of a quarter of the orders, whose store has nothing at all.
    builder.market("west", 1);
    spec.markets[0].weight = 3;
    const Index store = builder.site("store", SiteKind::store, 0);
    builder.lane_to_market(store, 1, 3600);
    spec.demand[0].markets = {0, 1};
    const Run run(spec);
    const auto missing = static_cast<double>(substitutes(run, "missing"));
    const auto kept = static_cast<double>(substitutes(run, "accepted")) / missing;
    std::printf("conversion kept: %.4f of %.0f (0.6 * 0.75 = 0.45)\n", kept, missing);
    CHECK(missing == static_cast<double>(desk(run, "orders_placed")));
    // Binomial; two-sided at 4.4 standard deviations: 1e-5.
    CHECK(std::fabs(kept - 0.45) < 4.4 * std::sqrt(0.45 * 0.55 / missing));
    CHECK(std::fabs(static_cast<double>(substitutes(run, "offered")) / missing - 0.75)
          < 4.4 * std::sqrt(0.75 * 0.25 / missing));
}

TEST_CASE("a customer who returns a substitute gets back what it cost") {
    auto builder = no_tea(2000, 1);
    auto& spec = builder.spec;
    spec.channels[0].return_share = 1;
    ReturnCentreSpec centre;
    centre.id = "back";
    centre.markets = {0};
    centre.inspect = stage("inspect", 0, Distribution::constant(1));
    centre.routes[0] = centre.late_route = ReturnRoute::scrap;
    centre.refund_after = ReturnCentreSpec::Moment::started;
    spec.return_centres.push_back(centre);
    spec.horizon = sim::day * 4;
    spec.demand[0].profile = WeeklyProfile({{Duration{0}, 1.0}, {sim::day * 3, 0.0}}, spec.week_time_at_start);
    const Run run(spec);
    const auto closing = run.integers("/summary/ledger/closing");
    const auto money = [&](MoneyAccount account) { return closing[unit_accounts + static_cast<std::size_t>(account)]; };
    CHECK(money(MoneyAccount::revenue) < -1000 * currency_unit);
    CHECK(money(MoneyAccount::refunds) == -money(MoneyAccount::revenue));
}

TEST_CASE("substitutes: a resumed run leaves the same numbers") {
    ModelSpec spec = chain().spec;
    spec.substitutes = {{0, 1, 0.5, 20}, {0, 2, 0.5, 0}, {2, 3, 0.7, 10}, {3, 0, 0.9, 5}};
    CHECK(substitutes(Run(spec), "accepted") > 50);
    check_resumed(spec, sim::minute * 431, 8);
}
