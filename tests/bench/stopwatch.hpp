#pragma once

#include <chrono>
#include <ctime>

#include "tests/bench/benchmark.hpp"

namespace spate::bench {

/// Wall time, and processor time of all threads, since it was made.
class Stopwatch {
  public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

    Run stop(double amount, std::uint64_t digest) const {
        const double wall = seconds();
        return {amount, wall, cpu_now() - cpu_start_, digest, 0};
    }

  private:
    static double cpu_now() {
        std::timespec now{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
    }

    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double cpu_start_ = cpu_now();
};

}  // namespace spate::bench
