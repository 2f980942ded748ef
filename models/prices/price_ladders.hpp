#pragma once

#include <cstdint>
#include <vector>

#include "models/base/units.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// How many times the base customers come at a step of a rule: share^(-elasticity). Step 0 is the normal price.
double demand_factor(const PriceRuleSpec& rule, std::size_t step);

/// Layers of customers beyond those of the normal price that are needed for the lowest price of a rule.
std::uint16_t further_layers(const PriceRuleSpec& rule);

/// What products cost at each step of their rule, and how many customers come. Immutable: may be shared.
class PriceLadders {
  public:
    /// No rules.
    PriceLadders() = default;
    explicit PriceLadders(const ModelSpec& spec);

    bool has_rule(Index product) const { return !rule_of_.empty() && rule_of_[product] != none; }

    /// Position in ModelSpec::price_rules. Requires: has_rule().
    std::size_t rule(Index product) const { return rule_of_[product]; }

    /// Price of one unit at a step above 0 of its rule; `normal`: the catalogue's [micro-currency]. Requires:
    /// has_rule().
    Money price(Index product, std::size_t step, Money normal) const {
        return to_money(static_cast<double>(normal) * rules_[rule_of_[product]][step].share);
    }

    /// demand_factor(). Requires: has_rule().
    double factor(Index product, std::size_t step) const { return rules_[rule_of_[product]][step].factor; }

  private:
    struct Step {
        double share = 1, factor = 1;
    };

    static constexpr std::uint32_t none = UINT32_MAX;

    std::vector<std::uint32_t> rule_of_;    ///< by product; empty: there are no rules
    std::vector<std::vector<Step>> rules_;  ///< by rule: its steps, the normal price first
};

}  // namespace spate::models
