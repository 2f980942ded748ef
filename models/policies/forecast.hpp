#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// What a forecast says of one site's products: expected demand and its standard deviation per period.
struct Forecast {
    std::vector<double> mean, deviation;  ///< by position, units per period
};

/// Predicts the demand of many products of one site at once, from what reached the site. One object per rule and site.
class Forecaster {
  public:
    virtual ~Forecaster() = default;
    /// One finished period: units demanded, by position.
    virtual void observe(std::span<const Units> demand) = 0;
    /// The forecast for the coming periods.
    virtual const Forecast& forecast() = 0;
    /// What it has observed, for snapshots.
    virtual std::vector<double> save() const = 0;
    /// Takes over what another one of the same kind, window and period gave to save(). `from`: by position, where the
    /// product stands there; -1: nowhere, it stays as it is. May be called for several that observed at the same times.
    virtual void load(std::span<const double> saved, std::span<const std::int32_t> from) = 0;
};

/// Makes the forecaster of a rule. `expected`: the scenario's mean demand per period by position, the first guess.
std::unique_ptr<Forecaster> make_forecaster(const ForecastSpec& spec, std::vector<double> expected);

}  // namespace spate::models
