#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace spate::bench {

/// One timed run.
struct Run {
    double amount = 0;   ///< events, customers' events, orders: what the rate counts
    double seconds = 0;  ///< wall time
    std::uint64_t digest = 0;
};

/// Something that is measured.
struct Contender {
    std::string name;
    unsigned workers = 1;
    std::string unit;  ///< of the rate
    std::function<Run()> run;
};

/// Contenders that do the same work, so their digests must be equal and their rates can be compared. They take turns.
struct Benchmark {
    std::string name;
    std::string base;  ///< what the first contender stands for, in the heading of the ratio
    std::vector<Contender> contenders;
};

Benchmark phold();
Benchmark queue();
Benchmark first_light();

}  // namespace spate::bench
