#include <cmath>

#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;
using namespace spate::models;
namespace sim = spate::sim;
using test::LoadedText;
using test::Small;

namespace {

/// Loads and requires that there are no problems.
ModelSpec spec_of(const Small& small) {
    const LoadedText loaded(small.text());
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    return loaded.spec();
}

std::string problem_of(const Small& small) {
    return LoadedText(small.text()).first_problem();
}

}  // namespace

TEST_CASE("time is read with the local time of the week at the start") {
    Small small;
    small.time = "time: {start: 2025-11-04T06:00+08:00, warm_up: 2 d, horizon: 1 week}";
    const auto spec = spec_of(small);
    CHECK(spec.week_time_at_start == sim::day + sim::hour * 6);
    CHECK(spec.warm_up == sim::day * 2);
    CHECK(spec.horizon == sim::week);
    CHECK(spec.start == "2025-11-04T06:00+08:00");
}

TEST_CASE("markets weigh as they say, else as their people, else the same") {
    Small small;
    CHECK(spec_of(small).markets[0].weight == 1.0);
    small.markets =
        "markets:\n  - {id: a, lon: 1, lat: 2, population: 22M}\n  - {id: wuhan, at: [3, 4], weight: 2}\n  - {id: c, "
        "at: [5, 6]}";
    const auto spec = spec_of(small);
    CHECK(spec.markets[0].weight == Approx(22));
    CHECK(spec.markets[0].lat == 2);
    CHECK(spec.markets[1].weight == 2);
    CHECK(spec.markets[2].weight == 0);
    CHECK(spec.markets[0].name == "a");
}

TEST_CASE("products are read with cost as money or as part of the price") {
    Small small;
    small.products =
        "products:\n  - {id: lip-glaze, name: 唇釉, category: beauty, price: 129 CNY, cost: 31 CNY, weight: 90 g, "
        "volume: 0.2 L, popularity: 3}\n"
        "  - {id: x, price: 100 CNY, cost: 45 %}";
    const auto spec = spec_of(small);
    CHECK(spec.products[0].name == "唇釉");
    CHECK(spec.products[0].cost == 31'000'000);
    CHECK(spec.products[0].volume_ul == 200'000);
    CHECK(spec.products[1].cost == 45'000'000);
}

TEST_CASE("generated products take their share and do not depend on the seed of the run") {
    Small small;
    small.products =
        "products:\n  - {id: star, price: 1 CNY}\n  - generate: {id: \"tail-{n}\", count: 100, share: 90 %, "
        "popularity: {zipf: 1},"
        " price: {lognormal: {mean: 80 CNY, cv: 1.2}}, cost: 50 %}";
    const auto a = spec_of(small);
    small.more = "seed: 99";
    const auto b = spec_of(small);
    REQUIRE(a.products.size() == 101);
    double tail = 0;
    for (std::size_t i = 1; i <= 100; ++i) {
        tail += a.products[i].popularity;
        CHECK(a.products[i].price == b.products[i].price);
        CHECK(a.products[i].price % 10'000 == 0);
    }
    CHECK(tail / (tail + a.products[0].popularity) == Approx(0.9));
    CHECK(a.products[1].popularity == Approx(2 * a.products[2].popularity));
    small.more = "catalogue_seed: 2";
    CHECK(spec_of(small).products[1].price != a.products[1].price);
}

TEST_CASE("stages are read in their order with rates, servers and hours") {
    Small small;
    small.sites =
        "sites:\n  - {id: supplier, kind: supplier, at: [120, 29]}\n  - {id: rdc, kind: rdc, at: 武汉, stock: "
        "unlimited, stages:"
        " {receive: 3.6k units/h, pick: 7200 units/h, pack: {rate: 60 orders/h, hours: day},"
        " desk: {servers: unlimited, time: {exponential: 1 h}, per: unit, hours: [{days: mon, from: 22:00, to: 02:00, "
        "speed: 200 %}]}}}";
    const auto spec = spec_of(small);
    const auto& site = spec.sites[1];
    CHECK(site.unlimited_stock);
    REQUIRE(site.receive);
    CHECK(site.receive->work.mean() == Approx(1));
    REQUIRE(site.outbound.size() == 3);
    CHECK(site.outbound[0].name == "pick");
    CHECK(site.outbound[0].per == StageSpec::Per::unit);
    CHECK(site.outbound[1].per == StageSpec::Per::order);
    CHECK(site.outbound[1].work.mean() == Approx(60));
    CHECK(site.outbound[1].calendar.mean() == Approx(0.5));
    CHECK(site.outbound[2].servers == 0);
    CHECK(site.outbound[2].work.kind() == sim::Distribution::Kind::exponential);
    CHECK(site.outbound[2].per == StageSpec::Per::unit);
    // The start is a Monday 00:00.
    CHECK(site.outbound[2].calendar.at(sim::Time{(sim::hour * 23).us}) == 2);
    CHECK(site.outbound[2].calendar.at(sim::Time{(sim::hour * 25).us}) == 2);
    CHECK(site.outbound[2].calendar.at(sim::Time{(sim::hour * 27).us}) == 0);
    CHECK(site.outbound[2].calendar.at(sim::Time{(sim::hour * 1).us}) == 0);
}

TEST_CASE("a site fills other sites' orders in parts unless it says whole") {
    Small small;
    small.sites =
        "sites:\n  - {id: supplier, kind: supplier, at: [120, 29]}\n  - {id: rdc, kind: rdc, at: 武汉, stock: {units: "
        "3}, "
        "fill: whole}";
    const auto spec = spec_of(small);
    CHECK(spec.sites[0].fill == SiteSpec::Fill::partial);
    CHECK(spec.sites[1].fill == SiteSpec::Fill::whole);
    small.sites.replace(small.sites.find("whole"), 5, "half");
    CHECK_THAT(problem_of(small), Catch::Contains("'half'") && Catch::Contains("whole"));
}

TEST_CASE("costs of sites are read per second and per piece") {
    Small small;
    small.sites =
        "sites:\n  - {id: supplier, kind: supplier, at: [120, 29], holding: 31.536 CNY/unit/year}\n  - {id: rdc, kind: "
        "rdc, at: wuhan, stock: {cover: 5 d},"
        " holding: 31.536 %/year, backorder_cost: 0.864 CNY/unit/d, order_cost: 8 CNY, handling: {per_order: 1.2 CNY, "
        "per_unit: 0.3 CNY},"
        " fixed: 20k CNY/day, wave: 5 min}";
    const auto spec = spec_of(small);
    CHECK(spec.sites[0].holding_per_unit_second == Approx(1));
    CHECK(spec.sites[0].unlimited_stock);
    const auto& rdc = spec.sites[1];
    CHECK(rdc.holding_share_per_second == Approx(1e-8));
    CHECK(rdc.backorder_per_unit_second == Approx(10));
    CHECK(rdc.order_cost == 8'000'000);
    CHECK(rdc.handling_per_order == 1'200'000);
    CHECK(rdc.fixed_per_day == 20'000'000'000);
    CHECK(rdc.wave == sim::minute * 5);
    CHECK(rdc.initial_cover == sim::day * 5);
}

TEST_CASE("one site for each of the top markets, with the most popular products") {
    Small small;
    small.markets =
        "markets:\n  - {id: a, name: 甲, at: [110, 30], weight: 1}\n  - {id: wuhan, name: 乙, at: [111, 31], weight: "
        "3}\n  - {id: c, at: [112, 32], weight: 2}";
    small.products =
        "products:\n  - {id: p, price: 1 CNY}\n  - {id: q, price: 1 CNY, popularity: 5}\n  - {id: r, price: 1 CNY, "
        "popularity: 2}";
    small.sites +=
        "\n  - {id: \"front-{city}\", kind: front, per: top 2 markets, assortment: top 2, stock: {units: 7}}";
    const auto spec = spec_of(small);
    REQUIRE(spec.sites.size() == 4);
    CHECK(spec.sites[2].id == "front-wuhan");
    CHECK(spec.sites[2].name == "乙前置仓");
    CHECK(spec.sites[2].lon == 111);
    CHECK(spec.sites[3].id == "front-c");
    CHECK(spec.sites[3].assortment == std::vector<Index>{1, 2});
    CHECK(spec.sites[3].initial_units == std::vector<Units>{7, 7});
}

TEST_CASE("lanes are expanded over globs, distance and nearest sources") {
    Small small;
    small.sites += "\n  - {id: rdc-2, kind: rdc, at: shanghai, stock: {cover: 1 d}}";
    small.lanes =
        "lanes:\n  - {from: rdc*, to: rdc*, transit: 5 h, departs: [08:00, 20:00]}\n  - {from: \"*\", to: markets, "
        "nearest: 1, speed: 100 km/h, detour: 1.25, plus: 1 h}\n"
        "  - {from: supplier, to: [wuhan], within: 800 km, transit: 1 h}\n  - {from: rdc, to: rdc-2, "
        "transit: 1 h, departs: \"mon,thu 08:00\"}\n"
        "  - {from: supplier, to: rdc, speed: 60 km/h, cv: 0.2, departs: daily 20:00}";
    const auto spec = spec_of(small);
    REQUIRE(spec.lanes.size() == 7);
    CHECK((spec.lanes[0].to == 1 && spec.lanes[0].from == 2));
    CHECK(spec.lanes[0].departures.offsets == std::vector<sim::Duration>{sim::hour * 8, sim::hour * 20});
    CHECK((spec.lanes[2].to_market && spec.lanes[2].to == 0 && spec.lanes[2].from == 2));
    CHECK(spec.lanes[2].transit.mean() == Approx(3600));
    CHECK(spec.lanes[4].departures.offsets.empty());
    CHECK(spec.lanes[5].departures.period == sim::week);
    CHECK(spec.lanes[5].departures.offsets == std::vector<sim::Duration>{sim::hour * 8, sim::day * 3 + sim::hour * 8});
    CHECK(spec.lanes[6].transit.kind() == sim::Distribution::Kind::gamma);
    CHECK(spec.lanes[6].transit.mean() == Approx(spec.lanes[6].distance_km * 60));
    CHECK(spec.lanes[6].transit.standard_deviation() == Approx(0.2 * spec.lanes[6].transit.mean()));
}

TEST_CASE("costs and emissions of a lane are told apart by their units") {
    Small small;
    small.lanes =
        "lanes:\n  - {from: supplier, to: rdc, transit: 22 h, vehicle: {volume: 76 m3, weight: 24 t}, cost: [6 CNY/km, "
        "100 CNY/trip, 1 CNY/kg, 0.001 CNY/kg/km],"
        " co2: [800 g/km, 80 g/t/km]}\n  - {from: rdc, to: markets, transit: 30 h, cost: [3 CNY/order, 0.5 CNY/unit], "
        "co2: 62 g/order}";
    const auto spec = spec_of(small);
    const auto& truck = spec.lanes[0];
    CHECK(truck.vehicle_ul == 76'000'000'000);
    CHECK(truck.vehicle_mg == 24'000'000'000);
    CHECK(static_cast<double>(truck.cost_per_vehicle) == Approx(truck.distance_km * 6e6 + 100e6));
    CHECK(truck.cost_per_g == Approx(1000 + truck.distance_km));
    CHECK(truck.co2_g_per_vehicle == Approx(800 * truck.distance_km));
    CHECK(truck.co2_g_per_g == Approx(8e-5 * truck.distance_km));
    CHECK(spec.lanes[1].cost_per_order == 3'000'000);
    CHECK(spec.lanes[1].cost_per_unit == 500'000);
    CHECK(spec.lanes[1].co2_g_per_order == 62);
}

TEST_CASE("a live view releases at once") {
    Small small;
    small.more =
        "channels:\n  - {id: shelf, share: 80 %, unmet: {backorder: 3 d}, promise: 48 h, lost_sale: 5 CNY/unit}\n  - "
        "{id: live, share: 20 %, stock_view: live, unmet: backorder}\n"
        "  - {id: quick, stock_view: {every: 1 min, lag: 2 s}, release: at once}\nsources: {at_most: 2}";
    const auto spec = spec_of(small);
    REQUIRE(spec.channels.size() == 3);
    CHECK(spec.channels[0].patience == sim::day * 3);
    CHECK(spec.channels[0].promise == sim::hour * 48);
    CHECK(spec.channels[0].lost_sale_penalty == 5'000'000);
    CHECK(spec.channels[0].view == StockView::cached);
    CHECK(spec.channels[1].view == StockView::live);
    CHECK(spec.channels[1].release_every.us == 0);
    CHECK(spec.channels[1].release_lag.us == 0);
    CHECK_FALSE(spec.channels[1].patience);
    CHECK(spec.channels[2].view_lag == sim::second * 2);
    CHECK(spec.channels[2].release_every.us == 0);
    CHECK(spec.channels[2].release_lag > sim::Duration{});
    CHECK(spec.max_sources == 2);
    CHECK(spec_of(Small()).channels[0].id == "shop");
}

TEST_CASE("sources have a rule, for all channels or for one") {
    Small small;
    small.more =
        "sources: {rule: cheapest, carbon_price: 80 CNY/t, split: always, within_promise: true}\n"
        "channels:\n  - {id: shelf, promise: 48 h}\n"
        "  - {id: near, promise: {by_distance: [{up_to: 300 km, within: 24 h}, {up_to: 900 km, within: 48 h}]}, "
        "unmet: backorder, sources: {rule: priority, priority: [rdc, all], at_most: 3, merge: 6 h}}\n"
        "  - {id: told, promise: {quoted: 12 h}, sources: {rule: ratio, shares: {rdc: 70 %, supplier: 30 %}}}";
    small.demand = "demand: {orders: 1500/day, further: {poisson: 0.8}}";
    const auto spec = spec_of(small);
    REQUIRE(spec.channels.size() == 3);
    using Rule = SourcingSpec::Rule;
    const auto& shelf = spec.channels[0].sources;
    CHECK(shelf.rule == Rule::cheapest);
    CHECK(shelf.carbon_price == Approx(80));  // millionths of a yuan for a gram
    CHECK(shelf.within_promise);
    CHECK(shelf.split == SourcingSpec::Split::always);
    CHECK(spec.channels[1].sources.rule == Rule::priority);
    CHECK(spec.channels[1].sources.at_most == 3);
    CHECK(spec.channels[1].sources.ranks == std::vector<std::uint32_t>{1, 0});
    CHECK(spec.channels[1].sources.merge_wait == sim::hour * 6);
    CHECK(spec.channels[1].promise_by_km.size() == 2);
    CHECK(spec.channels[1].promise_by_km[1].within == sim::hour * 48);
    CHECK(spec.channels[2].quote_margin == sim::hour * 12);
    REQUIRE(spec.channels[2].sources.shares.size() == 2);
    CHECK(spec.channels[2].sources.shares[0] == Approx(0.3));
    CHECK(spec.channels[2].sources.shares[1] == Approx(0.7));
    CHECK(spec.demand[0].further.mean() == Approx(0.8));
    CHECK(spec_of(Small()).channels[0].sources.rule == Rule::nearest);
}

TEST_CASE("sources that cannot be are refused, each with its place") {
    const auto problem = [](const std::string& more, const std::string& demand = "demand: {orders: 1500/day}") {
        Small small;
        small.more = more;
        small.demand = demand;
        return LoadedText(small.text()).first_problem();
    };
    using Catch::Contains;
    CHECK_THAT(problem("sources: {rule: ratio}"), Contains("needs a map of sites"));
    CHECK_THAT(problem("sources: {rule: ratio, shares: {rdc: 0}}"), Contains("no site has a share above 0"));
    CHECK_THAT(problem("sources: {rule: priority, priority: []}"), Contains("needs a list of sites"));
    CHECK_THAT(problem("sources: {rule: nearest, carbon_price: 1 CNY/kg}"), Contains("goes with rule: cheapest"));
    CHECK_THAT(problem("sources: {within_promise: true}"), Contains("needs a promised time"));
    CHECK_THAT(problem("sources: {rule: most-stock}\nchannels: {id: a, stock_view: live}"), Contains("live one"));
    CHECK_THAT(problem("sources: {split: never}\nchannels: {id: a, unmet: {backorder: 3 d}}"), Contains("impatience"));
    CHECK_THAT(problem("sources: {split: never, merge: 3 h}"), Contains("remove `merge`"));
    CHECK_THAT(problem("sources: {merge: 3 h}"), Contains("customers do not wait"));
    CHECK_THAT(problem("channels: {id: a, promise: {}}"), Contains("one of the two"));
    CHECK_THAT(
        problem("channels: {id: a, promise: {by_distance: [{up_to: 9 km, within: 1 h}, {up_to: 8 km, within: 2 h}]}}"),
        Contains("must rise"));
    CHECK_THAT(problem("channels: {id: a, pickup: {collect: 3 h}}", "demand: {orders: 9/day, further: 1}"),
               Contains("takes orders of one product"));
    CHECK_THAT(problem("", "demand: {each: 9/day, further: 1}"), Contains("goes with `orders`"));
}

TEST_CASE("customers who cancel: a share, and when") {
    Small small;
    small.more = "channels: {id: a, cancel: {share: 5 %, after: {exponential: 6 h}}}";
    const auto spec = spec_of(small);
    REQUIRE(spec.channels[0].cancel);
    CHECK(spec.channels[0].cancel->share == Approx(0.05));
    CHECK(spec.channels[0].cancel->after.mean() == Approx(6 * 3600));
    small.more = "channels: {id: a, cancel: {share: 5 %, after: 6 h}, group: {cut_off: daily 22:00}}";
    CHECK_THAT(problem_of(small), Catch::Contains("remove `cancel`"));
    small.more = "channels: {id: a, cancel: {share: 5 %}}";
    CHECK_THAT(problem_of(small), Catch::Contains("after"));
}

TEST_CASE("substitutes are pairs of products, in the order in which they are offered") {
    Small small;
    small.more = "substitutes:\n  - {for: all, with: [face-mask, lip*], accept: 40 %, discount: 29 %}";
    const auto spec = spec_of(small);
    REQUIRE(spec.substitutes.size() == 2);
    CHECK(spec.substitutes[0].product == 0);
    CHECK(spec.substitutes[0].instead == 1);
    CHECK(spec.substitutes[1].instead == 0);
    CHECK(spec.substitutes[0].accept == Approx(0.4));
    CHECK(spec.substitutes[0].discount == 29);
    small.more = "substitutes: {for: face-mask, with: face-mask}";
    CHECK_THAT(problem_of(small), Catch::Contains("stand in for itself"));
    small.more = "substitutes: {for: face-mask, with: lip-glaze, discount: 1.5 %}";
    CHECK_THAT(problem_of(small), Catch::Contains("whole per cent"));
}

TEST_CASE("demand is a rate, periodic, or for each") {
    Small small;
    small.demand =
        "demand:\n  - {orders: 86.4k orders/day, quantity: {poisson: 2}, arrivals: regular, week: [1, 1, 1, 1, 1, 2, "
        "0], day: evening-peak, products: lip*, markets: wuhan}\n"
        "  - {each: 3.6k/h}\n  - {every: 1 d, offset: 8 h, quantity: {normal: {mean: 50, sd: 8}}}";
    const auto spec = spec_of(small);
    REQUIRE(spec.demand.size() == 3);
    CHECK(spec.demand[0].orders_per_second == Approx(1));
    CHECK(spec.demand[0].gap.is_constant());
    CHECK(spec.demand[0].products == std::vector<Index>{0});
    CHECK(spec.demand[0].markets == std::vector<Index>{1});
    CHECK(spec.demand[0].profile.at(sim::Time{(sim::day * 6).us}) == 0);
    CHECK(spec.demand[0].profile.at(sim::Time{(sim::hour * 21).us})
          > spec.demand[0].profile.at(sim::Time{(sim::hour * 4).us}));
    CHECK(spec.demand[1].each);
    CHECK(spec.demand[2].kind == DemandSpec::Kind::periodic);
    CHECK(spec.demand[2].offset == sim::hour * 8);
    small.demand = "demand: {orders: 1/h, every: 1 d}";
    CHECK(problem_of(small).find("more than one kind") != std::string::npos);
}

TEST_CASE("sessions start at a date or after a time") {
    Small small;
    small.more =
        "sessions:\n  - {id: a, host: 小雅, starts: 2025-11-10T20:00+08:00, rise: 12 min, lasts: 4 h, decay: 70 min, "
        "products: [lip-glaze], markets: wuhan, lift: 15 x}\n"
        "  - {id: b, starts: 3 d, lasts: 1 h, products: all, orders: 100k, repeat: {every: 7 d, times: 3}}";
    const auto spec = spec_of(small);
    REQUIRE(spec.sessions.size() == 2);
    CHECK(spec.sessions[0].start == sim::Time{(sim::day * 7 + sim::hour * 20).us});
    CHECK(spec.sessions[0].lift == 15);
    CHECK(spec.sessions[0].markets == std::vector<Index>{1});
    CHECK(spec.sessions[1].orders == 100'000.0);
    CHECK(spec.sessions[1].repeat_every == sim::day * 7);
    CHECK(spec.sessions[1].repeat_times == 3);
}

TEST_CASE("the last replenish rule that matches counts") {
    Small small;
    small.more =
        "policies:\n  forecast: expected\n  replenish:\n    - {at: rdc, use: {base_stock: {cover: 2 d, service: 97 "
        "%}}, review: every 8 h}\n"
        "    - {at: rdc, products: face-mask, use: {min_max: {min: 304 units, max: 9 d}}, review: daily 02:00, from: "
        "supplier, forecast: {moving_average: 3 d}}";
    const auto spec = spec_of(small);
    REQUIRE(spec.replenish.size() == 2);
    CHECK(spec.replenish[0].products == std::vector<Index>{0});
    CHECK(spec.replenish[0].max.cover == sim::day * 2);
    CHECK(spec.replenish[0].service == Approx(0.97));
    CHECK(spec.replenish[0].review.every == sim::hour * 8);
    CHECK(spec.replenish[0].forecast.kind == ForecastSpec::Kind::expected);
    CHECK(spec.replenish[1].products == std::vector<Index>{1});
    CHECK(spec.replenish[1].min.units == 304);
    CHECK(spec.replenish[1].max.cover == sim::day * 9);
    CHECK(spec.replenish[1].review.offset == sim::hour * 2);
    CHECK(spec.replenish[1].forecast.window == 3);
    CHECK(spec.lanes[spec.replenish[1].lane].from == 0);
}

TEST_CASE("what is recorded has defaults") {
    const auto spec = spec_of(Small());
    CHECK(spec.trace.series_every == sim::hour);
    CHECK(spec.trace.peaks_every == sim::minute);
    CHECK(spec.trace.orders_share == Approx(0.01));
    CHECK_FALSE(spec.trace.shipments);
}

TEST_CASE("the step of peaks goes into the sample period, or is off") {
    const auto peaks_of = [](const std::string& trace) {
        Small small;
        small.more = trace;
        return spec_of(small).trace.peaks_every;
    };
    CHECK(peaks_of("trace: {series: 30 min, peaks: 10 s}") == sim::second * 10);
    CHECK(peaks_of("trace: {peaks: 1 h}") == sim::hour);
    CHECK(peaks_of("trace: {peaks: off}") == std::nullopt);
    CHECK(peaks_of("trace: {series: 6 h}") == sim::minute);
    CHECK(peaks_of("trace: {series: 7 h}") == std::nullopt);
    CHECK(peaks_of("trace: {series: 90 s}") == std::nullopt);
}
