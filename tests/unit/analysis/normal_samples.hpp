#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/math.hpp"
#include "sim/base/random.hpp"

namespace spate::analysis {

/// Standard normal numbers from a stream with a fixed seed: the tests see the same ones in every build.
class NormalSamples {
  public:
    explicit NormalSamples(std::uint16_t purpose)
        : stream_({20260721, 0}, sim::hash_name("statistics_test"), purpose) {}

    double one() { return sim::inverse_normal(stream_.uniform_open()); }

    std::vector<double> many(std::size_t count, double mean = 0, double deviation = 1) {
        std::vector<double> sample(count);
        for (double& x : sample) {
            x = mean + deviation * one();
        }
        return sample;
    }

    /// Two arms with this correlation, deviation 1 and means `difference` and 0.
    std::pair<std::vector<double>, std::vector<double>> pair(std::size_t count, double correlation, double difference) {
        const auto baseline = many(count);
        std::vector<double> arm(count);
        for (std::size_t i = 0; i < count; ++i) {
            arm[i] = difference + correlation * baseline[i] + std::sqrt(1 - correlation * correlation) * one();
        }
        return {arm, baseline};
    }

  private:
    sim::RandomStream stream_;
};

}  // namespace spate::analysis
