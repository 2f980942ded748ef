#pragma once

#include <deque>

#include "sim/snapshot/archive_fwd.hpp"
#include "models/sites/replenish_rule.hpp"
#include "models/sites/stock_room.hpp"

namespace spate::models {

/// Writes the state of a rule, or reads it into `rule.saved`: what of it holds on is known when all rules are read.
void archive_rule(sim::StateWriter& archive, ReplenishRule& rule);
void archive_rule(sim::StateReader& archive, ReplenishRule& rule);

/// A saved run goes on, perhaps with other rules: `saved` of each is taken over. A forecast goes on with what the site
/// has observed of a product where one of the same kind, window and period observed it at the same times. What was
/// observed for another one is forgotten: a new forecast begins a period, and of a product that is new in one that goes
/// on, the part of the running period up to `now` counts as expected.
void resume_forecasts(std::deque<ReplenishRule>& rules, StockRoom& room, Time now);

}  // namespace spate::models
