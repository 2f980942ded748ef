// Customers who cancel before their order is packed.

#include "models/base/cancellation.hpp"

#include <cmath>
#include <cstdio>
#include <map>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

CancelSpec everybody_after(double seconds) {
    return {1, Distribution::constant(seconds)};
}

/// A shop that sees every order at once; its parcels take two hours.
Shop prompt_shop(Units units, std::vector<DemandSpec::Recorded> orders) {
    Shop shop(units, std::move(orders));
    shop.channel().release_every = shop.channel().release_lag = Duration{0};
    shop.site().wave = sim::minute;
    return shop;
}

std::vector<std::int64_t> statuses(const Run& run) {
    const auto ids = run.integers("/orders/id"), values = run.integers("/orders/status");
    std::map<std::int64_t, std::int64_t> by_id;
    for (std::size_t i = 0; i < ids.size(); ++i)
        by_id[ids[i]] = values[i];
    std::vector<std::int64_t> result;
    for (const auto& [id, status] : by_id)
        result.push_back(status);
    return result;
}

std::vector<std::int64_t> numbers_of(std::vector<OrderStatus> statuses) {
    std::vector<std::int64_t> result;
    for (const OrderStatus status : statuses)
        result.push_back(static_cast<std::int64_t>(status));
    return result;
}

std::int64_t desk(const Run& run, const char* column) {
    return run.sum(std::string("/summary/desks/") + column);
}

Units units_in(const Run& run, UnitAccount account) {
    return run.integers("/summary/ledger/closing")[static_cast<std::size_t>(account)];
}

/// A queue with one server whose customers leave at rate `theta` while they wait [1/s].
ModelSpec queue_with_reneging(double lambda, double mu, double theta, std::uint64_t seed) {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.channel("web");
    const Index hall = builder.supplier("hall");
    builder.spec.sites[hall].outbound = {stage("pack", 1, Distribution::exponential(1 / mu))};
    builder.lane_to_market(hall, 0, 60);
    auto& channel = builder.spec.channels[0];
    channel.release_every = channel.release_lag = Duration{0};
    channel.cancel = CancelSpec{1, Distribution::exponential(1 / theta)};
    builder.demand(lambda, false);
    builder.spec.seed = seed;
    builder.spec.warm_up = sim::hour * 6;
    builder.spec.horizon = sim::day * 20;
    builder.spec.trace.orders_share = 0;
    builder.spec.trace.series_every = sim::day;
    return builder.spec;
}

/// M/M/1+M: the mean number in the queue, from the balance of births and deaths.
double mean_queue(double lambda, double mu, double theta) {
    double weight = 1, sum = 1, waiting = 0;
    for (int n = 1; n < 2000; ++n) {
        weight *= lambda / (mu + (n - 1) * theta);
        sum += weight;
        waiting += (n - 1) * weight;
    }
    return waiting / sum;
}

struct Estimate {
    double mean = 0, error = 0;
};

Estimate estimate(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    double sum = 0, squares = 0;
    for (const double value : values)
        sum += value;
    for (const double value : values)
        squares += (value - sum / n) * (value - sum / n);
    return {sum / n, std::sqrt(squares / (n - 1) / n)};
}

}  // namespace

TEST_CASE("cancelled while in the queue of a server: the share of M/M/1+M") {
    constexpr double lambda = 0.02, mu = 1.0 / 45, theta = 1.0 / 150;
    const double queue = mean_queue(lambda, mu, theta), expected = theta * queue / lambda;
    std::vector<double> shares, queues;
    double orders = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        const Run run(queue_with_reneging(lambda, mu, theta, seed));
        const auto placed = static_cast<double>(desk(run, "orders_placed"));
        shares.push_back(static_cast<double>(desk(run, "orders_withdrawn")) / placed);
        queues.push_back(run.numbers("/summary/stages/mean_waiting")[0]);
        orders += placed;
        CHECK(desk(run, "orders_withdrawn") == run.sum("/summary/cancellations/in_time"));
        CHECK(desk(run, "orders_placed")
              == desk(run, "orders_delivered") + desk(run, "orders_withdrawn") + desk(run, "orders_open"));
    }
    // Student's t with 11 degrees of freedom: beyond 6.5 with probability 5e-5.
    const Estimate share = estimate(shares), waiting = estimate(queues);
    std::printf("M/M/1+M: cancelled %.4f (%.4f), waiting %.4f (%.4f), %.0f orders\n",
                share.mean,
                expected,
                waiting.mean,
                queue,
                orders);
    CHECK(orders > 400'000);
    CHECK(std::fabs(share.mean - expected) < 6.5 * share.error);
    CHECK(std::fabs(waiting.mean - queue) < 6.5 * waiting.error);
    CHECK(share.error < 0.01 * expected);
}

TEST_CASE("an order is taken out of the queue until its last stage begins, and its goods go back") {
    // Packing takes 100 s. The third order would start at 210 s, but its customer cancels at 180 s.
    auto shop = prompt_shop(10, {order(10, 1), order(20, 1), order(30, 2), order(100, 1)});
    shop.site().outbound = {stage("pack", 1, Distribution::constant(100))};
    shop.channel().cancel = everybody_after(150);
    using enum OrderStatus;
    const Run run(shop.builder.spec);
    CHECK(statuses(run) == numbers_of({delivered, delivered, withdrawn, delivered}));
    CHECK(times(run, "shipped")[3] == 360);  // packed from 210 s to 310 s
    CHECK(run.sum("/summary/cancellations/too_late") == 3);
    CHECK(run.sum("/summary/stages/left") == 1);
    CHECK(run.numbers("/summary/stages/mean_wait_left")[0] == Approx(150.0 / 3600));
    CHECK(run.sum("/summary/stages/max_waiting") == 3);  // at 100 s: all but the first
    CHECK(units_in(run, UnitAccount::at_customer) == 3);
    CHECK(units_in(run, UnitAccount::available) == 7);
    CHECK(units_in(run, UnitAccount::reserved) == 0);
    SECTION("with a stage before it: until packing, not until picking") {
        shop.site().outbound.insert(shop.site().outbound.begin(), stage("pick", 0, Distribution::constant(200)));
        CHECK(statuses(Run(shop.builder.spec)) == numbers_of({withdrawn, withdrawn, withdrawn, withdrawn}));
        shop.channel().cancel = everybody_after(250);  // packing begins at 210, 310, 410, 510 s
        CHECK(statuses(Run(shop.builder.spec)) == numbers_of({delivered, withdrawn, withdrawn, delivered}));
    }
    SECTION("the news takes as long as an order") {
        shop.channel().release_lag = sim::second * 40;  // started at 250 s, where the news comes at 220 s
        CHECK(statuses(Run(shop.builder.spec)) == numbers_of({delivered, delivered, withdrawn, delivered}));
        shop.channel().cancel = everybody_after(190);
        CHECK(statuses(Run(shop.builder.spec)) == numbers_of({delivered, delivered, delivered, withdrawn}));
    }
    SECTION("what comes too late is refused at the door, where the channel takes returns") {
        shop.channel().return_share = 1e-9;
        const Run returning(shop.builder.spec);
        CHECK(desk(returning, "orders_returned") == 3);
        CHECK(times(returning, "returned") == times(returning, "delivered"));
        CHECK(units_in(returning, UnitAccount::returning) == 3);
    }
    SECTION("with no stage at all nothing is ever in time") {
        shop.site().outbound.clear();
        CHECK(statuses(Run(shop.builder.spec)) == numbers_of({delivered, delivered, delivered, delivered}));
    }
}

TEST_CASE("an order is taken out of the desk's wave, and out of the backlog") {
    using enum OrderStatus;
    SECTION("wave") {
        auto shop = prompt_shop(10, {order(600, 1), order(1200, 1), order(3000, 1)});
        shop.channel().release_every = sim::hour;
        shop.channel().cancel = everybody_after(1800);
        const Run run(shop.builder.spec);
        CHECK(statuses(run) == numbers_of({withdrawn, withdrawn, delivered}));
        CHECK(run.sum("/series/sites/orders_received") == 1);
    }
    SECTION("backlog: the goods that come go to those who still want them") {
        auto shop = prompt_shop(0, {order(600, 3), order(5000, 2), order(6000, 2)});
        shop.channel().unmet = Unmet::backorder;
        shop.channel().cancel = everybody_after(3600);
        shop.receive({{at_seconds(7000), 5}});
        const Run run(shop.builder.spec);
        CHECK(statuses(run) == numbers_of({withdrawn, delivered, delivered}));
        CHECK(desk(run, "orders_withdrawn_waiting") == 1);
        CHECK(desk(run, "orders_backordered") == 3);
        CHECK(desk(run, "orders_cancelled") == 0);
        CHECK(units_in(run, UnitAccount::available) == 1);
    }
    SECTION("whichever comes first, impatience or cancellation") {
        auto shop = prompt_shop(0, {order(600, 3)});
        shop.channel().unmet = Unmet::backorder;
        shop.channel().patience = sim::minute * 30;
        shop.channel().cancel = everybody_after(3600);
        CHECK(statuses(Run(shop.builder.spec)) == numbers_of({cancelled}));
        shop.channel().patience = sim::hour * 2;
        CHECK(statuses(Run(shop.builder.spec)) == numbers_of({withdrawn}));
    }
}

TEST_CASE("goods of a cancelled order serve who waits for them") {
    // The second customer takes the last unit and stands in the queue behind the first; the third waits for goods.
    auto shop = prompt_shop(3, {order(10, 2), order(20, 1), order(30, 1)});
    shop.site().outbound = {stage("pack", 1, Distribution::constant(2000))};
    shop.channel().unmet = Unmet::backorder;
    // Of three customers the second alone cancels, after ten minutes: found among seeds.
    shop.channel().cancel = CancelSpec{0.3, Distribution::constant(600)};
    using enum OrderStatus;
    bool is_found = false;
    for (std::uint64_t seed = 1; seed < 100 && !is_found; ++seed) {
        shop.builder.spec.seed = seed;
        const Run run(shop.builder.spec);
        is_found = statuses(run) == numbers_of({delivered, withdrawn, delivered});
        if (is_found)
            CHECK(times(run, "shipped")[2] == 4020);  // taken at 620 s, the wave at 660 s; packed from 2010 s on
    }
    CHECK(is_found);
}

TEST_CASE("a larger share cancels the same orders and more, and no policy changes who does") {
    ChannelSpec channel;
    channel.cancel = CancelSpec{0.2, Distribution::exponential(3600)};
    ChannelSpec other = channel;
    other.cancel->share = 0.5;
    const Cancellation few(channel, {7, 0}), many(other, {7, 0});
    int cancelled = 0;
    double hours = 0;
    constexpr int orders = 100'000;
    for (std::uint64_t key = 0; key < orders; ++key) {
        Order order;
        order.key = sim::mix(key, 1);
        const Time at = few.at(order);
        if (at == sim::end_of_time)
            continue;
        ++cancelled;
        hours += Duration{at.us}.hours();
        REQUIRE(many.at(order) == at);
    }
    // Binomial and exponential; two-sided at 4.4 standard deviations: 1e-5 each.
    CHECK(std::fabs(cancelled - 0.2 * orders) < 4.4 * std::sqrt(0.16 * orders));
    CHECK(std::fabs(hours / cancelled - 1) < 4.4 / std::sqrt(cancelled));
    std::printf("cancel: %d of %d (20 %%), after %.4f h (1 h)\n", cancelled, orders, hours / cancelled);
}

namespace {

/// The busy chain with customers who cancel, in both channels; with baskets in the first, merged or not split.
ModelSpec chain_with_cancellation(SourcingSpec::Split split, bool merges) {
    auto builder = chain();
    auto& spec = builder.spec;
    spec.channels[0].cancel = CancelSpec{0.4, Distribution::exponential(20'000)};
    spec.channels[1].cancel = CancelSpec{0.3, Distribution::gamma(7200, 0.5)};
    spec.channels[0].return_share = 0.1;
    spec.channels[0].return_after = Distribution::exponential(7200);
    DemandSpec baskets = spec.demand[0];
    baskets.channels = {0};
    baskets.further = Distribution::poisson(1.5);
    spec.demand.push_back(baskets);
    spec.channels[0].sources.split = split;
    if (merges)
        spec.channels[0].sources.merge_wait = sim::hour * 6;
    return spec;
}

}  // namespace

TEST_CASE("cancelled orders of several lines: everything is accounted for, resumed and on many workers alike") {
    using Split = SourcingSpec::Split;
    for (const auto& [split, merges] :
         {std::pair{Split::if_needed, true}, {Split::always, false}, {Split::never, false}}) {
        const ModelSpec spec = chain_with_cancellation(split, merges);
        const Run run(spec);
        CHECK(desk(run, "orders_withdrawn") > 300);
        CHECK(run.sum("/summary/cancellations/too_late") > 100);
        CHECK(desk(run, "orders_withdrawn_waiting") > 10);
        CHECK(run.sum("/series/desks/withdrawn") == desk(run, "orders_withdrawn"));
        CHECK(run.sum("/summary/stages/left") > 50);
        std::int64_t ends = 0;
        for (const char* end : {"delivered", "lost", "cancelled", "refused", "withdrawn", "open"})
            ends += desk(run, (std::string("orders_") + end).c_str());
        CHECK(ends == desk(run, "orders_placed"));
        CHECK(desk(run, "orders_filled") + desk(run, "orders_backordered") + desk(run, "orders_short")
              >= desk(run, "orders_shipped") + desk(run, "orders_cancelled"));
        check_resumed(spec, sim::minute * 431, 8);
        for (const unsigned workers : {2U, 4U})
            CHECK((Run(spec, {.workers = workers}).all_numbers() == run.all_numbers()));
    }
}

TEST_CASE("a snapshot does not fit other terms of cancelling") {
    ModelSpec spec = chain_with_cancellation(SourcingSpec::Split::if_needed, false);
    spec.snapshot.every = sim::day;
    std::vector<std::string> states;
    const Run whole(spec, {}, &states);
    spec.channels[0].cancel->share = 0.1;
    CHECK_THROWS_WITH(Run(spec, {}, nullptr, states.at(0)), Catch::Contains("other terms"));
}
