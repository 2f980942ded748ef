#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"

namespace spate::models {

/// The shape of a live-stream session's extra demand, repeated at regular intervals: rises linearly from 0 to 1 during
/// `rise`, stays at 1 until `lasts` after the start, decays as exp(-t / decay), cut off after 8 decay times.
/// Integral of one pulse: rise/2 + (lasts - rise) + decay·(1 - e⁻⁸).
///
/// The pulses of other trains begin at any times and are multiplied by factors, each constant for a while; their
/// integral is summed up over these stretches.
class PulseTrain {
  public:
    struct Shape {
        sim::Duration rise, lasts, decay;
    };

    /// One pulse, multiplied by a factor from each step on.
    struct Pulse {
        struct Step {
            sim::Duration from;  ///< since the start
            double factor = 1;   ///< >= 0
        };

        sim::Time start;
        std::vector<Step> steps;  ///< ascending, the first from 0 on
    };

    /// Requires: 0 <= rise <= lasts, decay >= 0, positive integral; every > 0 if times > 1.
    PulseTrain(Shape shape, sim::Time start, sim::Duration every, std::uint32_t times);

    /// Requires: of the shape as above; pulses ascending, none beginning before the one before has ended.
    PulseTrain(Shape shape, const std::vector<Pulse>& pulses);

    /// Integral of one pulse of factor 1 [seconds].
    double per_pulse() const { return per_pulse_; }

    /// When the integral from the first start reaches `amount` [seconds]; sim::end_of_time beyond the last pulse.
    sim::Time inverse(double amount) const;
    /// The integral from the first start to `t` [seconds]; 0 before it.
    double integral(sim::Time t) const;
    /// End of the last pulse.
    sim::Time end() const;

  private:
    /// A stretch of one pulse with one factor above 0.
    struct Part {
        double before = 0;        ///< integral of the train where it begins
        double from = 0, to = 0;  ///< integral of the shape where it begins and ends [seconds]
        double factor = 1;
        sim::Time pulse, begins;
    };

    double seconds_to(double amount) const;
    double amount_in(double seconds) const;

    double rise_, plateau_, decay_;  ///< [seconds]
    double per_pulse_;
    sim::Time start_;
    sim::Duration every_;
    std::uint32_t times_;
    std::vector<Part> parts_;  ///< ascending; empty: equal pulses
    double total_ = 0;         ///< integral of all parts
    bool is_scaled_ = false;   ///< by parts, even if there are none
};

}  // namespace spate::models
