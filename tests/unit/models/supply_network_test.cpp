#include "models/network/supply_network.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "models/network/expected_demand.hpp"

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::SpecBuilder;

namespace {

/// Length of the geodesic on WGS-84 [km] (Vincenty, Survey Review 23, 1975; error below a millimetre).
double vincenty_km(double lon1, double lat1, double lon2, double lat2) {
    const double a = 6378.137, f = 1 / 298.257223563, b = a * (1 - f), degree = std::numbers::pi / 180;
    const double u1 = std::atan((1 - f) * std::tan(lat1 * degree)), u2 = std::atan((1 - f) * std::tan(lat2 * degree));
    const double difference = (lon2 - lon1) * degree;
    double lambda = difference, sin_sigma = 0, cos_sigma = 0, sigma = 0, cos2_alpha = 0, cos_2m = 0;
    for (int i = 0; i < 100; ++i) {
        const double x = std::cos(u2) * std::sin(lambda);
        const double y = std::cos(u1) * std::sin(u2) - std::sin(u1) * std::cos(u2) * std::cos(lambda);
        sin_sigma = std::hypot(x, y);
        if (sin_sigma == 0)
            return 0;
        cos_sigma = std::sin(u1) * std::sin(u2) + std::cos(u1) * std::cos(u2) * std::cos(lambda);
        sigma = std::atan2(sin_sigma, cos_sigma);
        const double sin_alpha = std::cos(u1) * std::cos(u2) * std::sin(lambda) / sin_sigma;
        cos2_alpha = 1 - sin_alpha * sin_alpha;
        cos_2m = cos2_alpha > 0 ? cos_sigma - 2 * std::sin(u1) * std::sin(u2) / cos2_alpha : 0;
        const double c = f / 16 * cos2_alpha * (4 + f * (4 - 3 * cos2_alpha));
        const double inner = cos_2m + c * cos_sigma * (2 * cos_2m * cos_2m - 1);
        lambda = difference + (1 - c) * f * sin_alpha * (sigma + c * sin_sigma * inner);
    }
    const double u = cos2_alpha * (a * a - b * b) / (b * b);
    const double big_a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)));
    const double big_b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)));
    const double tail = big_b / 6 * cos_2m * (4 * sin_sigma * sin_sigma - 3) * (4 * cos_2m * cos_2m - 3);
    const double delta = big_b * sin_sigma * (cos_2m + big_b / 4 * (cos_sigma * (2 * cos_2m * cos_2m - 1) - tail));
    return b * big_a * (sigma - delta);
}

std::vector<std::shared_ptr<const Assortment>> assortments_of(const ModelSpec& spec) {
    std::vector<std::shared_ptr<const Assortment>> all;
    for (const auto& site : spec.sites)
        all.push_back(std::make_shared<Assortment>(site.assortment, spec.products.size()));
    return all;
}

}  // namespace

TEST_CASE("distances are those of the geodesic to a hundredth of a percent") {
    const double beijing[] = {116.3912757, 39.906217}, shanghai[] = {121.4737, 31.2304};
    const double known = vincenty_km(beijing[0], beijing[1], shanghai[0], shanghai[1]);
    CHECK(known == Approx(1066).epsilon(0.005));
    CHECK(distance_km(beijing[0], beijing[1], shanghai[0], shanghai[1]) == Approx(known).epsilon(1e-4));
    // Vincenty's own test line, his example (a) on the ellipsoid used here: a quarter of a meridian is 10001.965729 km.
    CHECK(vincenty_km(10, 0, 10, 90) == Approx(10001.965729).epsilon(1e-9));
    sim::RandomStream random({2, 0}, 1, 1);
    for (int i = 0; i < 2000; ++i) {
        const double lon1 = 360 * random.uniform() - 180, lat1 = 170 * random.uniform() - 85;
        const double lon2 = lon1 + 120 * random.uniform() - 60,
                     lat2 = std::clamp(lat1 + 80 * random.uniform() - 40, -85.0, 85.0);
        INFO(lon1 << " " << lat1 << " to " << lon2 << " " << lat2);
        REQUIRE(distance_km(lon1, lat1, lon2, lat2) == Approx(vincenty_km(lon1, lat1, lon2, lat2)).epsilon(1e-4));
        REQUIRE(distance_km(lon1, lat1, lon2, lat2) == Approx(distance_km(lon2, lat2, lon1, lat1)).epsilon(1e-12));
    }
}

TEST_CASE("the distance of a place to itself is zero, of its antipode half the equator, and near places are near") {
    CHECK(distance_km(121, 31, 121, 31) == 0);
    CHECK(distance_km(0, 0, 180, 0) == Approx(20037.5).epsilon(1e-3));
    CHECK(distance_km(121, 31, 121.001, 31) == Approx(vincenty_km(121, 31, 121.001, 31)).epsilon(1e-4));
    CHECK(distance_km(179.5, 10, -179.5, 10) == Approx(vincenty_km(179.5, 10, 180.5, 10)).epsilon(1e-4));
}

TEST_CASE("lanes into a market come nearest first, ties as declared") {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.market("west");
    for (const char* id : {"a", "b", "c", "d"})
        builder.site(id, SiteKind::rdc, 1);
    builder.lane_to_market(0, 0, 1, 300);
    builder.lane_to_market(1, 0, 1, 100);
    builder.lane_to_site(0, 1, 1);
    builder.lane_to_market(2, 1, 1, 5);
    builder.lane_to_market(2, 0, 1, 300);
    builder.lane_to_market(3, 0, 1, 200);
    const SupplyNetwork network(builder.spec);
    CHECK(network.lanes_to_market(0) == std::vector<Index>{1, 5, 0, 4});
    CHECK(network.lanes_to_market(1) == std::vector<Index>{3});
}

TEST_CASE("markets that no goods can reach are found") {
    SpecBuilder builder;
    builder.product("tea");
    for (const char* id : {"served", "no lane", "empty site", "two steps", "covered"})
        builder.market(id);
    const Index stocked = builder.site("stocked", SiteKind::rdc, 5), empty = builder.site("empty", SiteKind::rdc, 0);
    const Index supplier = builder.supplier("supplier"), hub = builder.site("hub", SiteKind::cdc, 0);
    const Index front = builder.site("front", SiteKind::front, 0), covered = builder.site("covered", SiteKind::rdc, 0);
    builder.spec.sites[covered].initial_cover = sim::day;
    builder.lane_to_market(stocked, 0, 1);
    builder.lane_to_market(empty, 2, 1);
    builder.lane_to_site(supplier, hub, 1);
    builder.lane_to_site(hub, front, 1);
    builder.lane_to_market(front, 3, 1);
    builder.lane_to_market(covered, 4, 1);
    const SupplyNetwork network(builder.spec);
    CHECK(network.markets_without_lane() == std::vector<Index>{1});
    CHECK(network.unreachable_markets() == std::vector<Index>{1, 2});
}

TEST_CASE("replenished sites come before their sources, and a cycle has no such order") {
    SpecBuilder builder;
    builder.product("tea");
    const Index supplier = builder.supplier("supplier"), hub = builder.site("hub", SiteKind::cdc, 0);
    const Index east = builder.site("east", SiteKind::rdc, 0), west = builder.site("west", SiteKind::rdc, 0);
    const auto supply = [&](Index from, Index to) {
        builder.base_stock(to, builder.lane_to_site(from, to, 1), 5, sim::day);
    };
    supply(supplier, hub);
    supply(hub, east);
    supply(hub, west);
    const auto order = SupplyNetwork(builder.spec).sites_downstream_first();
    REQUIRE(order.size() == 4);
    const auto place = [&](Index site) { return std::find(order.begin(), order.end(), site) - order.begin(); };
    CHECK((place(east) < place(hub) && place(west) < place(hub) && place(hub) < place(supplier)));
    supply(west, supplier);
    CHECK(SupplyNetwork(builder.spec).sites_downstream_first().empty());
}

TEST_CASE("expected demand goes to the nearest site that keeps the product, and on to its source") {
    SpecBuilder builder;
    const Index tea = builder.product("tea"), rice = builder.product("rice");
    builder.market("east");
    builder.market("west");
    builder.channel("web");
    const Index supplier = builder.supplier("supplier"), hub = builder.site("hub", SiteKind::cdc, 0);
    const Index near = builder.site("near", SiteKind::rdc, 0), far = builder.site("far", SiteKind::rdc, 0);
    builder.spec.sites[near].assortment = {rice};
    builder.base_stock(hub, builder.lane_to_site(supplier, hub, 1), 5, sim::day);
    builder.base_stock(near, builder.lane_to_site(hub, near, 1), 5, sim::day);
    builder.base_stock(far, builder.lane_to_site(hub, far, 1), 5, sim::day).products = {tea};
    builder.lane_to_market(far, 0, 1, 200);
    builder.lane_to_market(near, 0, 1, 100);
    builder.lane_to_market(far, 1, 1, 50);
    builder.lane_to_market(hub, 1, 1, 60);
    builder.demand(1.0 / 86400, true).quantity = Distribution::constant(3);  // three units of each a day in each market
    const BaseDemand base(builder.spec);
    const auto expected = expected_units_per_day(builder.spec, base, assortments_of(builder.spec));
    const auto check = [&](Index site, std::vector<double> units) {
        REQUIRE(expected[site].size() == units.size());
        for (std::size_t i = 0; i < units.size(); ++i)
            CHECK(expected[site][i] == Approx(units[i]).margin(1e-12));
    };
    check(near, {3});    // rice of the east
    check(far, {6, 3});  // tea of both, rice of the west
    check(hub, {6, 3});  // tea for far, rice for near
    check(supplier, {6, 3});
}
