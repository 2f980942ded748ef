#include "cli/comparison.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "sim/trace/reader.hpp"

using namespace spate;
using analysis::Outcome;
using cli::Comparison;
using cli::Replication;

namespace {

using Results = std::vector<std::vector<Replication>>;

scenarios::Experiment two_arms(std::size_t arms = 2) {
    scenarios::Experiment experiment;
    experiment.id = "test";
    experiment.replications = 4;
    experiment.decide.figure = "cost";
    for (std::size_t a = 0; a < arms; ++a) {
        auto& arm = experiment.arms.emplace_back();
        arm.id = "arm-" + std::to_string(a);
        arm.name = a == 1 ? "前置仓, \"快\"" : arm.id;
        arm.spec.scenario_text = "spate: 1\n";
    }
    return experiment;
}

/// By arm: the values of `cost` and of `service`.
Results results_of(const std::vector<std::vector<double>>& cost, const std::vector<std::vector<double>>& service) {
    Results results;
    for (std::size_t a = 0; a < cost.size(); ++a) {
        auto& of_arm = results.emplace_back();
        for (std::size_t r = 0; r < cost[a].size(); ++r) {
            Replication replication;
            replication.number = static_cast<std::uint32_t>(r);
            replication.figures.figures = {{"cost", cost[a][r], "CNY/order", "what it costs", ""},
                                           {"service", service[a][r], "1", "how good it is", ""}};
            of_arm.push_back(replication);
        }
    }
    return results;
}

const std::vector<double> base_cost = {10, 12, 11, 13}, good = {0.97, 0.98, 0.97, 0.98};

std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("a steady difference is shown in spite of noise that both arms share") {
    const auto results = results_of({base_cost, {9.1, 10.9, 10.1, 11.9}}, {good, good});
    const auto comparison = cli::compare_arms(two_arms(), results, std::nullopt);
    REQUIRE(comparison.verdicts.size() == 2);
    CHECK_FALSE(comparison.verdicts[0]);
    CHECK(comparison.verdicts[1]->outcome == Outcome::better);
    const auto& arm = comparison.figures[0].arms[1];
    CHECK(*arm.difference->mean == Approx(-1.0));
    // Differences -0.9, -1.1, -0.9, -1.1: s = 0.11547, half width 3.18245 s / 2.
    CHECK(arm.difference->interval->high - arm.difference->interval->low == Approx(2 * 3.182446 * 0.1154701 / 2));
    CHECK(*arm.variance_ratio.value > 100);
}

TEST_CASE("arms that are identical in every replication are told so") {
    const char* const note = "; the arms are identical in every replication";
    const auto verdict = [](const Results& results) {
        return cli::compare_arms(two_arms(), results, std::nullopt).verdicts[1]->text;
    };
    auto results = results_of({base_cost, base_cost}, {good, good});
    CHECK(verdict(results)
          == "no difference shown between 前置仓, \"快\" and arm-0: cost is the same in all 4 replications"
                 + std::string(note));
    results[1][2].digest = 1;  // the same figures by chance
    CHECK(verdict(results).find(note) == std::string::npos);
    results[1][2].digest = 0;
    results[1][3].figures.figures[1].value = 0.5;  // the figure that decides is the same, another is not
    CHECK(verdict(results).find(note) == std::string::npos);
    results[1][3].figures.figures[1].value.reset();
    CHECK(verdict(results).find(note) == std::string::npos);
}

TEST_CASE("without common random numbers the same values show nothing") {
    auto experiment = two_arms();
    experiment.common_random_numbers = false;
    const auto results = results_of({base_cost, {9.1, 10.9, 10.1, 11.9}}, {good, good});
    const auto comparison = cli::compare_arms(experiment, results, std::nullopt);
    CHECK(comparison.verdicts[1]->outcome == Outcome::no_difference_shown);
    CHECK_FALSE(comparison.figures[0].arms[1].variance_ratio.value);
}

TEST_CASE("identical arms give no difference shown") {
    const auto comparison =
        cli::compare_arms(two_arms(), results_of({base_cost, base_cost}, {good, good}), std::nullopt);
    CHECK(comparison.verdicts[1]->outcome == Outcome::no_difference_shown);
}

TEST_CASE("a cheaper arm that misses a constraint is a trade-off") {
    auto experiment = two_arms();
    scenarios::FigureValue bound;
    bound.value = 0.95;
    experiment.decide.subject_to.push_back({"service", bound, std::nullopt});
    const std::vector<double> poor = {0.80, 0.81, 0.80, 0.81};
    const auto comparison =
        cli::compare_arms(experiment, results_of({base_cost, {9.1, 10.9, 10.1, 11.9}}, {good, poor}), std::nullopt);
    CHECK(comparison.verdicts[1]->outcome == Outcome::trade_off);
    CHECK(comparison.choice == 0U);
    CHECK(cli::comparison_text(experiment, comparison)
              .find("Lowest mean of cost of the arms shown to keep every constraint: arm-0 (11.5 ± 2.1 CNY/order)\n")
          != std::string::npos);
}

TEST_CASE("the choice is the best mean of the arms whose intervals keep every constraint") {
    auto experiment = two_arms(3);
    const Results results = results_of({base_cost, {9, 11, 10, 12}, {8, 10, 9, 11}}, {good, good, good});
    CHECK(cli::compare_arms(experiment, results, std::nullopt).choice == 2U);
    experiment.decide.better = scenarios::Better::higher;
    CHECK(cli::compare_arms(experiment, results, std::nullopt).choice == 0U);
    scenarios::FigureValue bound;
    bound.value = 0.99;
    experiment.decide.subject_to.push_back({"service", bound, std::nullopt});
    const auto none = cli::compare_arms(experiment, results, std::nullopt);
    CHECK_FALSE(none.choice);
    CHECK(cli::comparison_text(experiment, none).find("No arm is shown to keep every constraint.\n")
          != std::string::npos);
    experiment.decide.subject_to[0].at_least->value = 0.95;
    experiment.baseline = 1;
    const auto two =
        cli::compare_arms(experiment, results_of({base_cost, base_cost, base_cost}, {good, good, good}), std::nullopt);
    CHECK(two.choice == 0U);
    const auto one = cli::compare_arms(experiment, results_of({{10}, {11}, {12}}, {{1}, {1}, {1}}), std::nullopt);
    CHECK_FALSE(one.choice);
}

TEST_CASE("intervals of differences are wider where several arms are compared, so that all hold together") {
    const auto results = results_of({base_cost, base_cost, base_cost}, {good, good, good});
    const auto comparison = cli::compare_arms(two_arms(3), results, std::nullopt);
    CHECK(comparison.confidence_of_differences == Approx(0.975));
}

TEST_CASE("a deciding figure that is undefined in a replication stops the comparison") {
    auto results = results_of({base_cost, base_cost}, {good, good});
    results[1][2].figures.figures[0].value.reset();
    CHECK_THROWS_WITH(cli::compare_arms(two_arms(), results, std::nullopt),
                      Catch::Contains("arm arm-1, replication 2: cost is undefined"));
    results[1].clear();
    CHECK_THROWS(cli::compare_arms(two_arms(), {{}, {}}, std::nullopt));
}

TEST_CASE("a figure that no scenario of an arm makes does not ask for longer runs") {
    const auto experiment = two_arms();
    analysis::KeyFigures figures{{{"cost", std::nullopt, "CNY/order", "", "no order was placed"}}};
    CHECK(cli::why_undecided(experiment.decide, figures).find("cost is undefined (no order was placed)") == 0);
    figures.figures[0].name = "other";
    const std::string why = cli::why_undecided(experiment.decide, figures);
    CHECK(why.find("there is no cost (") == 0);
    CHECK(why.find("longer") == std::string::npos);
}

TEST_CASE("the cost of an account that moved in some runs only is 0 in the others") {
    auto experiment = two_arms();
    experiment.decide.figure = "cost_per_order_total";
    auto results = results_of({{4, 0, 0, 0}, {4, 8, 0, 0}}, {base_cost, base_cost});
    for (auto& of_arm : results) {
        for (auto& replication : of_arm) {
            auto& figures = replication.figures.figures;
            figures[0].name = "cost_per_order_penalty";
            figures[1].name = "cost_per_order_total";
            if (figures[0].value == 0.0)
                figures.erase(figures.begin());
        }
    }
    const auto comparison = cli::compare_arms(experiment, results, std::nullopt);
    const auto& penalty = comparison.figures[0];
    REQUIRE(penalty.name == "cost_per_order_penalty");
    CHECK(penalty.arms[0].replications == 4);
    CHECK(penalty.arms[0].mean.mean == 1.0);
    CHECK(penalty.arms[1].mean.mean == 3.0);
    CHECK(penalty.arms[1].difference->mean == 2.0);
    experiment.decide.figure = "cost_per_order_scrap_loss";  // nowhere
    const auto none = cli::compare_arms(experiment, results, std::nullopt);
    CHECK(none.figures[none.deciding].arms[0].mean.mean == 0.0);
    results[1][2].figures.figures.back().value.reset();  // nobody ordered
    CHECK_THROWS_WITH(cli::compare_arms(experiment, results, std::nullopt), Catch::Contains("replication 2"));
}

TEST_CASE("a bound is kept or not whatever other arms there are") {
    auto experiment = two_arms();
    scenarios::FigureValue bound;
    const std::vector<double> service = {0.970, 0.974, 0.971, 0.973};
    // mean 0.972, s = 0.001826: half width 3.1824 s / 2 = 0.00291 at 95 %, 4.1765 s / 2 = 0.00381 at 97.5 %.
    bound.value = 0.9685;
    experiment.decide.subject_to.push_back({"service", bound, std::nullopt});
    const auto two =
        cli::compare_arms(experiment, results_of({base_cost, {9, 11, 10, 12}}, {service, service}), std::nullopt);
    auto three = two_arms(3);
    three.decide = experiment.decide;
    const auto more = cli::compare_arms(
        three, results_of({base_cost, {9, 11, 10, 12}, base_cost}, {service, service, service}), std::nullopt);
    CHECK(two.choice == 1U);
    CHECK(more.choice == 1U);
}

TEST_CASE("an arm with another seed or time does not change demand") {
    auto experiment = two_arms(3);
    experiment.arms[1].spec.seed = 7;
    experiment.arms[2].spec.horizon = sim::day * 9;
    auto results = results_of({base_cost, base_cost, base_cost}, {good, good, good});
    results[1][0].demand_digest = 1;
    results[2][0].demand_digest = 2;
    const auto text = cli::comparison_text(experiment, cli::compare_arms(experiment, results, std::nullopt));
    CHECK(text.find("others than the baseline's: the arm has another seed.\n") != std::string::npos);
    CHECK(text.find("arm-2 are others than the baseline's: the arm covers another time.\n") != std::string::npos);
}

TEST_CASE("precision is reached when the half width is small enough, else more replications are asked for") {
    const auto comparison =
        cli::compare_arms(two_arms(), results_of({base_cost, {9.1, 10.9, 10.1, 11.9}}, {good, good}), std::nullopt);
    CHECK(cli::check_precision(comparison, 0.2, 4).is_reached);
    const auto state = cli::check_precision(comparison, 0.05, 4);
    CHECK_FALSE(state.is_reached);
    // t s / sqrt(n) <= 0.05 with s = 0.11547: n = 23 (t = 2.074), not 22 (t = 2.080, half width 0.0512).
    CHECK(state.wanted == 23);
}

TEST_CASE("results say what arms had to keep, and whether they did") {
    const std::string path =
        (std::filesystem::temp_directory_path() / ("spate-bounds-" + std::to_string(getpid()) + ".h5")).string();
    auto experiment = two_arms();
    scenarios::FigureValue low, high;
    low.value = 0.95;
    high.value = 0.999;
    experiment.decide.subject_to.push_back({"service", low, high});
    const std::vector<double> poor = {0.80, 0.81, 0.80, 0.81};
    const auto results = results_of({base_cost, {9.1, 10.9, 10.1, 11.9}}, {good, poor});
    sim::Recorder recorder(path, true, 0);
    cli::write_hdf5(recorder, experiment, results, cli::compare_arms(experiment, results, std::nullopt));
    const sim::TraceReader file(path);
    CHECK(file.texts("/experiment/constraints/figure") == std::vector<std::string>{"service", "service"});
    CHECK(file.texts("/experiment/constraints/kind") == std::vector<std::string>{"at_least", "at_most"});
    CHECK(file.numbers("/experiment/constraints/value") == std::vector<double>{0.95, 0.999});
    CHECK(file.numbers("/results/constraints/arm") == std::vector<double>{1, 1});
    CHECK(file.texts("/results/constraints/arm_state") == std::vector<std::string>{"missed", "met"});
    CHECK(file.texts("/results/constraints/baseline_state") == std::vector<std::string>{"met", "met"});
    std::filesystem::remove(path);
}

TEST_CASE("results are written with quotes where they are needed, and twice the same bytes") {
    const std::string stem =
        (std::filesystem::temp_directory_path() / ("spate-comparison-" + std::to_string(getpid()))).string();
    const auto experiment = two_arms();
    const auto results = results_of({base_cost, {9.1, 10.9, 10.1, 11.9}}, {good, good});
    const auto comparison = cli::compare_arms(experiment, results, std::nullopt);
    const std::string csv = cli::comparison_csv(experiment, comparison);
    CHECK(
        csv.starts_with("\xEF\xBB\xBF"
                        "arm,name,figure,unit,replications,mean,"));
    CHECK(csv.find("arm-1,\"前置仓, \"\"快\"\"\",cost,CNY/order,4,10.5,") != std::string::npos);
    CHECK(csv.find(",better\r\n") != std::string::npos);
    for (const char* end : {".h5", "-2.h5"}) {
        sim::Recorder recorder(stem + end, true, 0);
        cli::write_hdf5(recorder, experiment, results, comparison);
    }
    CHECK(content(stem + ".h5") == content(stem + "-2.h5"));
    const sim::TraceReader file(stem + ".h5");
    CHECK(file.numbers("/results/runs/cost") == std::vector<double>{10, 12, 11, 13, 9.1, 10.9, 10.1, 11.9});
    CHECK(file.texts("/experiment/arms/outcome") == std::vector<std::string>{"", "better"});
    CHECK(file.text("/experiment/scenarios/arm-1") == "spate: 1\n");
    CHECK(file.texts("/experiment/arms/seed")
          == std::vector<std::string>(2, std::to_string(experiment.arms[0].spec.seed)));
    CHECK(file.text_attribute("subject_to") == "");
    for (const char* end : {".csv", ".h5", "-2.h5"})
        std::filesystem::remove(stem + end);
}
