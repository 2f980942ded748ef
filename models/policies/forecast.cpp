#include "models/policies/forecast.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

namespace spate::models {

namespace {

using Levels = Eigen::ArrayXd;

Levels to_column(std::span<const Units> values) {
    return Eigen::Map<const Eigen::Array<Units, Eigen::Dynamic, 1>>(values.data(),
                                                                    static_cast<Eigen::Index>(values.size()))
        .cast<double>();
}

Forecast to_forecast(const Levels& mean, const Levels& deviation) {
    return {{mean.data(), mean.data() + mean.size()}, {deviation.data(), deviation.data() + deviation.size()}};
}

/// The scenario's own mean for ever; the deviation is that of Poisson demand.
class ExpectedDemand final : public Forecaster {
  public:
    explicit ExpectedDemand(const std::vector<double>& expected) {
        const Levels mean = Eigen::Map<const Levels>(expected.data(), static_cast<Eigen::Index>(expected.size()));
        forecast_ = to_forecast(mean, mean.sqrt());
    }

    void observe(std::span<const Units>) override {}

    const Forecast& forecast() override { return forecast_; }

    std::vector<double> save() const override { return {}; }

    void load(std::span<const double>, std::span<const std::int32_t>) override {}

  private:
    Forecast forecast_;
};

/// Mean and sample standard deviation of the last `window` periods; periods before the start count as expected.
class MovingAverage final : public Forecaster {
  public:
    MovingAverage(std::uint32_t window, const std::vector<double>& expected)
        : window_(window)
        , expected_(Eigen::Map<const Levels>(expected.data(), static_cast<Eigen::Index>(expected.size()))) {}

    void observe(std::span<const Units> demand) override {
        if (periods_.size() == 0)
            periods_ = expected_.replicate(1, window_);
        periods_.col(next_) = to_column(demand);
        next_ = (next_ + 1) % periods_.cols();
        is_fresh_ = false;
    }

    const Forecast& forecast() override {
        if (is_fresh_)
            return forecast_;
        is_fresh_ = true;
        if (periods_.size() == 0) {
            forecast_ = to_forecast(expected_, expected_.sqrt());
            return forecast_;
        }
        const Levels mean = periods_.rowwise().mean();
        const double freedom = std::max(static_cast<double>(periods_.cols()) - 1, 1.0);
        const Levels deviation = ((periods_.colwise() - mean).square().rowwise().sum() / freedom).sqrt();
        // A product that sold evenly by chance is not certain: at least the deviation of Poisson demand.
        forecast_ = to_forecast(mean, deviation.max(mean.sqrt()));
        return forecast_;
    }

    std::vector<double> save() const override {
        std::vector<double> saved(periods_.data(), periods_.data() + periods_.size());
        saved.push_back(static_cast<double>(next_));
        return saved;
    }

    void load(std::span<const double> saved, std::span<const std::int32_t> from) override {
        const auto products = static_cast<Eigen::Index>(saved.size() - 1) / window_;
        if (products == 0)
            return;  // nothing observed yet
        const auto next = static_cast<Eigen::Index>(saved.back());
        if (periods_.size() == 0) {
            periods_ = expected_.replicate(1, window_);
            next_ = next;
        }
        for (std::size_t i = 0; i < from.size(); ++i) {
            for (Eigen::Index k = 0; from[i] >= 0 && k < window_; ++k) {
                const Eigen::Index at = (next + k) % window_ * products + from[i];
                periods_(static_cast<Eigen::Index>(i), (next_ + k) % window_) = saved[static_cast<std::size_t>(at)];
            }
        }
        is_fresh_ = false;
    }

  private:
    Eigen::Index window_;
    Levels expected_;
    Eigen::ArrayXXd periods_;  ///< position × period, a ring of columns; empty until something has been observed
    Eigen::Index next_ = 0;
    bool is_fresh_ = false;
    Forecast forecast_;
};

/// intercept + slope · last period's demand + trend_slope · trend.
class LinearForecast final : public Forecaster {
  public:
    LinearForecast(const ForecastSpec& spec, const std::vector<double>& expected)
        : spec_(spec)
        , last_(Eigen::Map<const Levels>(expected.data(), static_cast<Eigen::Index>(expected.size()))) {}

    void observe(std::span<const Units> demand) override { last_ = to_column(demand); }

    const Forecast& forecast() override {
        const Levels mean = (spec_.intercept + spec_.slope * last_ + spec_.trend_slope * spec_.trend).max(0.0);
        forecast_ = to_forecast(mean, mean.sqrt());
        return forecast_;
    }

    std::vector<double> save() const override { return {last_.data(), last_.data() + last_.size()}; }

    void load(std::span<const double> saved, std::span<const std::int32_t> from) override {
        for (std::size_t i = 0; i < from.size(); ++i) {
            if (from[i] >= 0)
                last_[static_cast<Eigen::Index>(i)] = saved[static_cast<std::size_t>(from[i])];
        }
    }

  private:
    ForecastSpec spec_;
    Levels last_;
    Forecast forecast_;
};

}  // namespace

std::unique_ptr<Forecaster> make_forecaster(const ForecastSpec& spec, std::vector<double> expected) {
    switch (spec.kind) {
        case ForecastSpec::Kind::expected: return std::make_unique<ExpectedDemand>(expected);
        case ForecastSpec::Kind::moving_average: return std::make_unique<MovingAverage>(spec.window, expected);
        case ForecastSpec::Kind::linear: return std::make_unique<LinearForecast>(spec, expected);
    }
    return nullptr;
}

}  // namespace spate::models
