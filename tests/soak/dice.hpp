#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/base/random.hpp"
#include "models/spec.hpp"

namespace spate::test {

/// The draws a random model is made of.
class Dice {
  public:
    explicit Dice(std::uint64_t seed)
        : random_({seed, 0}, sim::hash_name("random model"), 1) {}

    /// Durations drawn from now on are multiples of `step`.
    void set_step(models::Duration step) { step_ = step; }

    bool chance(double probability) { return random_.uniform() < probability; }

    /// A whole number in [low, high].
    std::uint32_t whole(std::uint32_t low, std::uint32_t high) { return low + random_.below(high - low + 1); }

    double real(double low, double high) { return low + (high - low) * random_.uniform(); }

    /// A number in [low, high] whose logarithm is uniform. Requires: low > 0.
    double magnitude(double low, double high) { return low * sim::exp(random_.uniform() * sim::log(high / low)); }

    /// A span in [low, high], many short and few long ones; at least one step. Requires: low > 0.
    models::Duration span(models::Duration low, models::Duration high) {
        const double seconds = magnitude(low.seconds(), std::max(high, low).seconds());
        const std::int64_t steps = sim::from_seconds(seconds) / step_;
        return step_ * std::max<std::int64_t>(steps, 1);
    }

    /// A moment in [0, end).
    models::Time moment(models::Duration end) {
        const std::int64_t us = sim::from_seconds(end.seconds() * random_.uniform()).us;
        return models::Time{us / step_.us * step_.us};
    }

    /// One of the values.
    template <class Value>
    Value one_of(std::initializer_list<Value> values) {
        return values.begin()[random_.below(static_cast<std::uint32_t>(values.size()))];
    }

    template <class Value>
    const Value& one_of(const std::vector<Value>& values) {
        return values[random_.below(static_cast<std::uint32_t>(values.size()))];
    }

    /// Some of the values, at least one, in their order.
    template <class Value>
    std::vector<Value> some_of(const std::vector<Value>& values, double share) {
        std::vector<Value> chosen;
        for (const auto& value : values) {
            if (chance(share)) {
                chosen.push_back(value);
            }
        }
        return chosen.empty() ? std::vector<Value>{one_of(values)} : chosen;
    }

  private:
    sim::RandomStream random_;
    models::Duration step_ = sim::microsecond;
};

}  // namespace spate::test
