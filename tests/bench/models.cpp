// Whole models, from the scenario file to the last event. No trace is written: what is measured is the model.

#include <memory>
#include <stdexcept>

#include "models/model.hpp"
#include "scenarios/load/scenario.hpp"

#include "tests/bench/benchmark.hpp"
#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

namespace {

std::shared_ptr<const models::ModelSpec> load(const std::string& path,
                                              const std::vector<scenarios::Override>& overrides) {
    auto loaded = scenarios::load_scenario(std::string(SPATE_SOURCE_DIR) + "/" + path, overrides);
    if (!loaded.problems.empty()) {
        throw std::runtime_error(loaded.problems.front().to_string());
    }
    return std::make_shared<const models::ModelSpec>(std::move(loaded.spec));
}

/// Building the processes and running them to the end. `per_order`: how much one customer's order counts.
Run run_model(const models::ModelSpec& spec, unsigned workers, double per_order) {
    models::ModelSpec copy = spec;
    sim::EngineOptions options;
    options.workers = workers;
    sim::Recorder nothing;
    const Stopwatch watch;
    models::Model model(std::move(copy), options, nothing);
    const auto result = model.run();
    return {static_cast<double>(result.orders) * per_order, watch.seconds(), result.report.digest.total};
}

}  // namespace

/// Every customer is two events of the queue in the textbook: one comes, one has been served.
Benchmark queue() {
    const auto spec = load("tests/bench/mm1.yaml", {});
    return {"mm1", "", {{"mm1", 1, "events/s", [spec] { return run_model(*spec, 1, 2); }}}};
}

/// Two days of the national network with the show on the evening of the second.
Benchmark first_light() {
    const auto spec =
        load("scenarios/double-eleven.yaml", {{"time.start", "2025-11-09T00:00:00+08:00"}, {"time.horizon", "2 d"}});
    return {"double-eleven-2d",
            "1 worker",
            {{"double-eleven-2d", 1, "orders/s", [spec] { return run_model(*spec, 1, 1); }},
             {"double-eleven-2d", 2, "orders/s", [spec] { return run_model(*spec, 2, 1); }}}};
}

}  // namespace spate::bench
