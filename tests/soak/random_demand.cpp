#include "tests/soak/random_demand.hpp"

#include <algorithm>

#include "models/demand/demand_shape.hpp"
#include "models/demand/recorded_orders.hpp"

#include "tests/soak/dice.hpp"

namespace spate::test {

namespace {

using namespace models;

class ShapeMaker {
  public:
    ShapeMaker(ModelSpec& spec, std::uint64_t seed)
        : spec_(spec)
        , dice_(seed + 0xD15EA5E)
        , run_(spec.warm_up + spec.horizon) {}

    void make() {
        for (auto& demand : spec_.demand) {
            if (demand.kind == DemandSpec::Kind::renewal)
                shape(demand);
            if (demand.kind == DemandSpec::Kind::recorded)
                resample(demand);
        }
        if (dice_.chance(0.3))
            change_price();
        if (dice_.chance(0.3))
            follow_stock();
    }

  private:
    void shape(DemandSpec& demand) {
        if (dice_.chance(0.25)) {
            demand.shape.trend = dice_.real(-0.5, 1);
            demand.shape.trend_every = run_;
        }
        if (dice_.chance(0.25))
            demand.shape.noise = {dice_.magnitude(0.05, 2), dice_.span(run_, run_ * 3), dice_.real(0, 1)};
        while (dice_.chance(0.3)) {
            const Time from = dice_.moment(run_), to = from + dice_.span(sim::hour, run_);
            demand.shape.calendar.push_back({from, to, dice_.real(0, 2), {}, "", {}});
            if (dice_.chance(0.5))
                demand.shape.calendar.back().category = "even";
        }
        if (dice_.chance(0.1))
            demand.shape.launch = {LaunchSpec::Kind::ramp, dice_.moment(run_), dice_.span(sim::hour, run_), {}, 0, 0};
        if (dice_.chance(0.2) && demand.gap.kind() == Distribution::Kind::exponential) {
            demand.branching = dice_.real(0.05, 0.8);
            demand.branching_delay = dice_.span(sim::second, sim::hour);
        }
    }

    void resample(DemandSpec& demand) {
        if (dice_.chance(0.3))
            demand.scale = dice_.real(0.5, 2);
        const auto days = recorded_days(spec_, demand);
        if (days.end - days.first >= fewest_recorded_days(sim::day) && dice_.chance(0.5))
            demand.bootstrap = sim::day;
    }

    void change_price() {
        PriceChangeSpec change;
        for (Index p = 0; p < spec_.products.size(); ++p) {
            if (p == 0 || dice_.chance(0.2))
                change.products.push_back(p);
        }
        change.from = dice_.moment(run_);
        change.to = change.from + dice_.span(sim::hour, run_);
        change.share = dice_.real(0.7, 1.3);
        change.elasticity = dice_.chance(0.7) ? dice_.real(0.5, 2) : 0;
        change.cannibalise = change.elasticity > 0 ? dice_.real(0, 0.3) : 0;
        change.pull_forward = change.elasticity > 0 ? dice_.real(0, 0.3) : 0;
        change.pull_over = dice_.span(sim::hour, run_);
        spec_.price_changes.push_back(change);
        for (std::size_t d = 0; d < spec_.demand.size(); ++d) {
            if (DemandShape::is_needed(spec_, d) && !DemandShape(spec_, d, false).fault().empty()) {
                spec_.price_changes.clear();
                return;
            }
        }
    }

    /// What a competitor takes for some products, in the catalogue's prices.
    void add_competitor() {
        for (Index p = 0; p < spec_.products.size(); ++p) {
            if (dice_.chance(0.3))
                continue;
            Time from;
            for (std::uint32_t number = dice_.whole(1, 4); number > 0 && from < Time{} + run_; --number) {
                const double share = dice_.real(0.4, 1.4);
                const auto price = to_money(static_cast<double>(spec_.products[p].price) * share);
                spec_.competitor_prices.push_back({p, from, std::max<Money>(price, 1)});
                from = from + dice_.span(sim::hour, run_);
            }
        }
    }

    bool has_competitor(const PriceRuleSpec& rule) const {
        return std::all_of(rule.products.begin(), rule.products.end(), [&](Index p) {
            return std::any_of(spec_.competitor_prices.begin(), spec_.competitor_prices.end(), [p](const auto& price) {
                return price.product == p;
            });
        });
    }

    void drive_by_age(PriceRuleSpec& rule) {
        Duration age = dice_.span(sim::minute, sim::day);
        for (auto& step : rule.steps) {
            step.age = age;
            age = age + dice_.span(sim::hour, sim::day * 2);
        }
    }

    void drive_by_date(PriceRuleSpec& rule) {
        rule.clear_by = dice_.moment(run_);
        Duration left = dice_.span(sim::hour, run_);
        for (auto& step : rule.steps) {
            if (dice_.chance(0.7))
                step.left = left;
            left = left - Duration{left.us / 3};
        }
    }

    /// Other drivers of prices than the cover.
    void drive(PriceRuleSpec& rule) {
        if (dice_.chance(0.5))
            drive_by_age(rule);
        if (dice_.chance(0.5))
            drive_by_date(rule);
        if (!has_competitor(rule))
            return;
        if (dice_.chance(0.6)) {
            rule.follow = FollowSpec{dice_.real(0.7, 1.2), dice_.real(0, 1), dice_.real(1, 1.5)};
            rule.steps.front().cover.reset();
        }
        if (dice_.chance(0.5))
            rule.cross_elasticity = dice_.real(0.2, 1);
    }

    /// One or two rules of prices, for demand that can answer and for demand that cannot.
    void follow_stock() {
        const std::uint32_t rules = dice_.whole(1, 2);
        spec_.price_rules.resize(rules);
        for (Index p = 0; p < spec_.products.size(); ++p) {
            const bool is_free = std::none_of(
                spec_.price_changes.begin(), spec_.price_changes.end(), [&](const PriceChangeSpec& change) {
                    return std::binary_search(change.products.begin(), change.products.end(), p);
                });
            if (is_free && dice_.chance(0.5))
                spec_.price_rules[dice_.whole(0, rules - 1)].products.push_back(p);
        }
        for (auto& rule : spec_.price_rules) {
            rule.every = dice_.span(sim::minute * 10, sim::day);
            rule.offset = dice_.span(sim::minute, sim::hour);
            rule.elasticity = dice_.chance(0.8) ? dice_.real(0.5, 2.5) : 0;
            Duration cover = dice_.chance(0.5) ? Duration{} : dice_.span(sim::minute, sim::day);
            for (std::uint32_t step = dice_.whole(1, 5); step > 0; --step) {
                rule.steps.push_back({cover, dice_.real(0.4, 1.5), {}, {}});
                cover = cover + dice_.span(sim::hour, sim::day * 5);
            }
        }
        if (dice_.chance(0.7))
            add_competitor();
        for (auto& rule : spec_.price_rules)
            drive(rule);
        std::erase_if(spec_.price_rules, [](const PriceRuleSpec& rule) { return rule.products.empty(); });
    }

    ModelSpec& spec_;
    Dice dice_;
    Duration run_;
};

}  // namespace

void add_shapes(ModelSpec& spec, std::uint64_t seed) {
    ShapeMaker(spec, seed).make();
}

}  // namespace spate::test
