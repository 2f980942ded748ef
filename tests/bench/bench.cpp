// The benchmarks: medians of several runs, in one program run, so that what is compared was measured side by side.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "tests/bench/benchmark.hpp"

namespace spate::bench {

namespace {

struct Settings {
    std::string filter;
    unsigned repeat = 5;
    bool writes = false;
};

struct Result {
    const Contender* contender = nullptr;
    double rate = 0;     ///< median
    double ratio = 1;    ///< median of the ratios to the first contender, round by round
    double spread = 0;   ///< half the range of the rates by their median
    double peak_mb = 0;  ///< most memory of any run
    std::uint64_t digest = 0;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/// From here on the peak of the memory counts anew, where the system allows it.
void forget_peak_memory() {
    std::ofstream("/proc/self/clear_refs") << "5";
}

/// The most memory the program has had in use [MB].
double peak_memory() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            return std::stod(line.substr(6)) * 1024 / 1e6;
        }
    }
    return 0;
}

/// One round of all contenders to warm up, then `repeat` rounds that count.
std::vector<Result> measure(const Benchmark& benchmark, unsigned repeat) {
    const std::size_t n = benchmark.contenders.size();
    std::vector<Result> results(n);
    std::vector<std::vector<double>> rates(n), ratios(n);
    for (unsigned round = 0; round <= repeat; ++round) {
        for (std::size_t c = 0; c < n; ++c) {
            forget_peak_memory();
            const Run run = benchmark.contenders[c].run();
            results[c].peak_mb = std::max(results[c].peak_mb, peak_memory());
            results[c].digest = run.digest;
            if (run.digest != results[0].digest) {
                throw std::runtime_error(benchmark.name + ": runs that must be equal have different digests");
            }
            if (round > 0) {
                rates[c].push_back(run.amount / run.seconds);
                ratios[c].push_back(rates[c].back() / rates[0].back());
            }
        }
    }
    for (std::size_t c = 0; c < n; ++c) {
        const auto [low, high] = std::minmax_element(rates[c].begin(), rates[c].end());
        results[c].contender = &benchmark.contenders[c];
        results[c].rate = median(rates[c]);
        results[c].ratio = median(ratios[c]);
        results[c].spread = (*high - *low) / 2 / results[c].rate;
    }
    return results;
}

void print(const Benchmark& benchmark, const std::vector<Result>& results) {
    for (const auto& result : results) {
        const bool is_base = &result == &results.front();
        const std::string ratio = is_base ? "" : fmt::format("{:.2f} of {}", result.ratio, benchmark.base);
        fmt::print("{:<18} {:>7} {:>13.0f} {:<9} {:>5.0f} %  {:016x} {:>8.0f}  {}\n",
                   result.contender->name,
                   result.contender->workers,
                   result.rate,
                   result.contender->unit,
                   result.spread * 100,
                   result.digest,
                   result.peak_mb,
                   ratio);
    }
    std::fflush(stdout);
}

std::string output_of(const char* command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command, "r"), pclose);
    std::array<char, 64> text{};
    if (pipe == nullptr || std::fgets(text.data(), text.size(), pipe.get()) == nullptr) {
        return "unknown";
    }
    const std::string line = text.data();
    return line.substr(0, line.find('\n'));
}

/// Adds rows to the results of this machine.
void write(const std::vector<Result>& results) {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    const std::filesystem::path path = fmt::format("{}/tests/bench/results/{}.csv", SPATE_SOURCE_DIR, host.data());
    std::filesystem::create_directories(path.parent_path());
    const bool is_new = !std::filesystem::exists(path);
    const std::string commit = output_of("git -C \"" SPATE_SOURCE_DIR "\" rev-parse --short HEAD");
    const std::string date = fmt::format("{:%Y-%m-%d}", fmt::localtime(std::time(nullptr)));
    std::ofstream file(path, std::ios::app);
    if (is_new) {
        file << "date,commit,name,workers,rate,unit,digest,peak_memory_mb\n";
    }
    for (const auto& result : results) {
        file << fmt::format("{},{},{},{},{:.0f},{},{:016x},{:.1f}\n",
                            date,
                            commit,
                            result.contender->name,
                            result.contender->workers,
                            result.rate,
                            result.contender->unit,
                            result.digest,
                            result.peak_mb);
    }
    if (!file.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

struct Entry {
    const char* name;
    Benchmark (*make)();
};

constexpr std::array all = {Entry{"phold", phold}, Entry{"mm1", queue}, Entry{"double-eleven-2d", first_light}};

int run(const Settings& settings) {
    fmt::print("{:<18} {:>7} {:>13} {:<9} {:>7}  {:<16} {:>8}\n",
               "name",
               "workers",
               "rate",
               "unit",
               "spread",
               "digest",
               "peak MB");
    bool found = false;
    for (const auto& entry : all) {
        if (std::string(entry.name).find(settings.filter) == std::string::npos) {
            continue;
        }
        found = true;
        const Benchmark benchmark = entry.make();
        const auto results = measure(benchmark, settings.repeat);
        print(benchmark, results);
        if (settings.writes) {
            write(results);
        }
    }
    if (!found) {
        throw std::runtime_error("no benchmark has '" + settings.filter
                                 + "' in its name (phold, mm1, double-eleven-2d)");
    }
    return 0;
}

}  // namespace

}  // namespace spate::bench

int main(int argc, char** argv) {
    spate::bench::Settings settings;
    CLI::App program(
        "Measures how fast the engine and whole models run. Rates are medians; things that are compared take\n"
        "turns. docs/performance.md says what each benchmark does.");
    program.add_option("--filter", settings.filter, "only benchmarks with this in their name")->type_name("NAME");
    program.add_option("--repeat", settings.repeat, "runs that count, after one to warm up")
        ->type_name("N")
        ->check(CLI::Range(1U, 1000U))
        ->capture_default_str();
    program.add_flag("--write", settings.writes, "add the results to tests/bench/results/<host name>.csv");
    CLI11_PARSE(program, argc, argv);
    try {
        return spate::bench::run(settings);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench: {}\n", error.what());
        return 1;
    }
}
