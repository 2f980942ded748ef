#include "scenarios/load/units.hpp"

#include <catch2/catch.hpp>

using namespace spate::scenarios;

namespace {

double value(const char* text, Measure measure) {
    const auto parsed = UnitParser("CNY").parse(text, measure);
    INFO(text << ": " << parsed.error);
    REQUIRE(parsed.quantity.has_value());
    return parsed.quantity->value;
}

std::string error(const char* text, Measure measure) {
    return UnitParser("CNY").parse(text, measure).error;
}

}  // namespace

TEST_CASE("durations are read in every unit") {
    using Row = std::pair<const char*, double>;
    for (const auto& row : {Row{"5 us", 5e-6},
                            Row{"250 ms", 0.25},
                            Row{"40 s", 40},
                            Row{"10 min", 600},
                            Row{"6 h", 21600},
                            Row{"6h", 21600},
                            Row{"2 d", 172800},
                            Row{"1 week", 604800},
                            Row{"1 year", 31536000},
                            Row{"30 秒", 30},
                            Row{"10 分", 600},
                            Row{"10 分钟", 600},
                            Row{"2小时", 7200},
                            Row{"3 天", 259200},
                            Row{"1 周", 604800},
                            Row{".5 h", 1800},
                            Row{"1.5e1 min", 900}}) {
        CHECK(value(row.first, Measure::duration) == Approx(row.second).epsilon(1e-15));
    }
}

TEST_CASE("counts, money, mass, volume and shares are read in base units") {
    CHECK(value("60k", Measure::count) == 60e3);
    CHECK(value("1M", Measure::count) == 1e6);
    CHECK(value("2.4M", Measure::count) == 2.4e6);
    CHECK(value("3万", Measure::count) == 3e4);
    CHECK(value("1.2亿", Measure::count) == 1.2e8);
    CHECK(value("100 件", Measure::units) == 100);
    CHECK(value("304", Measure::units) == 304);
    CHECK(value("129 CNY", Measure::money) == 129e6);
    CHECK(value("20k CNY", Measure::money) == 20e9);
    CHECK(value("3 元", Measure::money) == 3e6);
    CHECK(value("90 g", Measure::mass) == 90);
    CHECK(value("5kg", Measure::mass) == 5000);
    CHECK(value("24 t", Measure::mass) == 24e6);
    CHECK(value("0.2 L", Measure::volume) == 200);
    CHECK(value("76 m3", Measure::volume) == 76e6);
    CHECK(value("300 km", Measure::length) == 300);
    CHECK(value("12 %", Measure::share) == Approx(0.12));
    CHECK(value("0.12", Measure::share) == 0.12);
    CHECK(value("15 x", Measure::factor) == 15);
    CHECK(value("15 倍", Measure::factor) == 15);
}

TEST_CASE("compound units are read in base units") {
    CHECK(value("60 km/h", Measure::speed) == Approx(60.0 / 3600));
    CHECK(value("1M/day", Measure::order_rate) == Approx(1e6 / 86400));
    CHECK(value("2.4M orders/day", Measure::order_rate) == Approx(2.4e6 / 86400));
    CHECK(value("2万单/天", Measure::order_rate) == Approx(2e4 / 86400));
    CHECK(value("900 units/h", Measure::unit_rate) == 0.25);
    CHECK(value("20k CNY/day", Measure::money_per_day) == Approx(20e9 / 86400));
    CHECK(value("20 %/year", Measure::holding) == Approx(0.2 / 31536000));
    CHECK(value("0.225 CNY/unit/year", Measure::holding) == Approx(225000.0 / 31536000));
    CHECK(value("0.7 CNY/unit/d", Measure::money_per_unit_time) == Approx(700000.0 / 86400));
    CHECK(value("80 g/t/km", Measure::lane_co2) == Approx(8e-5));
    CHECK(value("80 g/km/t", Measure::lane_co2) == Approx(8e-5));
    CHECK(value("62 g/km", Measure::lane_co2) == 62);
}

TEST_CASE("a quantity tells the form it was written in") {
    const UnitParser units("CNY");
    CHECK(units.parse("60k units/h", Measure::work_rate).quantity->form == "u/t");
    CHECK(units.parse("70k orders/h", Measure::work_rate).quantity->form == "o/t");
    CHECK(units.parse("45 %", Measure::product_cost).quantity->form == "%");
    CHECK(units.parse("6.4 CNY/km", Measure::lane_cost).quantity->form == "$/l");
    CHECK(units.parse("1.2 CNY/order", Measure::lane_cost).quantity->form == "$/o");
    CHECK(units.parse("3.5 CNY/kg", Measure::lane_cost).quantity->form == "$/m");
    CHECK(units.parse("3.5 CNY/kg/km", Measure::lane_cost).quantity->form == "$/m/l");
}

TEST_CASE("a bare number is refused where a unit is possible") {
    CHECK(error("6", Measure::duration) == "'6': 6 what? write for example 6 h");
    CHECK_FALSE(error("5", Measure::order_rate).empty());
    CHECK(error("129", Measure::money) == "'129': 129 what? write for example 129 CNY");
}

TEST_CASE("numbers are strict") {
    for (const auto* text : {"0x1F h",
                             "010 h",
                             "nan h",
                             "inf h",
                             "+5 h",
                             "1. h",
                             "1e400 h",
                             "1e-400 h",
                             "1,000 h",
                             "",
                             " ",
                             "h",
                             "--1 h",
                             "1 h h",
                             "1 h/",
                             "- h"}) {
        INFO(text);
        CHECK_FALSE(error(text, Measure::duration).empty());
    }
}

TEST_CASE("wrong units and unknown units are told apart") {
    CHECK(error("22 km", Measure::duration).find("its unit is another one") != std::string::npos);
    CHECK(error("6 hours", Measure::duration).find("unknown unit 'hours'") != std::string::npos);
    CHECK(error("5 USD", Measure::money).find("unknown unit 'USD'") != std::string::npos);
    CHECK(UnitParser("USD").parse("5 USD", Measure::money).quantity->value == 5e6);
}

TEST_CASE("the example of every measure is one of it") {
    for (int i = 0; i <= static_cast<int>(Measure::lane_co2); ++i) {
        const auto measure = static_cast<Measure>(i);
        value(UnitParser("CNY").example(measure).c_str(), measure);
    }
}
