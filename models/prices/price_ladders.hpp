#pragma once

#include <cstdint>
#include <vector>

#include "models/base/units.hpp"
#include "models/prices/competitor_prices.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// The price at a step of a rule, of the catalogue's. Step 0 is the normal price.
inline double price_share(const PriceRuleSpec& rule, std::size_t step) {
    return step == 0 ? 1 : rule.steps[step - 1].share;
}

/// How many times the base customers come at a step of a rule: share^(-elasticity).
double demand_factor(const PriceRuleSpec& rule, std::size_t step);

/// How many times they come at most for what a competitor takes for products of the rule: r^x; at least 1.
double most_by_competitor(const PriceRuleSpec& rule, const CompetitorPrices& competitor);

/// Layers of customers beyond those of the normal price that are needed for the lowest price of a rule and the highest
/// one of the competitor.
std::uint16_t further_layers(const PriceRuleSpec& rule, const CompetitorPrices& competitor);

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

    /// How many times the base customers come who come at `at`, by the product's price and the competitor's. Requires:
    /// has_rule().
    double factor(Index product, std::size_t step, Time at) const;

    /// What the competitor takes.
    const CompetitorPrices& competitor() const { return competitor_; }

  private:
    struct Step {
        double share = 1, factor = 1;
    };

    static constexpr std::uint32_t none = UINT32_MAX;

    std::vector<std::uint32_t> rule_of_;    ///< by product; empty: there are no rules
    std::vector<std::vector<Step>> rules_;  ///< by rule: its steps, the normal price first
    std::vector<double> cross_;             ///< by rule: its cross elasticity
    CompetitorPrices competitor_;
};

}  // namespace spate::models
