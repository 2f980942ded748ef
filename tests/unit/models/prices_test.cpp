// Prices that follow the stock, and customers who answer.

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/poisson.hpp>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;
using test::SpecBuilder;

namespace {

constexpr double per_day = 2000;
constexpr int days = 20;
constexpr Duration known = sim::minute * 2;  ///< after a review: prices hold at desks

/// A shop with so many units of tea at 30, of which 2000 orders of one unit come a day.
SpecBuilder tea_shop(Units units) {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.channel("web");
    builder.lane_to_market(builder.site("shop", SiteKind::rdc, units), 0, 7200);
    builder.demand(per_day / 86'400, false);
    builder.spec.horizon = sim::day * days;
    builder.spec.trace.shipments = builder.spec.trace.decisions = false;
    return builder;
}

PriceRuleSpec rule(std::vector<PriceRuleSpec::Step> steps, double elasticity = 1.5) {
    PriceRuleSpec rule;
    rule.products = {0};
    rule.steps = std::move(steps);
    rule.elasticity = elasticity;
    return rule;
}

/// The same at this share of the normal price from the beginning on.
ModelSpec at_price(double share, double elasticity = 1.5) {
    ModelSpec spec = tea_shop(10'000'000).spec;
    spec.price_rules = {rule({{Duration{}, share, {}, {}}}, elasticity)};
    return spec;
}

std::multiset<std::int64_t> placed(const Run& run) {
    const auto at = run.integers("/orders/placed");
    return {at.begin(), at.end()};
}

bool has_all(const std::multiset<std::int64_t>& some, const std::multiset<std::int64_t>& all) {
    return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

std::int64_t between(const std::multiset<std::int64_t>& times, Duration from, Duration to) {
    return std::distance(times.lower_bound(from.us), times.lower_bound(to.us));
}

Money revenue_of(const Run& run) {
    return -run.integers("/summary/ledger/closing")[unit_accounts + static_cast<std::size_t>(MoneyAccount::revenue)];
}

}  // namespace

TEST_CASE("at a constant cover customers come at the price to the power of the elasticity, and pay it") {
    for (const double share : {0.4, 0.7, 0.9, 1.3}) {
        INFO("price " << share);
        const Run run(at_price(share));
        const double expected = per_day * std::pow(share, -1.5) * (days - known.seconds() / 86'400);
        const boost::math::poisson law(expected);
        const auto number = between(placed(run), known, sim::day * days);
        CHECK(static_cast<double>(number) >= boost::math::quantile(law, 0.0005));
        CHECK(static_cast<double>(number) <= boost::math::quantile(law, 0.9995));
        // Whoever came before has paid the normal price.
        const auto steps = run.integers("/summary/desk_prices/step"),
                   shipped = run.integers("/summary/desk_prices/shipped"),
                   paid = run.integers("/summary/desk_prices/paid"),
                   count = run.integers("/summary/desk_prices/placed");
        REQUIRE(steps == std::vector<std::int64_t>{0, 1});
        CHECK(count[0] == between(placed(run), Duration{}, known));
        CHECK(count[1] == number);
        CHECK(paid[0] == shipped[0] * 30 * currency_unit);
        CHECK(paid[1] == shipped[1] * to_money(30 * share * currency_unit));
        CHECK(revenue_of(run) == paid[0] + paid[1]);
        CHECK(run.numbers("/prices/price") == std::vector<double>{share});
    }
}

TEST_CASE("at a lower price the same customers come, and more; at the normal one those of a run without a policy") {
    const Run free(tea_shop(10'000'000).spec), normal(at_price(1)), dear(at_price(1.3)), cheap(at_price(0.8)),
        cheaper(at_price(0.5)), rigid(at_price(0.5, 0));
    for (const Run* run : {&normal, &dear, &cheap, &cheaper, &rigid})
        CHECK(run->result.demand_digest == free.result.demand_digest);
    CHECK(placed(normal) == placed(free));
    CHECK(placed(rigid) == placed(free));
    CHECK(has_all(placed(dear), placed(free)));
    CHECK(has_all(placed(free), placed(cheap)));
    CHECK(has_all(placed(cheap), placed(cheaper)));
    const auto all = placed(cheaper);  // of three layers, none of them a copy of another
    CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
    CHECK(placed(cheap).size() > placed(free).size());
    const auto lost = dear.sum("/summary/desk_prices/lost"), gained = cheap.sum("/summary/desk_prices/gained");
    CHECK(static_cast<std::size_t>(lost) == placed(free).size() - placed(dear).size());
    CHECK(static_cast<std::size_t>(gained) == placed(cheap).size() - placed(free).size());
    CHECK(dear.sum("/summary/desk_prices/gained") + cheap.sum("/summary/desk_prices/lost") == 0);
}

TEST_CASE("each kind of demand answers alike: by product, by shares that change, for one product of many, in baskets") {
    const double more = std::pow(0.5, -1.2) - 1;  // a layer of all, and one of a part
    for (const int kind : {0, 1, 2, 3, 4}) {
        INFO("kind " << kind);
        SpecBuilder builder;
        for (int p = 0; p < 12; ++p)
            builder.product("product-" + std::to_string(p), p % 3 + 1);
        for (std::size_t p = 0; p < 6; ++p)
            builder.spec.products[p].category = "others";
        builder.market("east");
        builder.channel("web");
        builder.lane_to_market(builder.site("shop", SiteKind::rdc, 10'000'000), 0, 7200);
        const bool each = kind == 1 || kind == 2;
        auto& demand = builder.demand(each ? 0.01 : 0.1, each);
        if (kind == 1)
            demand.products = {1, 2, 3};  // few, by their own streams without a rule
        if (kind == 3)
            demand.shape.calendar = {{Time{}, Time{sim::day.us * 2}, 3, {}, "things", {}}};
        if (kind == 4)
            demand.further = Distribution::constant(2);
        builder.spec.horizon = sim::day * 5;
        const Run free(builder.spec);
        PriceRuleSpec half = rule({{Duration{}, 0.5, {}, {}}}, 1.2);
        half.products = {2, 7};
        builder.spec.price_rules = {half};
        const Run run(builder.spec);
        CHECK(run.result.demand_digest == free.result.demand_digest);
        // Of the first products of orders; further ones do not answer.
        const auto firsts = [&](const Run& of) {
            const auto product = of.integers("/orders/product"), at = of.integers("/orders/placed"),
                       line = of.integers("/orders/id"), first = of.integers("/orders/order");
            std::int64_t number = 0;
            for (std::size_t i = 0; i < product.size(); ++i)
                number += line[i] == first[i] && (product[i] == 2 || product[i] == 7) && at[i] >= known.us;
            return static_cast<double>(number);
        };
        const double before = firsts(free), gained = static_cast<double>(run.sum("/summary/desk_prices/gained"));
        REQUIRE(before > 1000);
        CHECK(firsts(run) == before + gained);
        CHECK(std::abs(gained - more * before) < 4 * std::sqrt(more * (1 + more) * before));
    }
}

TEST_CASE("lines of orders pay the prices of their products") {
    SpecBuilder builder = tea_shop(10'000'000);
    builder.spec.products.clear();
    for (const char* id : {"tea", "rice", "soap"})
        builder.product(id);
    builder.spec.products[1].price = 20 * currency_unit;
    builder.spec.sites[0].assortment = {0, 1, 2};
    builder.spec.sites[0].initial_units = {10'000'000, 10'000'000, 10'000'000};
    builder.spec.demand[0].products = {0, 1, 2};
    builder.spec.demand[0].further = Distribution::constant(2);
    builder.spec.price_rules = {rule({{Duration{}, 0.5, {}, {}}}), rule({{Duration{}, 1.5, {}, {}}})};
    builder.spec.price_rules[1].products = {1};
    const Run run(builder.spec);
    const auto paid = run.integers("/summary/desk_prices/paid"), shipped = run.integers("/summary/desk_prices/shipped");
    REQUIRE(paid.size() == 4);
    CHECK(paid[1] == shipped[1] * 15 * currency_unit);
    CHECK(paid[3] == shipped[3] * 30 * currency_unit);
    const auto sold = run.integers("/summary/stock/shipped");
    CHECK(sold[0] == shipped[0] + shipped[1]);
    CHECK(sold[1] == shipped[2] + shipped[3]);
    CHECK(revenue_of(run) == paid[0] + paid[1] + paid[2] + paid[3] + sold[2] * 30 * currency_unit);
}

TEST_CASE("whoever takes something else pays the price it has then") {
    SpecBuilder builder;
    builder.product("tea");
    builder.product("rice");
    builder.market("east");
    builder.channel("web");
    builder.lane_to_market(builder.site("shop", SiteKind::rdc, 10'000'000), 0, 7200);
    auto& spec = builder.spec;
    spec.sites[0].initial_units[1] = 0;
    spec.substitutes = {{1, 0, 1, 20}};
    builder.demand(0.02, false);
    spec.horizon = sim::day * 3;
    spec.price_rules = {rule({{Duration{}, 0.5, {}, {}}}, 0)};
    const Run run(spec);
    const auto paid = run.integers("/summary/desk_prices/paid"), shipped = run.integers("/summary/desk_prices/shipped");
    const auto taken = run.sum("/summary/substitutes/accepted");
    REQUIRE(taken > 2000);
    CHECK(shipped[0] + shipped[1] == run.sum("/summary/stock/shipped"));
    // 20 % off the half price; nobody took tea for rice before the first price was known but at the normal one.
    const auto placed_first = run.integers("/summary/desk_prices/placed")[0];
    CHECK(placed_first < 20);
    const Money off = paid[0] + paid[1] - revenue_of(run);
    constexpr std::int64_t under_way = 60;
    CHECK(off >= (taken - under_way) * 3 * currency_unit);
    CHECK(off <= taken * 3 * currency_unit + placed_first * 3 * currency_unit);
}

TEST_CASE("a price follows the stock of all sites, at reviews, as they reported it a minute before") {
    SpecBuilder builder = tea_shop(6000);
    auto& spec = builder.spec;
    const Index other = builder.site("other", SiteKind::rdc, 4500);  // serves nobody
    const Index endless = builder.supplier("endless");
    spec.sites[endless].assortment = {0};
    REQUIRE(other != endless);
    spec.horizon = sim::day * 6;
    spec.demand[0].kind = DemandSpec::Kind::periodic;
    spec.demand[0].every = sim::minute;  // 1440 a day
    spec.demand[0].offset = sim::second * 30;
    spec.channels[0].release_every = spec.channels[0].release_lag = Duration{};
    spec.channels[0].view = StockView::live;
    spec.price_rules = {
        rule({{sim::day * 4, 0.9, {}, {}}, {sim::day * 5, 0.8, {}, {}}, {sim::day * 7, 0.6, {}, {}}}, 0)};
    spec.price_rules[0].offset = sim::hour * 6;
    const Run run(spec);
    // Reviews at 6:00 with 10,500 − 360 − 1440 k units: 7.04, 6.04, 5.04, 4.04 and, when 6000 are sold, 4500: 3.125 d.
    CHECK(run.integers("/prices/stock") == std::vector<std::int64_t>{10'140, 8'700, 5'820, 4'500});
    CHECK(run.numbers("/prices/price") == std::vector<double>{0.6, 0.8, 0.9, 1});
    CHECK(run.numbers("/prices/cover")[3] == Approx(3.125));
    std::vector<std::int64_t> at;
    for (const int day : {0, 1, 3, 4})
        at.push_back((sim::day * day + sim::hour * 6 + sim::minute).us);
    CHECK(run.integers("/prices/time") == at);
    CHECK(run.integers("/summary/prices/changes") == std::vector<std::int64_t>{4});
    // From 6:02 on, until 6:02 of the next change; half a minute past every minute.
    const auto placed_at = run.integers("/summary/desk_prices/placed");
    CHECK(placed_at == std::vector<std::int64_t>{362 + 1440 * 2 - 362, 1440, 2880, 1440});
    CHECK(run.sum("/summary/desk_prices/shipped") == 6000);
    CHECK(revenue_of(run) == (362 * 30 + 1440 * 18 + 2880 * 24 + (6000 - 362 - 1440 - 2880) * 27) * currency_unit);
}

TEST_CASE("orders of sessions pay the price of the stock and come whatever it is; a price of their own wins") {
    for (const bool has_own : {false, true}) {
        SpecBuilder builder = tea_shop(10'000'000);
        auto& spec = builder.spec;
        spec.horizon = sim::day * 2;
        spec.demand.clear();
        builder.demand(1e-5, false);
        SessionSpec show;
        show.id = "show";
        show.products = show.markets = {0};
        show.start = Time{sim::day.us};
        show.lasts = sim::hour;
        show.decay = sim::minute;
        show.orders = 3000;
        if (has_own)
            show.price = 11 * currency_unit;
        spec.sessions = {show};
        const Run free(spec);
        spec.price_rules = {rule({{Duration{}, 2, {}, {}}}, 3)};
        const Run run(spec);
        const auto session = run.integers("/orders/session");
        const auto number = std::count(session.begin(), session.end(), 0);
        CHECK(number > 2700);
        const auto in_free = free.integers("/orders/session");
        CHECK(number == std::count(in_free.begin(), in_free.end(), 0));
        const Money base = run.sum("/summary/desk_prices/paid");
        CHECK(revenue_of(run) == base + number * (has_own ? 11 : 60) * currency_unit);
    }
}

TEST_CASE("prices do not depend on workers, and a run goes on from its snapshots") {
    auto spec = test::chain().spec;
    spec.sessions[0].price = 5 * currency_unit;
    spec.demand[0].further = Distribution::poisson(0.7);
    spec.channels[0].return_share = 0.3;
    spec.channels[0].return_after = Distribution::constant(7200);
    spec.price_rules = {rule({{Duration{}, 1.4, {}, {}}, {sim::hour * 10, 1, {}, {}}, {sim::day, 0.45, {}, {}}}, 1.5),
                        rule({{sim::hour * 3, 0.8, {}, {}}}, 2)};
    spec.price_rules[0].products = {0, 2};
    spec.price_rules[1].products = {3};
    spec.price_rules[0].every = sim::hour * 2;
    spec.price_rules[1].every = sim::hour * 5;
    const Run run(spec);
    REQUIRE(run.integers("/prices/product").size() > 10);
    REQUIRE(run.sum("/summary/desk_prices/gained") > 20);
    REQUIRE(run.sum("/summary/desk_prices/lost") > 20);
    test::check_workers(spec, run);
    // One falls between a report and its decision, the next between that and the desks.
    test::check_resumed(spec, sim::hour * 2 + sim::second * 30, 30);
    test::check_resumed(spec, sim::hour * 2 + sim::second * 90, 30);
}

TEST_CASE("the price office is no part of a group, and takes no work") {
    auto spec = test::chain().spec;
    sim::Recorder plain_trace, trace;
    const auto plain = Model(spec, {}, plain_trace).parallelism();
    spec.price_rules = {rule({{Duration{}, 0.8, {}, {}}})};
    const auto report = Model(spec, {}, trace).parallelism();
    REQUIRE(report.groups.size() == plain.groups.size() + 1);
    double work = 0;
    for (const auto& group : report.groups) {
        work += group.work;
        if (std::find(group.members.begin(), group.members.end(), "price office") == group.members.end())
            continue;
        CHECK(group.members.size() == 1);
        CHECK(group.work == 0);
    }
    CHECK(work == Approx(1));
}

TEST_CASE("a fork may wait longer for a lower price; whoever came before it pays what he did") {
    ModelSpec spec = tea_shop(30'000).spec;
    spec.horizon = sim::day * 10;
    spec.price_rules = {rule({{sim::day * 3, 0.8, {}, {}}})};
    spec.channels[0].release_every = sim::hour * 7;
    spec.snapshot.every = sim::day * 2 + sim::hour * 3;
    std::vector<std::string> states;
    const Run whole(spec, {}, &states);
    REQUIRE(!states.empty());
    ModelSpec other = spec;
    other.price_rules[0].steps[0].cover = sim::day * 30;
    const Run fork(other, {}, nullptr, states[0]);
    const auto fork_at = (sim::day * 3).us + known.us;  // the first review after it
    const auto all = placed(whole), here = placed(fork);
    CHECK(std::equal(here.begin(), here.lower_bound(fork_at), all.begin(), all.lower_bound(fork_at)));
    CHECK(between(here, sim::day * 3 + known, sim::day * 4) < between(all, sim::day * 3 + known, sim::day * 4));
    CHECK(fork.numbers("/prices/price") == std::vector<double>{0.8, 1});
    CHECK(fork.integers("/summary/desk_prices/placed")[1] == between(here, known, sim::day * 3 + known));
}

/// A shop at the normal price, of whose competitor customers hear after ten days.
ModelSpec beside_competitor(double cross, double share) {
    ModelSpec spec = at_price(1);
    spec.price_rules[0].cross_elasticity = cross;
    spec.competitor_prices = {{0, Time{sim::day.us * 10}, to_money(share * 30 * currency_unit)}};
    return spec;
}

TEST_CASE("customers look at the competitor, whose price multiplies their rate; the same ones come, or more") {
    const Run free(beside_competitor(0, 2)), dearer(beside_competitor(1.3, 2)), cheaper(beside_competitor(1.3, 0.5));
    CHECK(has_all(placed(free), placed(dearer)));
    CHECK(has_all(placed(cheaper), placed(free)));
    for (const auto& [run, share] : {std::pair(&dearer, 2.0), {&cheaper, 0.5}}) {
        CHECK(run->result.demand_digest == free.result.demand_digest);
        CHECK(between(placed(*run), Duration{}, sim::day * 10) == between(placed(free), Duration{}, sim::day * 10));
        const auto number = static_cast<double>(between(placed(*run), sim::day * 10, sim::day * days));
        const boost::math::poisson law(per_day * std::pow(share, 1.3) * 10);
        CHECK(number >= boost::math::quantile(law, 0.0005));
        CHECK(number <= boost::math::quantile(law, 0.9995));
    }
    const auto lost = cheaper.sum("/summary/desk_prices/lost"), gained = dearer.sum("/summary/desk_prices/gained");
    CHECK(static_cast<std::size_t>(lost) == placed(free).size() - placed(cheaper).size());
    CHECK(static_cast<std::size_t>(gained) == placed(dearer).size() - placed(free).size());
}

/// Two products with a rule of all drivers.
ModelSpec with_all_drivers() {
    auto spec = test::chain().spec;
    spec.channels[0].return_share = 0.3;
    spec.channels[0].return_after = Distribution::constant(7200);
    PriceRuleSpec all = rule(
        {{sim::hour * 10, 0.9, sim::hour * 6, {}}, {{}, 0.75, sim::hour * 9, sim::day}, {{}, 0.6, {}, sim::hour * 9}});
    all.products = {0, 2};
    all.every = sim::hour * 2;
    all.clear_by = Time{} + sim::day * 2;
    all.follow = FollowSpec{0.95, 0.7, 1};
    all.cross_elasticity = 0.7;
    spec.price_rules = {all};
    for (const Index product : all.products) {
        for (const auto& [hour, share] : {std::pair(0, 1.1), {7, 0.8}, {17, 1.4}}) {
            const auto price = to_money(static_cast<double>(spec.products[product].price) * share);
            spec.competitor_prices.push_back({product, Time{} + sim::hour * hour, price});
        }
    }
    return spec;
}

TEST_CASE("prices by all drivers do not depend on workers, and a run goes on from its snapshots") {
    const auto spec = with_all_drivers();
    const Run run(spec);
    for (const char* driver : {"age", "date", "competitor"}) {
        INFO(driver);
        CHECK(run.sum(std::string("/summary/prices/by_") + driver) > 0);
    }
    CHECK(run.sum("/summary/desk_prices/gained") > 20);
    test::check_workers(spec, run);
    test::check_resumed(spec, sim::hour * 2 + sim::second * 30, 30);
    test::check_resumed(spec, sim::hour * 2 + sim::second * 90, 30);
}

TEST_CASE("the age is of the goods that can be promised at all sites, each from when they came there") {
    SpecBuilder builder = tea_shop(1000);
    auto& spec = builder.spec;
    builder.site("other", SiteKind::rdc, 500);  // serves nobody
    spec.horizon = sim::day * 3;
    spec.demand[0].kind = DemandSpec::Kind::periodic;
    spec.demand[0].every = sim::minute * 10;
    spec.demand[0].offset = sim::minute;
    spec.channels[0].release_every = spec.channels[0].release_lag = Duration{};
    spec.channels[0].view = StockView::live;
    PriceRuleSpec ages = rule({{{}, 0.9, sim::hour * 12, {}}, {{}, 0.8, sim::day * 2, {}}}, 0);
    ages.every = sim::hour * 12;
    spec.price_rules = {ages};
    const Run run(spec);
    CHECK(run.numbers("/prices/price") == std::vector<double>{0.9, 0.8});
    CHECK(run.numbers("/prices/age") == std::vector<double>{0.5, 2});
    CHECK(run.integers("/prices/stock") == std::vector<std::int64_t>{1500 - 72, 1500 - 288});
    CHECK(run.integers("/summary/prices/by_age") == std::vector<std::int64_t>{2});
}
