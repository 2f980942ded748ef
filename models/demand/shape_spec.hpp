#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/time.hpp"

/// How the rate of a demand entry changes in absolute time, beyond the week: part of ModelSpec. Plain data.
namespace spate::models {

/// A row of a calendar: a factor on the rate in [from, to).
struct CalendarFactor {
    sim::Time from, to;
    double factor = 1;                    ///< >= 0
    std::optional<std::uint32_t> market;  ///< in this market only
    std::string category;                 ///< for products of this category only; empty: all
    std::optional<std::uint8_t> like;     ///< the day has the profile of this day of the week, 0 = Monday
};

/// A new product comes to the market. The factor on the rate is 0 before `starts`.
struct LaunchSpec {
    enum class Kind : std::uint8_t {
        none,
        ramp,  ///< rises linearly to 1 within `ramp`
        bass   ///< `per` times the rate of adoption of Bass (1969), dF/dt, with coefficients per `per`
    } kind = Kind::none;
    sim::Time starts;
    sim::Duration ramp, per;
    double innovation = 0, imitation = 0;  ///< bass: p > 0 and q >= 0 [1/per]
};

/// A random factor on the rate, gamma distributed with mean 1, for each market and period.
struct NoiseSpec {
    double cv = 0;  ///< 0: none
    sim::Duration every = sim::day;
    double correlation = 0;  ///< of the factors of two markets, 0..1
};

struct ShapeSpec {
    double trend = 0;  ///< the rate grows by this share every `trend_every`, compound; > -1
    sim::Duration trend_every = sim::day * 365;
    std::vector<CalendarFactor> calendar;  ///< factors of rows that overlap multiply
    LaunchSpec launch;
    NoiseSpec noise;

    bool is_flat() const {
        return trend == 0 && calendar.empty() && launch.kind == LaunchSpec::Kind::none && noise.cv == 0;
    }
};

/// Some products are sold at another price in [from, to), and demand answers.
struct PriceChangeSpec {
    std::vector<std::uint32_t> products;  ///< ascending
    sim::Time from, to;
    double share = 1;         ///< of the catalogue price, > 0
    double elasticity = 0;    ///< the rate is multiplied by share^-elasticity; >= 0
    double cannibalise = 0;   ///< share of the extra demand taken from other products of the category
    double pull_forward = 0;  ///< share of the extra demand that is missing in [to, to + pull_over)
    sim::Duration pull_over{};
};

}  // namespace spate::models
