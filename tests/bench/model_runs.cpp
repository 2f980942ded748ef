#include "tests/bench/model_runs.hpp"

#include <stdexcept>

#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

Spec load(const std::string& path, const Overrides& overrides) {
    auto loaded = scenarios::load_scenario(std::string(SPATE_SOURCE_DIR) + "/" + path, overrides);
    if (!loaded.problems.empty()) {
        throw std::runtime_error(loaded.problems.front().to_string());
    }
    return std::make_shared<const models::ModelSpec>(std::move(loaded.spec));
}

Run run_model(const models::ModelSpec& spec, unsigned workers, double per_order) {
    models::ModelSpec copy = spec;
    sim::EngineOptions options;
    options.workers = workers;
    sim::Recorder nothing;
    const Stopwatch watch;
    models::Model model(std::move(copy), options, nothing);
    const auto result = model.run();
    return watch.stop(static_cast<double>(result.orders) * per_order, result.report.digest.total);
}

}  // namespace spate::bench
