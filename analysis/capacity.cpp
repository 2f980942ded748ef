#include "analysis/capacity.hpp"

#include <cstddef>

namespace spate::analysis {
namespace {

bool holds_stages(const sim::TraceReader& trace) {
    return trace.has("/summary/stages", "capacity") && trace.find("/network/stages") != nullptr
           && trace.find("/network/sites") != nullptr;
}

}  // namespace

std::vector<StageUse> stage_use(const sim::TraceReader& trace) {
    if (!holds_stages(trace)) {
        return {};
    }
    const auto of = [&](const char* column) { return trace.numbers(std::string("/summary/stages/") + column); };
    const auto names = trace.texts("/network/stages/name"), site_names = trace.texts("/network/sites/name");
    const auto rows = trace.integers("/summary/stages/stage"), sites = trace.integers("/network/stages/site");
    const auto jobs = of("arrivals"), waiting = of("mean_waiting"), wait = of("mean_wait"), work = of("work"),
               capacity = of("capacity");
    if (rows.empty()) {
        return {};
    }
    std::vector<StageUse> result(names.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto stage = static_cast<std::size_t>(rows[i]);
        auto& use = result.at(stage);
        use = {site_names.at(static_cast<std::size_t>(sites.at(stage))),
               names[stage],
               jobs[i],
               wait[i],
               waiting[i],
               std::nullopt};
        if (waiting[i] > 0 && wait[i] == 0 && work[i] == 0) {
            use.mean_wait_h.reset();
        }
        if (capacity[i] > 0) {
            use.used = work[i] / capacity[i];
        }
    }
    return result;
}

std::optional<double> highest_use(const std::vector<StageUse>& stages) {
    std::optional<double> highest;
    for (const auto& stage : stages) {
        if (stage.used && (!highest || *stage.used > *highest)) {
            highest = stage.used;
        }
    }
    return highest;
}

}  // namespace spate::analysis
