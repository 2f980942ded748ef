#include "tests/soak/runs.hpp"

#include "tests/soak/dice.hpp"

namespace spate::test {

namespace {

#if defined(__SANITIZE_THREAD__)
constexpr bool may_use_tbb = false;  // the thread sanitizer reports races in TBB that are none
#else
constexpr bool may_use_tbb = true;
#endif

}  // namespace

std::string name_of(const EngineOptions& options) {
    return fmt::format("{} workers ({}), {} shards",
                       options.workers,
                       options.queue == sim::QueueKind::heap ? "one heap"
                       : options.backend == Workers::tbb     ? "tbb"
                                                             : "std",
                       options.shards);
}

std::vector<EngineOptions> draw_executives(std::uint64_t seed, const sim::RunReport& reference) {
    Dice dice(sim::mix(seed, 1));
    std::vector<EngineOptions> all;
    for (const Workers backend : {Workers::tbb, Workers::std}) {
        EngineOptions options;
        options.backend = may_use_tbb ? backend : Workers::std;
        options.workers = dice.whole(1, 8);
        options.shards = dice.chance(0.5) ? 0 : dice.whole(1, 30);
        if (dice.chance(0.3)) {
            options.longest_window = dice.span(sim::second, sim::day * 3);
        }
        // Sharing every round is what finds races, but takes time where rounds are many.
        if (reference.events < 1'000'000) {
            options.share_rounds_above_ns = 0;
        }
        all.push_back(options);
    }
    return all;
}

RunResult run_model(const ModelSpec& spec, const EngineOptions& options, const std::string& trace) {
    sim::Recorder recorder(trace);
    models::Model model(spec, options, recorder);
    return model.run();
}

std::vector<std::string> compare(const RunResult& reference, const RunResult& result) {
    std::vector<std::string> faults;
    const auto &a = reference.report, &b = result.report;
    if (a.digest.total != b.digest.total) {
        std::size_t first = 0;
        while (first < a.process_digests.size() && a.process_digests[first] == b.process_digests[first]) {
            ++first;
        }
        faults.push_back(fmt::format("digests differ, first at process {}", first));
    }
    if (a.events != b.events || reference.orders != result.orders) {
        faults.push_back(fmt::format(
            "{} events and {} orders instead of {} and {}", b.events, result.orders, a.events, reference.orders));
    }
    return faults;
}

}  // namespace spate::test
