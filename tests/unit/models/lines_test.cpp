// Orders of several lines in whole runs: split, merged, waiting, lost.

#include <cmath>
#include <functional>
#include <set>

#include "models/demand/baskets.hpp"
#include "models/demand/order_source.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

using Split = SourcingSpec::Split;

/// Three products and an order a minute: most baskets have all three. Three stores, by distance: the first keeps
/// product 0, the second products 0 and 1, the third all.
SpecBuilder three_stores(Units units = 100'000) {
    SpecBuilder builder;
    for (const char* id : {"tea", "rice", "soap"})
        builder.product(id);
    builder.market("east");
    builder.channel("web");
    const std::vector<std::vector<Index>> kept = {{0}, {0, 1}, {0, 1, 2}};
    for (std::size_t s = 0; s < 3; ++s) {
        const Index site = builder.site("store-" + std::to_string(s), SiteKind::store, units);
        builder.spec.sites[site].assortment = kept[s];
        builder.spec.sites[site].initial_units.resize(kept[s].size());
        builder.spec.sites[site].handling_per_order = 2 * currency_unit;
        const Index lane =
            builder.lane_to_market(site, 0, 3600.0 * static_cast<double>(s + 1), 100.0 * static_cast<double>(s + 1));
        builder.spec.lanes[lane].cost_per_order = 5 * currency_unit;
    }
    auto& demand = builder.demand(1.0 / 60, false);
    demand.gap = Distribution::constant(1);
    demand.further = Distribution::poisson(2.5);
    // Nobody orders in the last hours, so that every order is shipped in the end.
    demand.profile = WeeklyProfile({{Duration{0}, 1.0}, {sim::hour * 20, 0.0}}, builder.spec.week_time_at_start);
    return builder;
}

/// The baskets of the whole run, by first product.
std::vector<std::set<Index>> baskets_of(const ModelSpec& spec) {
    const BaseDemand base(spec);
    OrderSource source(spec, base, 0, 0);
    Baskets baskets(spec, base, 0);
    std::vector<CustomerOrder> customers;
    source.take_before(Time{spec.horizon.us}, customers);
    std::vector<std::set<Index>> all;
    for (const auto& customer : customers) {
        auto& products = all.emplace_back();
        for (const auto& line : baskets.fill(customer))
            products.insert(line.product);
    }
    return all;
}

double money(const Run& run, MoneyAccount account) {
    return static_cast<double>(
               run.integers("/summary/ledger/closing")[unit_accounts + static_cast<std::size_t>(account)])
           / currency_unit;
}

struct Facts {
    std::int64_t orders, lines, lines_filled, parcels, shipped, filled, perfect, known;

    explicit Facts(const Run& run)
        : orders(run.sum("/summary/desks/orders_placed"))
        , lines(run.sum("/summary/desks/lines_placed"))
        , lines_filled(run.sum("/summary/desks/lines_filled"))
        , parcels(run.sum("/summary/desks/parcels_shipped"))
        , shipped(run.sum("/summary/desks/orders_shipped"))
        , filled(run.sum("/summary/desks/orders_filled"))
        , perfect(run.sum("/summary/desks/orders_perfect"))
        , known(run.sum("/summary/desks/lines_known")) {}
};

}  // namespace

TEST_CASE("orders of several lines take the parcels that a count by hand gives") {
    for (const Split split : {Split::never, Split::if_needed, Split::always}) {
        SpecBuilder builder = three_stores();
        builder.spec.channels[0].sources.split = split;
        const auto baskets = baskets_of(builder.spec);
        // Always: tea from the first store, rice from the second, soap from the third. Else: the nearest that keeps
        // all.
        std::int64_t parcels = 0, lines = 0;
        for (const auto& products : baskets) {
            parcels += split == Split::always ? static_cast<std::int64_t>(products.size()) : 1;
            lines += static_cast<std::int64_t>(products.size());
        }
        const Run run(builder.spec);
        const Facts facts(run);
        INFO("split " << static_cast<int>(split));
        CHECK(facts.shipped == static_cast<std::int64_t>(baskets.size()));
        CHECK(facts.orders == facts.shipped);
        CHECK(facts.lines == lines);
        CHECK(facts.parcels == parcels);
        CHECK(facts.lines_filled == lines);
        CHECK(facts.known == lines);
        CHECK(facts.filled == facts.orders);
        CHECK(facts.perfect == facts.orders);
        CHECK(run.sum("/summary/lanes/departures") == parcels);
        CHECK(money(run, MoneyAccount::freight) == Approx(5.0 * static_cast<double>(parcels)));
        CHECK(money(run, MoneyAccount::handling) == Approx(2.0 * static_cast<double>(parcels)));
        CHECK(facts.orders > 1000);
        if (split == Split::always)
            std::printf("split: %lld orders, %lld lines, %lld parcels as counted\n",
                        static_cast<long long>(facts.orders),
                        static_cast<long long>(facts.lines),
                        static_cast<long long>(facts.parcels));
    }
}

TEST_CASE("vehicles to a market carry every line of the parcels that leave together") {
    SpecBuilder builder = three_stores();
    auto& spec = builder.spec;
    const std::int64_t weights[] = {1000, 1, 30};
    for (Index p = 0; p < 3; ++p)
        spec.products[p].weight_mg = weights[p] * 1000;
    for (auto& lane : spec.lanes) {
        lane.departures = {sim::hour, {sim::minute * 30}};
        lane.vehicle_mg = 1000;  // as many vehicles as grams
    }
    const BaseDemand base(spec);
    OrderSource source(spec, base, 0, 0);
    Baskets baskets(spec, base, 0);
    std::vector<CustomerOrder> customers;
    source.take_before(Time{spec.horizon.us}, customers);
    std::int64_t grams = 0;
    for (const auto& customer : customers) {
        for (const auto& line : baskets.fill(customer))
            grams += weights[line.product] * line.quantity;
    }
    const Run run(spec);
    CHECK(run.sum("/summary/desks/orders_shipped") == static_cast<std::int64_t>(customers.size()));
    CHECK(run.sum("/summary/lanes/vehicles") == grams);
    // Whole hours on the way, and departures on the half hour.
    for (const auto delivered : run.integers("/orders/delivered"))
        CHECK(delivered % sim::hour.us == sim::minute.us * 30);
}

TEST_CASE("an order is split only where no site has it all, into as few parcels as the greedy rule finds") {
    SpecBuilder builder = three_stores();
    builder.spec.sites[2].assortment = {1, 2};
    builder.spec.sites[2].initial_units.resize(2);
    std::int64_t parcels = 0, delivered_late = 0;
    for (const auto& products : baskets_of(builder.spec)) {
        // Tea and soap are nowhere together: tea and rice from the second store, or rice with soap from the third.
        const bool is_split = products.contains(0) && products.contains(2);
        parcels += is_split ? 2 : 1;
        delivered_late += products.contains(2);
    }
    const Run run(builder.spec);
    CHECK(run.sum("/summary/desks/parcels_shipped") == parcels);
    // An order is delivered with its last parcel: soap takes three hours, the others at most two.
    const auto delivered = run.integers("/orders/delivered"), placed = run.integers("/orders/placed");
    const auto order = run.integers("/orders/order");
    std::map<std::int64_t, std::int64_t> last;
    for (std::size_t i = 0; i < order.size(); ++i)
        last[order[i]] = std::max(last[order[i]], delivered[i] - placed[i]);
    std::int64_t slow = 0, sum = 0;
    for (const auto& [id, took] : last) {
        slow += took > 3 * sim::hour.us;
        sum += took;
    }
    CHECK(slow == delivered_late);
    CHECK(run.sum("/summary/desks/delivery_time_sum") == sum);
    CHECK(run.sum("/summary/desks/orders_delivered") == static_cast<std::int64_t>(last.size()));
}

namespace {

/// One store and a supplier that sends rice at a time; every basket has tea and rice.
SpecBuilder rice_comes(double hours, std::optional<Duration> merge) {
    SpecBuilder builder;
    builder.product("tea", 2);  // half as many customers begin with rice: the first of them after the end
    builder.product("rice", 1);
    builder.market("east");
    auto& channel = builder.spec.channels[builder.channel("web")];
    channel.unmet = Unmet::backorder;
    channel.sources.merge_wait = merge;
    const Index store = builder.site("store", SiteKind::store, 1000);
    builder.spec.sites[store].initial_units = {1000, 0};
    builder.lane_to_market(store, 0, 7200);
    ReplenishSpec rule;
    rule.kind = ReplenishSpec::Kind::plan;
    rule.site = store;
    rule.lane = builder.lane_to_site(builder.supplier("supplier"), store, 40);
    rule.products = {0, 1};
    rule.order_lag = sim::second * 60;
    rule.plan.push_back({at_seconds(hours * 3600 - 100), 1, 1000});
    builder.spec.replenish.push_back(rule);
    auto& demand = builder.demand(1.5 / 86000, false);
    demand.gap = Distribution::constant(1);
    demand.further = Distribution::constant(40);
    return builder;
}

}  // namespace

TEST_CASE("parcels of one order at a site are merged where it waits long enough") {
    // The order is placed at 86,000 s, released at 86,400 s + 60 s; rice comes at hour 30.
    const auto run_it = [](double hours, std::optional<Duration> merge) {
        SpecBuilder builder = rice_comes(hours, merge);
        builder.spec.horizon = sim::hour * 40;
        const Run run(builder.spec);
        CHECK(run.sum("/summary/desks/lines_placed") == 2);
        CHECK(run.sum("/summary/desks/orders_backordered") == 1);
        CHECK(run.sum("/summary/desks/orders_delivered") == 1);
        CHECK(run.sum("/summary/desks/orders_filled") == 0);
        const auto shipped = run.integers("/orders/shipped");
        // A line that waits for the other has waited.
        CHECK(run.sum("/summary/desks/lines_filled") == static_cast<std::int64_t>(shipped.size()) - 1);
        return shipped;
    };
    using Shipped = std::vector<std::int64_t>;
    const std::int64_t early = (86'400 + 60) * sim::second.us, rice = 30 * sim::hour.us;
    CHECK(run_it(30, std::nullopt) == Shipped{early, rice});
    CHECK(run_it(30, sim::hour * 7) == Shipped{rice});
    // Not long enough: the first part leaves at the site's next wave after three hours.
    CHECK(run_it(30, sim::hour * 3) == Shipped{97'800 * sim::second.us, rice});
}

TEST_CASE("an order that is never split waits whole, and is lost or refused whole") {
    SpecBuilder builder = rice_comes(30, std::nullopt);
    builder.spec.horizon = sim::hour * 40;
    auto& channel = builder.spec.channels[0];
    channel.sources.split = Split::never;
    SECTION("waits") {
        const Run run(builder.spec);
        CHECK(run.integers("/orders/shipped") == std::vector<std::int64_t>{30 * sim::hour.us});
        CHECK(run.integers("/orders/lines") == std::vector<std::int64_t>{2});
    }
    SECTION("is lost") {
        channel.unmet = Unmet::lose;
        const Run run(builder.spec);
        CHECK(run.sum("/summary/desks/orders_lost") == 1);
        CHECK(run.sum("/summary/desks/lines_filled") == 0);
        CHECK(run.integers("/orders/status").size() == 2);
        // If it may be split the tea is sent, and the order is short.
        channel.sources.split = Split::if_needed;
        const Run other(builder.spec);
        CHECK(other.sum("/summary/desks/orders_lost") == 0);
        CHECK(other.sum("/summary/desks/orders_short") == 1);
        CHECK(other.sum("/summary/desks/lines_filled") == 1);
        CHECK(other.sum("/summary/desks/lines_known") == 2);
    }
}

namespace {

/// Two markets, two shops with little stock, old views, impatient customers: lines are split, refused, wait, give up.
SpecBuilder busy(std::uint64_t variant) {
    SpecBuilder builder = chain();
    auto& spec = builder.spec;
    spec.channels[1].view = StockView::cached;
    spec.channels[1].release_every = sim::minute * 5;
    spec.channels[1].unmet = variant % 2 == 0 ? Unmet::lose : Unmet::backorder;
    spec.demand[0].further = Distribution::poisson(1.5);
    auto& first = spec.channels[0].sources;
    auto& second = spec.channels[1].sources;
    first.split = Split::if_needed;
    first.merge_wait = sim::hour * 2;
    second.split = variant % 3 == 0 ? Split::never : variant % 3 == 1 ? Split::always : Split::if_needed;
    const SourcingSpec::Rule rules[] = {SourcingSpec::Rule::cheapest,
                                        SourcingSpec::Rule::most_stock,
                                        SourcingSpec::Rule::fastest,
                                        SourcingSpec::Rule::nearest};
    first.rule = rules[variant % 4];
    second.rule = rules[(variant + 1) % 4];
    spec.channels[1].quote_margin = sim::hour;
    spec.demand[0].orders_per_second *= 2;
    spec.seed = 77 + variant;
    return builder;
}

/// The same with desks that are told of every change, or that ask sites: at once, or after a way there and back.
SpecBuilder busy_knowing(std::uint64_t variant) {
    SpecBuilder builder = busy(variant);
    auto& channels = builder.spec.channels;
    const StockView views[] = {StockView::pushed, StockView::reserved, StockView::live};
    for (std::size_t c = 0; c < channels.size(); ++c) {
        channels[c].view = views[(variant + c) % 3];
        channels[c].push_lag = Distribution::constant(30);
        if (channels[c].view == StockView::reserved)
            channels[c].view_lag = channels[c].release_lag = sim::second;
        if (channels[c].view == StockView::live) {
            channels[c].release_lag = channels[c].view_lag = {};
            channels[c].release_every = variant % 2 == 0 ? Duration{0} : sim::minute;
        }
        if (channels[c].sources.rule == SourcingSpec::Rule::most_stock && channels[c].view != StockView::pushed)
            channels[c].sources.rule = SourcingSpec::Rule::fastest;
    }
    return builder;
}

SpecBuilder any_busy(std::uint64_t variant) {
    return variant < 6 ? busy(variant) : busy_knowing(variant - 6);
}

}  // namespace

TEST_CASE("every order of several lines comes to one end, and every unit is accounted for") {
    for (std::uint64_t variant = 0; variant < 12; ++variant) {
        const Run run(any_busy(variant).spec);  // the model's own checks of flows and ledger throw
        const auto desk = [&](const char* column) { return run.sum(std::string("/summary/desks/") + column); };
        INFO("variant " << variant);
        CHECK(desk("lines_placed") > desk("orders_placed") * 3 / 2);
        CHECK(desk("orders_placed")
              == desk("orders_delivered") + desk("orders_lost") + desk("orders_refused") + desk("orders_cancelled")
                     + desk("orders_open"));
        CHECK(desk("lines_filled") <= desk("lines_known"));
        CHECK(desk("lines_known") <= desk("lines_placed"));
        CHECK(desk("orders_perfect") <= desk("orders_filled"));
        // From the rows: an order has as many lines as it says, and one end.
        const auto order = run.integers("/orders/order"), lines = run.integers("/orders/lines");
        const auto all = run.integers("/orders/order_lines"), status = run.integers("/orders/status");
        std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> counted;
        std::map<std::int64_t, std::set<std::int64_t>> ends;
        for (std::size_t i = 0; i < order.size(); ++i) {
            counted[order[i]].first += lines[i];
            counted[order[i]].second = all[i];
            ends[order[i]].insert(status[i]);
        }
        std::int64_t delivered = 0;
        for (const auto& [id, number] : counted) {
            REQUIRE(number.first == number.second);
            const auto& end = ends[id];
            const auto has = [&](OrderStatus s) { return end.contains(static_cast<std::int64_t>(s)); };
            delivered += has(OrderStatus::delivered) && !has(OrderStatus::in_delivery) && !has(OrderStatus::open);
        }
        CHECK(static_cast<std::int64_t>(counted.size()) == desk("orders_placed"));
        CHECK(delivered == desk("orders_delivered"));
    }
}

TEST_CASE("a site that is asked takes all of an order that is never split, or nothing, and never oversells") {
    for (const StockView view : {StockView::reserved, StockView::live}) {
        SpecBuilder builder = busy_knowing(1);
        for (auto& channel : builder.spec.channels) {
            channel.view = view;
            channel.view_lag = channel.release_lag = view == StockView::live ? Duration{} : sim::second;
            channel.sources.split = Split::never;
            channel.unmet = Unmet::lose;
        }
        const Run run(builder.spec);
        CHECK(run.sum("/summary/desks/orders_refused") == 0);
        CHECK(run.sum("/summary/desks/orders_lost") > 100);
        CHECK(run.sum("/summary/desks/orders_delivered") > 100);
        CHECK(run.sum("/summary/desks/orders_short") == 0);
        const auto status = run.integers("/orders/status");
        const auto lines = run.integers("/orders/lines"), all = run.integers("/orders/order_lines");
        for (std::size_t i = 0; i < status.size(); ++i) {
            if (status[i] == static_cast<std::int64_t>(OrderStatus::delivered))
                REQUIRE(lines[i] == all[i]);
        }
    }
}

TEST_CASE("orders of several lines do not depend on the number of workers") {
    for (const std::uint64_t variant : {0U, 1U, 2U, 6U, 7U, 8U}) {
        const auto one = Run(any_busy(variant).spec).all_numbers();
        for (const std::uint32_t workers : {2U, 4U})
            CHECK((Run(any_busy(variant).spec, parallel_options(Workers::std, workers)).all_numbers() == one));
    }
}

TEST_CASE("a resumed run of orders of several lines ends as the whole one") {
    for (const std::uint64_t variant : {0U, 1U, 2U, 6U, 7U, 8U})
        test::check_resumed(any_busy(variant).spec, sim::minute * 1013, 3);
}

TEST_CASE("a resumed run with baskets, prices that change and customers who bring others ends as the whole one") {
    auto builder = busy(0);
    auto& demand = builder.spec.demand[0];
    demand.shape.noise = {0.3, sim::hour * 6, 0.5};
    demand.branching = 0.4;
    demand.branching_delay = sim::minute * 5;
    auto& change = builder.spec.price_changes.emplace_back();
    change.products = {0};
    change.from = Time{sim::hour.us * 6};
    change.to = Time{sim::hour.us * 30};
    change.share = 0.7;
    change.elasticity = 2;
    change.cannibalise = 0.3;
    test::check_resumed(builder.spec, sim::minute * 1013, 3);
}
