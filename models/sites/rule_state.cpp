#include "models/sites/rule_state.hpp"

#include <algorithm>
#include <cmath>

#include "sim/snapshot/archive.hpp"

namespace spate::models {

namespace {

template <class Archive>
void archive_saved(Archive& archive, SavedRule& saved) {
    archive(saved.has_forecast, saved.kind, saved.window, saved.period, saved.products, saved.observed);
    archive(saved.order_points, saved.observe_at, saved.review_at, saved.judge_at);
}

/// Whether what a saved rule has observed is what a forecast would have observed.
bool is_same_forecast(const SavedRule& saved, const ForecastSpec& spec) {
    return saved.has_forecast && saved.kind == spec.kind && saved.period == spec.period
           && (saved.window == spec.window || spec.kind != ForecastSpec::Kind::moving_average);
}

/// By product of a rule: where it stands in a saved one, or -1.
std::vector<std::int32_t> places_in(const SavedRule& saved, const std::vector<Index>& products) {
    std::vector<std::int32_t> places;
    for (const Index product : products) {
        const auto it = std::lower_bound(saved.products.begin(), saved.products.end(), product);
        const bool is_there = it != saved.products.end() && *it == product;
        places.push_back(is_there ? static_cast<std::int32_t>(it - saved.products.begin()) : -1);
    }
    return places;
}

/// What was expected of a product of a rule in the running period up to now.
Units expected_so_far(const ReplenishRule& rule, std::size_t product, Time now) {
    const Duration period = rule.spec->forecast.period;
    const double part = 1 - (rule.observe_at - now).seconds() / period.seconds();
    return static_cast<Units>(std::llround(rule.expected[product] * part));
}

/// A forecast that was there goes on.
void go_on(ReplenishRule& rule, const std::deque<ReplenishRule>& rules, StockRoom& room, Time now) {
    std::vector<bool> is_known(rule.positions.size(), false);
    const auto load = [&](const SavedRule& saved) {
        const auto places = places_in(saved, rule.spec->products);
        rule.forecaster->load(saved.observed, places);
        for (std::size_t i = 0; i < places.size(); ++i)
            is_known[i] = is_known[i] || places[i] >= 0;
    };
    load(*rule.saved);
    for (const auto& other : rules) {
        const bool fits =
            is_same_forecast(*other.saved, rule.spec->forecast) && other.saved->observe_at == rule.observe_at;
        if (&other != &rule && fits)
            load(*other.saved);
    }
    for (std::size_t i = 0; i < is_known.size(); ++i) {
        if (!is_known[i])
            room.set_observed(rule.positions[i], expected_so_far(rule, i, now));
    }
}

}  // namespace

void archive_rule(sim::StateWriter& archive, ReplenishRule& rule) {
    const ForecastSpec& forecast = rule.spec->forecast;
    SavedRule saved{rule.forecaster != nullptr,
                    forecast.kind,
                    forecast.window,
                    forecast.period,
                    rule.spec->products,
                    rule.forecaster ? rule.forecaster->save() : std::vector<double>{},
                    rule.order_points,
                    rule.observe_at,
                    rule.review_at,
                    rule.judge_at};
    sim::block(archive, rule.changed);
    archive_saved(archive, saved);
    if (rule.split)
        archive(*rule.split);
}

void archive_rule(sim::StateReader& archive, ReplenishRule& rule) {
    SavedRule& saved = rule.saved.emplace();
    sim::block(archive, rule.changed);
    archive_saved(archive, saved);
    if (rule.split)
        archive(*rule.split);
    rule.observe_at = saved.observe_at;
    rule.review_at = saved.review_at;
    rule.judge_at = saved.judge_at;
    // Where the products are others, all of them are looked at when the run goes on.
    if (saved.products != rule.spec->products)
        rule.changed.clear();
    rule.is_changed.assign(rule.positions.size(), false);
    for (const Index i : rule.changed)
        rule.is_changed[i] = true;
}

void resume_forecasts(std::deque<ReplenishRule>& rules, StockRoom& room, Time now) {
    for (auto& rule : rules) {
        if (rule.forecaster && is_same_forecast(*rule.saved, rule.spec->forecast)) {
            go_on(rule, rules, room, now);
            continue;
        }
        rule.observe_at = sim::end_of_time;
        for (const auto position : rule.positions) {
            if (rule.forecaster)
                room.set_observed(position, 0);
        }
    }
}

}  // namespace spate::models
