#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace spate::bench {

/// One timed run.
struct Run {
    double amount = 0;       ///< events, orders: what the rate counts
    double seconds = 0;      ///< wall time
    double cpu_seconds = 0;  ///< of all threads
    std::uint64_t digest = 0;
    double loading_seconds = 0;  ///< wall time before, where the run reads its scenario itself
};

/// Something that is measured. Every run is made by a process of its own.
struct Contender {
    std::string name;
    unsigned workers = 1;
    std::string unit;  ///< of the rate
    std::function<Run()> run;
    std::size_t base = 0;  ///< the contender its rate is compared with, by number
    /// Contenders of one benchmark with the same number do the same work, so their digests must be equal.
    int work = 0;
};

/// Contenders whose rates are compared. They take turns.
struct Benchmark {
    std::string name;
    std::vector<Contender> contenders;
    std::string note;  ///< printed before the results; why it is left out if there are no contenders
};

/// How long the runs are: `quick` shows that everything still works, its rates mean nothing.
enum class Size : std::uint8_t { full, quick };

// One function for each source of benchmarks. Making a benchmark may take time (scenarios are loaded), so the caller
// makes only what it needs.
struct Entry {
    std::string name;
    std::function<Benchmark(Size)> make;
};

std::vector<Entry> phold_benchmarks();
std::vector<Entry> network_benchmarks();
std::vector<Entry> hold_benchmarks();
std::vector<Entry> queue_benchmarks();
std::vector<Entry> two_echelon_benchmarks();
std::vector<Entry> national_benchmarks();

/// Prints time and memory of bench-national-10m by orders, sites and products, one line each.
/// Returns whether none of them grows faster than its size.
bool print_scaling(Size size, unsigned workers);

/// Prints what ten forks of a national run cost against ten warm-ups. Returns whether there was a state to fork.
bool print_forks(Size size, unsigned workers);

}  // namespace spate::bench
