#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <catch2/catch.hpp>

#include "scenarios/load/experiment.hpp"
#include "scenarios/load/scenario.hpp"

using namespace spate::scenarios;
namespace fs = std::filesystem;

namespace {

/// Of the experiment in the current folder if there is one, else of the scenario.
std::vector<Problem> problems_here() {
    constexpr std::string_view figures[] = {"cost_per_order_total", "delivered_within_48h", "order_fill_rate"};
    return fs::exists("experiment.yaml") ? load_experiment("experiment.yaml", {}, figures).problems
                                         : load_scenario("scenario.yaml").problems;
}

}  // namespace

TEST_CASE("every scenario of the failure corpus gives exactly the expected problems") {
    const fs::path before = fs::current_path();
    std::vector<fs::path> cases;
    for (const auto& entry : fs::directory_iterator(fs::path(SPATE_SOURCE_DIR) / "tests/failure")) {
        if (entry.is_directory()) {
            cases.push_back(entry.path());
        }
    }
    std::sort(cases.begin(), cases.end());
    CHECK(cases.size() >= 21);
    for (const auto& folder : cases) {
        INFO(folder);
        fs::current_path(folder);
        std::string printed;
        for (const auto& problem : problems_here()) {
            printed += problem.to_string() + "\n";
        }
        std::stringstream expected;
        expected << std::ifstream("expected.txt", std::ios::binary).rdbuf();
        CHECK_FALSE(printed.empty());
        CHECK(printed == expected.str());
    }
    fs::current_path(before);
}
