#include "analysis/text_table.hpp"

#include <stdexcept>

#include <catch2/catch.hpp>

#include "analysis/number_text.hpp"
#include "analysis/text_width.hpp"

using namespace spate::analysis;

TEST_CASE("columns are aligned by display width") {
    TextTable table({Align::left, Align::right, Align::left});
    table.add_row({"华东仓", "1", "x"});
    table.add_row({"ab", "1,000", "y"});
    CHECK(table.text() == "华东仓      1  x\nab      1,000  y\n");
    CHECK(table.text(2, 12) == "  华东仓   …\n  ab      1…\n");
}

TEST_CASE("in lines that are too wide texts are cut, never numbers") {
    TextTable table({Align::left, Align::left, Align::right});
    std::string name;
    for (int i = 0; i < 60; ++i) {
        name += "仓";
    }
    table.add_row({name, "pick", "12,345"});
    table.add_row({"rdc", "pack", "7"});
    const std::string text = table.text(2, 40);
    const std::size_t end = text.find('\n');
    CHECK(text.substr(0, end).ends_with("…   pick  12,345"));
    CHECK(text.substr(end + 1) == "  rdc                       pack       7\n");
    CHECK(display_width(text.substr(0, end)) == 40);
}

TEST_CASE("a row must have as many cells as there are columns") {
    TextTable table({Align::left});
    CHECK_THROWS_AS(table.add_row({"a", "b"}), std::logic_error);
}

TEST_CASE("numbers carry thousands separators and no more digits than needed") {
    CHECK(with_thousands(0) == "0");
    CHECK(with_thousands(-1234567) == "-1,234,567");
    CHECK(with_thousands(INT64_MIN) == "-9,223,372,036,854,775,808");
    CHECK(readable_number(0) == "0");
    CHECK(readable_number(1234567.8) == "1,234,568");
    CHECK(readable_number(999.96) == "1,000");
    CHECK(readable_number(123.45) == "123.5");
    CHECK(readable_number(12.345) == "12.35");
    CHECK(readable_number(-0.012345) == "-0.0123");
    CHECK(readable_number(0.5) == "0.500");
    CHECK(readable_number(0.9999) == "1.00");
    CHECK(readable_number(1e-9) == "1.000e-09");
    CHECK(readable_number(1.0 / 0.0) == "–");
    CHECK(percentage(0.98765) == "98.77 %");
    CHECK(number_with_decimals(-1234.567, 2) == "-1,234.57");
    CHECK(number_with_decimals(1234.567, 0) == "1,235");
    CHECK(number_with_decimals(-0.001, 2) == "0.00");
    CHECK_THROWS_AS(number_with_decimals(1.0 / 0.0, 2), std::logic_error);
}
