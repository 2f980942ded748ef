#include "scenarios/load/reader.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;
using test::LoadedText;
using test::Small;

namespace {

std::vector<std::string> problems_of(const Small& small) {
    const LoadedText loaded(small.text());
    std::vector<std::string> texts;
    for (const auto& problem : loaded.problems.sorted()) {
        texts.push_back(problem.to_string());
    }
    return texts;
}

}  // namespace

TEST_CASE("what is no map is one problem, at its place") {
    const std::string not_a_map =
        " must be a map, not a single value. write `key: value`, with a blank after the colon?";
    Small small;
    small.demand = "demand: [5, 6]";
    CHECK(
        problems_of(small)
        == std::vector<std::string>{"test.yaml:16:10: `demand`" + not_a_map, "test.yaml:16:13: `demand`" + not_a_map});
    small = {};
    small.lanes = "lanes:\n  - 7";
    CHECK(problems_of(small) == std::vector<std::string>{"test.yaml:14:5: `lanes`" + not_a_map});
}

TEST_CASE("suggestions name the scenario's currency") {
    Small small;
    small.products = "products:\n  - {id: lip-glaze, price: [1]}\n  - {id: mug, price: 1}";
    small.more = "currency: USD";
    const auto found = problems_of(small);
    REQUIRE(found.size() == 2);
    CHECK(found[0].ends_with("not a list. write for example 129 USD?"));
    CHECK(found[1].ends_with("write for example 129 USD"));
}

TEST_CASE("without a time no date is judged") {
    const std::string later = "2025-11-10T20:00:00+08:00", last = "2025-11-11T20:00:00+08:00";
    Small small;
    small.more = "price_changes: [{products: all, from: " + later + ", to: " + last + ", price: 80 %}]\n"
                 + "channels: [{id: shop, presale: {deposit: 10 %, balance: {from: " + later + ", to: " + last
                 + "}, pays_after: 2 h}}]\nquality: {suppliers: [{at: supplier, share: 1 %}], recall: {dates: [{at: "
                 + last + ", from: " + later + ", products: all}]}}\n";
    CHECK(problems_of(small).empty());
    small.time = "time: {start: 2025-11-03T00:00:00+08:00, horizon: 14}";
    REQUIRE(problems_of(small).size() == 1);
    CHECK(problems_of(small)[0].find("'14'") != std::string::npos);
    small.time = "title: no time";
    REQUIRE(problems_of(small).size() == 1);
    CHECK(problems_of(small)[0].find("key 'time' is missing") != std::string::npos);
}
