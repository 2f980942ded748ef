#include "scenarios/load/field_table.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "scenarios/load/experiment_parts.hpp"
#include "scenarios/load/reader.hpp"

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;
using test::LoadedText;
using test::Small;

namespace {

void mark_read(const LoadedText& loaded, std::vector<bool>& read) {
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    for (std::size_t i = 0; i < read.size(); ++i) {
        read[i] = read[i] || loaded.draft.fields_read[i];
    }
}

/// Everything that the complete example leaves out because something else excludes it.
std::string alternatives() {
    Small small;
    small.sites = R"(sites:
  - {id: supplier, kind: supplier, at: [120.07, 29.31], production: {rate: 1 units/h, hours: [{days: mon, from: 08:00, to: 20:00}]}}
  - {id: other, kind: supplier, at: [121, 29], age: {uniform: [1 h, 2 h]}, purchase_prices: [{products: lip-*, price: 108 %}, {from: prices.csv}]}
  - {id: rdc, kind: rdc, at: wuhan, stock: {units: 5, oldest: 3 d}, issue: lifo, stages: {pack: {time: 1 min, servers: 2, per: order}}})";
    small.products = R"(products:
  - {id: lip-glaze, price: 129 CNY, cost: 31 CNY}
  - {id: face-mask, price: 79 CNY, shelf_life: 90 d, min_remaining: 9 d, disposal: 1 CNY/unit}
  - {generate: {id: "tail-{n}", count: 2, price: 9 CNY, shelf_life: 9 d, min_remaining: 1 d, disposal: 1 CNY/unit}})";
    small.demand = R"(demand:
  - {orders: 1/h, quantity: {uniform: [1, 3]}, arrivals: {gamma: {cv: 2}}}
  - {orders: 1/h, channels: shop, quantity: 1, further: {poisson: 0.8}}
  - {each: 1/h, quantity: {normal: {mean: 5, sd: 1}}}
  - {every: 1 d, offset: 1 h, quantity: {negative_binomial: {mean: 2, variance: 5}}}
  - {each: 1/h, quantity: {empirical: {values: [1, 2], weights: [1, 2]}}}
  - {each: 1/h, quantity: {triangular: [1, 2, 5]}}
  - {each: 1/h, quantity: {exponential: 3}}
  - {each: 1/h, quantity: {gamma: {mean: 3, cv: 1}}}
  - {history: history.csv, scale: 1.5 x}
  - {history: history.csv, bootstrap: 1 d, encoding: gb18030}
  - {each: 1/h, arrivals: {hawkes: {branching: 0.4, decay: 10 min}}, calendar: calendar.csv}
  - {launch: {starts: 1 d, bass: {buyers: 20k, innovation: 0.03, imitation: 0.38, per: 30 d}}})";
    small.lanes = R"(lanes:
  - {from: supplier, to: rdc, transit: 22 h, departs: every 6 h, vehicle: {volume: 76 m3, weight: 24 t}, cost: 6 CNY/km}
  - {from: other, to: rdc, transit: 22 h, mode: truck}
  - {from: rdc, to: markets, transit: 1 d})";
    small.more = R"(quality: {suppliers: {at: other, share: 1 %}, inspections: {at: rdc, sample: 10 %}}
channels:
  - {id: shop}
  - {id: eve, presale: {deposit: 10 %, balance: {from: 2 d, to: 3 d}, paid: 90 %, cancel: 3 %, pays_after: 1 h, lock: stock}}
  - {id: later, presale: {deposit: 10 %, balance: {after: 2 d, within: 1 d}, keep_deposit: false, express: true, lock: stock, dispatch: 1 d}}
  - {id: street, group: {cut_off: daily 22:00, at_least: 20, count: units}, pickup: {collect: 12 h, expires: 3 d}}
  - {id: village, group: {cut_off: after 24 h}}
  - {id: undecided, cancel: {share: 5 %, after: 6 h}}
  - {id: pushed, stock_view: {push: {exponential: 1 s}, at_least: 1 ms, loss: 1 %, updates: 5/s, hold_back: 1,
     check: {every: 1 h, tolerance: 5 %, repair: 1 min, roll_back: 1 h}}}
  - {id: asking, stock_view: {reserve: 1 s, read: {exponential: 1 s}, at_least: 1 ms, updates: 5/s}}
  - {id: own, dedicated: [{share: 40 %, sites: rdc, products: lip-glaze, release_after: 3 d}, {units: 2}],
     quota: [{units: 9, per: week, sites: rdc, products: lip-glaze}]}
  - {id: told, promise: {quoted: 12 h}}
  - {id: far, promise: {by_distance: [{up_to: 300 km, within: 24 h}]}}
sessions:
  - {id: extra, starts: 1 d, lasts: 1 h, products: lip-glaze, orders: 9, gift: {each: 1, units: 1, product: face-mask, when_out: without},
     script: [{at: 0 h, lasts: 1 h, buy: 1, get: 1, product: face-mask, when_out: without}]}
trace: {views: 5 %}
policies:
  forecast: {linear: {intercept: 1}, period: 1 d}
  replenish:
    - {at: rdc, use: {min_max: {min: 1, max: 2 d}}, review: {every: 1 d, offset: 1 h}, expiring: left-out, split: {
       sources: [{from: supplier, share: 60 %}, {from: other, share: 40 %, mode: truck}],
       score: {review: mon 01:00, over: 3, defective: {weight: 1, worst: 5 %}, late: {weight: 1, worst: 5 %, within: 1 d},
       trial: 1 %, drop: {below: 10 %, failed: 3, lasts: 9 d}}}}
    - {at: rdc, products: lip-glaze, use: {plan: plan.csv}})";
    return small.text();
}

/// Marks what two experiments over the scenario read: one with everything, one with replications.
void mark_experiment(const test::TemporaryFolder& folder, std::vector<bool>& read) {
    constexpr std::string_view figures[] = {"orders"};
    folder.write("base.yaml", Small().text());
    const std::string head =
        "spate: 1\nexperiment: e\nscenario: base.yaml\ndecide: {by: orders, better: higher, subject_to: "
        "[{figure: orders, at_least: 1, at_most: 2}]}\narms:\n  - id: a\n    drop: {demand: 0}\n"
        "    change: {demand: {orders: 5/h}}\n  - {id: b, name: B, like: a, set: {seed: 2}, add: {demand: {orders: "
        "1/h}}}\n";
    for (const char* more :
         {"replications: 2\nwarm_up: 1 d\nbaseline: b\n", "precision: {half_width: 1, at_most: 9}\n"}) {
        Problems problems;
        Draft draft(problems);
        LoadedExperiment loaded;
        load_experiment_into(draft, folder.write("e.yaml", head + more), {}, figures, {}, loaded);
        for (const auto& problem : problems.sorted()) {
            UNSCOPED_INFO(problem.to_string());
        }
        REQUIRE(problems.empty());
        for (std::size_t i = 0; i < read.size(); ++i) {
            read[i] = read[i] || draft.fields_read[i];
        }
    }
}

}  // namespace

TEST_CASE("every field of the table is read by the loader") {
    std::vector<bool> read(all_fields().size(), false);
    mark_read(LoadedText(commented_defaults()), read);
    const test::TemporaryFolder folder;
    folder.write("history.csv", "time,market,product,quantity\n2 d,wuhan,lip-glaze,3\n9 d,wuhan,lip-glaze,3\n");
    folder.write("calendar.csv", "date,from,to,like,factor\n2025-11-05,,,sun,\n,2025-11-06,2025-11-07,,2\n");
    folder.write("prices.csv", "products,price [CNY]\nface-mask,19\n");
    folder.write("plan.csv", "time,product,quantity\n2 d,lip-glaze,300\n");
    Problems problems;
    Draft draft(problems);
    load_into(draft, folder.write("s.yaml", alternatives()), {});
    for (const auto& problem : problems.sorted()) {
        UNSCOPED_INFO(problem.to_string());
    }
    REQUIRE(problems.empty());
    mark_experiment(folder, read);
    for (const auto& field : all_fields()) {
        INFO(field.section << "." << field.key);
        CHECK((read[index_of(field)] || draft.fields_read[index_of(field)]));
    }
}

TEST_CASE("a key that is not in the table cannot be read") {
    LoadedText loaded(Small().text());
    const Node map = Node::map({});
    Reader reader(loaded.draft, "trace", map);
    CHECK_THROWS_AS(reader.node("nope"), std::logic_error);
    CHECK_THROWS_AS(reader.text("series"), std::logic_error);
    CHECK_THROWS_AS(Reader(loaded.draft, "nope", map), std::logic_error);
}

TEST_CASE("keys are declared once, sections have a title, and everything has a meaning") {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const auto& field : all_fields()) {
        INFO(field.section << "." << field.key);
        CHECK(seen.emplace(field.section, field.key).second);
        CHECK_FALSE(field.meaning.empty());
        CHECK_FALSE(section(field.section).title.empty());
        if (field.type == FieldType::map || field.type == FieldType::list) {
            for (const auto of : words_of(field.accepts)) {
                CHECK_FALSE(fields_of(of).empty());
            }
        }
    }
    for (const auto& s : all_sections()) {
        CHECK_FALSE(fields_of(s.name).empty());
    }
}

TEST_CASE("no default names a currency: scenarios have their own") {
    for (const auto& field : all_fields()) {
        INFO(field.section << "." << field.key);
        CHECK((field.key == "currency" || field.fallback.find("CNY") == std::string_view::npos));
    }
}

TEST_CASE("the complete commented scenario loads without problems") {
    const LoadedText loaded(commented_defaults());
    INFO(loaded.first_problem());
    CHECK(loaded.problems.empty());
}

TEST_CASE("the format page names every key") {
    const std::string page = format_page();
    for (const auto& field : all_fields()) {
        CHECK(page.find("| `" + std::string(field.key) + "` |") != std::string::npos);
    }
}
