#include "models/demand/market_noise.hpp"

#include <cmath>

#include "sim/base/random.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_noise = 20;

/// One part of a factor: gamma with mean `share` and scale cv². 0 if the share is 0.
double draw_part(sim::RunSeed run, std::uint64_t entity, double share, double cv) {
    if (share <= 0)
        return 0;
    sim::RandomStream random(run, entity, purpose_noise);
    return sim::Distribution::gamma(share, cv / std::sqrt(share)).sample(random);
}

}  // namespace

MarketNoise::MarketNoise(const ModelSpec& spec, std::size_t entry, Index market)
    : run_{spec.seed, spec.replication}
    , common_(sim::mix(sim::hash_name("noise"), entry))
    , own_(sim::mix(common_, sim::hash_name(spec.markets[market].id)))
    , every_(spec.demand[entry].shape.noise.every)
    , week_time_(spec.week_time_at_start)
    , cv_(spec.demand[entry].shape.noise.cv)
    , correlation_(spec.demand[entry].shape.noise.correlation) {}

double MarketNoise::factor(std::int64_t period) const {
    const auto number = static_cast<std::uint64_t>(period);
    return draw_part(run_, sim::mix(common_, number), correlation_, cv_)
           + draw_part(run_, sim::mix(own_, number), 1 - correlation_, cv_);
}

std::int64_t MarketNoise::period_of(Time t) const {
    const std::int64_t us = t.us + week_time_.us, rest = us % every_.us;
    return (us - (rest < 0 ? rest + every_.us : rest)) / every_.us;
}

}  // namespace spate::models
