// Which site ships an order: rules against an independent implementation, against numbers by hand, and in whole runs.

#include "models/desk/source_choice.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "models/network/expected_demand.hpp"
#include "models/network/supply_network.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

using Rule = SourcingSpec::Rule;

/// Sites with lanes to one market, with costs, emissions, work and times of their own.
SpecBuilder random_network(std::mt19937_64& dice, std::size_t sites) {
    const auto whole = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(dice); };
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.channel("web");
    builder.spec.channels[0].promise = sim::hour * whole(10, 40);
    for (std::size_t s = 0; s < sites; ++s) {
        const Index site = builder.site("site-" + std::to_string(s), SiteKind::rdc, 50);
        auto& spec = builder.spec.sites[site];
        spec.handling_per_order = whole(0, 3) * currency_unit;
        spec.handling_per_unit = whole(0, 3) * currency_unit / 10;
        if (whole(0, 2) > 0)
            spec.outbound = {test::stage("pick", 2, Distribution::exponential(whole(1, 20) * 100))};
        if (whole(0, 1) > 0 && !spec.outbound.empty())
            spec.outbound[0].per = StageSpec::Per::unit;
        const Index lane = builder.lane_to_market(site, 0, whole(2, 40) * 3600, static_cast<double>(10 * s));
        auto& way = builder.spec.lanes[lane];
        way.cost_per_order = whole(1, 8) * currency_unit;
        way.cost_per_unit = whole(0, 3) * currency_unit / 10;
        way.cost_per_g = whole(0, 3) * 1000.0;
        way.co2_g_per_order = whole(0, 500);
        way.co2_g_per_g = whole(0, 3) * 0.1;
    }
    return builder;
}

/// The rules once more, as plainly as they can be said: scores by hand, then the least one again and again.
struct Plainly {
    const ModelSpec& spec;
    SourceChoice::Wanted wanted;
    const SourcingSpec& rule = spec.channels[0].sources;

    std::int64_t delivered(std::uint32_t s) const {
        const auto& channel = spec.channels[0];
        const auto& site = spec.sites[spec.lanes[s].from];
        const std::int64_t every = channel.release_every.us;
        std::int64_t at = (wanted.placed.us / every + 1) * every + channel.release_lag.us;
        if (!site.outbound.empty()) {
            const double pieces = site.outbound[0].per == StageSpec::Per::unit ? static_cast<double>(wanted.units) : 1;
            at += std::llround(site.outbound[0].work.mean() * pieces * 1e6);
            at = (at + site.wave.us - 1) / site.wave.us * site.wave.us;
        }
        return at + std::llround(spec.lanes[s].transit.mean() * 1e6);
    }

    bool is_late(std::uint32_t s) const {
        return rule.within_promise && delivered(s) - wanted.placed.us > spec.channels[0].promise->us;
    }

    double share(std::uint32_t s) const { return is_late(s) ? 0 : rule.shares[spec.lanes[s].from]; }

    std::uint32_t drawn() const {
        double all = 0;
        for (std::uint32_t s = 0; s < spec.lanes.size(); ++s)
            all += share(s);
        double point = std::fmod(wanted.number * 0.6180339887498949, 1.0) * all;
        for (std::uint32_t s = 0; s < spec.lanes.size(); ++s) {
            if (share(s) > 0 && point < share(s))
                return s;
            point -= share(s);
        }
        return UINT32_MAX;
    }

    double score(const SourceChoice::Candidate& c) const {
        const auto& lane = spec.lanes[c.source];
        const auto& site = spec.sites[lane.from];
        const auto n = static_cast<double>(wanted.units), g = static_cast<double>(wanted.grams);
        switch (is_late(c.source) ? Rule::fastest : rule.rule) {
            case Rule::nearest: return 0.0;
            case Rule::cheapest:
                return static_cast<double>(site.handling_per_order + lane.cost_per_order)
                       + n * static_cast<double>(site.handling_per_unit + lane.cost_per_unit) + g * lane.cost_per_g
                       + rule.carbon_price * (lane.co2_g_per_order + g * lane.co2_g_per_g);
            case Rule::fastest: return static_cast<double>(delivered(c.source));
            case Rule::most_stock: return -static_cast<double>(c.stock);
            case Rule::ratio: return c.source == drawn() ? 0.0 : share(c.source) > 0 ? 1.0 : 2.0;
            case Rule::priority: return static_cast<double>(rule.ranks[lane.from]);
        }
        return 0.0;
    }

    std::vector<std::uint32_t> rank(std::vector<SourceChoice::Candidate> left) const {
        std::vector<std::uint32_t> order;
        while (!left.empty()) {
            auto best = left.begin();
            for (auto c = left.begin(); c != left.end(); ++c) {
                const bool late = is_late(c->source), best_late = is_late(best->source);
                const double gain = score(*best) - score(*c);
                const bool is_equal = std::fabs(gain) < 1e-6;
                if (late != best_late ? best_late : is_equal ? c->source < best->source : gain > 0)
                    best = c;
            }
            order.push_back(best->source);
            left.erase(best);
        }
        return order;
    }
};

SourceChoice choice_of(const ModelSpec& spec, std::uint64_t key = 0) {
    SourceChoice choice(spec, 0, key);
    for (Index lane = 0; lane < spec.lanes.size(); ++lane)
        choice.add(lane);
    return choice;
}

}  // namespace

TEST_CASE("every rule ranks small networks as a plain implementation of its description does") {
    std::mt19937_64 dice(20251111);
    int compared = 0;
    for (const Rule rule :
         {Rule::nearest, Rule::cheapest, Rule::fastest, Rule::most_stock, Rule::ratio, Rule::priority}) {
        for (int round = 0; round < 200; ++round) {
            const std::size_t sites = 1 + dice() % 6;
            SpecBuilder builder = random_network(dice, sites);
            auto& sources = builder.spec.channels[0].sources;
            sources.rule = rule;
            sources.within_promise = round % 2 == 1;
            sources.carbon_price = rule == Rule::cheapest ? static_cast<double>(dice() % 3) * 5000 : 0;
            for (std::size_t s = 0; s < sites; ++s) {
                sources.shares.push_back(static_cast<double>(dice() % 4) + (s == 0 ? 1 : 0));
                sources.ranks.push_back(static_cast<std::uint32_t>(dice() % 3));
            }
            const SourceChoice choice = choice_of(builder.spec);
            SourceChoice::Wanted wanted{at_seconds(static_cast<double>(dice() % 86400) + 0.25),
                                        static_cast<std::uint32_t>(dice() % 1000),
                                        static_cast<Units>(1 + dice() % 5),
                                        static_cast<double>(dice() % 3000)};
            std::vector<SourceChoice::Candidate> candidates;
            for (std::uint32_t s = 0; s < sites; ++s)
                candidates.push_back({s, static_cast<Units>(dice() % 8)});
            const auto expected = Plainly{builder.spec, wanted}.rank(candidates);
            choice.rank(wanted, candidates);
            std::vector<std::uint32_t> got;
            for (const auto& candidate : candidates)
                got.push_back(candidate.source);
            INFO("rule " << static_cast<int>(rule) << ", round " << round);
            REQUIRE(got == expected);
            ++compared;
        }
    }
    CHECK(compared == 1200);
}

TEST_CASE("first choices by ratio stay within a few orders of their shares at every moment") {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.channel("web");
    for (const char* id : {"a", "b", "c"})
        builder.lane_to_market(builder.site(id, SiteKind::rdc, 1), 0, 3600);
    auto& sources = builder.spec.channels[0].sources;
    sources.rule = Rule::ratio;
    sources.shares = {0.5, 0.3, 0.2};
    const SourceChoice choice = choice_of(builder.spec, 0x123456789ABCDEFULL);
    std::array<double, 3> count{};
    double worst = 0;
    for (std::uint32_t n = 0; n < 100'000; ++n) {
        std::vector<SourceChoice::Candidate> candidates{{0}, {1}, {2}};
        choice.rank({Time{0}, n, 1, 100}, candidates);
        ++count[candidates.front().source];
        for (std::size_t s = 0; s < 3; ++s)
            worst = std::max(worst, std::fabs(count[s] - sources.shares[s] * (n + 1)));
    }
    // Independent draws would be off by 158 (one standard deviation of the first) in the end.
    INFO("worst " << worst);
    CHECK(worst < 8);
    std::printf("ratio: worst distance from the shares in 100000 orders: %.2f orders\n", worst);
}

TEST_CASE("the expected delivery is the delivery where nothing stands in the way") {
    Shop shop(100, {order(100, 1), order(40'000, 3), order(80'000, 2)});
    shop.builder.spec.horizon = sim::day * 4;
    auto& site = shop.site();
    const std::vector<WeeklyProfile::Segment> open = {{Duration{0}, 0.0},
                                                      {sim::hour * 9, 1.0},
                                                      {sim::hour * 17, 0.0},
                                                      {sim::hour * 33, 2.0},
                                                      {sim::hour * 41, 0.0},
                                                      {sim::hour * 57, 1.0},
                                                      {sim::hour * 65, 0.0}};
    const auto check = [&] {
        const DeliveryEstimate estimate(shop.builder.spec, 0, 0);
        const Run run(shop.builder.spec);
        const auto placed = run.integers("/orders/placed"), delivered = run.integers("/orders/delivered");
        const auto units = run.integers("/orders/quantity");
        REQUIRE(placed.size() == 3);
        for (std::size_t i = 0; i < 3; ++i)
            CHECK(estimate.delivered(Time{placed[i]}, static_cast<double>(units[i])).us == delivered[i]);
    };
    SECTION("without stages") {
        check();
    }
    SECTION("with stages") {
        site.outbound = {test::stage("pick", 1, Distribution::constant(90)),
                         test::stage("pack", 3, Distribution::constant(450))};
        site.outbound[0].per = StageSpec::Per::unit;
        check();
    }
    SECTION("with working hours") {
        site.outbound = {test::stage("pick", 1, Distribution::constant(900))};
        site.outbound[0].calendar = WeeklyProfile(open, shop.builder.spec.week_time_at_start);
        check();
    }
    SECTION("one by one") {
        shop.channel().release_every = Duration{0};
        check();
    }
    SECTION("live") {
        shop.channel().release_every = shop.channel().release_lag = Duration{0};
        shop.channel().view = StockView::live;
        site.outbound = {test::stage("pick", 1, Distribution::constant(600))};
        check();
    }
}

namespace {

/// Two stores that sell tea to one market: the near one is dear and slow, the far one cheap and fast.
Shop two_stores(Units near, Units far, std::vector<DemandSpec::Recorded> orders) {
    Shop shop(near, std::move(orders));
    const Index second = shop.builder.site("far", SiteKind::store, far);
    shop.builder.lane_to_market(second, 0, 3600, 500);
    shop.builder.spec.lanes[0].cost_per_order = 9 * currency_unit;
    shop.builder.spec.lanes[1].cost_per_order = 4 * currency_unit;
    shop.builder.spec.lanes[1].co2_g_per_order = 1000;
    return shop;
}

std::vector<std::int64_t> sites_of(const ModelSpec& spec) {
    const Run run(spec);
    return run.integers("/orders/site");
}

}  // namespace

TEST_CASE("a run sends orders where the rule says") {
    using Sites = std::vector<std::int64_t>;
    Shop shop = two_stores(3, 5, {order(100, 1), order(200, 1), order(300, 1), order(400, 1)});
    auto& sources = shop.channel().sources;
    SECTION("nearest: until it is sold out") {
        CHECK(sites_of(shop.builder.spec) == Sites{0, 0, 0, 1});
    }
    SECTION("cheapest") {
        sources.rule = Rule::cheapest;
        CHECK(sites_of(shop.builder.spec) == Sites{1, 1, 1, 1});
        // A kilogram of CO2e is as dear as the five that the far store saves, and a bit more.
        sources.carbon_price = 5001;
        CHECK(sites_of(shop.builder.spec) == Sites{0, 0, 0, 1});
    }
    SECTION("fastest") {
        sources.rule = Rule::fastest;
        CHECK(sites_of(shop.builder.spec) == Sites{1, 1, 1, 1});
    }
    SECTION("most stock: five, four, then three against three, and so on") {
        sources.rule = Rule::most_stock;
        // Rows come in the order in which outcomes reach the desk: the near store's are told first.
        const Run run(shop.builder.spec);
        auto sites = run.integers("/orders/site");
        std::sort(sites.begin(), sites.end());
        CHECK(sites == Sites{0, 1, 1, 1});
    }
    SECTION("priority, with the others behind") {
        sources.rule = Rule::priority;
        sources.ranks = {1, 0};
        shop.builder.spec.sites[1].initial_units = {1};
        const Run run(shop.builder.spec);
        auto sites = run.integers("/orders/site");
        std::sort(sites.begin(), sites.end());
        CHECK(sites == Sites{0, 0, 0, 1});
    }
    SECTION("within the promise: the near store is too slow") {
        shop.channel().promise = sim::second * 7000;
        sources.within_promise = true;
        CHECK(sites_of(shop.builder.spec) == Sites{1, 1, 1, 1});
    }
    SECTION("with a live view the rule's first site is asked first") {
        shop.channel().view = StockView::live;
        shop.channel().release_every = shop.channel().release_lag = Duration{0};
        sources.rule = Rule::cheapest;
        shop.builder.spec.sites[1].initial_units = {2};
        const Run run(shop.builder.spec);
        auto sites = run.integers("/orders/site");
        std::sort(sites.begin(), sites.end());
        CHECK(sites == Sites{0, 0, 1, 1});
        CHECK(run.sum("/summary/desks/orders_delivered") == 4);
    }
}

TEST_CASE("an order that a site refused goes on to the next of its rank, and to nobody twice") {
    for (const Rule rule : {Rule::cheapest, Rule::most_stock}) {
        // Both markets look at one stale view; the far store has one unit and the first choice of both.
        Shop shop = two_stores(4, 1, {order(100, 1, 1), order(200, 1, 0)});
        shop.builder.market("west");
        shop.builder.lane_to_market(0, 1, 7200, 10);
        shop.builder.lane_to_market(1, 1, 3600, 500);
        shop.builder.spec.lanes[2].cost_per_order = 9 * currency_unit;
        shop.builder.spec.sites[0].initial_units = {rule == Rule::most_stock ? 1 : 4};
        shop.builder.spec.sites[1].initial_units = {rule == Rule::most_stock ? 2 : 1};
        if (rule == Rule::most_stock) {
            // One unit each is left in both views after two units have been promised by each desk in turn.
            shop.builder.spec.demand[0].recorded = {order(100, 2, 1), order(200, 1, 0)};
        }
        shop.channel().sources.rule = rule;
        const Run run(shop.builder.spec);
        CHECK(run.sum("/summary/desks/orders_delivered") == 2);
        CHECK(run.sum("/summary/desks/orders_refused") == 0);
        auto sites = run.integers("/orders/site");
        std::sort(sites.begin(), sites.end());
        CHECK(sites == std::vector<std::int64_t>{0, 1});
    }
}

TEST_CASE("a quoted promise is the expected delivery from the chosen site plus the margin, and late is judged by it") {
    Shop shop = two_stores(1, 5, {order(60, 1), order(120, 1)});
    shop.channel().quote_margin = Duration{0};
    shop.builder.spec.sites[1].outbound = {test::stage("pick", 1, Distribution::constant(30))};
    const auto run_it = [&] {
        const Run run(shop.builder.spec);
        CHECK(run.sum("/summary/desks/orders_promised") == 2);
        CHECK(run.sum("/summary/delivery_time/promised") == 2);
        const auto placed = run.integers("/orders/placed"), delivered = run.integers("/orders/delivered");
        auto promises = run.integers("/orders/promise");
        std::int64_t late = 0;
        for (std::size_t i = 0; i < placed.size(); ++i)
            late += delivered[i] - placed[i] > promises[i];
        CHECK(run.sum("/summary/desks/orders_late") == late);
        std::sort(promises.begin(), promises.end(), std::greater<>());  // rows come in the order of their ends
        return std::pair{promises, late};
    };
    // Released at 600 s, there at 660 s. The near store: two hours. The far one: 30 s of work, leaves at 1200 s, 1 h.
    const std::int64_t minute = sim::minute.us;
    const auto [promises, late] = run_it();
    shop.channel().quote_margin = sim::minute * 7;
    CHECK(promises == std::vector<std::int64_t>{(660 + 7200 - 60) / 60 * minute, (1200 + 3600 - 120) / 60 * minute});
    CHECK(late == 0);
    CHECK(run_it().first[0] == promises[0] + 7 * minute);
    // Ways that take twice the mean half of the time, and none the other half: some orders are late.
    shop.channel().quote_margin = Duration{0};
    shop.builder.spec.sites[1].initial_units = {100};
    shop.builder.spec.lanes[1].transit = Distribution::empirical({60, 7140}, {1, 1});
    std::int64_t lates = 0;
    for (std::uint64_t seed = 1; seed < 12; ++seed) {
        shop.builder.spec.seed = seed;
        const auto again = run_it();
        CHECK(again.first == promises);
        lates += again.second;
    }
    CHECK(lates > 0);
    CHECK(lates < 11);
}

TEST_CASE("a promise by distance follows the lane of the chosen site") {
    Shop shop = two_stores(1, 5, {order(60, 1), order(120, 1)});
    shop.channel().promise_by_km = {{200, sim::hour * 2}, {400, sim::hour * 3}};
    const Run run(shop.builder.spec);
    CHECK(run.integers("/orders/promise") == std::vector<std::int64_t>{(sim::hour * 2).us, (sim::hour * 3).us});
    CHECK(run.sum("/summary/desks/orders_late") == 1);  // two hours and eleven minutes from the near store
}

TEST_CASE("what a site expects follows the first choices") {
    Shop shop = two_stores(3, 5, {});
    shop.builder.spec.demand.clear();
    shop.builder.demand(10.0 / 86400, false);
    const auto expected = [&] {
        const auto& spec = shop.builder.spec;
        const BaseDemand base(spec);
        std::vector<std::shared_ptr<const Assortment>> assortments;
        for (const auto& site : spec.sites)
            assortments.push_back(std::make_shared<Assortment>(site.assortment, spec.products.size()));
        const auto units = expected_units_per_day(spec, base, assortments);
        return std::vector<double>{units[0][0], units[1][0]};
    };
    auto& sources = shop.channel().sources;
    CHECK(expected()[0] == Approx(10));
    sources.rule = Rule::cheapest;
    CHECK(expected()[1] == Approx(10));
    sources.rule = Rule::ratio;
    sources.shares = {1, 3};
    CHECK(expected()[0] == Approx(2.5));
    CHECK(expected()[1] == Approx(7.5));
    sources.rule = Rule::priority;
    sources.ranks = {1, 0};
    CHECK(expected()[1] == Approx(10));
}
