#include "scenarios/load/csv.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;
using Cells = std::vector<std::vector<std::string>>;

namespace {

Cells rows(const std::string& text, Problems& problems) {
    CsvReader reader(text, problems.add_file("t.csv"), problems);
    Cells result;
    std::vector<CsvReader::Cell> row;
    while (reader.next(row)) {
        result.emplace_back();
        for (const auto& cell : row) {
            result.back().push_back(cell.text);
        }
    }
    return result;
}

/// Loads a scenario whose products come from this CSV text.
Loaded with_products(const std::string& csv) {
    const test::TemporaryFolder folder;
    folder.write("skus.csv", csv);
    test::Small small;
    small.products = "products:\n  - {id: lip-glaze, price: 129 CNY}\n  - {from: skus.csv, category: beauty}";
    return load_scenario(folder.write("s.yaml", small.text()));
}

}  // namespace

TEST_CASE("cells in quotes hold commas, quotes and line breaks") {
    Problems problems;
    CHECK(rows("a,b\r\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\nlines\", z \n", problems)
          == Cells{{"a", "b"}, {"x, y", "say \"hi\""}, {"two\nlines", "z"}});
    CHECK(rows("a,,\n\nb", problems) == Cells{{"a", "", ""}, {"b"}});
    CHECK(problems.empty());
}

TEST_CASE("broken quotes are refused with their place") {
    Problems problems;
    rows("a,b\nx,\"y\n", problems);
    rows("a\"b\n", problems);
    rows("\"甲\"b\n", problems);
    const auto all = problems.sorted();
    REQUIRE(all.size() == 3);
    CHECK(all[0].to_string().starts_with("t.csv:1:2: a quote inside"));
    CHECK(all[1].to_string().starts_with("t.csv:1:4: text after"));
    CHECK(all[2].to_string().starts_with("t.csv:2:3: a quote that is not closed"));
}

TEST_CASE("the header may give the unit of a column") {
    const auto loaded = with_products("\xEF\xBB\xBFid,name,price [CNY],weight [g],volume\nmask,面膜,79.5,300,0.6 L\n");
    REQUIRE(loaded.problems.empty());
    const auto& mask = loaded.spec.products.at(1);
    CHECK(mask.price == 79'500'000);
    CHECK(mask.weight_mg == 300'000);
    CHECK(mask.volume_ul == 600'000);
    CHECK(mask.category == "beauty");
}

TEST_CASE("an empty cell counts as absent") {
    const auto loaded = with_products("id,price [CNY],popularity\nmask,79,\n");
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.spec.products.at(1).popularity == 1.0);
}

TEST_CASE("a cell without the unit it needs is refused") {
    const auto loaded = with_products("id,price\nmask,79\n");
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems[0].line == 2);
    CHECK(loaded.problems[0].column == 6);
    CHECK(loaded.problems[0].text == "'79': 79 what? write for example 129 CNY");
}

TEST_CASE("an empty table is refused") {
    const auto loaded = with_products("");
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems[0].text.starts_with("the file is empty"));
}
