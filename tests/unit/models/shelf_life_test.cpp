#include "models/sites/shelf_life.hpp"

#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;
using test::SpecBuilder;

namespace {

constexpr Time day(int n) {
    return Time{sim::day.us * n};
}

/// Lots of 10 that came in this order and were made on days 3, 1 and 2.
LotShelf three_lots(LotIssue issue) {
    LotShelf shelf({issue});
    for (const int made : {3, 1, 2})
        shelf.put(0, {.quantity = 10, .made = day(made)});
    return shelf;
}

std::vector<std::int64_t> days_of(std::span<const LotShelf::Part> parts) {
    std::vector<std::int64_t> days;
    for (const auto& part : parts)
        days.push_back(part.made.us / sim::day.us);
    return days;
}

Units units_of(const std::vector<LotShelf::Part>& parts) {
    Units sum = 0;
    for (const auto& part : parts)
        sum += part.quantity;
    return sum;
}

/// A factory with a warehouse and a shop, whose goods keep for three days; some are defective, and some called back.
ModelSpec chain(SiteSpec::Issue issue) {
    SpecBuilder builder;
    for (const char* id : {"milk", "bread", "salt"})
        builder.product(id);
    builder.market("east");
    builder.channel("web");
    const Index supplier = builder.supplier("supplier"), factory = builder.site("factory", SiteKind::factory, 200),
                shop = builder.site("shop", SiteKind::store, 300);
    const Index road = builder.lane_to_site(factory, shop, 7200), sea = builder.lane_to_site(supplier, shop, 90'000);
    builder.lane_to_market(shop, 0, 3600);
    auto& spec = builder.spec;
    spec.horizon = sim::day * 12;
    spec.trace.series_every = sim::hour * 6;
    for (const Index p : {0U, 1U}) {
        spec.products[p].shelf_life = sim::hour * (60 + 13 * p);
        spec.products[p].min_remaining = sim::hour * 7;
        spec.products[p].disposal = currency_unit;
    }
    for (auto& site : spec.sites)
        site.issue = issue;
    spec.sites[supplier].age = Distribution::gamma(20'000, 0.5);
    spec.sites[shop].initial_oldest = sim::hour * 50;
    spec.sites[factory].production.emplace();
    spec.sites[factory].production->units_per_second = 0.02;
    spec.sites[factory].production->batch = 40;
    for (const auto& [lane, products] :
         {std::pair{road, std::vector<Index>{0, 2}}, std::pair{sea, std::vector<Index>{1}}}) {
        ReplenishSpec rule;
        rule.kind = ReplenishSpec::Kind::base_stock;
        rule.site = shop;
        rule.lane = lane;
        rule.products = products;
        rule.max.units = 500;
        rule.review.every = sim::hour * 8;
        rule.expects_expiry = lane == sea;
        spec.replenish.push_back(rule);
    }
    DefectSpec defects;
    defects.site = supplier;
    defects.products = {1};
    defects.share = 0.2;
    defects.alike = 0.6;
    spec.defects = {defects};
    spec.recall.emplace();
    spec.recall->by_batch = issue != SiteSpec::Issue::lifo;
    for (int i = 3; i < 11; ++i)
        spec.recall->dated.push_back({day(i), {1}, day(0), day(i)});
    spec.channels[0].defect_return = 1;
    spec.channels[0].return_after = Distribution::exponential(40'000);
    builder.demand(900.0 / 86'400, false);
    return builder.spec;
}

}  // namespace

TEST_CASE("goods leave by the rule of the site") {
    const std::pair<LotIssue, std::vector<std::int64_t>> orders[] = {
        {LotIssue::first_in, {3, 1, 2}}, {LotIssue::first_expiring, {1, 2, 3}}, {LotIssue::last_in, {2, 1, 3}}};
    for (const auto& [issue, days] : orders) {
        LotShelf shelf = three_lots(issue);
        sim::RandomStream random({1, 0}, 1, 90);
        CHECK(days_of(shelf.unreserved(0, 0)) == days);
        const auto rest = shelf.unreserved(0, 14);
        CHECK(days_of(rest) == std::vector(days.begin() + 1, days.end()));
        CHECK(rest[0].quantity == 6);
        shelf.take(0, 25, random);
        CHECK(days_of(shelf.parts()) == days);
        CHECK(shelf.parts()[2].quantity == 5);
        CHECK(days_of(shelf.unreserved(0, 0)) == std::vector{days[2]});
    }
}

TEST_CASE("what ends leaves last in turn first, as much as may leave") {
    sim::RandomStream random({1, 0}, 1, 90);
    LotShelf shelf = three_lots(LotIssue::first_expiring);
    CHECK(days_of(shelf.expire(0, day(2), 13, random)) == std::vector<std::int64_t>{2, 1});
    CHECK(days_of(shelf.unreserved(0, 0)) == std::vector<std::int64_t>{1, 3});
    CHECK(shelf.unreserved(0, 0)[0].quantity == 7);
    CHECK(shelf.expire(0, day(0), 13, random).empty());
    CHECK(shelf.expire(0, day(9), 99, random).size() == 2);
    CHECK(shelf.lots(0).empty());
}

TEST_CASE("what was called back while reserved leaves first and does not end, whatever the rule") {
    for (const LotIssue issue : {LotIssue::first_in, LotIssue::first_expiring, LotIssue::last_in}) {
        sim::RandomStream random({1, 0}, 1, 90);
        LotShelf shelf = three_lots(issue);
        CHECK(units_of(shelf.recall(0, 0, 12, random)) == 18);
        shelf.put(0, {.quantity = 10, .made = day(0)});
        CHECK(shelf.expire(0, day(9), 99, random).size() == 1);
        shelf.put(0, {.quantity = 10, .made = day(0)});
        CHECK(units_of(shelf.take_called_back(0, 4, random)) == 4);
        shelf.take(0, 10, random);
        Units marked = 0;
        for (const auto& part : shelf.parts())
            marked += (part.batch & called_back_bit) != 0 ? part.quantity : 0;
        CHECK(marked == 8);
    }
}

TEST_CASE(
    "units of a batch that were called back while reserved leave first, and what is not reserved any more is free") {
    const std::uint64_t batch = batch_number(0, 0, false), other = batch_number(0, 1, false);
    for (const LotIssue issue : {LotIssue::first_in, LotIssue::first_expiring, LotIssue::last_in}) {
        sim::RandomStream random({1, 0}, 1, 90);
        LotShelf shelf({issue});
        shelf.put(0, {.quantity = 10, .batch = batch, .made = day(2)});
        CHECK(units_of(shelf.recall(0, batch, 6, random)) == 4);
        shelf.put(0, {.quantity = 10, .batch = other, .made = day(1)});
        CHECK(units_of(shelf.take_called_back_beyond(0, 6, random)) == 0);
        CHECK(units_of(shelf.take_called_back_beyond(0, 5, random)) == 1);
        shelf.take(0, 5, random);
        for (const auto& part : shelf.parts())
            CHECK(part.batch == (batch | called_back_bit));
    }
}

TEST_CASE("what is expected to end, against goods sold a thousandth of a unit at a time") {
    SpecBuilder builder;
    builder.product("milk");
    builder.spec.products[0].shelf_life = sim::day * 10;
    builder.spec.products[0].min_remaining = sim::day * 2;
    const Assortment assortment({0}, 1);
    const ShelfLife lives(builder.spec, assortment);
    sim::RandomStream random({7, 0}, 1, 90);
    for (int round = 0; round < 200; ++round) {
        std::vector<LotShelf::Part> lots;
        const Time now = day(20);
        for (int i = 0; i < 6; ++i) {
            const auto age = static_cast<std::int64_t>(random.uniform() * 8 * 86'400e6);
            lots.push_back({.quantity = 1 + static_cast<Units>(random.uniform() * 40), .made = now - Duration{age}});
        }
        const double wanted = random.uniform() * 40, days = random.uniform() * 6;
        std::vector<std::pair<double, double>> left;  // days until the end, units
        for (const auto& lot : lots)
            left.emplace_back((lot.made + sim::day * 8 - now).seconds() / 86'400, static_cast<double>(lot.quantity));
        std::sort(left.begin(), left.end());
        double ended = 0, time = 0;
        for (auto& [until, units] : left) {  // each is sold alone from when those before it are gone
            if (until > days)
                break;
            const double sold = std::min(units, wanted * std::max(until - time, 0.0));
            time += wanted > 0 ? sold / wanted : 0;
            ended += units - sold;
            time = units > sold ? std::max(time, until) : time;
        }
        CHECK(std::abs(static_cast<double>(lives.expected_to_expire(0, lots, now, wanted, days)) - ended)
              <= 0.5 + 1e-6);
    }
}

TEST_CASE("goods that end with defects, recalls and production: all is accounted for, on many workers alike") {
    for (const auto issue : {SiteSpec::Issue::fefo, SiteSpec::Issue::fifo, SiteSpec::Issue::lifo}) {
        const ModelSpec spec = chain(issue);
        const Run run(spec);  // audits lots against stock every day
        CHECK(run.sum("/summary/shelf_life/expired") > 50);
        CHECK(run.sum("/summary/recall_sites/removed") > 0);
        const auto closing = run.integers("/summary/ledger/closing");
        CHECK(closing[static_cast<std::size_t>(UnitAccount::expired)]
              == run.sum("/summary/shelf_life/expired") + run.sum("/summary/shelf_life/stopped"));
        CHECK(run.sum("/summary/stock/expired") == run.sum("/summary/shelf_life/expired"));
        ModelSpec keeps = spec;
        for (auto& product : keeps.products)
            product.shelf_life.reset();
        for (auto& rule : keeps.replenish)
            rule.expects_expiry = false;
        CHECK(Run(keeps).result.demand_digest == run.result.demand_digest);
        test::check_resumed(spec, sim::minute * 2011, 5);
    }
}
