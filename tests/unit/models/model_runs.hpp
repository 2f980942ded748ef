#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <filesystem>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "sim/trace/reader.hpp"
#include "models/base/ledger.hpp"
#include "models/model.hpp"
#include "models/record/tables.hpp"

#include "tests/support/back_ends.hpp"
#include "tests/unit/models/spec_builder.hpp"

/// Small models, run to the end, and what their traces say.
namespace spate::test {

using namespace spate::models;

/// A run of a model with its trace, which is removed in the end.
class Run {
  public:
    /// `states`: gets the state of the run whenever a snapshot is due. `from`: goes on from this state.
    explicit Run(ModelSpec spec,
                 sim::EngineOptions options = {},
                 std::vector<std::string>* states = nullptr,
                 const std::string& from = {}) {
        static std::atomic<int> count = 0;
        const auto folder = std::filesystem::temp_directory_path();
        path_ = (folder / fmt::format("spate_model_test_{}_{}.h5", ::getpid(), count++)).string();
        sim::Recorder recorder(path_);
        if (!from.empty())
            spec = Model::forked(std::move(spec), from);
        Model model(std::move(spec), options, recorder);
        if (!from.empty())
            model.load_state(from, sim::PastRows::kept);
        RunHooks hooks;
        if (states != nullptr)
            hooks.on_snapshot = [&](Time) { states->push_back(model.save_state()); };
        result = model.run(hooks);
        reader_.emplace(path_);
    }

    ~Run() {
        reader_.reset();
        std::error_code error;
        std::filesystem::remove(path_, error);
    }

    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    std::vector<double> numbers(const std::string& column) const { return reader_->numbers(column); }

    std::vector<std::int64_t> integers(const std::string& column) const { return reader_->integers(column); }

    std::int64_t sum(const std::string& column) const {
        const auto values = integers(column);
        return std::accumulate(values.begin(), values.end(), std::int64_t{0});
    }

    /// Number of orders in the trace with this outcome, of one desk.
    std::int64_t orders_with(OrderStatus status, std::int64_t desk) const {
        const auto statuses = integers("/orders/status"), desks = integers("/orders/desk");
        std::int64_t number = 0;
        for (std::size_t i = 0; i < statuses.size(); ++i)
            number += statuses[i] == static_cast<std::int64_t>(status) && desks[i] == desk;
        return number;
    }

    /// Every number of the trace, bit by bit, and every text.
    std::map<std::string, std::vector<std::uint64_t>> all_numbers() const {
        std::map<std::string, std::vector<std::uint64_t>> all;
        for (const auto& table : reader_->tables()) {
            for (const auto& column : table.columns) {
                if (column.type == "text")
                    continue;
                for (const double value : reader_->numbers(table.path + "/" + column.name))
                    all[table.path + "/" + column.name].push_back(std::bit_cast<std::uint64_t>(value));
            }
        }
        return all;
    }

    std::vector<std::pair<std::string, std::string>> attributes() const { return reader_->attributes(); }

    RunResult result;

  private:
    std::string path_;
    std::optional<sim::TraceReader> reader_;
};

/// Any number of workers of any kind leaves the same numbers and digests as the reference, a run of the same model.
inline void check_workers(const ModelSpec& spec, const Run& reference) {
    const auto expected = reference.all_numbers();
    for (const auto& options : all_executives()) {
        INFO("workers " << options.workers << " of kind " << static_cast<int>(options.backend));
        const Run run(spec, options);
        REQUIRE(run.result.report.digest.total == reference.result.report.digest.total);
        REQUIRE(run.result.demand_digest == reference.result.demand_digest);
        REQUIRE((run.all_numbers() == expected));
    }
}

/// Runs a model that saves its state so often, and once more from each of the states, of which there must be so many at
/// least: all runs leave the same numbers. Returns the states.
inline std::vector<std::string> check_resumed(ModelSpec spec, Duration every, std::size_t fewest) {
    spec.snapshot.every = every;
    std::vector<std::string> states;
    const Run whole(spec, {}, &states);
    const auto expected = whole.all_numbers();
    REQUIRE(states.size() >= fewest);
    for (const auto& state : states) {
        const Run resumed(spec, {}, nullptr, state);
        CHECK(resumed.result.report.digest.total == whole.result.report.digest.total);
        CHECK((resumed.all_numbers() == expected));
    }
    return states;
}

/// A live show of an hour on the second day.
inline SessionSpec show() {
    SessionSpec session;
    session.id = "show";
    session.channel = 1;
    session.products = {1, 2};
    session.markets = {0, 2};
    session.start = at_seconds(100'000);
    session.lasts = sim::hour;
    session.decay = sim::minute * 10;
    session.lift = 20;
    return session;
}

/// A supplier, a factory, a hub, two warehouses and three markets with two channels, everything random and busy:
/// queues, lorries by timetable, late views, impatient customers, a session.
inline SpecBuilder chain() {
    SpecBuilder builder;
    auto& spec = builder.spec;
    for (const char* id : {"tea", "rice", "soap", "lamp"})
        builder.product(id, 1 + static_cast<double>(spec.products.size()));
    for (const char* id : {"east", "west", "north"})
        builder.market(id);
    builder.channel("web");
    builder.channel("live");
    spec.channels[0].unmet = Unmet::backorder;
    spec.channels[0].patience = sim::hour * 9;
    spec.channels[0].promise = sim::hour * 20;
    spec.channels[1].view = StockView::live;
    spec.channels[1].release_every = Duration{0};
    const Index supplier = builder.supplier("supplier"), factory = builder.site("factory", SiteKind::factory, 0);
    const Index hub = builder.site("hub", SiteKind::cdc, 400);
    const Index south = builder.site("south", SiteKind::rdc, 30), upper = builder.site("upper", SiteKind::rdc, 20);
    spec.sites[factory].production = ProductionSpec{2, 0.2, 25, sim::minute * 30, {}};
    for (const Index site : {south, upper}) {
        spec.sites[site].outbound = {test::stage("pick", 2, Distribution::exponential(100)),
                                     test::stage("pack", 1, Distribution::gamma(60, 0.5))};
        spec.sites[site].receive = test::stage("receive", 1, Distribution::constant(5));
        spec.sites[site].receive->per = StageSpec::Per::unit;
        spec.sites[site].handling_per_unit = 1000;
        spec.sites[site].holding_per_unit_second = 0.5;
        spec.sites[site].backorder_per_unit_second = 0.25;
    }
    const auto supply = [&](Index from, Index to, std::vector<Index> products, Units max, bool is_random) {
        const Index lane = builder.lane_to_site(from, to, 14400);
        if (is_random)
            spec.lanes[lane].transit = Distribution::gamma(14400, 0.3);
        spec.lanes[lane].departures = {sim::day, {sim::hour * 4, sim::hour * 12, sim::hour * 20}};
        spec.lanes[lane].vehicle_mg = 20'000'000;
        spec.lanes[lane].cost_per_vehicle = 100 * currency_unit;
        builder.base_stock(to, lane, max, sim::hour * 6).products = std::move(products);
    };
    supply(supplier, hub, {0, 1}, 500, true);
    supply(factory, hub, {2, 3}, 500, false);
    supply(hub, south, {0, 1, 2, 3}, 60, true);
    supply(hub, upper, {0, 1, 2, 3}, 50, false);
    spec.replenish[2].review.continuous = true;
    spec.replenish[3].max = {{}, sim::hour * 12};
    for (Index m = 0; m < 3; ++m) {
        builder.lane_to_market(south, m, 20'000, m == 0 ? 10 : 50);
        builder.lane_to_market(upper, m, 30'000, 30);
        spec.lanes[spec.lanes.size() - 1].transit = Distribution::lognormal(30'000, 0.4);
        spec.lanes[spec.lanes.size() - 1].cost_per_order = 5 * currency_unit;
    }
    builder.demand(0.01, false).quantity = Distribution::empirical({1, 2, 9}, {6, 3, 1});
    spec.sessions.push_back(show());
    spec.horizon = sim::day * 3;
    return builder;
}

/// One product, one shop that sells to one market, and the orders of a list.
struct Shop {
    Shop(Units units, std::vector<DemandSpec::Recorded> orders) {
        builder.product("tea");
        builder.market("east");
        builder.channel("web");
        shop = builder.site("shop", SiteKind::store, units);
        builder.lane_to_market(shop, 0, 7200);
        builder.recorded(0, std::move(orders));
    }

    ChannelSpec& channel() { return builder.spec.channels[0]; }

    SiteSpec& site() { return builder.spec.sites[shop]; }

    /// Goods from a supplier reach the shop at these times.
    void receive(const std::vector<std::pair<Time, Units>>& receipts) {
        const Index lane = builder.lane_to_site(builder.supplier("supplier"), shop, 40);
        ReplenishSpec rule;
        rule.kind = ReplenishSpec::Kind::plan;
        rule.site = shop;
        rule.lane = lane;
        rule.products = {0};
        rule.order_lag = sim::second * 60;
        for (const auto& [at, units] : receipts)
            rule.plan.push_back({at - sim::second * 100, 0, units});
        builder.spec.replenish.push_back(rule);
    }

    SpecBuilder builder;
    Index shop = 0;
};

inline DemandSpec::Recorded order(double seconds, Units quantity, Index market = 0) {
    return {at_seconds(seconds), market, 0, quantity};
}

/// Times in the order of order numbers; absent where the order never got so far.
inline std::vector<std::optional<double>> times(const Run& run, const std::string& column) {
    const auto ids = run.integers("/orders/id"), values = run.integers("/orders/" + column);
    std::map<std::int64_t, std::optional<double>> by_id;
    for (std::size_t i = 0; i < ids.size(); ++i)
        by_id[ids[i]] = values[i] == no_time ? std::nullopt : std::optional(Duration{values[i]}.seconds());
    std::vector<std::optional<double>> result;
    for (const auto& [id, time] : by_id)
        result.push_back(time);
    return result;
}

using Times = std::vector<std::optional<double>>;

}  // namespace spate::test
