#include "analysis/histogram.hpp"

#include <cmath>
#include <cstddef>
#include <numeric>

namespace spate::analysis {

double Histogram::total() const {
    return std::accumulate(count.begin(), count.end(), 0.0);
}

std::optional<double> Histogram::quantile(double q) const {
    const double target = q * total();
    double below = 0;
    for (std::size_t i = 0; i < count.size(); ++i) {
        if (count[i] > 0 && below + count[i] >= target) {
            if (!std::isfinite(to[i])) {
                return std::nullopt;
            }
            return from[i] + (target - below) / count[i] * (to[i] - from[i]);
        }
        below += count[i];
    }
    return std::nullopt;
}

std::optional<double> Histogram::share_below(double x) const {
    const double all = total();
    if (all <= 0) {
        return std::nullopt;
    }
    double below = 0;
    for (std::size_t i = 0; i < count.size(); ++i) {
        if (count[i] <= 0 || x <= from[i]) {
            continue;
        }
        if (x < to[i] && !std::isfinite(to[i])) {
            return std::nullopt;
        }
        below += x >= to[i] ? count[i] : count[i] * (x - from[i]) / (to[i] - from[i]);
    }
    return below / all;
}

}  // namespace spate::analysis
