// A two-echelon (s,S) system through the library, beside the same system written straight down. They draw different
// numbers, so only their rates are compared.

#include "tests/bench/reference/two_echelon.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "tests/bench/model_runs.hpp"
#include "tests/bench/reference/heaps.hpp"
#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

namespace {

constexpr const char* scenario = "scenarios/bench-two-echelon.yaml";

template <template <class> class Heap>
Run run_reference(const reference::TwoEchelonSettings& settings) {
    reference::TwoEchelon<Heap> chain(settings);
    const Stopwatch watch;
    const std::uint64_t customers = chain.run();
    const Run run = watch.stop(static_cast<double>(customers), chain.digest());
    chain.check();
    return run;
}

/// The scenario is that of ten retailers; the places of others are in tables of their own.
Overrides with_retailers(std::uint32_t retailers, unsigned days) {
    using Settings = reference::TwoEchelonSettings;
    return {{"time.horizon", fmt::format("{} d", days)},
            {"markets[0].from", fmt::format("data/bench-retailers-{}.csv", retailers)},
            {"policies.replenish[0].use.min_max.min", fmt::format("{} units", Settings::warehouse_s * retailers)},
            {"policies.replenish[0].use.min_max.max", fmt::format("{} units", Settings::warehouse_S * retailers)},
            {"sites[warehouse].stock.units", fmt::format("{}", Settings::warehouse_S * retailers)}};
}

Benchmark two_echelon(const std::string& name, std::uint32_t retailers, Size size) {
    const unsigned days = size == Size::quick ? 1000 / retailers + 10 : (retailers > 100 ? 100 : 1000);
    const reference::TwoEchelonSettings settings{retailers, sim::Time{} + sim::day * days};
    Benchmark benchmark{name, {}, ""};
    const auto add = [&](const std::string& suffix, unsigned workers, int work, const std::function<Run()>& run) {
        benchmark.contenders.push_back({name + suffix, workers, "orders/s", run, 0, work});
    };
    add("-heap4", 1, 0, [settings] { return run_reference<reference::QuaternaryHeap>(settings); });
    add("-std", 1, 0, [settings] { return run_reference<reference::StandardHeap>(settings); });
    if (!std::filesystem::exists(std::string(SPATE_SOURCE_DIR) + "/" + scenario)) {
        benchmark.note = fmt::format("only the references run: there is no {}", scenario);
        return benchmark;
    }
    const Spec spec = load(scenario, with_retailers(retailers, days));
    for (const unsigned workers : {1U, 2U})
        add("", workers, 1, [spec, workers] { return run_model(*spec, workers); });
    return benchmark;
}

}  // namespace

std::vector<Entry> two_echelon_benchmarks() {
    std::vector<Entry> entries;
    for (const std::uint32_t retailers : {10U, 100U, 1000U}) {
        const auto name = fmt::format("two-echelon-{}", retailers);
        entries.push_back({name, [=](Size size) { return two_echelon(name, retailers, size); }});
    }
    return entries;
}

}  // namespace spate::bench
