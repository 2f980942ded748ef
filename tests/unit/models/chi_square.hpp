#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

/// Tests of laws by counts.
namespace spate::test {

/// Upper quantile of the chi-square law at level 0.001 (Wilson and Hilferty 1931).
inline double chi_square_limit(double degrees) {
    const double c = 2 / (9 * degrees);
    return degrees * std::pow(1 - c + 3.0902 * std::sqrt(c), 3);
}

/// Pearson's statistic; expected counts of 0 are left out.
inline double chi_square(const std::vector<double>& counts, const std::vector<double>& expected) {
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (expected[i] > 0)
            sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
    }
    return sum;
}

struct Moments {
    double mean = 0, variance = 0;

    double deviation() const { return std::sqrt(variance); }
};

inline Moments moments(const std::vector<double>& values) {
    Moments result;
    for (const double value : values)
        result.mean += value / static_cast<double>(values.size());
    for (const double value : values)
        result.variance += (value - result.mean) * (value - result.mean) / static_cast<double>(values.size() - 1);
    return result;
}

/// How many standard errors the mean of independent values is away from what is expected.
inline double errors_from(const std::vector<double>& values, double expected) {
    const Moments found = moments(values);
    return std::abs(found.mean - expected) / (found.deviation() / std::sqrt(static_cast<double>(values.size())));
}

}  // namespace spate::test
