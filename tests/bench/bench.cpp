// The benchmarks: medians of several runs, in one program run, so that what is compared was measured side by side.

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "tests/bench/benchmark.hpp"
#include "tests/bench/measure.hpp"

namespace spate::bench {

namespace {

struct Settings {
    std::string filter;
    unsigned repeat = 5;
    unsigned workers = 1;
    bool writes = false, is_quick = false, shows_scaling = false, shows_forks = false;
};

void print_heading() {
    fmt::print("{:<30} {:>7} {:>12} {:<9} {:>7} {:>7}  {:<16} {:>8}  {}\n",
               "name",
               "workers",
               "rate",
               "unit",
               "spread",
               "CPU s",
               "digest",
               "peak MB",
               "ratio");
}

std::string ratio_of(const Benchmark& benchmark, const Result& result) {
    const Contender& base = benchmark.contenders[result.contender->base];
    if (&base == result.contender)
        return "";
    return fmt::format("{:.2f} of {}{}", result.ratio, base.name, base.workers == 2 ? ", 2 workers" : "");
}

void print(const Benchmark& benchmark, const std::vector<Result>& results) {
    for (const auto& result : results) {
        fmt::print("{:<30} {:>7} {:>12.0f} {:<9} {:>5.0f} % {:>7.2f}  {:016x} {:>8.0f}  {}\n",
                   result.contender->name,
                   result.contender->workers,
                   result.rate,
                   result.contender->unit,
                   result.spread * 100,
                   result.cpu_seconds,
                   result.digest,
                   result.peak_mb,
                   ratio_of(benchmark, result));
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
void write(const Benchmark& benchmark, const std::vector<Result>& results) {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    const std::filesystem::path path = fmt::format("{}/tests/bench/results/{}.csv", SPATE_SOURCE_DIR, host.data());
    std::filesystem::create_directories(path.parent_path());
    const bool is_new = !std::filesystem::exists(path);
    const std::string commit = output_of("git -C \"" SPATE_SOURCE_DIR "\" rev-parse --short HEAD");
    const std::string date = fmt::format("{:%Y-%m-%d}", fmt::localtime(std::time(nullptr)));
    std::ofstream file(path, std::ios::app);
    if (is_new) {
        file << "date,commit,host,name,workers,rate,unit,spread,cpu_s,digest,peak_memory_mb,ratio,ratio_to,"
                "ratio_to_workers\n";
    }
    for (const auto& result : results) {
        const Contender& contender = *result.contender;
        const Contender& base = benchmark.contenders[contender.base];
        file << fmt::format("{},{},{},{},{},{:.0f},{},",
                            date,
                            commit,
                            host.data(),
                            contender.name,
                            contender.workers,
                            result.rate,
                            contender.unit)
             << fmt::format("{:.3f},{:.3f},{:016x},{:.1f},{:.3f},{},{}\n",
                            result.spread,
                            result.cpu_seconds,
                            result.digest,
                            result.peak_mb,
                            result.ratio,
                            base.name,
                            base.workers);
    }
    if (!file.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

std::vector<Entry> all_entries() {
    std::vector<Entry> all;
    for (const auto& group : {phold_benchmarks(),
                              network_benchmarks(),
                              hold_benchmarks(),
                              queue_benchmarks(),
                              two_echelon_benchmarks(),
                              national_benchmarks()}) {
        all.insert(all.end(), group.begin(), group.end());
    }
    return all;
}

void run_entry(const Entry& entry, const Settings& settings) {
    const Benchmark benchmark = entry.make(settings.is_quick ? Size::quick : Size::full);
    if (!benchmark.note.empty()) {
        fmt::print("{}: {}\n", benchmark.name, benchmark.note);
    }
    if (benchmark.contenders.empty()) {
        return;
    }
    const auto results =
        settings.is_quick ? measure(benchmark, 1, 0) : measure(benchmark, settings.repeat, settings.repeat > 1 ? 1 : 0);
    print(benchmark, results);
    if (settings.writes) {
        write(benchmark, results);
    }
}

void run(const Settings& settings) {
    if (settings.shows_scaling) {
        if (!print_scaling(settings.is_quick ? Size::quick : Size::full, settings.workers)) {
            throw std::runtime_error("a cost grows faster than the size");
        }
        return;
    }
    if (settings.shows_forks) {
        if (!print_forks(settings.is_quick ? Size::quick : Size::full, settings.workers)) {
            throw std::runtime_error("the run ended without a state");
        }
        return;
    }
    const auto all = all_entries();
    const auto is_chosen = [&](const Entry& entry) { return entry.name.find(settings.filter) != std::string::npos; };
    if (std::none_of(all.begin(), all.end(), is_chosen)) {
        std::string names;
        for (const auto& entry : all) {
            names += (names.empty() ? "" : ", ") + entry.name;
        }
        throw std::runtime_error("no benchmark has '" + settings.filter + "' in its name (" + names + ")");
    }
    print_heading();
    for (const auto& entry : all) {
        if (is_chosen(entry)) {
            run_entry(entry, settings);
        }
    }
}

}  // namespace

}  // namespace spate::bench

int main(int argc, char** argv) {
    spate::bench::Settings settings;
    CLI::App program(
        "Measures how fast the engine and whole models run. Rates are medians; things that are compared take\n"
        "turns. docs/performance.md says what each benchmark does.");
    program.add_option("--filter", settings.filter, "only benchmarks with this in their name")->type_name("NAME");
    program.add_option("--repeat", settings.repeat, "runs that count, after one to warm up (none if 1)")
        ->type_name("N")
        ->check(CLI::Range(1U, 1000U))
        ->capture_default_str();
    auto* write =
        program.add_flag("--write", settings.writes, "add the results to tests/bench/results/<host name>.csv");
    program.add_flag("--quick", settings.is_quick, "short runs, once: shows that everything works, measures nothing")
        ->excludes(write);
    auto* scaling = program.add_flag(
        "--scaling", settings.shows_scaling, "instead: time and memory of the national day by its size");
    program.add_flag("--forks", settings.shows_forks, "instead: ten forks of a national run, against ten warm-ups")
        ->excludes(scaling);
    program.add_option("--workers", settings.workers, "threads of the runs of --scaling and --forks")
        ->type_name("N")
        ->check(CLI::Range(1U, 1024U))
        ->capture_default_str();
    CLI11_PARSE(program, argc, argv);
    try {
        spate::bench::run(settings);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench: {}\n", error.what());
        return 1;
    }
}
