#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "sim/engine/context.hpp"
#include "models/base/messages.hpp"
#include "models/policies/replenishment.hpp"
#include "models/policies/supply_split.hpp"

namespace spate::models {

/// The sources of a rule are judged; a site to itself.
using JudgeTick = Tick<112, priority::observe>;

/// A site that a rule orders from.
struct RuleSource {
    Index lane = 0;
    sim::Output<ReplenishOrder> output;
};

/// What a snapshot says of a rule, until the run goes on.
struct SavedRule {
    bool has_forecast = false;
    ForecastSpec::Kind kind{};
    std::uint32_t window = 0;              ///< periods
    Duration period;                       ///< of its forecast
    std::vector<Index> products;           ///< ascending
    std::vector<double> observed;          ///< by its forecast
    std::vector<Units> order_points;       ///< by product
    Time observe_at, review_at, judge_at;  ///< as of ReplenishRule
};

/// A rule by which a site replenishes, at work.
struct ReplenishRule {
    const ReplenishSpec* spec = nullptr;
    std::deque<RuleSource> sources;      ///< one, or those of `split`
    std::unique_ptr<SupplySplit> split;  ///< where there are several
    std::uint32_t supply_row = 0;        ///< of its first source in /network/supply
    std::unique_ptr<ReplenishmentPolicy> policy;
    std::unique_ptr<Forecaster> forecaster;  ///< absent where no level depends on it
    std::vector<double> expected;            ///< with a forecaster: mean demand of a period, by product
    std::vector<std::int32_t> positions;     ///< assortment position of each of the rule's products
    std::vector<Index> changed;  ///< continuous review: indices into positions, changed since the last check
    std::vector<bool> is_changed;
    std::vector<Units> order_points;  ///< continuous review: a product is looked at if its position is not above
    double lead_days = 0, review_days = 0;
    std::optional<SavedRule> saved;  ///< from load_state() to on_loaded()
    /// When its ticks are pending; sim::end_of_time: none. A tick of another time is left from other parameters.
    bool is_new = false;  ///< its order points are not those of the snapshot
    Time review_at = sim::end_of_time, observe_at = sim::end_of_time, judge_at = sim::end_of_time;
};

/// Where goods of a rule with several sources come from.
struct SupplySource {
    SupplySplit* split = nullptr;  ///< null: not of such a rule
    std::size_t source = 0, product = 0;
};

}  // namespace spate::models
