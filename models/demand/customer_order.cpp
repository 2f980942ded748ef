#include "models/demand/customer_order.hpp"

#include <algorithm>
#include <optional>

#include "sim/base/math.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_whole_units = 74;

/// Exactly, for whole numbers that are hardly ever more than `most`.
std::optional<WholeUnits> counted(const sim::Distribution& quantity, std::uint32_t most) {
    const double mean = quantity.mean(), variance = quantity.standard_deviation() * quantity.standard_deviation();
    if (mean + 20 * quantity.standard_deviation() > most)
        return std::nullopt;
    if (quantity.kind() == sim::Distribution::Kind::poisson)
        return WholeUnits{mean, 1 - sim::exp(-mean)};
    if (quantity.kind() == sim::Distribution::Kind::negative_binomial)
        return WholeUnits{mean, 1 - sim::pow(mean / variance, mean * mean / (variance - mean))};
    return std::nullopt;
}

}  // namespace

WholeUnits whole_units_of(const sim::Distribution& quantity, std::uint32_t most) {
    if (quantity.is_constant()) {
        const std::uint32_t units = std::min(whole_units(quantity.mean()), most);
        return {static_cast<double>(units), units > 0 ? 1.0 : 0.0};
    }
    if (const auto exact = counted(quantity, most))
        return *exact;
    constexpr int draws = 100'000;
    sim::RandomStream random({1, 0}, sim::hash_name("whole units"), purpose_whole_units);
    WholeUnits sum;
    bool is_whole = true;
    for (int i = 0; i < draws; ++i) {
        const double value = quantity.sample(random);
        const std::uint32_t units = std::min(whole_units(value), most);
        is_whole = is_whole && value == static_cast<double>(units);
        sum.mean += units;
        sum.positive += units > 0 ? 1 : 0;
    }
    return {is_whole ? quantity.mean() : sum.mean / draws, sum.positive / draws};
}

}  // namespace spate::models
