// A two-echelon (s,S) system through the library, beside the same system written straight down. They draw different
// numbers, so only their rates are compared.

#include "tests/bench/reference/two_echelon.hpp"

#include <fmt/format.h>

#include "tests/bench/model_runs.hpp"
#include "tests/bench/reference/heaps.hpp"
#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

namespace {

template <template <class> class Heap>
Run run_reference(const reference::TwoEchelonSettings& settings) {
    reference::TwoEchelon<Heap> chain(settings);
    const Stopwatch watch;
    const std::uint64_t customers = chain.run();
    const Run run = watch.stop(static_cast<double>(customers), chain.digest());
    chain.check();
    return run;
}

std::string scenario_of(std::uint32_t retailers) {
    return retailers == 10 ? "scenarios/bench-two-echelon.yaml"
                           : fmt::format("scenarios/bench-two-echelon-{}.yaml", retailers);
}

Benchmark two_echelon(const std::string& name, std::uint32_t retailers, Size size) {
    const unsigned days = size == Size::quick ? 1000 / retailers + 10 : (retailers > 100 ? 300 : 1000);
    const reference::TwoEchelonSettings settings{retailers, sim::Time{} + sim::day * days};
    Benchmark benchmark{name, {}, ""};
    const auto add = [&](const std::string& suffix, unsigned workers, int work, const std::function<Run()>& run) {
        benchmark.contenders.push_back({name + suffix, workers, "orders/s", run, 0, work});
    };
    add("-heap4", 1, 0, [settings] { return run_reference<reference::QuaternaryHeap>(settings); });
    add("-std", 1, 0, [settings] { return run_reference<reference::StandardHeap>(settings); });
    const Spec spec = load(scenario_of(retailers), {{"time.horizon", fmt::format("{} d", days)}});
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
