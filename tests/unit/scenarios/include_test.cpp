#include "scenarios/load/include.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;

TEST_CASE("the including file wins, items merge by id") {
    const test::TemporaryFolder folder;
    test::Small small;
    folder.write("base/base.yaml", small.text());
    const auto path = folder.write("top.yaml",
                                   "include: base/base.yaml\nname: top\nproducts:\n  - {id: face-mask, price: 99 CNY}\n"
                                   "  - {id: wok, price: 1 CNY}\ntime: {horizon: 3 d}\n");
    const auto loaded = load_scenario(path);
    for (const auto& p : loaded.problems) {
        UNSCOPED_INFO(p.to_string());
    }
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.spec.name == "top");
    CHECK(loaded.spec.horizon == spate::sim::day * 3);
    REQUIRE(loaded.spec.products.size() == 3);
    CHECK(loaded.spec.products[1].price == 99'000'000);
    CHECK(loaded.spec.products[2].id == "wok");
    CHECK(loaded.spec.scenario_text.find("include") == std::string::npos);
}

TEST_CASE("lists without ids are replaced") {
    const test::TemporaryFolder folder;
    folder.write("base.yaml", test::Small().text());
    const auto path =
        folder.write("top.yaml", "include: [base.yaml]\nlanes:\n  - {from: supplier, to: markets, transit: 1 h}\n");
    const auto loaded = load_scenario(path);
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.spec.lanes.size() == 2);
}

TEST_CASE("lists inside of items and parts are replaced, whatever their name is") {
    const test::TemporaryFolder folder;
    test::Small small;
    small.demand = "demand: {orders: 1500/day, products: [lip-glaze]}";
    small.more =
        "sessions: [{id: show, starts: 2 d, lasts: 2 h, products: [lip-glaze], markets: [shanghai], lift: 5 x}]";
    folder.write("base.yaml", small.text());
    const auto loaded = load_scenario(folder.write("top.yaml",
                                                   "include: base.yaml\ndemand: {products: [face-mask]}\n"
                                                   "sessions: {id: show, products: [face-mask]}\n"));
    REQUIRE(loaded.problems.empty());
    using Indices = std::vector<spate::models::Index>;
    CHECK(loaded.spec.demand.at(0).products == Indices{1});
    REQUIRE(loaded.spec.sessions.size() == 1);
    CHECK(loaded.spec.sessions[0].products == Indices{1});
    CHECK(loaded.spec.sessions[0].markets == Indices{0});
}

TEST_CASE("files named in an included file are looked for beside it, and problems point into the right file") {
    const test::TemporaryFolder folder;
    test::Small small;
    small.products = "products: {from: data/skus.csv}";
    folder.write("base/base.yaml", small.text());
    folder.write("base/data/skus.csv", "id,price [CNY]\nx,1\ny,z\n");
    const auto loaded = load_scenario(folder.write("top.yaml", "include: base/base.yaml\n"));
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems[0].file == (folder.path() / "base/data/skus.csv").string());
    CHECK(loaded.problems[0].line == 3);
}

TEST_CASE("a missing scenario is one problem") {
    const auto loaded = load_scenario("no/such/file.yaml");
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems[0].to_string() == "no/such/file.yaml: cannot read 'no/such/file.yaml' (no such file)");
    CHECK(load_scenario("/").problems.size() == 1);
}

TEST_CASE("the merged scenario loads again as the same scenario") {
    const test::LoadedText first(test::Small().text());
    const test::TemporaryFolder folder;
    const auto a = load_scenario(folder.write("a.yaml", test::Small().text()));
    const auto b = load_scenario(folder.write("b.yaml", a.spec.scenario_text));
    REQUIRE(b.problems.empty());
    CHECK(a.spec.scenario_text == b.spec.scenario_text);
}
