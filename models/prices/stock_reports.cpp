#include "models/prices/stock_reports.hpp"

#include <algorithm>

namespace spate::models {

StockReports::StockReports(const ModelSpec& spec, const Assortment& assortment) {
    for (std::size_t r = 0; r < spec.price_rules.size(); ++r) {
        Rule rule{r, is_by_age(spec.price_rules[r]), {}};
        for (const Index product : spec.price_rules[r].products) {
            if (const std::int32_t position = assortment.position(product); position >= 0)
                rule.products.emplace_back(product, position);
        }
        if (!rule.products.empty())
            rules_.push_back(std::move(rule));
    }
}

std::vector<std::int32_t> StockReports::aged() const {
    std::vector<std::int32_t> positions;
    for (const auto& rule : rules_) {
        for (const auto& [product, position] : rule.products) {
            if (rule.by_age)
                positions.push_back(position);
        }
    }
    return positions;
}

bool is_by_age(const PriceRuleSpec& rule) {
    return std::any_of(rule.steps.begin(), rule.steps.end(), [](const auto& step) { return step.age.has_value(); });
}

Time next_price_review(const ModelSpec& spec, const PriceRuleSpec& rule, Time after) {
    return sim::next_on_grid(after + spec.week_time_at_start, rule.every, rule.offset) - spec.week_time_at_start;
}

}  // namespace spate::models
