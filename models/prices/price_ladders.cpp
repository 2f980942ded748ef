#include "models/prices/price_ladders.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/math.hpp"

namespace spate::models {

double demand_factor(const PriceRuleSpec& rule, std::size_t step) {
    const double share = step == 0 ? 1 : rule.steps[step - 1].share;
    return rule.elasticity <= 0 || share == 1 ? 1 : sim::pow(share, -rule.elasticity);
}

std::uint16_t further_layers(const PriceRuleSpec& rule) {
    double most = 1;
    for (std::size_t step = 1; step <= rule.steps.size(); ++step)
        most = std::max(most, demand_factor(rule, step));
    return static_cast<std::uint16_t>(std::ceil(most - 1));
}

PriceLadders::PriceLadders(const ModelSpec& spec) {
    if (spec.price_rules.empty())
        return;
    rule_of_.assign(spec.products.size(), none);
    for (const auto& rule : spec.price_rules) {
        for (const Index product : rule.products)
            rule_of_[product] = static_cast<std::uint32_t>(rules_.size());
        auto& steps = rules_.emplace_back(rule.steps.size() + 1);
        for (std::size_t step = 1; step < steps.size(); ++step)
            steps[step] = {rule.steps[step - 1].share, demand_factor(rule, step)};
    }
}

}  // namespace spate::models
