#pragma once

#include <cstdint>
#include <utility>

#include "sim/base/digest.hpp"
#include "sim/base/math.hpp"
#include "sim/base/time.hpp"

namespace spate::bench {

/// PHOLD (Fujimoto 1990): every token is held for the lookahead plus an exponential time, then goes on to the same
/// node, or with probability `remote` to any.
struct PholdSettings {
    std::uint32_t nodes = 10'000;
    sim::Duration lookahead{100'000};
    sim::Duration mean = sim::second;  ///< of the whole delay
    double remote = 0.1;
    sim::Time end{100'000'000};
};

/// The work of one node, the same with and without an engine: draws, and a fingerprint of its event times.
class PholdNode {
  public:
    explicit PholdNode(std::uint64_t key)
        : key_(key) {}

    void note(sim::Time time) { times_.add(time.us); }

    sim::Duration hold(const PholdSettings& settings) {
        const double mean = static_cast<double>((settings.mean - settings.lookahead).us);
        return {static_cast<std::int64_t>(-mean * sim::log(1.0 - uniform()))};
    }

    /// Where the token goes, and after what delay.
    std::pair<std::uint32_t, sim::Duration> next(const PholdSettings& settings, std::uint32_t self) {
        const sim::Duration delay = settings.lookahead + hold(settings);
        const bool is_remote = uniform() < settings.remote;
        return {is_remote ? static_cast<std::uint32_t>(bits() % settings.nodes) : self, delay};
    }

    std::uint64_t digest() const { return times_.value(); }

  private:
    std::uint64_t bits() { return sim::mix(key_, count_++); }

    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

    std::uint64_t key_;
    std::uint64_t count_ = 0;
    sim::Digest times_;
};

}  // namespace spate::bench
