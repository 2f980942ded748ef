#include "scenarios/load/calendar.hpp"

#include <catch2/catch.hpp>

using namespace spate::scenarios;
namespace sim = spate::sim;

TEST_CASE("a date with its offset is a moment") {
    std::string error;
    const auto a = parse_instant("2025-11-10T20:00+08:00", error);
    const auto b = parse_instant("2025-11-10T12:00:00Z", error);
    REQUIRE((a && b));
    CHECK(a->utc_us == b->utc_us);
    CHECK(a->utc_us == 1'762'776'000'000'000);
    CHECK(a->week_time() == sim::hour * 20);  // a Monday
    CHECK(parse_instant("1969-12-29T00:00Z", error)->week_time() == sim::Duration{});
}

TEST_CASE("what is no date is refused") {
    for (const auto* text : {"2025-11-10",
                             "2025-11-10T20:00",
                             "2025-02-30T00:00Z",
                             "2025-13-01T00:00Z",
                             "2025-01-01T24:00Z",
                             "2025-01-01T00:60Z",
                             "2025-01-01T00:00+8:00",
                             "2025-01-01T00:00+15:00",
                             "2025-01-01T00:00:5Z",
                             "20250101T0000Z",
                             "2025-01-01T00:00:00.5Z",
                             ""}) {
        std::string error;
        INFO(text);
        CHECK_FALSE(parse_instant(text, error).has_value());
        CHECK_FALSE(error.empty());
    }
}

TEST_CASE("times of day go from 00:00 to 24:00") {
    CHECK(parse_time_of_day("08:30") == sim::minute * 510);
    CHECK(parse_time_of_day("24:00") == sim::day);
    for (const auto* text : {"8:00", "24:01", "08:60", "0800", "08:00:00", ""}) {
        CHECK_FALSE(parse_time_of_day(text).has_value());
    }
}

TEST_CASE("days are ranges and lists") {
    CHECK(parse_days("mon-fri") == 0x1FU);
    CHECK(parse_days("sat,sun") == 0x60U);
    CHECK(parse_days("sun-mon") == 0x41U);
    CHECK(parse_days("daily") == 0x7FU);
    CHECK(parse_days("周一") == 1U);
    for (const auto* text : {"", "mon-", "monday", "mon,,tue"}) {
        CHECK_FALSE(parse_days(text).has_value());
    }
}
