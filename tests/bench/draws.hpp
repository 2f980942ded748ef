#pragma once

#include <cmath>
#include <cstdint>

#include "sim/base/time.hpp"

namespace spate::bench {

/// SplitMix64 (Steele, Lea and Flood 2014), a stream of 8 bytes, and what the benchmarks draw from it. The logarithm is
/// that of the C library: programs that are compared use the same one.
class Draws {
  public:
    explicit Draws(std::uint64_t seed)
        : state_(seed * 0xD1B54A32D192ED03ULL + 1) {}

    std::uint64_t bits() {
        state_ += 0x9E3779B97F4A7C15ULL;
        return scramble(state_);
    }

    /// At least 0, below 1.
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

    /// Exponential with this mean, in whole microseconds.
    sim::Duration exponential(sim::Duration mean) {
        return {static_cast<std::int64_t>(static_cast<double>(mean.us) * -std::log(1.0 - uniform()))};
    }

    static std::uint64_t scramble(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }

  private:
    std::uint64_t state_;
};

/// Work of a handler that nothing else depends on: so many rounds of scrambling, one after the other.
inline void work(std::uint64_t seed, std::uint32_t rounds) {
    for (std::uint32_t round = 0; round < rounds; ++round)
        seed = Draws::scramble(seed + round);
    asm volatile("" : : "r"(seed));  // the compiler must think that somebody looks at it
}

/// Rounds of work() that take this long on this machine.
std::uint32_t rounds_for(double nanoseconds);

}  // namespace spate::bench
