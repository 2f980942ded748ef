#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/engine/context.hpp"
#include "models/prices/price_messages.hpp"
#include "models/sites/stock.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Which stock one site reports to the price office, by rule of prices.
class StockReports {
  public:
    /// Of products of a rule that the site keeps.
    struct Rule {
        std::uint64_t number = 0;                              ///< in ModelSpec::price_rules
        bool by_age = false;                                   ///< how old they are is reported too
        std::vector<std::pair<Index, std::int32_t>> products;  ///< with their positions
    };

    StockReports(const ModelSpec& spec, const Assortment& assortment);

    const std::vector<Rule>& rules() const { return rules_; }

    /// Positions of the products whose age is reported.
    std::vector<std::int32_t> aged() const;

    sim::Output<StockNews>& output() { return output_; }

  private:
    std::vector<Rule> rules_;  ///< none without products
    sim::Output<StockNews> output_;
};

/// Whether a step of the rule is reached by the age of the stock.
bool is_by_age(const PriceRuleSpec& rule);

/// The first review of a rule at `after` or later.
Time next_price_review(const ModelSpec& spec, const PriceRuleSpec& rule, Time after);

}  // namespace spate::models
