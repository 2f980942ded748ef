// What a snapshot keeps of a scenario: everything.

#include "models/spec_archive.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "sim/base/check.hpp"
#include "sim/snapshot/memory_stream.hpp"
#include "models/fit.hpp"
#include "models/model.hpp"
#include "scenarios/load/scenario.hpp"

#include "tests/soak/random_fork.hpp"
#include "tests/soak/random_spec.hpp"

namespace spate::models {

namespace {

ModelSpec read_back(const std::string& bytes) {
    sim::MemoryInput in(bytes);
    sim::StateReader archive(in);
    ModelSpec spec;
    archive(spec);
    CHECK(in.left() == 0);
    return spec;
}

// Whoever adds a member must list it in spec_archive.hpp, and flip it below.
static_assert(sizeof(void*) != 8 || sizeof(ProductSpec) == 176);
static_assert(sizeof(void*) != 8 || sizeof(MarketSpec) == 96);
static_assert(sizeof(void*) != 8 || sizeof(TimetableSpec) == 32);
static_assert(sizeof(void*) != 8 || sizeof(LevelSpec) == 32);
static_assert(sizeof(void*) != 8 || sizeof(ReviewSpec) == 24);
static_assert(sizeof(void*) != 8 || sizeof(ForecastSpec) == 56);
static_assert(sizeof(void*) != 8 || sizeof(TraceSpec) == 72);
static_assert(sizeof(void*) != 8 || sizeof(SnapshotSpec) == 16);
static_assert(sizeof(void*) != 8 || sizeof(SessionSpec) == 568);
static_assert(sizeof(void*) != 8 || sizeof(DemandSpec) == 640);
static_assert(sizeof(void*) != 8 || sizeof(PresaleSpec) == 208);
static_assert(sizeof(void*) != 8 || sizeof(GroupSpec) == 56);
static_assert(sizeof(void*) != 8 || sizeof(PickupSpec) == 104);
static_assert(sizeof(void*) != 8 || sizeof(ChannelSpec) == 1248);
static_assert(sizeof(void*) != 8 || sizeof(CancelSpec) == 96);
static_assert(sizeof(void*) != 8 || sizeof(SubstituteSpec) == 24);
static_assert(sizeof(void*) != 8 || sizeof(PriceChangeSpec) == 80);
static_assert(sizeof(void*) != 8 || sizeof(SourcingSpec) == 96);
static_assert(sizeof(void*) != 8 || sizeof(PromiseStep) == 16);
static_assert(sizeof(void*) != 8 || sizeof(LaneSpec) == 256);
static_assert(sizeof(void*) != 8 || sizeof(ReplenishSpec) == 536);
static_assert(sizeof(void*) != 8 || sizeof(StageSpec) == 224);
static_assert(sizeof(void*) != 8 || sizeof(ProductionSpec) == 120);
static_assert(sizeof(void*) != 8 || sizeof(SiteSpec) == 728);
static_assert(sizeof(void*) != 8 || sizeof(ModelSpec) == 968);
static_assert(sizeof(void*) != 8 || sizeof(EarlierSeed) == 24);
static_assert(sizeof(void*) != 8 || sizeof(InspectionSpec) == 168);
static_assert(sizeof(void*) != 8 || sizeof(RecallSpec) == 80);
static_assert(sizeof(void*) != 8 || sizeof(GradesSpec) == 72);
static_assert(sizeof(void*) != 8 || sizeof(GradesSpec::Level) == 64);
static_assert(sizeof(void*) != 8 || sizeof(RefundFundSpec) == 24);
static_assert(sizeof(void*) != 8 || sizeof(TicketSpec) == 32);
static_assert(sizeof(void*) != 8 || sizeof(HostSpec) == 144);
static_assert(sizeof(void*) != 8 || sizeof(HostPolicySpec) == 24);
static_assert(sizeof(void*) != 8 || sizeof(ScriptSpec) == 136);
static_assert(sizeof(void*) != 8 || sizeof(GiftSpec) == 20);
static_assert(sizeof(void*) != 8 || sizeof(CartSpec) == 96);
static_assert(sizeof(void*) != 8 || sizeof(PrepareSpec) == 56);
static_assert(sizeof(void*) != 8 || sizeof(AlertSpec) == 64);
static_assert(sizeof(void*) != 8 || sizeof(SenseSpec) == 40);

/// Every member other than its default.
PresaleSpec some_presale() {
    return {0.1,
            Time{1},
            Time{2},
            Duration{3},
            Duration{4},
            0.5,
            0.25,
            Distribution::exponential(6),
            false,
            true,
            0.75,
            true,
            Duration{7}};
}

GroupSpec some_group() {
    return {{sim::week, {Duration{1}}}, Duration{2}, 3, true};
}

/// A change of one member each.
std::vector<std::pair<const char*, std::function<void(ModelSpec&)>>> changes() {
#define SPATE_FLIP(member, value)                        \
    {                                                    \
#member, [](ModelSpec & s) { s.member = value; } \
    }
    return {SPATE_FLIP(name, "other"),
            SPATE_FLIP(title, "other"),
            SPATE_FLIP(currency, "EUR"),
            SPATE_FLIP(start, "2020-01-01T00:00:00+08:00"),
            SPATE_FLIP(week_time_at_start, Duration{123}),
            SPATE_FLIP(warm_up, Duration{123}),
            SPATE_FLIP(horizon, Duration{123}),
            SPATE_FLIP(seed, 4711),
            SPATE_FLIP(replication, 4711),
            SPATE_FLIP(earlier_seeds, std::vector<EarlierSeed>(1)),
            SPATE_FLIP(max_sources, 77),
            SPATE_FLIP(scenario_text, "other"),
            SPATE_FLIP(snapshot.every, Duration{123}),
            SPATE_FLIP(trace.series_every, Duration{123}),
            SPATE_FLIP(trace.peaks_every, Duration{123}),
            SPATE_FLIP(trace.carts_every, Duration{123}),
            SPATE_FLIP(trace.orders_share, 0.123),
            SPATE_FLIP(trace.shipments, !s.trace.shipments),
            SPATE_FLIP(trace.decisions, !s.trace.decisions),
            SPATE_FLIP(products[0].id, "other"),
            SPATE_FLIP(products[0].category, "other"),
            SPATE_FLIP(products[0].price, 4711),
            SPATE_FLIP(products[0].cost, 4711),
            SPATE_FLIP(products[0].weight_mg, 471100),
            SPATE_FLIP(products[0].volume_ul, 471100),
            SPATE_FLIP(products[0].popularity, 0.4711),
            SPATE_FLIP(products[0].shelf_life, Duration{123}),
            SPATE_FLIP(products[0].min_remaining, Duration{123}),
            SPATE_FLIP(products[0].disposal, 4711),
            SPATE_FLIP(markets[0].lon, 1.5),
            SPATE_FLIP(markets[0].population, 4711),
            SPATE_FLIP(markets[0].weight, 0.4711),
            SPATE_FLIP(sites[0].unlimited_stock, !s.sites[0].unlimited_stock),
            SPATE_FLIP(sites[0].assortment, {}),
            SPATE_FLIP(sites[0].initial_units, {4711}),
            SPATE_FLIP(sites[0].purchase_prices, {4711}),
            SPATE_FLIP(sites[0].initial_cover, Duration{123}),
            SPATE_FLIP(sites[0].issue, SiteSpec::Issue::lifo),
            SPATE_FLIP(sites[0].age, Distribution::exponential(5)),
            SPATE_FLIP(sites[0].initial_oldest, Duration{123}),
            SPATE_FLIP(sites[0].wave, Duration{123}),
            SPATE_FLIP(sites[0].holding_per_unit_second, 0.4711),
            SPATE_FLIP(sites[0].fixed_per_day, 4711),
            SPATE_FLIP(sites[0].order_cost, 4711),
            SPATE_FLIP(lanes[0].mode, "donkey"),
            SPATE_FLIP(lanes[0].transit, Distribution::gamma(4711, 0.3)),
            SPATE_FLIP(lanes[0].min_transit, Duration{123}),
            SPATE_FLIP(lanes[0].departures.offsets, {Duration{123}}),
            SPATE_FLIP(lanes[0].vehicle_mg, 4711),
            SPATE_FLIP(lanes[0].co2_g_per_order, 0.4711),
            SPATE_FLIP(channels[0].view_every, Duration{123})};
}

/// The same of channels and demand.
std::vector<std::pair<const char*, std::function<void(ModelSpec&)>>> changes_of_channels() {
    return {SPATE_FLIP(channels[0].patience, Duration{123}),
            SPATE_FLIP(channels[0].promise, Duration{123}),
            SPATE_FLIP(channels[0].lost_sale_penalty, 4711),
            SPATE_FLIP(channels[0].return_share, 0.4711),
            SPATE_FLIP(channels[0].return_after, Distribution::gamma(4711, 0.3)),
            SPATE_FLIP(channels[0].presale, some_presale()),
            SPATE_FLIP(channels[0].group, some_group()),
            SPATE_FLIP(channels[0].cancel, (CancelSpec{0.4711, Distribution::gamma(4711, 0.3)})),
            SPATE_FLIP(substitutes, {SubstituteSpec{}}),
            SPATE_FLIP(channels[0].pickup, (PickupSpec{Distribution::gamma(4711, 0.3), Duration{123}})),
            SPATE_FLIP(demand[0].orders_per_second, 0.4711),
            SPATE_FLIP(demand[0].gap, Distribution::gamma(1, 0.3)),
            SPATE_FLIP(demand[0].every, Duration{123}),
            SPATE_FLIP(demand[0].quantity, Distribution::empirical({1, 2}, {3, 4})),
            SPATE_FLIP(demand[0].profile, (WeeklyProfile{{{Duration{0}, 1.0}, {sim::day, 2.5}}, Duration{5}}))};
}

/// The same for the choice of sources.
std::vector<std::pair<const char*, std::function<void(ModelSpec&)>>> changes_of_sources() {
    return {SPATE_FLIP(channels[0].quote_margin, Duration{123}),
            SPATE_FLIP(channels[0].backlog, 4711),
            SPATE_FLIP(channels[0].priority, 3),
            SPATE_FLIP(sites[0].allocate, SiteSpec::Allocate::fair_share),
            SPATE_FLIP(channels[0].promise_by_km, (std::vector<PromiseStep>{{4711, Duration{123}}})),
            SPATE_FLIP(channels[0].sources.rule, SourcingSpec::Rule::ratio),
            SPATE_FLIP(channels[0].sources.at_most, 77),
            SPATE_FLIP(channels[0].sources.within_promise, !s.channels[0].sources.within_promise),
            SPATE_FLIP(channels[0].sources.carbon_price, 0.4711),
            SPATE_FLIP(channels[0].sources.shares, {4711}),
            SPATE_FLIP(channels[0].sources.ranks, {4711}),
            SPATE_FLIP(channels[0].sources.split, SourcingSpec::Split::never),
            SPATE_FLIP(channels[0].sources.merge_wait, Duration{123}),
            SPATE_FLIP(demand[0].further, Distribution::poisson(0.4711))};
}

/// The same of demand that changes in absolute time.
std::vector<std::pair<const char*, std::function<void(ModelSpec&)>>> changes_of_shape() {
#define SPATE_FLIP(member, value)                        \
    {                                                    \
#member, [](ModelSpec & s) { s.member = value; } \
    }
    return {SPATE_FLIP(demand[0].branching, 0.4711),
            SPATE_FLIP(demand[0].branching_delay, Duration{123}),
            SPATE_FLIP(demand[0].scale, 0.4711),
            SPATE_FLIP(demand[0].bootstrap, Duration{123}),
            SPATE_FLIP(demand[0].shape.trend, 0.4711),
            SPATE_FLIP(demand[0].shape.trend_every, Duration{123}),
            SPATE_FLIP(demand[0].shape.calendar, {CalendarFactor{}}),
            SPATE_FLIP(demand[0].shape.launch.kind, LaunchSpec::Kind::bass),
            SPATE_FLIP(demand[0].shape.launch.starts, Time{4711}),
            SPATE_FLIP(demand[0].shape.launch.ramp, Duration{4711}),
            SPATE_FLIP(demand[0].shape.launch.per, Duration{4711}),
            SPATE_FLIP(demand[0].shape.launch.innovation, 0.4711),
            SPATE_FLIP(demand[0].shape.launch.imitation, 0.4711),
            SPATE_FLIP(demand[0].shape.noise.cv, 0.4711),
            SPATE_FLIP(demand[0].shape.noise.every, Duration{123}),
            SPATE_FLIP(demand[0].shape.noise.correlation, 0.4711),
            SPATE_FLIP(price_changes, {PriceChangeSpec{}}),
            SPATE_FLIP(price_rules, {PriceRuleSpec{}}),
            SPATE_FLIP(competitor_prices, {CompetitorPriceSpec{}})};
}

/// The same of what channels know of the stock.
std::vector<std::pair<const char*, std::function<void(ModelSpec&)>>> changes_of_views() {
    return {SPATE_FLIP(channels[0].push_lag, Distribution::gamma(4711, 0.3)),
            SPATE_FLIP(channels[0].view_loss, 0.4711),
            SPATE_FLIP(channels[0].view_updates_per_second, 0.4711),
            SPATE_FLIP(channels[0].hold_back, 4711),
            SPATE_FLIP(channels[0].view_check, (ViewCheckSpec{Duration{123}, 0.4711, Duration{456}})),
            SPATE_FLIP(channels[0].view_check, (ViewCheckSpec{Duration{1}, 0.4711, Duration{4}, Duration{789}})),
            SPATE_FLIP(channels[0].read, (ReplicaSpec{Distribution::gamma(4711, 0.3), Duration{123}})),
            SPATE_FLIP(channels[0].dedicated, {DedicatedSpec{}}),
            SPATE_FLIP(channels[0].dedicated, (std::vector<DedicatedSpec>{{{1}, {2}, 0.5, 3, Duration{4}}})),
            SPATE_FLIP(channels[0].quotas, {QuotaSpec{}}),
            SPATE_FLIP(channels[0].quotas, (std::vector<QuotaSpec>{{QuotaSpec::Per::week, {1}, {2}, 3}})),
            SPATE_FLIP(trace.views_within, 0.4711)};
}

/// The same for what comes back.
std::vector<std::pair<const char*, std::function<void(ModelSpec&)>>> changes_of_returns() {
    return {SPATE_FLIP(products[0].return_factor, 0.4711),
            SPATE_FLIP(channels[0].return_quality, 0.4711),
            SPATE_FLIP(channels[0].return_expectation, 0.4711),
            SPATE_FLIP(channels[0].defect_return, 0.4711),
            SPATE_FLIP(defects, {DefectSpec{}}),
            SPATE_FLIP(inspections, {InspectionSpec{}}),
            SPATE_FLIP(recall, RecallSpec{}),
            SPATE_FLIP(grades, GradesSpec{}),
            SPATE_FLIP(sites[0].outbound, {StageSpec{}}),
            SPATE_FLIP(return_centres, {ReturnCentreSpec{}})};
}

#undef SPATE_FLIP

}  // namespace

TEST_CASE("a scenario is archived whole: what was read back is archived to the same bytes") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        const ModelSpec spec = test::random_spec(seed);
        const std::string bytes = archived(spec);
        const ModelSpec again = read_back(bytes);
        CHECK((archived(again) == bytes));
        CHECK(scenario_hash(again) == scenario_hash(spec));
        CHECK(why_unfit(spec, again).empty());
    }
}

TEST_CASE("every scenario of the project is archived whole") {
    for (const char* name : {"first-steps",
                             "double-eleven",
                             "bench-two-echelon",
                             "host-absence",
                             "live-tiers",
                             "presale-mix",
                             "group-buy"}) {
        INFO(name);
        const auto loaded =
            scenarios::load_scenario(std::string(SPATE_SOURCE_DIR) + "/scenarios/" + name + ".yaml", {});
        REQUIRE(loaded.problems.empty());
        const std::string bytes = archived(loaded.spec);
        CHECK((archived(read_back(bytes)) == bytes));
        CHECK(why_unfit(loaded.spec, read_back(bytes)).empty());
    }
}

TEST_CASE("every part of hosts, sessions and preparation is archived") {
    const std::string folder = std::string(SPATE_SOURCE_DIR) + "/scenarios/";
    const ModelSpec hosts = scenarios::load_scenario(folder + "host-absence.yaml", {}).spec;
    const ModelSpec tiers = scenarios::load_scenario(folder + "live-tiers.yaml", {}).spec;
    const auto check = [](const ModelSpec& spec, auto change) {
        ModelSpec other = spec;
        change(other);
        CHECK(archived(other) != archived(spec));
        CHECK(archived(read_back(archived(other))) == archived(other));
    };
    check(hosts, [](ModelSpec& s) { s.host_policy.s_share = 0.9; });
    check(hosts, [](ModelSpec& s) { s.host_policy.substitutes = 77; });
    check(hosts, [](ModelSpec& s) { s.host_policy.keeps = 0.9; });
    check(hosts, [](ModelSpec& s) { s.alerts.emplace(); });
    check(hosts, [](ModelSpec& s) { s.hosts[0].id = "other"; });
    check(hosts, [](ModelSpec& s) { s.hosts[0].tier = HostSpec::Tier::b; });
    check(hosts, [](ModelSpec& s) { s.hosts[0].followers = 1; });
    check(hosts, [](ModelSpec& s) { s.hosts[0].style.clear(); });
    check(hosts, [](ModelSpec& s) { s.hosts[0].absences_per_year = 3; });
    check(hosts, [](ModelSpec& s) { s.hosts[0].absent_at.clear(); });
    check(hosts, [](ModelSpec& s) { s.hosts[0].absent_for = Duration{1}; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].hosts.pop_back(); });
    check(hosts, [](ModelSpec& s) { s.sessions[0].luck_cv = 9; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].script.emplace_back(); });
    check(hosts, [](ModelSpec& s) { s.sessions[0].cap = 9; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].price = 9; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].discount = 0.9; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].gift = GiftSpec{2, 1}; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].gift = GiftSpec{2, 1, 0}; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].gift = GiftSpec{1, 0, {}, GiftSpec::WhenOut::without}; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].to_base = 0.9; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].to_base_channel = 9; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].to_base_over = Duration{1}; });
    check(hosts, [](ModelSpec& s) { s.sessions[0].script.emplace_back().gift = GiftSpec{3, 4}; });
    check(tiers, [](ModelSpec& s) { s.sessions[0].tier = SessionTier::super; });
    check(tiers, [](ModelSpec& s) { s.sessions[0].carts->conversion = 0.9; });
    check(tiers, [](ModelSpec& s) { s.sessions[0].carts->lead = Distribution::constant(1); });
    check(tiers, [](ModelSpec& s) { s.alerts->turnover_over = Duration{1}; });
    check(tiers, [](ModelSpec& s) { s.alerts->every = sim::hour; });
    check(tiers, [](ModelSpec& s) { s.alerts->least = 0.9; });
    REQUIRE(tiers.replenish.back().prepare);
    check(tiers, [](ModelSpec& s) { s.replenish.back().expects_expiry = true; });
    check(tiers, [](ModelSpec& s) { s.replenish.back().prepare->theme = 0.9; });
    check(tiers, [](ModelSpec& s) { s.replenish.back().prepare->carts = 0.9; });
    check(tiers, [](ModelSpec& s) { s.replenish.back().sense = SenseSpec{{}, {}, 1, 0, 0.1}; });
    check(tiers, [](ModelSpec& s) { s.replenish.back().sense = SenseSpec{ScriptSpec::Phrase::limited, {}, 1, 0, 0}; });
    check(tiers, [](ModelSpec& s) { s.replenish.back().sense = SenseSpec{{}, Duration{1}, 0.5, 0.1, 0}; });
}

TEST_CASE("a profile and a table that were read back say the same as before") {
    const WeeklyProfile profile{{{Duration{0}, 0.0}, {sim::day, 2.5}, {sim::day * 3, 1.0}}, sim::hour * 7};
    ModelSpec spec = test::random_spec(1);
    spec.demand[0].profile = profile;
    const auto again = read_back(archived(spec)).demand[0].profile;
    for (int i = 0; i < 200; ++i) {
        std::uint32_t a = UINT32_MAX, b = UINT32_MAX;
        const auto position = profile.position(Time{} + sim::minute * (97 * i));
        CHECK(again.time_of(position, a) == profile.time_of(position, b));
    }
}

TEST_CASE("the fingerprint of a scenario changes with every member") {
    const ModelSpec spec = test::random_spec(3);
    auto all = changes();
    const auto of_channels = changes_of_channels();
    all.insert(all.end(), of_channels.begin(), of_channels.end());
    const auto of_shape = changes_of_shape();
    all.insert(all.end(), of_shape.begin(), of_shape.end());
    for (const auto& more : changes_of_views())
        all.push_back(more);
    const auto of_returns = changes_of_returns();
    all.insert(all.end(), of_returns.begin(), of_returns.end());
    const auto of_sources = changes_of_sources();
    all.insert(all.end(), of_sources.begin(), of_sources.end());
    for (const auto& [member, change] : all) {
        INFO(member);
        ModelSpec other = spec;
        change(other);
        CHECK(scenario_hash(other) != scenario_hash(spec));
        CHECK((archived(read_back(archived(other))) == archived(other)));
    }
}

TEST_CASE("every member of a price change and of a calendar's row is archived") {
    ModelSpec spec = test::random_spec(3);
    spec.price_changes.assign(1, {});
    spec.demand[0].shape.calendar.assign(1, {});
    const std::function<void(ModelSpec&)> flips[] = {
        [](ModelSpec& s) { s.price_changes[0].products = {1}; },
        [](ModelSpec& s) { s.price_changes[0].from = Time{5}; },
        [](ModelSpec& s) { s.price_changes[0].to = Time{5}; },
        [](ModelSpec& s) { s.price_changes[0].share = 0.5; },
        [](ModelSpec& s) { s.price_changes[0].elasticity = 0.5; },
        [](ModelSpec& s) { s.price_changes[0].cannibalise = 0.5; },
        [](ModelSpec& s) { s.price_changes[0].pull_forward = 0.5; },
        [](ModelSpec& s) { s.price_changes[0].pull_over = Duration{5}; },
        [](ModelSpec& s) { s.demand[0].shape.calendar[0].from = Time{5}; },
        [](ModelSpec& s) { s.demand[0].shape.calendar[0].to = Time{5}; },
        [](ModelSpec& s) { s.demand[0].shape.calendar[0].factor = 5; },
        [](ModelSpec& s) { s.demand[0].shape.calendar[0].market = 5; },
        [](ModelSpec& s) { s.demand[0].shape.calendar[0].category = "food"; },
        [](ModelSpec& s) { s.demand[0].shape.calendar[0].like = std::uint8_t{5}; }};
    for (const auto& flip : flips) {
        ModelSpec other = spec;
        flip(other);
        CHECK(scenario_hash(other) != scenario_hash(spec));
        CHECK(demand_fingerprint(other) != demand_fingerprint(spec));
        CHECK((archived(read_back(archived(other))) == archived(other)));
    }
}

TEST_CASE("the fingerprint of demand leaves out what customers cannot know") {
    const ModelSpec spec = test::random_spec(3);
    ModelSpec other = spec;
    other.sites[0].wave = Duration{123};
    other.lanes.pop_back();
    other.replenish.clear();
    other.channels[0].view_every = Duration{123};
    other.products[0].price = 4711;
    other.max_sources = 77;
    CHECK(demand_fingerprint(other) == demand_fingerprint(spec));
    other.demand[0].orders_per_second = 0.4711;
    CHECK(demand_fingerprint(other) != demand_fingerprint(spec));
}

TEST_CASE("a snapshot fits a scenario with other parameters, not one with another network or other times") {
    const ModelSpec spec = test::random_spec(3);
    for (std::uint64_t seed = 1; seed < 20; ++seed)
        CHECK(why_unfit(spec, test::random_fork(spec, seed)).empty());
    const auto why = [&](auto change) {
        ModelSpec other = spec;
        change(other);
        return why_unfit(spec, other);
    };
    using Catch::Contains;
    CHECK_THAT(why([](ModelSpec& s) { s.sites[0].id = "elsewhere"; }), Contains("'site-0'") && Contains("'elsewhere'"));
    CHECK_THAT(why([](ModelSpec& s) { s.products.push_back(s.products[0]); }), Contains("one product more"));
    CHECK_THAT(why([](ModelSpec& s) { s.products.erase(s.products.begin()); }),
               Contains("one product more: 'product-0'"));
    CHECK_THAT(why([](ModelSpec& s) { s.lanes[0].mode = "donkey"; }), Contains("by donkey"));
    CHECK_THAT(why([](ModelSpec& s) { s.horizon = s.horizon * 2; }), Contains("horizon"));
    CHECK_THAT(why([](ModelSpec& s) { s.warm_up = s.warm_up + sim::hour; }), Contains("warm-up"));
    CHECK_THAT(why([](ModelSpec& s) { s.trace.series_every = sim::hour * 77; }), Contains("sample period"));
    CHECK_THAT(why([](ModelSpec& s) { s.trace.peaks_every = sim::second; }), Contains("step of peaks"));
    CHECK_THAT(why([](ModelSpec& s) { s.start = "2020-01-01T00:00:00+08:00"; }), Contains("2020"));
    CHECK_THAT(why([](ModelSpec& s) {
                   auto& view = s.channels[0].view;
                   view = view == StockView::live ? StockView::cached : StockView::live;
               }),
               Contains("view"));
    CHECK_THAT(why([](ModelSpec& s) { s.products[0].cost += currency_unit; }), Contains("cost of product 'product-0"));
    CHECK_THROWS_AS(Model::spec_of("nonsense"), sim::FileError);
}

TEST_CASE("a snapshot does not fit where other sites are nearest, nor its rows where others are recorded") {
    ModelSpec spec;
    spec.markets.resize(1);
    spec.markets[0].id = "east";
    for (Index s = 0; s < 2; ++s) {
        auto& site = spec.sites.emplace_back();
        site.id = s == 0 ? "a" : "b";
        auto& lane = spec.lanes.emplace_back();
        lane.from = s;
        lane.to_market = true;
        lane.distance_km = s == 0 ? 10 : 20;
    }
    ModelSpec other = spec;
    other.lanes[1].distance_km = 5;
    CHECK_THAT(why_unfit(spec, other), Catch::Contains("sources of market"));
    CHECK(why_unfit(other, other).empty());
    other = spec;
    other.trace.orders_share = spec.trace.orders_share / 2;
    CHECK(why_unfit(spec, other).empty());
    CHECK(why_rows_unfit(spec, spec).empty());
    CHECK_THAT(why_rows_unfit(spec, other), Catch::Contains("--without-past"));
}

}  // namespace spate::models
