#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tests/bench/benchmark.hpp"

namespace spate::bench {

struct Result {
    const Contender* contender = nullptr;
    double rate = 0;         ///< median
    double ratio = 1;        ///< median of the ratios to the contender it is compared with, round by round
    double spread = 0;       ///< half the range of the rates by their median
    double cpu_seconds = 0;  ///< median
    double peak_mb = 0;      ///< most memory of any run [MB]
    std::uint64_t digest = 0;
};

struct Isolated {
    Run run;
    double peak_mb = 0;  ///< most memory the process had in use [MB]
};

/// Carries out a run in a child process, so that its memory is its own and nothing is left of the runs before.
/// Throws: std::runtime_error with the message of what the run threw. Requires: no other threads.
Isolated run_isolated(const std::function<Run()>& run);

/// The same run in two processes at once: what two processors of this machine can do, whatever a program does to share
/// its work. The amount is that of both, the rate the sum of their rates. Throws: as run_isolated().
Run run_twice(const std::function<Run()>& run);

/// `warm_ups` rounds of all contenders that do not count, then `repeat` rounds that do.
/// Throws: std::runtime_error where digests differ that must be equal.
std::vector<Result> measure(const Benchmark& benchmark, unsigned repeat, unsigned warm_ups);

}  // namespace spate::bench
