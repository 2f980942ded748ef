#include "models/prices/price_ladders.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/math.hpp"

namespace spate::models {

double demand_factor(const PriceRuleSpec& rule, std::size_t step) {
    const double share = price_share(rule, step);
    return rule.elasticity <= 0 || share == 1 ? 1 : sim::pow(share, -rule.elasticity);
}

double most_by_competitor(const PriceRuleSpec& rule, const CompetitorPrices& competitor) {
    double most = 1;
    for (const Index product : rule.products)
        most = rule.cross_elasticity > 0 ? std::max(most, competitor.highest(product)) : most;
    return most > 1 ? sim::pow(most, rule.cross_elasticity) : 1;
}

std::uint16_t further_layers(const PriceRuleSpec& rule, const CompetitorPrices& competitor) {
    double most = 1;
    for (std::size_t step = 1; step <= rule.steps.size(); ++step)
        most = std::max(most, demand_factor(rule, step));
    return static_cast<std::uint16_t>(std::ceil(most * most_by_competitor(rule, competitor) - 1));
}

PriceLadders::PriceLadders(const ModelSpec& spec) {
    if (spec.price_rules.empty())
        return;
    competitor_ = CompetitorPrices(spec);
    rule_of_.assign(spec.products.size(), none);
    for (const auto& rule : spec.price_rules) {
        for (const Index product : rule.products)
            rule_of_[product] = static_cast<std::uint32_t>(rules_.size());
        cross_.push_back(rule.cross_elasticity);
        auto& steps = rules_.emplace_back(rule.steps.size() + 1);
        for (std::size_t step = 1; step < steps.size(); ++step)
            steps[step] = {rule.steps[step - 1].share, demand_factor(rule, step)};
    }
}

double PriceLadders::factor(Index product, std::size_t step, Time at) const {
    const std::uint32_t rule = rule_of_[product];
    const double own = rules_[rule][step].factor, theirs = cross_[rule] > 0 ? competitor_.share(product, at) : 0;
    return theirs > 0 ? own * sim::pow(theirs, cross_[rule]) : own;
}

}  // namespace spate::models
