#include "models/policies/replenishment.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/math.hpp"

namespace spate::models {

namespace {

double days(Duration duration) {
    return duration.seconds() / 86400;
}

Units round_up(double quantity) {
    return static_cast<Units>(std::ceil(quantity - 1e-9));
}

/// Order up to a level at every review. A level by cover is the forecast over lead time, review period and cover, plus
/// the safety stock z(service)·σ·√(lead time + review period) (Silver, Pyke, Thomas 2017, section 6.11). What is
/// prepared for sessions comes on top while it is.
class BaseStock final : public ReplenishmentPolicy {
  public:
    explicit BaseStock(const ReplenishSpec& spec)
        : level_(spec.max)
        , prepared_(spec.prepared)
        , z_(spec.service ? sim::inverse_normal(*spec.service) : 0) {}

    void decide(const ReviewInput& input, std::span<Units> order) override {
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = std::max<Units>(level(input, i) - input.position[i], 0);
    }

    void order_points(const ReviewInput& input, std::span<Units> point) const override {
        for (std::size_t i = 0; i < point.size(); ++i)
            point[i] = level(input, i) - 1;
    }

  private:
    Units level(const ReviewInput& input, std::size_t i) const {
        Units extra = 0;
        for (const auto& part : prepared_)
            extra +=
                part.product == input.products[i] && part.from <= input.now && input.now < part.to ? part.quantity : 0;
        return plain_level(input, i) + extra;
    }

    Units plain_level(const ReviewInput& input, std::size_t i) const {
        if (level_.units)
            return *level_.units;
        const double exposed = input.lead_days + input.review_days;
        return round_up(input.mean_per_day[i] * (exposed + days(level_.cover.value_or(Duration{})))
                        + input.deviation_per_day[i] * (z_ * std::sqrt(exposed)));
    }

    LevelSpec level_;
    std::vector<ReplenishSpec::Prepared> prepared_;
    double z_;
};

/// (s,S): at or below `min`, order up to `max`. Levels by cover are days of forecast demand.
class MinMax final : public ReplenishmentPolicy {
  public:
    explicit MinMax(const ReplenishSpec& spec)
        : min_(spec.min)
        , max_(spec.max) {}

    void decide(const ReviewInput& input, std::span<Units> order) override {
        for (std::size_t i = 0; i < order.size(); ++i) {
            const Units min = level(min_, input.mean_per_day[i]);
            const Units max = std::max(level(max_, input.mean_per_day[i]), min);
            order[i] = input.position[i] <= min ? std::max<Units>(max - input.position[i], 0) : 0;
        }
    }

    void order_points(const ReviewInput& input, std::span<Units> point) const override {
        for (std::size_t i = 0; i < point.size(); ++i)
            point[i] = level(min_, input.mean_per_day[i]);
    }

  private:
    static Units level(const LevelSpec& level, double mean_per_day) {
        return level.units ? *level.units : round_up(mean_per_day * days(level.cover.value_or(Duration{})));
    }

    LevelSpec min_, max_;
};

/// The quantities of a fixed plan, each once, when its time has come.
class FixedPlan final : public ReplenishmentPolicy {
  public:
    explicit FixedPlan(const ReplenishSpec& spec)
        : plan_(spec.planned()) {}

    void decide(const ReviewInput& input, std::span<Units> order) override {
        std::fill(order.begin(), order.end(), 0);
        for (; next_ < plan_.size() && plan_[next_].at <= input.now; ++next_) {
            const auto found = std::lower_bound(input.products.begin(), input.products.end(), plan_[next_].product);
            if (found == input.products.end() || *found != plan_[next_].product)
                continue;
            order[static_cast<std::size_t>(found - input.products.begin())] += plan_[next_].quantity;
        }
    }

    void order_points(const ReviewInput&, std::span<Units> point) const override {
        std::fill(point.begin(), point.end(), INT64_MIN);
    }

    void resume(Time now) override {
        const auto later = [now](const auto& planned) { return planned.at > now; };
        next_ = static_cast<std::size_t>(std::find_if(plan_.begin(), plan_.end(), later) - plan_.begin());
    }

  private:
    std::vector<ReplenishSpec::Planned> plan_;
    std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<ReplenishmentPolicy> make_policy(const ReplenishSpec& spec) {
    switch (spec.kind) {
        case ReplenishSpec::Kind::base_stock: return std::make_unique<BaseStock>(spec);
        case ReplenishSpec::Kind::min_max: return std::make_unique<MinMax>(spec);
        case ReplenishSpec::Kind::plan: return std::make_unique<FixedPlan>(spec);
    }
    return nullptr;
}

}  // namespace spate::models
