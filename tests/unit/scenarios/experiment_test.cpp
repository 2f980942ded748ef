#include "scenarios/load/experiment.hpp"

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;
using test::Small;

namespace {

constexpr std::string_view figures[] = {"cost_per_order_total", "delivered_within_48h", "order_fill_rate"};

const std::string head = "spate: 1\nexperiment: trial\nscenario: base.yaml\n";
const std::string decide = "decide: {by: cost_per_order_total, better: lower}\n";
const std::string two_arms = "arms:\n  - {id: a}\n  - {id: b, set: {seed: 7}}\n";

/// An experiment over Small, or another base.
struct Trial {
    test::TemporaryFolder folder;
    std::string base = Small().text();

    LoadedExperiment load(const std::string& text, const std::vector<Override>& overrides = {}) const {
        folder.write("base.yaml", base);
        auto loaded = load_experiment(folder.write("trial.yaml", text), overrides, figures);
        for (const auto& problem : loaded.problems) {
            UNSCOPED_INFO(problem.to_string());
        }
        return loaded;
    }

    LoadedExperiment arms(const std::string& arms, const std::vector<Override>& overrides = {}) const {
        return load(head + "replications: 20\n" + decide + "arms:\n  - {id: today}\n" + arms, overrides);
    }

    /// The only problem, without the folder.
    std::string problem(const std::string& text) const {
        const auto loaded = load(text);
        REQUIRE(loaded.problems.size() == 1);
        return loaded.problems[0].to_string().substr(folder.path().string().size() + 1);
    }
};

}  // namespace

TEST_CASE("an experiment has what its file says") {
    const Trial trial;
    const auto loaded = trial.load(
        head
        + "title: 库存\nprecision: {half_width: 0.05 CNY/order, at_most: 200}\ncommon_random_numbers: false\nwarm_up: 2 d\n"
          "baseline: b\ndecide: {by: cost_per_order_total, better: higher, subject_to: [{figure: order_fill_rate, at_least: "
          "95 %}, {figure: delivered_within_48h, at_most: 0.9}]}\n"
          "arms:\n  - {id: a}\n  - {id: b, name: 乙, set: {demand.orders: 2k/day}}\n");
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.warnings.empty());
    const auto& e = loaded.experiment;
    CHECK(e.id == "trial");
    CHECK(e.title == "库存");
    CHECK(e.scenario == (trial.folder.path() / "base.yaml").string());
    CHECK_FALSE(e.replications);
    REQUIRE(e.precision);
    CHECK(e.precision->half_width.value == Approx(0.05));
    CHECK(e.precision->half_width.unit == "CNY/order");
    CHECK(e.precision->half_width.figure == "cost_per_order_total");
    CHECK(e.precision->at_most == 200);
    CHECK_FALSE(e.common_random_numbers);
    CHECK(e.baseline == 1);
    CHECK(e.decide.better == Better::higher);
    REQUIRE(e.decide.subject_to.size() == 2);
    CHECK(e.decide.subject_to[0].at_least->value == Approx(0.95));
    CHECK(e.decide.subject_to[0].at_least->unit == "1");
    CHECK_FALSE(e.decide.subject_to[0].at_most);
    CHECK(e.decide.subject_to[1].at_most->value == Approx(0.9));
    CHECK(e.decide.subject_to[1].at_most->unit.empty());
    REQUIRE(e.arms.size() == 2);
    CHECK(e.arms[0].name == "a");
    CHECK(e.arms[0].changes.empty());
    CHECK(e.arms[1].name == "乙");
    CHECK(e.arms[1].changes == std::vector<std::string>{"set demand.orders: 2k/day"});
    CHECK(e.arms[1].spec.demand.at(0).orders_per_second == Approx(2000.0 / 86400));
    for (const auto& arm : e.arms) {
        CHECK(arm.spec.warm_up == spate::sim::day * 2);
        CHECK(arm.spec.scenario_text.find("warm_up: 2 d") != std::string::npos);
    }
}

TEST_CASE("a warm-up that is to be found") {
    Trial trial;
    Small small;
    small.time = "time: {start: 2025-11-03T00:00:00+08:00, warm_up: 3 d, horizon: 14 d}";
    trial.base = small.text();
    const std::string start = head + "replications: 2\nwarm_up: mser-5\n" + decide + "arms:\n  - {id: a}\n";
    const auto loaded = trial.load(start + "  - {id: b}\n");
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.experiment.finds_warm_up);
    CHECK(loaded.experiment.arms[1].spec.warm_up == spate::sim::day * 3);  // that of the base, until it is found
    const auto found =
        load_experiment((trial.folder.path() / "trial.yaml").string(), {}, figures, spate::sim::minute * 90);
    REQUIRE(found.problems.empty());
    CHECK(found.experiment.finds_warm_up);
    CHECK(found.experiment.arms[1].spec.warm_up == spate::sim::minute * 90);
    CHECK(found.experiment.arms[1].spec.scenario_text.find("warm_up: 90 min") != std::string::npos);
    CHECK(loaded.warnings.size() == 1);  // that the arms are the same
    for (const char* own : {"set: {time.warm_up: 1 d}",
                            "set: {time: {start: 2025-11-03T00:00+08:00, warm_up: 1 d, horizon: 14 d}}",
                            "change: {time: {warm_up: 1 d}}"}) {
        CHECK(trial.problem(start + "  - {id: b, " + own + "}\n").find("arm 'b' has a warm-up of its own")
              != std::string::npos);
    }
    CHECK(trial.problem(start + "  - {id: b, set: {trace.series: 1 d}}\n")
              .find("'mser-5' needs at least 51 sample periods (arm 'b' has 17 of 1 d)")
          != std::string::npos);
}

TEST_CASE("sessions make a search for the warm-up doubtful") {
    Trial trial;
    trial.base = Small().text()
                 + "sessions: [{id: eve, starts: 2025-11-10T20:00+08:00, lasts: 2 h, products: all, lift: 2 x}]\n";
    const auto loaded = trial.load(head + "replications: 2\nwarm_up: mser-5\n" + decide + two_arms);
    REQUIRE(loaded.problems.empty());
    REQUIRE_FALSE(loaded.warnings.empty());
    CHECK(loaded.warnings.back().to_string().find("trial.yaml:5:10: arm 'a' has sessions") != std::string::npos);
}

TEST_CASE("defaults: the first arm is the baseline, random numbers are common, warm-up is that of the base") {
    Trial trial;
    Small small;
    small.time = "time: {start: 2025-11-03T00:00:00+08:00, warm_up: 3 d, horizon: 14 d}";
    trial.base = small.text();
    const auto loaded = trial.arms("  - {id: b, set: {demand.orders: 2k/day}}\n");
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.experiment.replications == 20U);
    CHECK(loaded.experiment.common_random_numbers);
    CHECK(loaded.experiment.baseline == 0);
    CHECK(loaded.experiment.arms[1].spec.warm_up == spate::sim::day * 3);
}

TEST_CASE("the merged text of an arm is the arm") {
    const Trial trial;
    const auto loaded = trial.arms(
        "  - id: b\n    set: {\"sites[rdc].stock.cover\": 8 d}\n    change: {products: [{id: "
        "face-mask, price: 99 CNY}, {id: wok, price: 1 CNY}]}\n");
    REQUIRE(loaded.problems.empty());
    const auto& spec = loaded.experiment.arms[1].spec;
    REQUIRE(spec.products.size() == 3);
    CHECK(spec.products[1].price == 99'000'000);
    const auto again = load_scenario(trial.folder.write("again.yaml", spec.scenario_text));
    REQUIRE(again.problems.empty());
    CHECK(again.spec.scenario_text == spec.scenario_text);
    CHECK(loaded.experiment.arms[0].spec.products.size() == 2);
}

TEST_CASE("items are dropped by id, glob, position and name") {
    Trial trial;
    Small small;
    small.sites += "\n  - {id: rdc-b, kind: rdc, at: wuhan}\n  - {id: rdc-c, kind: rdc, at: wuhan}";
    small.lanes +=
        "\n  - {from: supplier, to: [rdc-b, rdc-c], transit: 1 d}\n  - {from: rdc-b, to: markets, transit: 1 d}"
        "\n  - {from: rdc-c, to: markets, transit: 1 d}";
    trial.base = small.text();
    const auto loaded = trial.arms(
        "  - {id: by-name, drop: {sites: rdc-*, lanes: [rdc-b, rdc-c]}}\n"
        "  - {id: by-position, drop: {sites: [rdc-b, rdc-c], lanes: [2, 3, 4], products: lip-glaze}}\n");
    REQUIRE(loaded.problems.empty());
    const auto& arms = loaded.experiment.arms;
    REQUIRE(arms.size() == 3);
    CHECK(arms[0].spec.sites.size() == 4);
    CHECK(arms[1].spec.sites.size() == 2);
    CHECK(arms[2].spec.sites.size() == 2);
    CHECK(arms[1].spec.lanes.size() == arms[2].spec.lanes.size());
    CHECK(arms[0].spec.lanes.size() > arms[1].spec.lanes.size());
    REQUIRE(arms[2].spec.products.size() == 1);
    CHECK(arms[2].spec.products[0].id == "face-mask");
    CHECK(arms[1].changes == std::vector<std::string>{"drop sites rdc-*", "drop lanes rdc-b rdc-c"});
}

TEST_CASE("an arm begins as the arm it is like, and items without ids are added after the others") {
    Trial trial;
    Small small;
    small.more = "policies:\n  replenish:\n    - {at: rdc, use: {min_max: {min: 1, max: 2}}}\n";
    trial.base = small.text();
    const auto loaded = trial.arms(
        "  - {id: two, change: {sites: [{id: rdc-b, kind: rdc, at: wuhan}]},\n"
        "     add: {lanes: [{from: supplier, to: rdc-b, transit: 1 d}, {from: rdc-b, to: markets, transit: 1 d}]}}\n"
        "  - {id: three, like: two, set: {\"sites[rdc-b].stock.cover\": 8 d},\n"
        "     add: {replenish: {at: rdc-b, use: {min_max: {min: 3, max: 4}}}}}\n"
        "  - {id: four, like: three}\n");
    REQUIRE(loaded.problems.empty());
    const auto& arms = loaded.experiment.arms;
    REQUIRE(arms.size() == 4);
    CHECK(arms[1].spec.sites.size() == arms[0].spec.sites.size() + 1);
    CHECK(arms[1].spec.lanes.size() > arms[0].spec.lanes.size() + 1);
    CHECK(arms[1].spec.replenish.size() == 1);
    CHECK(arms[2].spec.sites.size() == arms[1].spec.sites.size());
    CHECK(arms[2].spec.lanes.size() == arms[1].spec.lanes.size());
    CHECK(arms[2].spec.replenish.size() == 2);
    CHECK(arms[3].spec.scenario_text == arms[2].spec.scenario_text);
    CHECK(arms[2].changes
          == std::vector<std::string>{"like two", "set sites[rdc-b].stock.cover: 8 d", "add replenish"});
}

TEST_CASE("what an arm cannot be like, and what cannot be added") {
    Trial trial;
    trial.base = Small().text();
    const std::string start = head + "replications: 2\n" + decide + "arms:\n  - {id: a}\n  - {id: b, ";
    CHECK(trial.problem(start + "like: c}\n  - {id: c}\n")
          == "trial.yaml:8:19: there is no arm 'c' before this one. did you mean 'a'?");
    CHECK(trial.problem(start + "like: b}\n")
          == "trial.yaml:8:19: there is no arm 'b' before this one. did you mean 'a'?");
    CHECK(trial.problem(start + "add: {sites: {id: x}}}\n").find("'sites'") != std::string::npos);
    CHECK(trial.problem(start + "add: {replenish: {at: rdc}}}\n")
          == "trial.yaml:8:30: arm 'b': there is no `replenish` to add to. write it in `change`?");
    CHECK(trial.problem(start + "add: {lanes: {from: rdc, to: nowhere, transit: 1 d}}}\n").find("'nowhere'")
          != std::string::npos);
}

TEST_CASE("rows of CSV files are dropped like other items, and changed after that") {
    Trial trial;
    Small small;
    small.products = "products: {from: skus.csv, weight: 1 kg}";
    trial.base = small.text();
    trial.folder.write("skus.csv", "id,price [CNY]\nmug,10\npan-a,20\npan-b,30\n");
    const auto loaded =
        trial.arms("  - {id: b, drop: {products: pan-*}, change: {products: [{id: mug, price: 11 CNY}]}}\n");
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.experiment.arms[0].spec.products.size() == 3);
    const auto& products = loaded.experiment.arms[1].spec.products;
    REQUIRE(products.size() == 1);
    CHECK(products[0].price == 11'000'000);
    CHECK(products[0].weight_mg == 1'000'000);
}

TEST_CASE("rules are dropped by their site") {
    Trial trial;
    Small small;
    small.more = "policies:\n  replenish:\n    - {at: rdc, use: {min_max: {min: 1, max: 2}}}\n";
    trial.base = small.text();
    const auto loaded = trial.arms("  - {id: none, drop: {replenish: rdc}}\n");
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.experiment.arms[0].spec.replenish.size() == 1);
    CHECK(loaded.experiment.arms[1].spec.replenish.empty());
}

TEST_CASE("values of --set change the base; what an arm says wins") {
    const Trial trial;
    const auto loaded =
        trial.arms("  - {id: b, set: {demand.orders: 2/s}}\n", {{"demand.orders", "1/s"}, {"time.horizon", "2 d"}});
    REQUIRE(loaded.problems.empty());
    const auto& arms = loaded.experiment.arms;
    CHECK(arms[0].spec.demand.at(0).orders_per_second == Approx(1));
    CHECK(arms[1].spec.demand.at(0).orders_per_second == Approx(2));
    CHECK(arms[1].spec.horizon == spate::sim::day * 2);
    const auto wrong = trial.arms("  - {id: b}\n", {{"nope", "1"}});
    REQUIRE(wrong.problems.size() == 1);
    CHECK(wrong.problems[0].to_string().starts_with("--set nope=1: unknown key"));
}

TEST_CASE("a problem of the base is told once, one of an arm with its name, where it is written") {
    Trial trial;
    Small small;
    small.products = "products:\n  - {id: lip-glaze, price: 129}";
    trial.base = small.text();
    const auto loaded = trial.arms("  - {id: b, set: {seed: 7}}\n  - {id: c, set: {seed: x}}\n");
    REQUIRE(loaded.problems.size() == 2);
    CHECK(loaded.problems[0].file == (trial.folder.path() / "base.yaml").string());
    CHECK(loaded.problems[0].text.starts_with("'129'"));
    CHECK(loaded.problems[1].file == (trial.folder.path() / "trial.yaml").string());
    CHECK(loaded.problems[1].line == 9);
    CHECK(loaded.problems[1].text.starts_with("arm 'c': 'x' is not a whole number"));
}

TEST_CASE("a problem of several arms names them all") {
    const Trial trial;
    const auto loaded = trial.arms("  - {id: b, drop: {sites: rdc}}\n  - {id: c, drop: {sites: rdc}}\n");
    REQUIRE_FALSE(loaded.problems.empty());
    for (const auto& problem : loaded.problems) {
        CHECK(problem.file == (trial.folder.path() / "base.yaml").string());
        CHECK(problem.text.starts_with("arms 'b' and 'c': "));
    }
    const auto all = trial.load(head + "replications: 2\n" + decide
                                + "arms:\n  - {id: b, drop: {sites: rdc}}\n  - {id: c, drop: {sites: [rdc]}}\n");
    CHECK(all.problems.size() == loaded.problems.size());
    for (const auto& problem : all.problems) {
        CHECK(problem.text.starts_with("every arm: "));
    }
}

TEST_CASE("what an arm cannot do") {
    const Trial trial;
    const std::string start = head + "replications: 2\n" + decide + "arms:\n  - {id: a}\n  - {id: b, ";
    CHECK(trial.problem(start + "drop: {sites: front-*}}\n")
          == "trial.yaml:8:27: arm 'b': 'front-*' matches no site of the base. write supplier or rdc?");
    CHECK(trial.problem(start + "drop: {lanes: 2}}\n").starts_with("trial.yaml:8:27: arm 'b': '2' matches no lane"));
    CHECK(trial.problem(start + "drop: {sessions: x}}\n")
          == "trial.yaml:8:30: arm 'b': the base has no `sessions` to drop");
    CHECK(trial.problem(start + "drop: {sites: []}}\n").find("not an empty list") != std::string::npos);
    CHECK(trial.problem(start + "drop: {site: rdc}}\n").find("did you mean 'sites'?") != std::string::npos);
    CHECK(trial.problem(start + "set: [seed]}\n").find("`set` must be a map, not a list") != std::string::npos);
    CHECK(trial.problem(start + "set: {\"sites[x].name\": y}}\n").find("there is no item [x]") != std::string::npos);
    CHECK(trial.problem(start + "set: {include: y}}\n").find("`include` cannot be set") != std::string::npos);
    CHECK(trial.problem(start + "change: {include: y}}\n").find("`include` is not possible") != std::string::npos);
    CHECK(trial.problem(start + "change: seed}\n").find("`change` must be a map") != std::string::npos);
    CHECK(trial
              .problem(start
                       + "set: {currency: USD}, change: {products: [{id: lip-glaze, price: 1 USD}, {id: face-mask, "
                         "price: 1 USD}]}}\n")
              .find("arm 'b' counts in USD, arm 'a' in CNY")
          != std::string::npos);
}

TEST_CASE("what is wrong with the head of an experiment") {
    const Trial trial;
    const std::string runs = "replications: 2\n";
    CHECK(trial.problem(head + decide + two_arms).find("either `replications` or `precision`") != std::string::npos);
    CHECK(trial.problem(head + "replications: 1\n" + decide + two_arms).find("must be at least 2")
          != std::string::npos);
    CHECK(trial.problem(head + runs + "warm_up: mser5\n" + decide + two_arms).find("did you mean 'mser-5'?")
          != std::string::npos);
    CHECK(trial.problem(head + runs + "baseline: bb\n" + decide + two_arms).find("there is no arm 'bb'")
          != std::string::npos);
    CHECK(trial.problem(head + runs + decide + "arms:\n  - {id: a}\n").find("at least 2 arms (this is 1)")
          != std::string::npos);
    CHECK(trial.problem(head + runs + "decide: {by: cost_per_order_totl, better: lower}\n" + two_arms)
              .find("did you mean 'cost_per_order_total'?")
          != std::string::npos);
    CHECK(trial.problem("spate: 1\nexperiment: x\nscenario: nope.yaml\n" + runs + decide + two_arms)
              .starts_with("trial.yaml:3:11: cannot read"));
    CHECK(trial.problem("spate: 1\nexperiment: x\nscenario: trial.yaml\n" + runs + decide + two_arms)
              .find("is an experiment, not a scenario")
          != std::string::npos);
    CHECK(trial.problem(head + "precision: {half_width: 0, at_most: 9}\n" + decide + two_arms).find("above 0")
          != std::string::npos);
    CHECK(trial.load("- 1\n").problems.size() == 1);
}

TEST_CASE("arms that are hardly meant are warned of") {
    const Trial trial;
    const auto warning = [&](const std::string& arm) {
        const auto loaded = trial.arms("  - {id: b, set: {" + arm + "}}\n");
        REQUIRE(loaded.problems.empty());
        REQUIRE(loaded.warnings.size() == 1);
        CHECK(loaded.warnings[0].line == 8);
        return loaded.warnings[0].text;
    };
    CHECK(warning("seed: 7").find("has another seed than the baseline 'today'") != std::string::npos);
    CHECK(warning("time.horizon: 7 d").find("covers another time") != std::string::npos);
    CHECK(warning("name: small").find("is the same scenario as 'today'") != std::string::npos);
}

TEST_CASE("equal arms with random numbers of their own differ by chance") {
    const Trial trial;
    const std::string equal = head + "replications: 20\n" + decide + "arms:\n  - {id: a}\n  - {id: b}\n";
    CHECK(trial.load(equal).warnings.at(0).text.find("(all differences will be 0)") != std::string::npos);
    CHECK(trial.load("common_random_numbers: false\n" + equal)
              .warnings.at(0)
              .text.find("(all differences will be chance)")
          != std::string::npos);
}

TEST_CASE("two arms of one name are refused") {
    const Trial trial;
    const auto problem = [&](const std::string& arms) {
        return trial.problem(head + "replications: 20\n" + decide + "arms:\n" + arms);
    };
    CHECK(problem("  - {id: a, name: Same}\n  - {id: b, name: Same, set: {seed: 7}}\n")
          == "trial.yaml:8:19: arms 'a' and 'b' are both called 'Same'. give one of them another name?");
    CHECK(problem("  - {id: a}\n  - {id: b, name: a, set: {seed: 7}}\n").find("are both called 'a'")
          != std::string::npos);
}

TEST_CASE("the text of a scenario gets another seed") {
    CHECK(with_seed("spate: 1\nseed: 7\nname: x\n", 1ULL << 63) == "spate: 1\nseed: 9223372036854775808\nname: x\n");
    CHECK(with_seed("spate: 1\nname: x\n", 8) == "spate: 1\nname: x\nseed: 8\n");
    CHECK(with_seed("spate: 1\nmarkets:\n  seed: 7\nseed: 9\n", 8) == "spate: 1\nmarkets:\n  seed: 7\nseed: 8\n");
}

TEST_CASE("values must have the unit of their figure") {
    const Trial trial;
    const auto units = [](std::string_view figure) {
        return std::string(figure == "cost_per_order_total" ? "CNY/order" : figure == "order_fill_rate" ? "1" : "");
    };
    const auto problems = [&](const std::string& half_width, const std::string& rate) {
        const auto loaded = trial.load(
            head + "precision: {half_width: " + half_width
            + ", at_most: 9}\ndecide: {by: cost_per_order_total, better: lower, subject_to: {figure: order_fill_rate, "
              "at_least: "
            + rate + "}}\n" + two_arms);
        REQUIRE(loaded.problems.empty());
        return unit_problems(loaded.experiment, units);
    };
    CHECK(problems("0.05 CNY/order", "95 %").empty());
    CHECK(problems("0.05", "0.95").empty());
    const auto wrong = problems("0.05 USD/order", "95");
    REQUIRE(wrong.size() == 2);
    CHECK(wrong[0].line == 4);
    CHECK(wrong[0].text
          == "'0.05 USD/order' has another unit than 'cost_per_order_total'. write a number in CNY/order?");
    CHECK(wrong[1].text == "'95' is too large ('order_fill_rate' is a share, from 0 to 1). write it in %?");
    CHECK(problems("5 %", "2 h").size() == 2);
}

TEST_CASE("bounds that no arm can keep are refused, however they are written") {
    const Trial trial;
    const auto bounds = [&](const std::string& least, const std::string& most) {
        return trial
            .load(head
                  + "replications: 2\ndecide: {by: cost_per_order_total, better: lower, subject_to: {figure: "
                    "order_fill_rate, at_least: "
                  + least + ", at_most: " + most + "}}\n" + two_arms)
            .problems.size();
    };
    CHECK(bounds("90 %", "50 %") == 1);
    CHECK(bounds("90 %", "0.5") == 1);
    CHECK(bounds("0.9", "50 %") == 1);
    CHECK(bounds("50 %", "0.9") == 0);
}

TEST_CASE("an arm that drops the only channel is refused") {
    Trial trial;
    Small small;
    small.more = "channels: [{id: shop}]";
    trial.base = small.text();
    const auto loaded = trial.arms("  - {id: none, drop: {channels: shop}}\n");
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems[0].text.starts_with("arm 'none': nobody can order (there is no channel)"));
}

TEST_CASE("experiments are told from scenarios by their key") {
    const test::TemporaryFolder folder;
    CHECK(is_experiment(folder.write("a.yaml", "# remark\nspate: 1\nexperiment: x\n")));
    CHECK(is_experiment(folder.write("b.yaml",
                                     "\xEF\xBB\xBF"
                                     "experiment: x\n")));
    CHECK_FALSE(is_experiment(folder.write("c.yaml", "spate: 1\nname: x\ntitle: an experiment: x\n  experiment: y\n")));
    CHECK_FALSE(is_experiment("no/such/file.yaml"));
}
