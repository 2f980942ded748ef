#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// What is given away in one session, and when: the session's own gift, and those of the scripts of its broadcasts
/// while they work. A script's gift takes the place of all others; of two at one time the one said last counts.
///
/// With a gift of g units for every e that are paid, who pays for q units gets q + g·⌊q / e⌋. That rises with q, so q
/// follows from the units of an order and the moment it was placed: nothing else need be known of an order.
/// Immutable: may be shared.
class SessionGifts {
  public:
    /// A gift that works for a while.
    struct Span {
        Time from, to;
        GiftSpec gift;
    };

    SessionGifts() = default;
    /// `spans` by the time they were said, which is their beginning.
    SessionGifts(GiftSpec always, std::span<const Span> spans);

    bool is_empty() const { return spans_.empty() && always_.units == 0; }

    /// The gift of an order placed then.
    const GiftSpec& at(Time placed) const;

    /// Units of an order of so many paid units, at most most_units.
    std::uint32_t with_gift(Time placed, std::uint32_t paid) const;
    /// The paid units of an order: the inverse of with_gift().
    std::uint32_t paid(Time placed, std::uint32_t units) const;

    static constexpr std::uint32_t most_units = 4'000'000'000;

  private:
    GiftSpec always_;
    std::vector<Span> spans_;  ///< ascending, none overlaps another
};

/// Mean units of an order of the session without its scripts, gifts included: exact where the quantity is constant or
/// nothing is given; else the mean over 20,000 orders drawn once.
double mean_units(const SessionSpec& session);

}  // namespace spate::models
