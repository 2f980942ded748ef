#pragma once

#include <cstdint>

#include "sim/base/digest.hpp"

#include "tests/bench/draws.hpp"

/// The hold model (Jones, CACM 29, 1986): take the first of N events, put one back an exponential time later.
namespace spate::bench::reference {

struct HoldEntry {
    std::int64_t time;
    std::uint64_t sequence;

    friend bool comes_before(const HoldEntry& a, const HoldEntry& b) {
        return a.time != b.time ? a.time < b.time : a.sequence < b.sequence;
    }
};

template <template <class> class Heap>
class Hold {
  public:
    Hold(std::uint32_t pending, sim::Duration mean)
        : mean_(mean) {
        for (; sent_ < pending; ++sent_)
            heap_.push({draws_.exponential(mean).us, sent_});
    }

    /// Handles every event before the end. Returns their number.
    std::uint64_t run(sim::Time end) {
        std::uint64_t events = 0;
        for (; heap_.top().time < end.us; ++events) {
            const std::int64_t now = heap_.top().time;
            times_.add(now);
            heap_.replace_top({now + draws_.exponential(mean_).us, sent_++});
        }
        return events;
    }

    std::uint64_t digest() const { return times_.value(); }

  private:
    sim::Duration mean_;
    Draws draws_{1};
    sim::Digest times_;
    std::uint64_t sent_ = 0;
    Heap<HoldEntry> heap_;
};

}  // namespace spate::bench::reference
