#include "models/desk/order_desk.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/models/desk_bench.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::DeskBench;
using test::SpecBuilder;

namespace {

/// Two shops; the nearer one keeps half of the products, nobody keeps the last one.
SpecBuilder two_shops(StockView view) {
    SpecBuilder builder;
    for (const char* id : {"tea", "rice", "soap", "lamp", "boat"})
        builder.product(id);
    builder.market("east");
    builder.channel("web");
    auto& channel = builder.spec.channels[0];
    channel.view = view;
    if (view == StockView::live)
        channel.release_every = Duration{0};
    const Index near = builder.site("near", SiteKind::store, 2000), far = builder.site("far", SiteKind::store, 3000);
    builder.spec.sites[near].assortment = {0, 1};
    builder.spec.sites[near].initial_units.resize(2);
    builder.spec.sites[far].assortment = {0, 1, 2, 3};
    builder.spec.sites[far].initial_units.resize(4);
    builder.lane_to_market(near, 0, 3600, 10);
    builder.lane_to_market(far, 0, 3600, 50);
    builder.demand(0.05, false).quantity = Distribution::empirical({1, 2}, {3, 1});
    builder.demand(1.0 / 7200, true).gap = Distribution::gamma(1, 0.5);
    return builder;
}

std::vector<CustomerOrder> customers(const ModelSpec& spec, Time end) {
    const BaseDemand base(spec);
    OrderSource source(spec, base, 0, 0);
    std::vector<CustomerOrder> orders;
    source.take_before(end, orders);
    return orders;
}

}  // namespace

TEST_CASE("a desk with a live view announces orders to the nearest site that keeps the product") {
    DeskBench bench(two_shops(StockView::live).spec);
    bench.start();
    bench.run_until(bench.frame.end);
    bench.desk.finish(bench.frame.end);
    std::vector<DeskBench::Received> first;  // the others were refused before and are not announced
    std::size_t asked_again = 0;
    for (const auto& [source, at, placed, key, product, quantity] : bench.received) {
        const bool is_first = source == (product < 2 ? 0 : 1);
        asked_again += !is_first;
        CHECK((is_first ? at <= placed : at == placed));
        if (is_first)
            first.emplace_back(0, 0, placed, key, product, quantity);
    }
    std::vector<DeskBench::Received> expected;
    std::int64_t kept_by_near = 0;
    const auto all = customers(bench.spec, bench.frame.end);
    for (const auto& customer : all) {
        if (customer.product < 4)
            expected.emplace_back(0, 0, customer.placed.us, customer.key, customer.product, customer.quantity);
        kept_by_near += customer.product < 2 && customer.key % 3 == 0;
    }
    std::sort(first.begin(), first.end());
    std::sort(expected.begin(), expected.end());
    CHECK(first == expected);
    CHECK(asked_again == static_cast<std::size_t>(kept_by_near));
    CHECK(bench.are_batches_sorted);
    CHECK(bench.desk.orders_placed(bench.frame.end) == static_cast<std::int64_t>(all.size()));
    // Many orders share a batch.
    CHECK(bench.batches - asked_again < first.size() / 10);
}

TEST_CASE("an order that can wait at the site it asks only is not refused there first") {
    // How often an order is sent, by what it may do: sites refuse every third one that may not wait.
    const auto sends = [](const SpecBuilder& builder, bool is_kept_by_both, bool is_third) {
        DeskBench bench(builder.spec);
        bench.start();
        bench.run_until(bench.frame.end);
        std::map<std::uint64_t, int> by_key;
        for (const auto& [source, at, placed, key, product, quantity] : bench.received) {
            if ((product < 2) == is_kept_by_both && (key % 3 == 0) == is_third)
                ++by_key[key];
        }
        REQUIRE(by_key.size() > 50);
        const auto [least, most] = std::minmax_element(
            by_key.begin(), by_key.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        CHECK(least->second == most->second);
        return most->second;
    };
    auto builder = two_shops(StockView::live);
    auto& channel = builder.spec.channels[0];
    channel.unmet = Unmet::backorder;
    CHECK(sends(builder, false, true) == 1);
    CHECK(sends(builder, true, false) == 1);
    CHECK(sends(builder, true, true) == 3);  // the nearer site, the other, and back to wait
    channel.sources.at_most = 1;
    CHECK(sends(builder, true, true) == 1);
    builder.spec.substitutes = {{0, 1, 0.0, 10}};
    CHECK(sends(builder, true, true) == 2);  // another product might have been offered
    CHECK(sends(builder, false, true) == 2);
}

TEST_CASE("announced orders count as placed when they are placed") {
    DeskBench bench(two_shops(StockView::live).spec);
    bench.start();
    const auto all = customers(bench.spec, bench.frame.end);
    for (const double hour : {0.01, 0.7, 1.0, 1.1, 5.0, 6.5, 23.9}) {
        const Time at = at_seconds(hour * 3600);
        bench.run_until(at);
        const auto placed =
            std::count_if(all.begin(), all.end(), [at](const auto& customer) { return customer.placed < at; });
        CHECK(bench.desk.orders_placed(at) == placed);
        bench.desk.sample(at);
        CHECK(bench.desk.orders_placed(at) == placed);
    }
}

TEST_CASE("a desk goes on from its archived state as if nothing had happened") {
    for (const auto view : {StockView::live, StockView::cached}) {
        for (const double hour : {1.0, 3.3, 11.0}) {
            const auto spec = two_shops(view).spec;
            DeskBench whole(spec), half(spec), other(spec);
            whole.start();
            half.start();
            whole.run_until(at_seconds(hour * 3600));
            half.run_until(at_seconds(hour * 3600));
            other.load(half);
            const std::size_t before = whole.received.size();
            for (auto* bench : {&whole, &other}) {
                bench->run_until(bench->frame.end);
                bench->desk.sample(bench->frame.end);
                bench->desk.finish(bench->frame.end);
            }
            REQUIRE(whole.received.size() > before + 100);
            CHECK(std::equal(whole.received.begin() + static_cast<std::ptrdiff_t>(before),
                             whole.received.end(),
                             other.received.begin(),
                             other.received.end()));
            for (std::size_t a = 0; a < unit_accounts; ++a) {
                const auto account = static_cast<UnitAccount>(a);
                CHECK(other.desk.ledger().balance(account) == whole.desk.ledger().balance(account));
            }
            CHECK(other.desk.delivered_by_lane() == whole.desk.delivered_by_lane());
            CHECK(other.desk.delivery_times() == whole.desk.delivery_times());
            CHECK(other.desk.orders_placed(other.frame.end) == whole.desk.orders_placed(whole.frame.end));
            CHECK(other.desk.orders_sent() == whole.desk.orders_sent());
            CHECK(other.desk.orders_closed_here() == whole.desk.orders_closed_here());
            CHECK(other.saved().size() == whole.saved().size());
        }
    }
}

TEST_CASE("a desk with another seed or rate takes over what is under way and draws the rest anew") {
    const Time half = at_seconds(43200);
    for (const auto view : {StockView::live, StockView::cached}) {
        auto builder = two_shops(view);
        DeskBench before(builder.spec);
        before.start();
        before.run_until(half);
        builder.spec.seed = 99;
        builder.spec.demand[0].orders_per_second *= 3;
        builder.spec.channels[0].unmet = Unmet::backorder;
        builder.spec.channels[0].release_every = view == StockView::live ? Duration{0} : sim::minute * 3;
        DeskBench after(builder.spec);
        after.load(before);
        const std::int64_t placed = after.desk.orders_placed(half);
        CHECK(placed == before.desk.orders_placed(half));
        after.run_until(after.frame.end);
        after.desk.finish(after.frame.end);
        // About three times as many as in half a day of 0.05/s; a few hours may have been announced before.
        const auto later = static_cast<double>(after.desk.orders_placed(after.frame.end) - placed);
        CHECK(later > 5000);
        CHECK(later < 6900);
        CHECK(after.desk.orders_sent() >= after.desk.outcomes_received());
    }
}
