#pragma once

#include <cstdint>

#include "sim/base/time.hpp"

namespace spate::models {

/// The shape of a live-stream session's extra demand, repeated at regular intervals: rises linearly from 0 to 1 during
/// `rise`, stays at 1 until `lasts` after the start, decays as exp(-t / decay), cut off after 8 decay times.
/// Integral of one pulse: rise/2 + (lasts - rise) + decay·(1 - e⁻⁸).
class PulseTrain {
  public:
    struct Shape {
        sim::Duration rise, lasts, decay;
    };

    /// Requires: 0 <= rise <= lasts, decay >= 0, positive integral; every > 0 if times > 1.
    PulseTrain(Shape shape, sim::Time start, sim::Duration every, std::uint32_t times);

    /// Integral of one pulse [seconds].
    double per_pulse() const { return per_pulse_; }

    /// When the integral from the first start reaches `amount` [seconds]; sim::end_of_time beyond the last pulse.
    sim::Time inverse(double amount) const;
    /// The integral from the first start to `t` [seconds]; 0 before it.
    double integral(sim::Time t) const;
    /// End of the last pulse.
    sim::Time end() const;

  private:
    double rise_, plateau_, decay_;  ///< [seconds]
    double per_pulse_;
    sim::Time start_;
    sim::Duration every_;
    std::uint32_t times_;
};

}  // namespace spate::models
