#include "models/prices/price_choice.hpp"

#include "models/prices/price_ladders.hpp"

namespace spate::models {

namespace {

constexpr double slack = 1e-9;

/// The last step that `reached` says is; 0: none.
template <class Reached>
std::uint32_t last_step(const PriceRuleSpec& rule, Reached&& reached) {
    for (auto step = static_cast<std::uint32_t>(rule.steps.size()); step > 0; --step) {
        if (reached(rule.steps[step - 1]))
            return step;
    }
    return 0;
}

std::uint32_t step_by_cover(const PriceRuleSpec& rule, const PriceFacts& facts) {
    if (facts.per_day <= 0)
        return 0;
    return last_step(rule, [&](const PriceRuleSpec::Step& step) {
        return step.cover
               && static_cast<double>(facts.units) >= step.cover->seconds() / 86400 * facts.per_day * (1 - slack);
    });
}

std::uint32_t step_by_age(const PriceRuleSpec& rule, const PriceFacts& facts) {
    return last_step(rule,
                     [&](const PriceRuleSpec::Step& step) { return step.age && facts.age && *facts.age >= *step.age; });
}

std::uint32_t step_by_date(const PriceRuleSpec& rule, const PriceFacts& facts) {
    return last_step(rule, [&](const PriceRuleSpec::Step& step) {
        return step.left && rule.clear_by && facts.at + *step.left >= *rule.clear_by;
    });
}

}  // namespace

bool may_follow_to(const FollowSpec& follow, double share) {
    return share >= follow.floor * (1 - slack) && share <= follow.ceiling * (1 + slack);
}

std::uint32_t followed_step(const PriceRuleSpec& rule, double competitor) {
    const double wanted = rule.follow->ratio * competitor * (1 + slack);
    std::optional<std::uint32_t> best;
    for (std::uint32_t step = 0; step <= rule.steps.size(); ++step) {
        const double share = price_share(rule, step);
        if (!may_follow_to(*rule.follow, share))
            continue;
        const double held = best ? price_share(rule, *best) : 0;
        // Not above the wanted one before above it; of the former the dearest, of the latter the cheapest.
        const bool fits = share <= wanted, held_fits = held <= wanted;
        if (!best || (fits && !held_fits) || (fits && share > held) || (!fits && !held_fits && share < held))
            best = step;
    }
    return best.value_or(0);
}

PriceChoice choose_price(const PriceRuleSpec& rule, const PriceFacts& facts) {
    PriceChoice choice;
    const auto name = [&](std::uint32_t step, PriceDriver driver) {
        if (choice.driver == PriceDriver::none || price_share(rule, step) < price_share(rule, choice.step))
            choice = {step, driver};
    };
    if (const auto step = step_by_cover(rule, facts); step > 0)
        name(step, PriceDriver::cover);
    if (const auto step = step_by_age(rule, facts); step > 0)
        name(step, PriceDriver::age);
    if (const auto step = step_by_date(rule, facts); step > 0)
        name(step, PriceDriver::date);
    if (rule.follow && facts.competitor > 0)
        name(followed_step(rule, facts.competitor), PriceDriver::competitor);
    return choice;
}

}  // namespace spate::models
