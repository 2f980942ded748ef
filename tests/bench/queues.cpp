// M/M/1 and a tandem of three through the library, beside the same queues written straight down. They draw different
// numbers, so only their rates are compared, and each must agree with the formula of the mean wait.

#include "tests/bench/reference/queues.hpp"

#include <cmath>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"

#include "tests/bench/measure.hpp"
#include "tests/bench/model_runs.hpp"
#include "tests/bench/reference/heaps.hpp"
#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

namespace {

constexpr double load_of_server = 0.8;

/// Throws unless the mean of so many waits, in units of the mean service time, agrees with that of M/M/1 at 99.99 %.
/// By Burke's theorem every queue of a tandem is such a queue. The variance of the mean allows for the correlation of
/// successive waits: D. J. Daley, "The serial correlation coefficients of waiting times in a stationary single server
/// queue", J. Austral. Math. Soc. 8 (1968).
void check_mean_wait(const std::string& what, double wait, double customers) {
    constexpr double r = load_of_server;
    constexpr double expected = r / (1 - r);
    const double variance = r * (2 + 5 * r - 4 * r * r + r * r * r) / std::pow(1 - r, 4) / customers;
    constexpr double z = 3.89;
    if (!(std::fabs(wait - expected) <= z * std::sqrt(variance))) {
        throw std::runtime_error(
            fmt::format("{}: the mean wait is {:.4f} h, but should be {:.4f} h (99.99 %: +- {:.4f} h)",
                        what,
                        wait,
                        expected,
                        z * std::sqrt(variance)));
    }
}

template <template <class> class Heap>
Run run_reference(const reference::TandemSettings& settings) {
    reference::Tandem<Heap> tandem(settings);
    const Stopwatch watch;
    const std::uint64_t events = tandem.run();
    const Run run = watch.stop(static_cast<double>(events), tandem.digest());
    for (std::uint32_t stage = 0; stage < settings.stages; ++stage) {
        check_mean_wait("reference",
                        tandem.mean_wait(stage) / static_cast<double>(settings.service.us),
                        static_cast<double>(tandem.customers(stage)));
    }
    return run;
}

/// The same model once more with a trace, which is read.
Run check_waits(const std::string& name, const models::ModelSpec& spec) {
    const auto path = std::filesystem::temp_directory_path() / fmt::format("spate-bench-{}-{}.h5", name, getpid());
    const Stopwatch watch;
    {
        sim::Recorder recorder(path.string());
        models::Model(spec, {}, recorder).run();
    }
    const sim::TraceReader trace(path.string());
    std::filesystem::remove(path);
    const auto waits = trace.numbers("/summary/stages/mean_wait");
    const auto arrivals = trace.numbers("/summary/stages/arrivals");
    for (std::size_t stage = 0; stage < waits.size(); ++stage)
        check_mean_wait(name, waits[stage], arrivals[stage]);
    return watch.stop(static_cast<double>(waits.size()), 0);
}

/// Every customer is an event when he comes and one at the end of each service, however the model counts.
Benchmark queue(const std::string& name, std::uint32_t stages, Size size) {
    const double hours = size == Size::quick ? 20'000 : 1'000'000;
    const Spec spec = load("tests/bench/" + name + ".yaml", {{"time.horizon", fmt::format("{} h", hours)}});
    const auto checked = run_isolated([=] { return check_waits(name, *spec); });
    if (checked.run.amount != stages)
        throw std::runtime_error(name + ": a stage is missing");
    const reference::TandemSettings settings{
        stages, sim::from_seconds(3600 / load_of_server), sim::hour, sim::Time{} + sim::from_seconds(3600 * hours)};
    return {
        name,
        {{name + "-heap4",
          1,
          "events/s",
          [settings] { return run_reference<reference::QuaternaryHeap>(settings); },
          0,
          0},
         {name + "-std", 1, "events/s", [settings] { return run_reference<reference::StandardHeap>(settings); }, 0, 0},
         {name, 1, "events/s", [spec, stages] { return run_model(*spec, 1, 1 + stages); }, 0, 1}},
        ""};
}

}  // namespace

std::vector<Entry> queue_benchmarks() {
    return {{"mm1", [](Size size) { return queue("mm1", 1, size); }},
            {"tandem", [](Size size) { return queue("tandem", 3, size); }}};
}

}  // namespace spate::bench
