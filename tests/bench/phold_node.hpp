#pragma once

#include <cstdint>

#include "sim/base/digest.hpp"
#include "sim/base/time.hpp"

#include "tests/bench/draws.hpp"

namespace spate::bench {

/// PHOLD (Fujimoto 1990): every token is held for the lookahead plus an exponential time, then goes on to the same
/// node, or with probability `remote` to any.
struct PholdSettings {
    std::uint32_t nodes = 10'000;
    std::uint32_t tokens = 1;  ///< of each node at the start
    sim::Duration lookahead{100'000};
    sim::Duration mean = sim::second;  ///< of the whole delay
    double remote = 0.1;
    std::uint32_t rounds = 0;  ///< of work for each event
    sim::Time end;
};

/// The work of one node, the same with and without an engine: draws, and a fingerprint of its event times. 40 bytes.
class PholdNode {
  public:
    struct Move {
        sim::Duration delay;
        std::uint32_t target;
    };

    PholdNode(std::uint32_t number, const PholdSettings& settings)
        : draws_(number)
        , settings_(&settings)
        , number_(number) {}

    /// How long a token is held at the start.
    sim::Duration first() {
        ++sent_;
        return draws_.exponential(settings_->mean - settings_->lookahead);
    }

    /// A token comes: where it goes next, and after what delay.
    Move handle(sim::Time now) {
        times_.add(now.us);
        ++sent_;
        const auto delay = settings_->lookahead + draws_.exponential(settings_->mean - settings_->lookahead);
        const bool is_remote = draws_.uniform() < settings_->remote;
        work(static_cast<std::uint64_t>(now.us), settings_->rounds);
        return {delay, is_remote ? static_cast<std::uint32_t>(draws_.bits() % settings_->nodes) : number_};
    }

    const PholdSettings& settings() const { return *settings_; }

    std::uint32_t number() const { return number_; }

    std::uint32_t sent() const { return sent_; }  ///< tokens so far

    std::uint64_t digest() const { return times_.value(); }

  private:
    Draws draws_;
    sim::Digest times_;
    const PholdSettings* settings_;
    std::uint32_t number_;
    std::uint32_t sent_ = 0;
};

static_assert(sizeof(PholdNode) == 40);

}  // namespace spate::bench
