#include "models/model.hpp"

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
#include "models/record/tables.hpp"

#include "tests/support/back_ends.hpp"
#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::SpecBuilder;

namespace {

/// A run of a model with its trace, which is removed in the end.
class Run {
  public:
    explicit Run(ModelSpec spec, sim::EngineOptions options = {}) {
        static std::atomic<int> count = 0;
        const auto folder = std::filesystem::temp_directory_path();
        path_ = (folder / fmt::format("spate_model_test_{}_{}.h5", ::getpid(), count++)).string();
        sim::Recorder recorder(path_);
        Model model(std::move(spec), options, recorder);
        result = model.run();
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

/// A supplier, a factory, a hub, two warehouses and three markets with two channels, everything random and busy:
/// queues, lorries by timetable, late views, impatient customers, a session.
SpecBuilder chain() {
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
        spec.lanes[lane].vehicle_g = 20'000;
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
    SessionSpec session;
    session.id = "show";
    session.channel = 1;
    session.products = {1, 2};
    session.markets = {0, 2};
    session.start = at_seconds(100'000);
    session.lasts = sim::hour;
    session.decay = sim::minute * 10;
    session.lift = 20;
    spec.sessions.push_back(session);
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

DemandSpec::Recorded order(double seconds, Units quantity, Index market = 0) {
    return {at_seconds(seconds), market, 0, quantity};
}

/// Times in the order of order numbers; absent where the order never got so far.
std::vector<std::optional<double>> times(const Run& run, const std::string& column) {
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

}  // namespace

TEST_CASE("a run gives the same digest and the same trace with any number of workers of any kind") {
    const auto spec = chain().spec;
    const Run reference(spec);
    CHECK(reference.result.orders > 2000);
    const auto expected = reference.all_numbers();
    REQUIRE(expected.at("/orders/id").size() == reference.result.orders);
    for (const auto& options : test::all_executives()) {
        INFO("workers " << options.workers << " of kind " << static_cast<int>(options.backend));
        const Run run(spec, options);
        REQUIRE(run.result.report.digest.total == reference.result.report.digest.total);
        REQUIRE(run.result.report.process_digests == reference.result.report.process_digests);
        REQUIRE(run.result.orders == reference.result.orders);
        const auto numbers = run.all_numbers();
        REQUIRE(numbers.size() == expected.size());
        for (const auto& [column, values] : expected) {
            INFO(column);
            REQUIRE(numbers.at(column) == values);
        }
        // The checks of the ledger are one per window, of which executives have their own.
        const std::set<std::string> own{"ledger_checks", "created"};
        const auto attributes = run.attributes();
        for (const auto& [name, value] : reference.attributes()) {
            INFO(name);
            CHECK((own.count(name) == 1
                   || std::find(attributes.begin(), attributes.end(), std::pair(name, value)) != attributes.end()));
        }
    }
}

TEST_CASE("another seed or replication gives another run") {
    auto builder = chain();
    builder.spec.horizon = sim::hour * 12;
    std::set<std::uint64_t> digests;
    for (const std::uint64_t seed : {1U, 2U}) {
        for (const std::uint32_t replication : {0U, 1U}) {
            builder.spec.seed = seed;
            builder.spec.replication = replication;
            digests.insert(Run(builder.spec).result.report.digest.total);
        }
    }
    CHECK(digests.size() == 4);
}

TEST_CASE("units are neither made nor lost: every product at every site, and all accounts together") {
    const Run run(chain().spec);
    CHECK(run.result.ledger_checks > 0);
    const auto column = [&](const char* name) { return run.integers(std::string("/summary/stock/") + name); };
    const auto initial = column("initial"), received = column("received"), produced = column("produced"),
               returned = column("returned"), shipped = column("shipped"), consumed = column("consumed"),
               scrapped = column("scrapped"), last = column("final");
    REQUIRE(initial.size() == 5 * 4);
    for (std::size_t i = 0; i < initial.size(); ++i)
        REQUIRE(initial[i] + received[i] + produced[i] + returned[i]
                == shipped[i] + consumed[i] + scrapped[i] + last[i]);

    const auto books = run.integers("/summary/ledger/closing");
    const auto balance = [&](UnitAccount account) { return books[static_cast<std::size_t>(account)]; };
    std::int64_t units = 0, money = 0;
    for (std::size_t i = 0; i < books.size(); ++i)
        (i < unit_accounts ? units : money) += books[i];
    CHECK(units == 0);
    CHECK(money == 0);
    CHECK(balance(UnitAccount::opening) == -run.sum("/summary/stock/initial"));
    CHECK(balance(UnitAccount::produced) == -run.sum("/summary/stock/produced"));
    CHECK(balance(UnitAccount::available) + balance(UnitAccount::reserved) == run.sum("/summary/stock/final"));
    CHECK(balance(UnitAccount::in_transit) == run.sum("/summary/lanes/units_in_transit"));
    CHECK(run.sum("/summary/stock/produced") > 0);
    // What left all sites went to other sites or to customers.
    const auto gone = balance(UnitAccount::in_delivery) + balance(UnitAccount::at_customer);
    CHECK(run.sum("/summary/stock/shipped") == run.sum("/summary/lanes/units_sent") + gone);
    const auto statuses = run.integers("/orders/status"), quantities = run.integers("/orders/quantity");
    std::int64_t delivered = 0;
    for (std::size_t i = 0; i < statuses.size(); ++i)
        delivered += statuses[i] == static_cast<std::int64_t>(OrderStatus::delivered) ? quantities[i] : 0;
    CHECK(balance(UnitAccount::at_customer) == delivered);
    CHECK(delivered > 0);
}

TEST_CASE("every order of every desk is delivered, lost, refused, cancelled or open") {
    const Run run(chain().spec);
    const auto ids = run.integers("/orders/id");
    CHECK(std::set<std::int64_t>(ids.begin(), ids.end()).size() == ids.size());
    const auto column = [&](const char* name) { return run.integers(std::string("/summary/desks/") + name); };
    const auto placed = column("orders_placed"), lost = column("orders_lost"), cancelled = column("orders_cancelled"),
               refused = column("orders_refused"), delivered = column("orders_delivered"), open = column("orders_open");
    REQUIRE(placed.size() == 6);
    for (std::size_t d = 0; d < 6; ++d) {
        const auto desk = static_cast<std::int64_t>(d);
        INFO("desk " << d);
        CHECK(delivered[d] == run.orders_with(OrderStatus::delivered, desk));
        CHECK(lost[d] == run.orders_with(OrderStatus::lost, desk));
        CHECK(refused[d] == run.orders_with(OrderStatus::refused, desk));
        CHECK(cancelled[d] == run.orders_with(OrderStatus::cancelled, desk));
        CHECK(open[d] == run.orders_with(OrderStatus::open, desk) + run.orders_with(OrderStatus::in_delivery, desk));
        CHECK(placed[d] == delivered[d] + lost[d] + refused[d] + cancelled[d] + open[d]);
        CHECK(delivered[d] > 0);
    }
    CHECK(static_cast<std::uint64_t>(run.sum("/summary/desks/orders_placed")) == run.result.orders);
    CHECK(run.sum("/summary/delivery_time/orders") == run.sum("/summary/desks/orders_delivered"));
    // The series tell the same story; orders of the last wave have not been released.
    CHECK(run.sum("/series/desks/delivered") == run.sum("/summary/desks/orders_delivered"));
    CHECK(run.sum("/series/desks/late") == run.sum("/summary/desks/orders_late"));
    CHECK(run.sum("/series/desks/cancelled") == run.sum("/summary/desks/orders_cancelled"));
    CHECK(run.sum("/series/desks/lost")
          == run.sum("/summary/desks/orders_lost") + run.sum("/summary/desks/orders_refused"));
    CHECK(run.sum("/summary/desks/orders_cancelled") > 0);
    CHECK(run.sum("/summary/desks/orders_lost") > 0);
    CHECK(run.sum("/summary/desks/orders_late") > 0);
}

TEST_CASE("two desks that look at one stale view of the stock sell the same unit twice") {
    Shop shop(1, {order(100, 1, 1), order(200, 1, 0)});
    shop.builder.market("west");
    shop.builder.lane_to_market(shop.shop, 1, 7200);
    const Run run(shop.builder.spec);
    CHECK(run.integers("/summary/desks/orders_delivered") == std::vector<std::int64_t>{0, 1});  // the earlier order
    CHECK(run.integers("/summary/desks/orders_refused") == std::vector<std::int64_t>{1, 0});
    CHECK(run.sum("/summary/desks/orders_lost") == 0);

    SECTION("one that has seen a fresh view tells the customer at once") {
        shop.builder.spec.demand[0].recorded[1] = order(3000, 1, 0);
        const Run later(shop.builder.spec);
        CHECK(later.integers("/summary/desks/orders_lost") == std::vector<std::int64_t>{1, 0});
        CHECK(later.sum("/summary/desks/orders_refused") == 0);
    }
    SECTION("and do not on a live view") {
        shop.channel().view = StockView::live;
        const Run live(shop.builder.spec);
        CHECK(live.integers("/summary/desks/orders_delivered") == std::vector<std::int64_t>{0, 1});
        CHECK(live.integers("/summary/desks/orders_lost") == std::vector<std::int64_t>{1, 0});
        CHECK(live.sum("/summary/desks/orders_refused") == 0);
    }
}

TEST_CASE("desks with cached views oversell in a busy chain, desks with a live view never do") {
    auto builder = chain();
    builder.spec.channels[0].unmet = Unmet::lose;
    const Run run(builder.spec);
    const auto refused = run.integers("/summary/desks/orders_refused");
    CHECK(refused[0] + refused[2] + refused[4] > 0);
    CHECK(refused[1] + refused[3] + refused[5] == 0);
}

TEST_CASE("a desk does not promise the same unit twice, and tries the next site before it gives up") {
    Shop shop(1, {order(100, 1), order(200, 1), order(300, 1)});
    const Index second = shop.builder.site("second", SiteKind::store, 1);
    shop.builder.lane_to_market(second, 0, 3600, 500);
    const Run run(shop.builder.spec);
    CHECK(run.sum("/summary/desks/orders_delivered") == 2);
    CHECK(run.sum("/summary/desks/orders_lost") == 1);
    CHECK(run.sum("/summary/desks/orders_refused") == 0);
    // Released at 600 s, a minute on the way, two hours and one hour to the customer.
    CHECK(times(run, "delivered") == Times{660 + 7200.0, 660 + 3600.0, std::nullopt});
    shop.builder.spec.max_sources = 1;
    CHECK(Run(shop.builder.spec).sum("/summary/desks/orders_lost") == 2);
}

TEST_CASE("an order refused for want of stock goes to the next site that has it") {
    Shop shop(1, {order(100, 1, 1), order(200, 1, 0)});
    shop.builder.market("west");
    shop.builder.lane_to_market(shop.shop, 1, 7200);
    const Index second = shop.builder.site("second", SiteKind::store, 1);
    shop.builder.lane_to_market(second, 0, 3600, 500);
    const Run run(shop.builder.spec);
    CHECK(run.sum("/summary/desks/orders_delivered") == 2);
    CHECK(run.sum("/summary/desks/orders_refused") == 0);
    // Refused at 660 s, back at the desk at 720 s, at the next site at 780 s.
    CHECK(times(run, "delivered") == Times{780 + 3600.0, 660 + 7200.0});
}

TEST_CASE("an order is delivered when the calculation by hand says") {
    Shop shop(100, {order(0, 1), order(1000, 1), order(1200, 2)});
    // Waves every 600 s take what was placed before them; 60 s to the site; two hours to the customer.
    SECTION("without stages it leaves at once") {
        const Run run(shop.builder.spec);
        CHECK(times(run, "released") == Times{660, 1260, 1860});
        CHECK(times(run, "shipped") == Times{660, 1260, 1860});
        CHECK(times(run, "delivered") == Times{7860, 8460, 9060});
    }
    SECTION("after its stages it leaves with the next hand-over") {
        shop.site().outbound = {test::stage("pick", 1, Distribution::constant(90)),
                                test::stage("pack", 0, Distribution::constant(450))};
        shop.site().outbound[0].per = StageSpec::Per::unit;
        const Run run(shop.builder.spec);
        // Done at 660 + 90 + 450 = 1200, 1800 and 1860 + 180 + 450 = 2490; hand-overs every 600 s.
        CHECK(times(run, "shipped") == Times{1200, 1800, 3000});
        CHECK(times(run, "delivered") == Times{8400, 9000, 10200});
    }
    SECTION("released one by one it is on its way at once") {
        shop.channel().release_every = Duration{0};
        const Run run(shop.builder.spec);
        CHECK(times(run, "released") == Times{60, 1060, 1260});
        CHECK(times(run, "delivered") == Times{7260, 8260, 8460});
    }
    SECTION("with a live view nothing is on its way between desk and site") {
        shop.channel().release_every = Duration{0};
        shop.channel().view = StockView::live;
        const Run run(shop.builder.spec);
        CHECK(times(run, "released") == Times{0, 1000, 1200});
        CHECK(times(run, "delivered") == Times{7200, 8200, 8400});
    }
}

TEST_CASE("an order delivered later than promised is late") {
    Shop shop(100, {order(0, 1), order(599, 1)});  // delivered at 7860 s
    shop.channel().promise = sim::second * 7860;
    CHECK(Run(shop.builder.spec).sum("/summary/desks/orders_late") == 0);
    shop.channel().promise = sim::second * 7860 - sim::microsecond;
    const Run run(shop.builder.spec);
    CHECK(run.sum("/summary/desks/orders_late") == 1);
    CHECK(run.sum("/summary/desks/orders_promised") == 2);
    CHECK(run.sum("/summary/desks/delivery_time_sum") == (7860 + 7261) * std::int64_t{1'000'000});
}

TEST_CASE("waiting customers are served first come, first served, each with all its units") {
    Shop shop(0, {order(100, 2), order(200, 3), order(300, 1)});
    shop.channel().unmet = Unmet::backorder;
    shop.receive({{at_seconds(5000), 1}, {at_seconds(6000), 1}, {at_seconds(7000), 2}, {at_seconds(8000), 5}});
    const Run run(shop.builder.spec);
    CHECK(times(run, "released") == Times{660, 660, 660});
    CHECK(times(run, "shipped") == Times{6000, 8000, 8000});
    CHECK(run.sum("/summary/desks/orders_backordered") == 3);
    CHECK(run.sum("/summary/desks/orders_filled") == 0);
    const auto final_units = run.integers("/summary/stock/final");
    CHECK(final_units[0] == 3);
    // Six units wait from 660 s, four from 6000 s, none from 8000 s.
    CHECK(run.numbers("/summary/stock/mean_backordered")[0]
          == Approx((6 * (6000 - 660) + 4 * (8000 - 6000)) / 86400.0).epsilon(1e-12));
}

TEST_CASE("a waiting customer leaves when the patience ends") {
    Shop shop(0, {order(100, 1), order(2000, 1)});
    shop.channel().unmet = Unmet::backorder;
    shop.channel().patience = sim::second * 3600;  // until 3700 s, and until 5600 s
    const auto statuses = [&] {
        const Run run(shop.builder.spec);
        return run.integers("/orders/status");
    };
    using Statuses = std::vector<std::int64_t>;
    const auto code = [](OrderStatus status) { return static_cast<std::int64_t>(status); };
    SECTION("if nothing comes") {
        CHECK(statuses() == Statuses{code(OrderStatus::cancelled), code(OrderStatus::cancelled)});
    }
    SECTION("but not if goods come before") {
        shop.receive({{at_seconds(3650), 1}, {at_seconds(5000), 1}});
        CHECK(statuses() == Statuses{code(OrderStatus::delivered), code(OrderStatus::delivered)});
    }
    SECTION("and the goods go to the next") {
        shop.receive({{at_seconds(5000), 1}});
        const Run run(shop.builder.spec);
        CHECK(run.orders_with(OrderStatus::cancelled, 0) == 1);
        CHECK(times(run, "shipped") == Times{std::nullopt, 5000});
    }
}

TEST_CASE("goods that come after the patience has ended do not go to that customer") {
    Shop shop(0, {order(100, 1)});
    shop.channel().unmet = Unmet::backorder;
    shop.channel().patience = sim::second * 3600;  // until 3700 s; the next hand-over is at 4200 s
    shop.receive({{at_seconds(3800), 1}});
    const Run run(shop.builder.spec);
    CHECK(run.orders_with(OrderStatus::cancelled, 0) == 1);
}

TEST_CASE("a customer served because another gave up shows in the views of the stock") {
    // Three units: the first wants five and waits, the second two and waits behind. After 3700 s the first gives up and
    // the second is served, which leaves one unit. At 9000 s a third wants two.
    Shop shop(3, {order(100, 5), order(2000, 2)});
    shop.channel().unmet = Unmet::backorder;
    shop.channel().patience = sim::second * 3600;
    shop.builder.channel("app");
    shop.builder.recorded(1, {order(9000, 2)});
    const Run run(shop.builder.spec);
    CHECK(run.orders_with(OrderStatus::cancelled, 0) == 1);
    CHECK(run.orders_with(OrderStatus::delivered, 0) == 1);
    CHECK(run.orders_with(OrderStatus::refused, 1) == 0);
    CHECK(run.orders_with(OrderStatus::lost, 1) == 1);
}

TEST_CASE("key figures cover only the orders placed after the warm-up") {
    Shop shop(100, {order(100, 1), order(3599, 1), order(3600, 1), order(5000, 4)});
    shop.builder.spec.warm_up = sim::hour;
    const Run run(shop.builder.spec);
    CHECK(run.result.orders == 4);
    CHECK(run.sum("/summary/desks/orders_placed") == 2);
    CHECK(run.sum("/summary/desks/units_placed") == 5);
    CHECK(run.sum("/summary/desks/orders_delivered") == 2);
    CHECK(run.sum("/summary/delivery_time/orders") == 2);
    // 3600 s: wave of 4200 s, at the site at 4260 s, delivered at 11460 s. 5000 s: 5400, 5460, 12660.
    CHECK(run.sum("/summary/desks/delivery_time_sum") == (7860 + 7660) * std::int64_t{1'000'000});
    // On hand: 99 from the start of the measured time, 98 from 3660 s, 97 from 4260 s, 93 from 5460 s.
    const double sum = 99 * 60.0 + 98 * 600.0 + 97 * 1200.0 + 93 * (86400.0 + 3600 - 5460);
    CHECK(run.numbers("/summary/stock/mean_on_hand")[0] == Approx(sum / 86400).epsilon(1e-12));
}

TEST_CASE("the mean time in a stage is that of the jobs that came and finished in the measured time") {
    Shop shop(100, {order(2950, 1), order(5000, 1)});  // at the site at 3060 s and 5460 s
    shop.site().outbound = {test::stage("pick", 1, Distribution::constant(1000))};
    shop.builder.spec.warm_up = sim::hour;  // the first is finished at 4060 s
    const Run run(shop.builder.spec);
    CHECK(run.integers("/summary/stages/arrivals") == std::vector<std::int64_t>{1});
    CHECK(run.numbers("/summary/stages/mean_in_service")[0] == Approx((460 + 1000) / 86400.0));
    CHECK(run.numbers("/summary/stages/mean_time")[0] == Approx(1000.0 / 3600));
}

TEST_CASE("processes linked without delay advance as one group") {
    auto builder = chain();
    sim::Recorder recorder;
    const Model model(builder.spec, {}, recorder);
    std::size_t members = 0;
    bool is_live_fused = false;
    for (const auto& group : model.groups()) {
        members += group.members.size();
        const std::set<std::string> names(group.members.begin(), group.members.end());
        is_live_fused |=
            names.count("desk east/live") == 1 && names.count("site south") == 1 && names.count("desk east/web") == 0;
    }
    CHECK(members == 5 + 6);
    CHECK(is_live_fused);
}
