#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/math/distributions/binomial.hpp>
#include <catch2/catch.hpp>

#include "models/sites/lot_shelf.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;
using test::SpecBuilder;

namespace {

constexpr Units delivered = 600;
constexpr Duration news = sim::minute * 47;

/// A supplier delivers 600 units a day for 20 days at 2:01 to a shop that sells about 400 a day, one an order.
SpecBuilder shop(std::size_t products) {
    SpecBuilder builder;
    for (std::size_t p = 0; p < products; ++p)
        builder.product("p" + std::to_string(p));
    builder.market("east");
    builder.channel("web");
    const Index supplier = builder.supplier("supplier"), site = builder.site("shop", SiteKind::rdc, 0);
    const Index lane = builder.lane_to_site(supplier, site, 3600);
    builder.lane_to_market(site, 0, 7200);
    ReplenishSpec rule;
    rule.kind = ReplenishSpec::Kind::plan;
    rule.site = site;
    rule.lane = lane;
    rule.products = test::first_indices(products);
    for (int day = 0; day < 20; ++day) {
        for (Index p = 0; p < products; ++p)
            rule.plan.push_back({Time{sim::day.us * day + sim::hour.us}, p, delivered});
    }
    auto& spec = builder.spec;
    spec.replenish.push_back(rule);
    spec.horizon = sim::day * 24;
    spec.trace.shipments = spec.trace.decisions = false;
    DefectSpec defects;
    defects.products = test::first_indices(products);
    defects.share = 0.1;
    defects.alike = 0.6;  // most batches are good, some are bad
    spec.defects = {defects};
    spec.channels[0].defect_return = 1;
    spec.channels[0].return_after = Distribution::exponential(86'400);
    builder.demand(400.0 * static_cast<double>(products) / 86'400, false);
    spec.recall.emplace();
    spec.recall->news = news;
    spec.recall->bad_share = 0.3;
    return builder;
}

RecallSpec::Dated at(Duration when, Duration from, Duration to) {
    return {Time{when.us}, {0}, Time{from.us}, Time{to.us}};
}

/// Units shipped to customers before `until`: the shop has no queues, so nothing is reserved.
Units shipped_before(const Run& run, Time until, std::int64_t product = 0) {
    const auto times = run.integers("/orders/shipped"), products = run.integers("/orders/product");
    Units units = 0;
    for (std::size_t i = 0; i < times.size(); ++i)
        units += times[i] != no_time && times[i] < until.us && products[i] == product;
    return units;
}

Units closing(const Run& run, UnitAccount account) {
    return run.integers("/summary/ledger/closing")[static_cast<std::size_t>(account)];
}

}  // namespace

TEST_CASE("the oldest goods leave first, and what is reserved is not called back") {
    LotShelf shelf({LotIssue::first_in});
    sim::RandomStream random({1, 0}, 1, 90);
    const std::uint64_t first = batch_number(3, 0, false), second = batch_number(3, 1, true);
    CHECK(first != second);
    CHECK(is_bad_batch(second));
    CHECK_FALSE(is_bad_batch(first));
    shelf.put(0, {.quantity = 10, .defective = 10, .batch = first});
    shelf.put(0, {.quantity = 20, .defective = 5, .batch = second});
    shelf.put(0, {.quantity = 5, .defective = 0, .batch = first});
    CHECK(shelf.take(0, 4, random) == 4);
    REQUIRE(shelf.parts().size() == 1);
    CHECK(shelf.parts()[0].batch == first);
    shelf.clear_parts();
    // 6, 20 and 5 are left. Of the first batch 4 are reserved: 2 + 5 go.
    const auto recalled = shelf.recall(0, first, 4, random);
    REQUIRE(recalled.size() == 2);
    CHECK(recalled[0].quantity == 2);
    CHECK(recalled[0].defective == 2);
    CHECK(recalled[1].quantity == 5);
    // 4 and 20; 10 of these are reserved: the first 4 and 6 of the second.
    const auto rest = shelf.recall(0, 0, 10, random);
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].quantity == 14);
    shelf.take(0, 10, random);
    CHECK(shelf.parts().size() == 2);
    CHECK(shelf.lots(0).empty());
}

namespace {

Money scrap_loss(const Run& run) {
    return run.integers("/summary/ledger/closing")[unit_accounts + static_cast<std::size_t>(MoneyAccount::scrap_loss)];
}

}  // namespace

TEST_CASE("a batch is called back but for what was sold of it, to the unit") {
    for (const int first_day : {2, 7, 12, 17}) {
        auto builder = shop(2);
        // Decided on day 18 for two deliveries: units are sold first in, first out.
        const Duration decided = sim::day * 18 + sim::minute * 3;
        builder.spec.recall->dated = {at(decided, sim::day * first_day, sim::day * (first_day + 2))};
        builder.spec.recall->sends_back = first_day < 10;
        const Run run(builder.spec);
        const Units sold = shipped_before(run, Time{decided.us} + news);
        Units expected = 0;
        for (int day = first_day; day < std::min(first_day + 2, 18); ++day)
            expected += std::clamp<Units>(delivered * (day + 1) - sold, 0, delivered);
        INFO("deliveries of day " << first_day << ": sold " << sold << ", to be called back " << expected << ", were "
                                  << run.sum("/summary/recall_sites/removed"));
        CHECK(run.sum("/summary/recall_sites/removed") == expected);
        CHECK(run.sum("/summary/stock/scrapped") == expected);
        CHECK(closing(run, builder.spec.recall->sends_back ? UnitAccount::sent_back : UnitAccount::scrapped)
              == expected);
        CHECK(run.sum("/summary/recalls/recalls") == (first_day == 17 ? 1 : 2));
        CHECK(run.sum("/recalls/quantity") == delivered * (first_day == 17 ? 1 : 2));
        CHECK(run.sum("/summary/recalls/batches") == 40);
        CHECK(scrap_loss(run) == (builder.spec.recall->sends_back ? 0 : expected * 10 * currency_unit));
    }
}

TEST_CASE("without batches all there is of the product is called back, and what is on its way is stopped") {
    auto builder = shop(2);
    auto& spec = builder.spec;
    spec.recall->by_batch = false;
    // The delivery of day 18 left at 1:01 and is there at 2:01: the recall reaches the shop in between.
    const Duration decided = sim::day * 18 + sim::minute * 30;
    spec.recall->dated = {at(decided, {}, decided)};
    const Run run(spec);
    const Units sold = shipped_before(run, Time{decided.us} + news);
    INFO("sold " << sold << ", called back " << run.sum("/summary/recall_sites/removed"));
    CHECK(run.sum("/summary/recall_sites/stopped") == delivered);
    CHECK(run.sum("/summary/recall_sites/removed") == delivered * 19 - sold);
    // A day later another delivery comes, which is sold; the other product is not touched.
    CHECK(shipped_before(run, Time{spec.horizon.us}) > sold);
    CHECK(run.integers("/summary/stock/scrapped")[2 + 1] == 0);
    CHECK(run.integers("/recalls/batch")[0] == 0);
}

TEST_CASE("customers whose goods are being picked when they are called back are asked when they have them") {
    auto builder = shop(1);
    auto& spec = builder.spec;
    const bool by_batch = GENERATE(true, false);
    spec.recall->by_batch = by_batch;
    spec.recall->answers = 1;
    spec.channels[0].defect_return = 0;
    StageSpec pick;
    pick.name = "pick";
    pick.servers = 0;
    pick.work = Distribution::constant(2 * 86'400);
    spec.sites.back().outbound = {pick};
    // Nothing comes after the recall of all there is: who has goods then, or gets them later, is asked.
    spec.replenish[0].plan.resize(4);
    const Duration decided = sim::day * 5 + sim::hour;
    spec.recall->dated = {at(decided, {}, decided)};
    const Run run(spec);
    const Units picking = run.sum("/summary/recall_desks/sold") - shipped_before(run, Time{decided.us} + news);
    INFO("being picked " << picking);
    CHECK(picking > 500);
    CHECK(run.sum("/summary/recall_desks/back") == shipped_before(run, Time{spec.horizon.us}));
}

TEST_CASE("parcels that nobody fetches go back once: their customers are not asked as well") {
    auto builder = shop(1);
    auto& spec = builder.spec;
    spec.recall->by_batch = GENERATE(true, false);
    spec.recall->answers = 1;
    spec.channels[0].defect_return = 0;
    PickupSpec pickup;
    pickup.collect = Distribution::exponential(86'400);
    pickup.expires = sim::hour * 10;
    spec.channels[0].pickup = pickup;
    spec.recall->dated = {at(sim::day * 15, {}, sim::day * 15)};
    const Run run(spec);
    const Units shipped = shipped_before(run, Time{(sim::day * 15).us} + news);
    const Units asked = run.sum("/summary/recall_desks/sold");
    // A part 1 - e^(-10/24) fetches them.
    const double fetched = 1 - std::exp(-10.0 / 24);
    const boost::math::binomial law(static_cast<double>(shipped), fetched);
    INFO("asked " << asked << " of " << shipped << ", fetched a part of " << fetched);
    CHECK(static_cast<double>(asked) >= boost::math::quantile(law, 0.0005));
    CHECK(static_cast<double>(asked) <= boost::math::quantile(law, 0.9995));
}

TEST_CASE("a batch is called back at every site it has come to, and on its way between them") {
    auto builder = shop(1);
    auto& spec = builder.spec;
    const Index front = builder.site("front", SiteKind::front, 0);
    const Index lane = builder.lane_to_site(1, front, 40'000);
    builder.base_stock(front, lane, 900, sim::hour * 3);
    spec.lanes[1].from = front;  // customers are served from there only
    spec.replenish[0].plan.resize(1);
    spec.replenish[0].plan[0].quantity = 5000;
    const Duration decided = sim::day * 6 + sim::minute * 7;
    spec.recall->dated = {at(decided, {}, decided)};
    const Run run(spec);
    const auto removed = run.integers("/summary/recall_sites/removed");
    const Units sold = shipped_before(run, Time{spec.horizon.us});
    INFO("hub " << removed.at(0) << ", front " << removed.at(1) << ", of it stopped "
                << run.sum("/summary/recall_sites/stopped") << ", sold " << sold);
    REQUIRE(removed.size() == 2);
    CHECK(removed[0] > 0);
    CHECK(removed[1] > 0);
    CHECK(run.sum("/summary/recall_sites/stopped") > 0);
    CHECK(sold > 1000);
    CHECK(removed[0] + removed[1] + sold == 5000);
}

TEST_CASE("returns lead to a recall at the first look that knows enough of them") {
    auto builder = shop(1);
    auto& spec = builder.spec;
    spec.defects[0].alike = 1e9;
    spec.recall->by_batch = false;
    spec.recall->at_least = 150;
    spec.recall->share = 1;  // all returns are of bad goods here
    spec.recall->every = sim::hour * 5;
    const Run run(spec);
    auto known = run.integers("/orders/returned");
    std::erase(known, no_time);
    std::sort(known.begin(), known.end());
    REQUIRE(known.size() > 300);
    const std::int64_t enough = known[149] + news.us, every = spec.recall->every.us;
    const std::int64_t expected = (enough + every - 1) / every * every;
    CHECK(run.integers("/recalls/decided").at(0) == expected);
    CHECK(run.integers("/recalls/returned").at(0) >= 150);
    // With another part of other returns the rule is not met.
    spec.channels[0].return_share = 0.3;
    CHECK(Run(spec).integers("/recalls/decided").empty());
}

TEST_CASE("who knows batches calls back less that is good") {
    auto builder = shop(4);
    auto& spec = builder.spec;
    spec.channels[0].return_share = 0.05;
    spec.recall->at_least = 15;
    spec.recall->share = 0.6;  // of 5 % other returns: more than about 7 % defective units
    spec.recall->bad_share = 0.07;
    spec.recall->answers = 0.4;
    const Run by_batch(spec);
    spec.recall->by_batch = false;
    spec.recall->share = 0.3;
    const Run by_product(spec);
    const auto precision = [](const Run& run) {
        const auto bad = run.sum("/summary/recall_sites/removed_bad") + run.sum("/summary/recall_desks/back_bad");
        return static_cast<double>(bad)
               / static_cast<double>(run.sum("/summary/recall_sites/removed") + run.sum("/summary/recall_desks/back"));
    };
    INFO("by batch " << by_batch.sum("/summary/recalls/recalls") << " recalls, precision " << precision(by_batch)
                     << "; by product " << by_product.sum("/summary/recalls/recalls") << ", " << precision(by_product));
    REQUIRE(by_batch.sum("/summary/recalls/recalls") >= 3);
    REQUIRE(by_product.sum("/summary/recalls/recalls") >= 1);
    CHECK(precision(by_batch) > precision(by_product));
    CHECK(precision(by_batch) > 0.8);
    CHECK(by_batch.sum("/summary/recalls/bad_recalled") <= by_batch.sum("/summary/recalls/bad_batches"));
    // Customers: a binomial share takes part, and each unit is refunded at its price.
    const auto sold = static_cast<double>(by_product.sum("/summary/recall_desks/sold"));
    const auto back = static_cast<double>(by_product.sum("/summary/recall_desks/back"));
    const boost::math::binomial part(sold, 0.4);
    CHECK(back >= boost::math::quantile(part, 0.0005));
    CHECK(back <= boost::math::quantile(part, 0.9995));
    CHECK(by_product.sum("/summary/recall_desks/refunded")
          == by_product.sum("/summary/recall_desks/back") * 30 * currency_unit);
}

TEST_CASE("recalls are the same with any number of workers, and after a stop") {
    auto builder = shop(3);
    auto& spec = builder.spec;
    spec.channels[0].return_share = 0.05;
    spec.recall->at_least = 15;
    spec.recall->share = 0.5;
    spec.recall->answers = 0.4;
    spec.recall->dated = {at(sim::day * 11, sim::day * 3, sim::day * 10)};
    InspectionSpec inspection;
    inspection.site = 1;
    inspection.sample_units = 5;
    inspection.accept_units = 5;
    inspection.benches = 1;
    inspection.time = Distribution::exponential(20'000);
    spec.inspections = {inspection};
    DedicatedSpec part;
    part.sites = {1};
    part.products = {0, 1, 2};
    part.share = 0.9;
    part.release_after = sim::day * 2;
    spec.channels[0].dedicated = {part};
    for (const bool by_batch : {true, false}) {
        spec.recall->by_batch = by_batch;
        const Run reference(spec);
        REQUIRE(reference.sum("/summary/recalls/recalls") > 2);
        REQUIRE(reference.sum("/summary/channel_stock/units_recalled") > 100);
        test::check_workers(spec, reference);
        test::check_resumed(spec, sim::hour * 75, 6);
    }
}
