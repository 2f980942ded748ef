#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;
using test::SpecBuilder;

namespace {

constexpr double day = 86'400;

/// A channel whose orders are gathered until 22:00, from a shop with plenty; `orders` a day of each product and market.
SpecBuilder group_shop(int products, int markets, double orders, int days) {
    SpecBuilder builder;
    for (int p = 0; p < products; ++p)
        builder.product("p" + std::to_string(p));
    for (int m = 0; m < markets; ++m)
        builder.market("m" + std::to_string(m));
    auto& channel = builder.spec.channels[builder.channel("street")];
    channel.release_every = sim::minute * 30;
    channel.group = GroupSpec{};
    channel.group->cut_off = {sim::day, {sim::hour * 22}};
    const Index shop = builder.site("shop", SiteKind::rdc, 10'000'000);
    for (int m = 0; m < markets; ++m)
        builder.lane_to_market(shop, static_cast<Index>(m), 7200);
    builder.demand(orders / day, true);
    builder.spec.horizon = sim::day * days;
    return builder;
}

GroupSpec& group_of(SpecBuilder& builder) {
    return *builder.spec.channels[0].group;
}

/// P(N >= n) of a Poisson number.
double poisson_at_least(int n, double mean) {
    double below = 0, term = std::exp(-mean);
    for (int k = 0; k < n; ++k) {
        below += term;
        term *= mean / (k + 1);
    }
    return 1 - below;
}

std::int64_t at(const Run& run, const std::string& column) {
    return run.sum("/summary/groups/" + column);
}

/// The first 22:00 after a time, where the run starts at midnight.
std::int64_t cut_off_after(std::int64_t placed) {
    return sim::next_on_grid(Time{placed + 1}, sim::day, sim::hour * 22).us;
}

}  // namespace

TEST_CASE("a group comes about with the probability that a Poisson number reaches its size") {
    auto builder = group_shop(20, 10, 10, 31);
    builder.spec.warm_up = sim::day;  // the first day has 22 hours
    builder.spec.horizon = sim::day * 30;
    group_of(builder).at_least = 12;
    const Run run(builder.spec);
    const double groups = 20 * 10 * 30, p = poisson_at_least(12, 10);
    const auto came_about = static_cast<double>(at(run, "groups") - at(run, "failed"));
    INFO(came_about << " groups came about, " << groups * p << " expected, of " << at(run, "groups"));
    CHECK(std::fabs(came_about - groups * p) < 4 * std::sqrt(groups * p * (1 - p)));
    CHECK(at(run, "groups") >= 5995);
}

TEST_CASE("each group as a whole comes about or fails, by its size, and is released at the cut-off") {
    for (const bool units : {false, true}) {
        auto builder = group_shop(3, 2, 9, 12);
        builder.spec.demand[0].quantity = Distribution::empirical({1, 3}, {1, 1});
        group_of(builder).at_least = units ? 18 : 9;
        group_of(builder).counts_units = units;
        const Run run(builder.spec);
        const auto status = run.integers("/orders/status"), placed = run.integers("/orders/placed"),
                   released = run.integers("/orders/released"), desk = run.integers("/orders/desk"),
                   product = run.integers("/orders/product"), quantity = run.integers("/orders/quantity");
        using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t>;
        std::map<Key, std::int64_t> size;
        for (std::size_t i = 0; i < status.size(); ++i)
            size[{desk[i], product[i], cut_off_after(placed[i])}] += units ? quantity[i] : 1;
        std::int64_t failed = 0, came_about = 0;
        for (std::size_t i = 0; i < status.size(); ++i) {
            const std::int64_t cut_off = cut_off_after(placed[i]);
            if (cut_off >= (sim::day * 12).us) {
                CHECK(status[i] == static_cast<std::int64_t>(OrderStatus::open));
                continue;
            }
            const bool is_enough = size[{desk[i], product[i], cut_off}] >= group_of(builder).at_least;
            CHECK((status[i] == static_cast<std::int64_t>(OrderStatus::group_failed)) == !is_enough);
            if (is_enough)
                CHECK(released[i] == cut_off + sim::minute.us);
            ++(is_enough ? came_about : failed);
        }
        CHECK(failed > 50);
        CHECK(came_about > 50);
        CHECK(at(run, "orders") == came_about);
        CHECK(at(run, "orders_failed") == failed);
        CHECK(run.sum("/summary/desks/orders_group_failed") == failed);
        CHECK(run.sum("/series/desks/given_up") == failed);
    }
}

TEST_CASE("the wait for the cut-off is uniform: half of the time between two cut-offs on average") {
    auto builder = group_shop(4, 2, 500, 31);
    builder.spec.warm_up = sim::day;
    builder.spec.horizon = sim::day * 30;
    builder.spec.trace.orders_share = 0;
    const Run run(builder.spec);
    const auto orders = static_cast<double>(at(run, "orders"));
    const double hours = static_cast<double>(at(run, "wait_sum")) / 3.6e9 / orders;
    INFO("mean wait " << hours << " h of " << orders << " orders");
    CHECK(orders > 100'000);
    CHECK(std::fabs(hours - 12) < 4 * 24 / std::sqrt(12 * orders));
}

TEST_CASE("a group that closes some time after its first order has one more than a Poisson number") {
    auto builder = group_shop(20, 10, 10, 40);
    builder.spec.trace.orders_share = 0;
    group_of(builder).cut_off = {};
    group_of(builder).after = sim::hour * 12;
    group_of(builder).at_least = 6;
    const Run run(builder.spec);
    const auto groups = static_cast<double>(at(run, "groups"));
    const double p = poisson_at_least(5, 5);
    const auto came_about = groups - static_cast<double>(at(run, "failed"));
    INFO(came_about << " of " << groups << " groups came about, " << groups * p << " expected");
    CHECK(groups > 10'000);
    CHECK(std::fabs(came_about - groups * p) < 4 * std::sqrt(groups * p * (1 - p)));
}

TEST_CASE("bought after the cut-off: a base stock of nothing, reviewed then, has no stock but what is on its way out") {
    auto builder = group_shop(2, 2, 40, 20);
    auto& spec = builder.spec;
    spec.channels[0].unmet = Unmet::backorder;
    spec.sites[0].initial_units = {0, 0};
    const Index lane = builder.lane_to_site(builder.supplier("farm"), 0, 6 * 3600);
    auto& rule = builder.base_stock(0, lane, 0, sim::day);
    rule.review.offset = sim::hour * 22 + sim::minute * 15;
    const Run run(spec);
    const auto status = run.integers("/orders/status"), placed = run.integers("/orders/placed"),
               delivered = run.integers("/orders/delivered");
    for (std::size_t i = 0; i < status.size(); ++i) {
        const std::int64_t cut_off = cut_off_after(placed[i]);
        if (cut_off >= (sim::day * 19).us)
            continue;
        CHECK(status[i] == static_cast<std::int64_t>(OrderStatus::delivered));
        // Reviewed a quarter after the cut-off, a minute to the farm, six hours back, two to the customer.
        CHECK(delivered[i] == cut_off + (sim::minute * 16 + sim::hour * 8).us);
    }
    CHECK(run.sum("/summary/stock/received") > 2000);
    CHECK(run.integers("/summary/stock/final")[0] == 0);
    CHECK(run.numbers("/summary/sites/mean_on_hand")[0] == 0);
}

TEST_CASE("parcels to a market leave together: one vehicle's cost for all, in as many vehicles as they need") {
    auto builder = group_shop(2, 3, 40, 10);
    auto& spec = builder.spec;
    spec.channels[0].group.reset();
    spec.channels[0].release_every = sim::minute;
    for (auto& lane : spec.lanes) {
        lane.departures = {sim::day, {sim::hour * 6, sim::hour * 18}};
        lane.vehicle_mg = 10 * 500'000;
        lane.cost_per_vehicle = 70 * currency_unit;
        lane.cost_per_order = currency_unit / 2;
        lane.transit = Distribution::gamma(7200, 0.5);
    }
    const Run run(spec);
    const auto shipped = run.integers("/orders/shipped"), delivered = run.integers("/orders/delivered"),
               desk = run.integers("/orders/desk"), released = run.integers("/orders/released");
    std::map<std::pair<std::int64_t, std::int64_t>, std::pair<std::int64_t, std::set<std::int64_t>>> trips;
    double waited = 0, open = 0;
    std::int64_t parcels = 0;
    for (std::size_t i = 0; i < shipped.size(); ++i) {
        if (shipped[i] == no_time) {
            ++open;
            continue;
        }
        waited += static_cast<double>(shipped[i] - released[i]) / (10 * day * 1e6);
        CHECK((shipped[i] % sim::day.us == (sim::hour * 6).us || shipped[i] % sim::day.us == (sim::hour * 18).us));
        auto& [load, arrivals] = trips[{desk[i], shipped[i]}];
        ++load;
        ++parcels;
        arrivals.insert(delivered[i]);
    }
    std::int64_t vehicles = 0;
    for (const auto& [trip, contents] : trips) {
        CHECK(contents.second.size() == 1);
        vehicles += (contents.first + 9) / 10;
    }
    CHECK(trips.size() > 50);
    CHECK(run.sum("/summary/lanes/vehicles") == vehicles);
    CHECK(run.sum("/summary/lanes/cost") == vehicles * 70 * currency_unit + parcels * currency_unit / 2);
    CHECK(run.sum("/summary/lanes/departures") == parcels);
    // Little: orders that wait for the departure, over time. Rows of open orders do not say when they reached the site:
    // after the last departure, six hours before the end.
    const double finished = run.numbers("/summary/sites/mean_orders_finished")[0];
    INFO(finished << " orders wait for a departure, " << waited << " of them shipped, " << open << " open");
    CHECK(finished > waited);
    CHECK(finished < waited + open * 6 / 240);
}

TEST_CASE("pick-up points: what is not fetched in time goes back, and every unit is in one account") {
    auto builder = group_shop(1, 2, 4000, 20);
    auto& spec = builder.spec;
    spec.channels[0].group.reset();
    spec.demand[0].quantity = Distribution::empirical({1, 3}, {1, 1});
    spec.channels[0].pickup = PickupSpec{Distribution::exponential(day), sim::day * 2};
    const Run run(spec);
    const auto of = [&](const char* column) {
        return static_cast<double>(run.sum(std::string("/summary/pickup/") + column));
    };
    const double left = of("collected") + of("expired");
    // Those that arrived two days before the end or sooner have left: of these exp(-2) were not fetched.
    const auto delivered = run.integers("/orders/delivered"), quantity = run.integers("/orders/quantity");
    double old = 0, arrived = 0;
    Units units = 0;
    for (std::size_t i = 0; i < delivered.size(); ++i) {
        if (delivered[i] == no_time || delivered[i] >= (sim::day * 20).us)
            continue;
        ++arrived;
        units += quantity[i];
        old += delivered[i] < (sim::day * 18).us;
    }
    const double expired = old * std::exp(-2.0);
    INFO("expired " << of("expired") << ", expected " << expired << " of " << old);
    CHECK(of("arrived") == arrived);
    CHECK(std::fabs(of("expired") - expired) < 4 * std::sqrt(expired * (1 - std::exp(-2.0))));
    CHECK(left > old * 0.99);
    const auto closing = run.integers("/summary/ledger/closing");
    const auto account = [&](UnitAccount a) { return closing[static_cast<std::size_t>(a)]; };
    CHECK(account(UnitAccount::at_pickup) + account(UnitAccount::at_customer) + account(UnitAccount::returning)
          == units);
    CHECK(account(UnitAccount::returning) > 0);
    const auto waiting = run.integers("/series/pickup/waiting");
    CHECK(waiting[waiting.size() - 1] + waiting[waiting.size() - 2] == account(UnitAccount::at_pickup));
    CHECK(run.sum("/series/pickup/collected") == static_cast<std::int64_t>(of("collected")));
    CHECK(run.sum("/series/pickup/expired") == static_cast<std::int64_t>(of("expired")));
    // Little: unit-days = units that came times E[min(X, 2 d)] = 1 - exp(-2) days; less what is still to come at the
    // end.
    const double stays = 1 - std::exp(-2.0), mean = static_cast<double>(units) * stays;
    const double days = run.numbers("/summary/pickup/unit_days")[0] + run.numbers("/summary/pickup/unit_days")[1];
    // Those of the last two days are cut short: λ ∫ E[min(X, 2)] - E[min(X, 2, t)] dt over t in 0..2 d, with
    // E[min(X, t)] = 1 - exp(-t): ∫ exp(-t) - exp(-2) dt = 1 - 3 exp(-2).
    const double cut = static_cast<double>(units) / (20 - 2.0 / 24) * (1 - 3 * std::exp(-2.0));
    INFO("unit days " << days << ", expected " << mean - cut);
    CHECK(std::fabs(days - (mean - cut)) < 4 * std::sqrt(5.0 / 2 * static_cast<double>(units) / 2));
}
