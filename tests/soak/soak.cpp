// Random models against the invariants: every one is run by the sequential executive and by parallel ones, all must
// give the same bits, and the books of every trace must balance.

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <random>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "tests/soak/random_spec.hpp"
#include "tests/soak/runs.hpp"
#include "tests/soak/snapshot_checks.hpp"
#include "tests/soak/trace_checks.hpp"

namespace spate::test {

namespace {

struct Settings {
    double seconds = 600;
    std::uint64_t seed = 0;
    std::uint64_t count = UINT64_MAX;
    bool says_each = false;
    bool has_snapshots = false;
};

/// The model at work, for the handler of signals that end the program.
volatile std::sig_atomic_t seed_at_work = 0;

extern "C" void say_seed(int signal) {
    std::array<char, 32> digits{};
    std::size_t first = digits.size();
    for (auto n = static_cast<std::uint32_t>(seed_at_work); first == digits.size() || n > 0; n /= 10) {
        digits[--first] = static_cast<char>('0' + n % 10);
    }
    constexpr std::string_view text = "\nsoak: the program ended or hung at: soak --count 1 --seed ";
    static_cast<void>(!write(2, text.data(), text.size()));
    static_cast<void>(!write(2, digits.data() + first, digits.size() - first));
    static_cast<void>(!write(2, "\n", 1));
    std::signal(signal, SIG_DFL);
    static_cast<void>(std::raise(signal));
}

/// All runs of one model. Returns what is wrong.
std::vector<std::string> soak_model(std::uint64_t seed,
                                    const ModelSpec& spec,
                                    const TemporaryFolder& folder,
                                    Tally& tally) {
    const std::string trace = folder.file("reference.h5"), other = folder.file("other.h5");
    EngineOptions one_heap;
    one_heap.queue = sim::QueueKind::heap;
    const RunResult reference = run_model(spec, one_heap, trace);
    tally.orders += reference.orders;
    tally.events += reference.report.events;
    ++tally.runs;
    std::vector<std::string> faults = check_trace(trace, spec, reference);
    for (const auto& options : draw_executives(seed, reference.report)) {
        try {
            const RunResult result = run_model(spec, options, other);
            ++tally.runs;
            auto found = compare(reference, result);
            if (const auto difference = first_difference(trace, other)) {
                found.push_back(*difference);
            }
            for (const auto& fault : found) {
                faults.push_back(name_of(options) + ": " + fault);
            }
        } catch (const std::exception& error) {
            faults.push_back(name_of(options) + ": " + error.what());
        }
    }
    return faults;
}

void soak_seed(std::uint64_t seed, const Settings& settings, const TemporaryFolder& folder, Tally& tally) {
    seed_at_work = static_cast<std::sig_atomic_t>(seed);
    alarm(300);
    std::string about = "no model";
    std::vector<std::string> faults;
    const auto start = std::chrono::steady_clock::now();
    try {
        const ModelSpec spec = random_spec(seed);
        about = outline(spec);
        faults =
            settings.has_snapshots ? check_snapshots(seed, spec, folder, tally) : soak_model(seed, spec, folder, tally);
    } catch (const std::exception& error) {
        faults = {error.what()};
    }
    alarm(0);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    ++tally.models;
    tally.failed += !faults.empty();
    if (!faults.empty()) {
        // The first fault tells most; the others are printed for a model that is looked at by itself.
        const std::size_t shown = settings.says_each ? faults.size() : 1;
        for (std::size_t i = 0; i < shown; ++i) {
            fmt::print("FAILED soak {}--count 1 --seed {}: {} (fault {} of {}); {}\n",
                       settings.has_snapshots ? "--snapshots " : "",
                       seed,
                       faults[i],
                       i + 1,
                       faults.size(),
                       about);
        }
    } else if (settings.says_each) {
        fmt::print("{} {:.2f} s: {}\n", seed, took.count(), about);
    }
    std::fflush(stdout);
}

int soak(const Settings& settings) {
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGBUS, SIGALRM}) {
        std::signal(signal, say_seed);
    }
    const TemporaryFolder folder;
    const auto start = std::chrono::steady_clock::now();
    std::chrono::duration<double> passed{};
    Tally tally;
    while (tally.models < settings.count && passed.count() < settings.seconds) {
        soak_seed(settings.seed + tally.models, settings, folder, tally);
        passed = std::chrono::steady_clock::now() - start;
    }
    fmt::print("{} models from seed {} on, {} runs, {} orders, {} events in {:.0f} s: {} failed\n",
               tally.models,
               settings.seed,
               tally.runs,
               tally.orders,
               tally.events,
               passed.count(),
               tally.failed);
    return tally.failed == 0 ? 0 : 1;
}

}  // namespace

}  // namespace spate::test

int main(int argc, char** argv) {
    spate::test::Settings settings;
    CLI::App program(
        "Runs random models with one worker and with several, and checks that all results are the same and\n"
        "that units, orders, money and queues balance. Prints what fails and how to repeat it.");
    program.add_option("SECONDS", settings.seconds, "stop after this time; without it and with --count: no limit");
    auto* seed = program.add_option("--seed", settings.seed, "number of the first model; default: a random one");
    auto* count = program.add_option("--count", settings.count, "stop after so many models");
    program.add_flag("--each", settings.says_each, "print a line for every model");
    program.add_flag("--snapshots",
                     settings.has_snapshots,
                     "instead: save the state at random instants, go on from it with other workers, and fork");
    CLI11_PARSE(program, argc, argv);
    if (seed->count() == 0) {
        settings.seed = std::random_device{}() % 1'000'000'000;
    }
    if (count->count() > 0 && program.get_option("SECONDS")->count() == 0) {
        settings.seconds = 1e12;
    }
    return spate::test::soak(settings);
}
