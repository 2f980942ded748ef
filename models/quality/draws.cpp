#include "models/quality/draws.hpp"

#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/distribution.hpp"

namespace spate::models {

double draw_beta(double mean, double alike, sim::RandomStream& random) {
    if (mean <= 0 || mean >= 1)
        return mean;
    const double a = mean * alike, b = (1 - mean) * alike;
    const double x = sim::Distribution::gamma(a, 1 / std::sqrt(a)).sample(random);
    const double y = sim::Distribution::gamma(b, 1 / std::sqrt(b)).sample(random);
    return x + y > 0 ? x / (x + y) : mean;
}

Units draw_binomial(Units n, double p, sim::RandomStream& random) {
    if (p <= 0 || p >= 1)
        return p <= 0 ? 0 : n;
    Units successes = 0;
    for (Units i = 0; i < n; ++i)
        successes += random.uniform() < p;
    return successes;
}

Units draw_hypergeometric(Units all, Units defective, Units sampled, sim::RandomStream& random) {
    SPATE_EXPECT(0 <= defective && defective <= all && 0 <= sampled && sampled <= all);
    const bool takes_rest = sampled > all / 2;
    Units found = 0;
    for (Units i = 0, n = takes_rest ? all - sampled : sampled; i < n && found < defective; ++i)
        found += random.uniform() * static_cast<double>(all - i) < static_cast<double>(defective - found);
    return takes_rest ? defective - found : found;
}

}  // namespace spate::models
