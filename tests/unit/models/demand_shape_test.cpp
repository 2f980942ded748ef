#include "models/demand/demand_shape.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "models/demand/base_demand.hpp"

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::SpecBuilder;

namespace {

Time day(double number) {
    return Time{static_cast<std::int64_t>(number * static_cast<double>(sim::day.us))};
}

/// Busy evenings, quiet Mondays.
WeeklyProfile week() {
    std::vector<WeeklyProfile::Segment> segments;
    for (int h = 0; h < 168; ++h)
        segments.push_back({sim::hour * h, (h < 24 ? 0.5 : 1.0) * (h % 24 == 20 ? 4 : 1)});
    return WeeklyProfile(segments, Duration{0});
}

/// Tea and rice are food, soap and lamp are things; two markets; four weeks.
SpecBuilder shop(bool each = false) {
    SpecBuilder builder;
    for (const char* id : {"tea", "rice", "soap", "lamp"})
        builder.product(id, 1 + static_cast<double>(builder.spec.products.size()));
    builder.spec.products[0].category = builder.spec.products[1].category = "food";
    builder.market("east");
    builder.market("west");
    builder.channel("web");
    builder.demand(1, each).profile = week();
    builder.spec.horizon = sim::day * 28;
    return builder;
}

PriceChangeSpec cheaper(std::vector<Index> products, double from, double to) {
    PriceChangeSpec change;
    change.products = std::move(products);
    change.from = day(from);
    change.to = day(to);
    change.share = 0.8;
    change.elasticity = 2.5;
    return change;
}

double between(const RateCurve& curve, double from, double to) {
    return curve.integral(day(to)) - curve.integral(day(from));
}

double plain(double from, double to) {
    const auto profile = week();
    return profile.integral(day(from), day(to)) / profile.mean();
}

}  // namespace

TEST_CASE("a trend compounds from the stated rate") {
    auto builder = shop();
    auto& demand = builder.spec.demand[0];
    demand.profile = WeeklyProfile();
    demand.shape.trend = 0.3;
    demand.shape.trend_every = sim::day * 14;
    const DemandShape shape(builder.spec, 0);
    const RateCurve& curve = *shape.together(1);
    const double rate = std::log(1.3) / 14;  // of growth a day
    for (const int d : {1, 7, 14, 28})
        CHECK(between(curve, 0, d) == Approx((std::exp(rate * d) - 1) / rate * 86400).epsilon(1e-12));
    CHECK(shape.mean(1, 2) == Approx((1.3 * 1.3 - 1) / (rate * 28)).epsilon(1e-12));
    CHECK(BaseDemand(builder.spec).at(1, 3).orders == Approx(0.5 * 0.4 * (1.3 * 1.3 - 1) / (rate * 28)).epsilon(1e-12));
}

TEST_CASE("a launch ramps up or follows the diffusion model") {
    auto builder = shop();
    auto& demand = builder.spec.demand[0];
    demand.profile = WeeklyProfile();
    auto& launch = demand.shape.launch;
    launch = {LaunchSpec::Kind::ramp, day(4.5), sim::day * 10, {}, 0, 0};
    const DemandShape ramp(builder.spec, 0);
    CHECK(between(*ramp.together(0), 0, 4.5) == 0);
    CHECK(between(*ramp.together(0), 4.5, 14.5) == Approx(5 * 86400).epsilon(1e-12));
    CHECK(between(*ramp.together(0), 14.5, 28) == Approx(13.5 * 86400).epsilon(1e-12));
    launch = {LaunchSpec::Kind::bass, day(2), {}, sim::day * 30, 0.03, 4};
    demand.orders_per_second = 20'000 / (30 * 86400.0);
    const DemandShape bass(builder.spec, 0);
    const double z = std::exp(-4.03 * 26 / 30), adopted = (1 - z) / (1 + 4 / 0.03 * z);
    CHECK(between(*bass.together(0), 0, 28) * demand.orders_per_second == Approx(20'000 * adopted).epsilon(1e-12));
}

TEST_CASE("rows of a calendar multiply, in their market and for their category") {
    auto builder = shop();
    auto& calendar = builder.spec.demand[0].shape.calendar;
    calendar.push_back({day(2), day(5), 2, {}, "", {}});
    calendar.push_back({day(4), day(6), 3, 1, "", {}});
    calendar.push_back({day(4), day(7), 0.5, {}, "food", {}});
    calendar.push_back({day(100), day(107), 9, {}, "", {}});
    const DemandShape shape(builder.spec, 0);
    const double rest = 0.3 * 0.5 + 0.7;  // food is 3 of 10
    const RateCurve &east = *shape.together(0), &west = *shape.together(1);
    for (const auto* curve : {&east, &west}) {
        CHECK(between(*curve, 0, 2) == Approx(plain(0, 2)).epsilon(1e-12));
        CHECK(between(*curve, 2, 4) == Approx(2 * plain(2, 4)).epsilon(1e-12));
        CHECK(between(*curve, 6, 7) == Approx(rest * plain(6, 7)).epsilon(1e-12));
        CHECK(between(*curve, 7, 28) == Approx(plain(7, 28)).epsilon(1e-12));
    }
    CHECK(between(east, 4, 5) == Approx(2 * rest * plain(4, 5)).epsilon(1e-12));
    CHECK(between(west, 4, 5) == Approx(6 * rest * plain(4, 5)).epsilon(1e-12));
    CHECK(between(west, 5, 6) == Approx(3 * rest * plain(5, 6)).epsilon(1e-12));
    const double tea = (plain(0, 2) + 2 * plain(2, 4) + plain(4, 5) + 0.5 * plain(5, 7) + plain(7, 28)) / plain(0, 28);
    CHECK(shape.mean(0, 0) == Approx(tea).epsilon(1e-12));
    CHECK(shape.mean(0, 2) > shape.mean(0, 0));
    const double both = 0.3 * (shape.mean(0, 0) + shape.mean(1, 0)) + 0.7 * (shape.mean(0, 2) + shape.mean(1, 2));
    CHECK(shape.mean() == Approx(both / 2).epsilon(1e-12));
}

TEST_CASE("a make-up working day has the profile of the day it stands for") {
    auto builder = shop();
    builder.spec.demand[0].shape.calendar.push_back(
        {day(5), day(6), 1, {}, "", std::uint8_t{0}});  // Saturday as Monday
    const DemandShape shape(builder.spec, 0);
    CHECK(between(*shape.together(0), 5, 6) == Approx(plain(0, 1)).epsilon(1e-12));
    CHECK(between(*shape.together(0), 6, 7) == Approx(plain(6, 7)).epsilon(1e-12));
    CHECK(shape.together(0)->at(day(5.85)) == Approx(0.5 * 4 / week().mean()).epsilon(1e-12));
    CHECK(shape.mean(0, 0) == Approx((plain(0, 28) - plain(5, 6) + plain(0, 1)) / plain(0, 28)).epsilon(1e-12));
}

TEST_CASE("what is taken from others and from later adds up to its share of the extra demand, exactly") {
    auto builder = shop(true);
    builder.spec.demand[0].shape.calendar.push_back({day(9), day(16), 1.7, {}, "food", {}});
    builder.spec.price_changes.push_back(cheaper({0}, 8.3, 10.6));
    auto& change = builder.spec.price_changes[0];
    change.cannibalise = 0.4;
    change.pull_forward = 0.35;
    change.pull_over = sim::day * 9;
    const DemandShape shape(builder.spec, 0);
    REQUIRE(shape.fault().empty());
    auto quiet = builder.spec;
    quiet.price_changes.clear();
    const DemandShape normal(quiet, 0);
    const auto gain = [&](Index p, double from, double to) {
        return between(*shape.of_product(0, p), from, to) - between(*normal.of_product(0, p), from, to);
    };
    const double lift = std::pow(0.8, -2.5);
    const double during = between(*normal.of_product(0, 0), 8.3, 10.6), extra = (lift - 1) * during;
    CHECK(gain(0, 8.3, 10.6) == Approx(extra).epsilon(1e-12));
    CHECK(gain(1, 8.3, 10.6) == Approx(-0.4 * extra).epsilon(1e-11));
    CHECK(gain(0, 10.6, 19.6) == Approx(-0.35 * extra).epsilon(1e-11));
    for (const Index p : {2U, 3U})
        CHECK(gain(p, 0, 28) == 0);
    CHECK(std::abs(gain(0, 0, 8.3)) < 1e-9);
    CHECK(std::abs(gain(0, 19.6, 28)) < 1e-6);
    CHECK(gain(0, 0, 28) + gain(1, 0, 28) == Approx(0.25 * extra).epsilon(1e-10));
    // Of all products together, by popularity, too.
    for (auto* spec : {&builder.spec, &quiet})
        spec->demand[0].each = false;
    const DemandShape mixed(builder.spec, 0), plain_mix(quiet, 0);
    const double all = between(*mixed.together(0), 0, 28) - between(*plain_mix.together(0), 0, 28);
    CHECK(all == Approx(0.1 * 0.25 * extra).epsilon(1e-10));
}

TEST_CASE("several products and a higher price keep the balance too") {
    auto builder = shop(true);
    builder.spec.price_changes.push_back(cheaper({0, 2}, 3, 5));
    builder.spec.price_changes.push_back(cheaper({2}, 6, 7));
    builder.spec.price_changes[0].cannibalise = 1;
    builder.spec.price_changes[1].share = 1.25;
    builder.spec.price_changes[1].cannibalise = 0.5;
    const DemandShape shape(builder.spec, 0);
    REQUIRE(shape.fault().empty());
    const auto gain = [&](Index p, double from, double to) {
        return between(*shape.of_product(0, p), from, to) - plain(from, to);
    };
    const double extra = (std::pow(0.8, -2.5) - 1) * plain(3, 5);
    CHECK(gain(0, 3, 5) == Approx(extra).epsilon(1e-12));
    CHECK(gain(1, 3, 5) == Approx(-extra).epsilon(1e-12));
    CHECK(gain(2, 3, 5) == Approx(extra).epsilon(1e-12));
    CHECK(gain(3, 3, 5) == Approx(-extra).epsilon(1e-12));
    const double fewer = (std::pow(1.25, -2.5) - 1) * plain(6, 7);
    CHECK(fewer < 0);
    CHECK(gain(2, 6, 7) == Approx(fewer).epsilon(1e-12));
    CHECK(gain(3, 6, 7) == Approx(-0.5 * fewer).epsilon(1e-12));
}

TEST_CASE("demand that is not there cannot be taken") {
    auto builder = shop();
    builder.spec.price_changes.push_back(cheaper({0, 1}, 3, 5));
    auto& change = builder.spec.price_changes[0];
    change.cannibalise = 0.5;
    CHECK(DemandShape(builder.spec, 0).fault()
          == "there are no other products of the category 'food' to take demand from");
    change.products = {1};
    change.share = 0.3;
    CHECK(DemandShape(builder.spec, 0).fault().find("more than the whole demand") != std::string::npos);
    change.cannibalise = 0;
    change.pull_forward = 1;
    change.pull_over = sim::day * 2;
    CHECK(DemandShape(builder.spec, 0).fault().find("more than the whole demand") != std::string::npos);
    builder.spec.demand[0].shape.calendar.push_back({day(4), day(30), 0, {}, "", {}});
    CHECK(DemandShape(builder.spec, 0).fault().find("nobody orders") != std::string::npos);
}

TEST_CASE("no shape where nothing changes the rate") {
    auto builder = shop();
    builder.spec.price_changes.push_back(cheaper({0}, 3, 5));
    builder.spec.price_changes[0].elasticity = 0;
    CHECK_FALSE(DemandShape::is_needed(builder.spec, 0));
    builder.spec.price_changes[0].elasticity = 1;
    CHECK(DemandShape::is_needed(builder.spec, 0));
    builder.spec.demand[0].products = {1, 2};
    CHECK_FALSE(DemandShape::is_needed(builder.spec, 0));
}
