#include "analysis/text_width.hpp"

#include <catch2/catch.hpp>

using namespace spate::analysis;

TEST_CASE("an ideograph takes two columns, a Latin letter one, a combining mark none") {
    CHECK(display_width("") == 0);
    CHECK(display_width("rdc-east") == 8);
    CHECK(display_width("华东仓") == 6);
    CHECK(display_width("Łódź") == 4);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("한국") == 4);
    CHECK(display_width("ＡＢ") == 4);
    CHECK(display_width("5 × 3 – …") == 9);
    CHECK(display_width("𠀀") == 2);
}

TEST_CASE("bytes that are not UTF-8 take one column each and never break the rest") {
    CHECK(display_width("a\xFF\x80z") == 4);
    CHECK(display_width("\xE5\x8D") == 2);
    CHECK(display_width("\xF8仓") == 3);
}

TEST_CASE("padding counts columns, not bytes") {
    CHECK(pad_right("华东", 6) == "华东  ");
    CHECK(pad_left("华东", 6) == "  华东");
    CHECK(pad_left("too long", 3) == "too long");
}

TEST_CASE("a text is cut between characters") {
    CHECK(fit_width("华东仓", 6) == "华东仓");
    CHECK(fit_width("华东仓", 5) == "华东…");
    CHECK(fit_width("华东仓", 4) == "华…");
    CHECK(fit_width("abc", 0).empty());
}

TEST_CASE("control characters become blanks") {
    CHECK(one_line("a\nb\x1b[31mc") == "a b [31mc");
    CHECK(one_line("华\t东") == "华 东");
}
