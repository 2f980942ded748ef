#pragma once

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
    /// What it has observed, for snapshots; load() takes what save() of one of the same kind and size gave, and starts
    /// afresh where it was another.
    virtual std::vector<double> save() const = 0;
    virtual void load(std::span<const double> saved) = 0;
};

/// Makes the forecaster of a rule. `expected`: the scenario's mean demand per period by position, the first guess.
std::unique_ptr<Forecaster> make_forecaster(const ForecastSpec& spec, std::vector<double> expected);

}  // namespace spate::models
