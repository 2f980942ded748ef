#include "cli/calendar.hpp"

#include <cstdint>

#include <catch2/catch.hpp>

using namespace spate;
using cli::Calendar;
using cli::duration_text;

TEST_CASE("simulated time is shown as the scenario's local date") {
    const Calendar calendar("2024-02-28T20:00:00+08:00");
    CHECK(calendar.text(sim::Time{}) == "2024-02-28 20:00:00");
    CHECK(calendar.text(sim::Time{} + sim::day + sim::hour * 4) == "2024-03-01 00:00:00");
    CHECK(calendar.text(sim::Time{1}) == "2024-02-28 20:00:00.000001");
    CHECK(calendar.minute_text(sim::Time{} - sim::hour * 21) == "2024-02-27 23:00");
    CHECK(Calendar("2025-11-11").minute_text(sim::Time{}) == "2025-11-11 00:00");
    CHECK(Calendar("2025-11-11 08:30").minute_text(sim::Time{}) == "2025-11-11 08:30");
}

TEST_CASE("without a usable start, times are spans") {
    CHECK(Calendar("").text(sim::Time{} + sim::hour).find("01:00:00") != std::string::npos);
    CHECK(Calendar("2025-13-40").text(sim::Time{} + sim::hour).find("01:00:00") != std::string::npos);
    CHECK_FALSE(Calendar("2025-11-11").text(sim::Time{INT64_MAX}).empty());
    CHECK_FALSE(Calendar("2025-11-11").text(sim::Time{INT64_MIN + 1}).empty());
}

TEST_CASE("spans are written in their two largest units") {
    CHECK(duration_text(sim::day * 2) == "2 d");
    CHECK(duration_text(sim::minute * 90) == "1 h 30 min");
    CHECK(duration_text(sim::minute * 10) == "10 min");
    CHECK(duration_text(sim::second * 45) == "45 s");
    CHECK(duration_text({250'000}) == "0.25 s");
    CHECK(duration_text({}) == "0 s");
    CHECK(duration_text(sim::Duration{} - sim::hour) == "-1 h");
    CHECK(duration_text({INT64_MIN}) == "–");
}
