#pragma once

#include "sim/base/random.hpp"
#include "models/base/units.hpp"

namespace spate::models {

/// A number in (0, 1) of the beta distribution with this mean and a + b = `alike`, from two gamma draws (Devroye 1986,
/// section IX.4); the mean itself where it is 0 or 1. Requires: 0 <= mean <= 1, alike > 0.
double draw_beta(double mean, double alike, sim::RandomStream& random);

/// How many of `n` independent trials succeed with probability p. Takes n uniforms: exact, and proportional to n.
Units draw_binomial(Units n, double p, sim::RandomStream& random);

/// Defective units in a sample of `sampled` out of `all` units of which `defective` are: drawn one by one without
/// replacement, or those left over where that is shorter. Requires: defective <= all, sampled <= all.
Units draw_hypergeometric(Units all, Units defective, Units sampled, sim::RandomStream& random);

}  // namespace spate::models
