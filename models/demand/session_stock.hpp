#pragma once

#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "models/demand/session_book.hpp"

namespace spate::models {

/// Fills ReplenishSpec::prepared of the rules that prepare for sessions: units on top of the order-up-to level, from
/// when they are decided until the broadcast is over. `parts`: by site, its part of the demand by position of its
/// assortment (parts_of_demand()). What is decided at a time uses carts made before it only. Formulas:
/// docs/models/sessions.md.
void prepare_sessions(ModelSpec& spec,
                      const BaseDemand& base,
                      const SessionBook& book,
                      const std::vector<std::vector<double>>& parts);

/// Mean units of each product that a broadcast with its planned host, without luck and script, takes from a site: of
/// all that are asked for, or of the session's cap where that is less. `by_order`: mean_units() of its session;
/// `shares`: the site's part of the demand, by product. A gift of another product comes from where the product is that
/// it is given with.
std::map<Index, double> expected_units(const ModelSpec& spec,
                                       const BaseDemand& base,
                                       const Broadcast& show,
                                       const MeanUnits& by_order,
                                       const std::vector<double>& shares);

/// A session's cap by the mean units that a broadcast is asked for, those that count in it; infinite without a cap.
double cap_by_asked(const ModelSpec& spec, const BaseDemand& base, const Broadcast& show, const MeanUnits& by_order);

/// `parts` of one site by product of the catalogue, 0 for those it does not keep.
std::vector<double> shares_of_site(const ModelSpec& spec, Index site, const std::vector<std::vector<double>>& parts);

/// Part of the carts of a broadcast that is made so long before its start, or longer: the mean over 20,000 carts drawn
/// by the pulse and the lead of the session alone, the same in every run.
double early_carts(const SessionSpec& session, Duration before);

/// Units that a rule has on top of its level for a broadcast, as a part of what the broadcast is expected to sell.
struct PreparedParts {
    double locked = 0, called = 0, planned = 0;  ///< after `ahead`, `call`, `replan` before the start: each in all
};

/// `carts_at_call`, `carts_at_replan`: carts by then, by the expected ones; none: too few are expected to tell.
/// `cap`: cap_by_asked(), which neither of the parts passes.
PreparedParts prepared_parts(const PrepareSpec& prepare,
                             SessionTier tier,
                             std::optional<double> carts_at_call,
                             std::optional<double> carts_at_replan,
                             double cap = std::numeric_limits<double>::infinity());

}  // namespace spate::models
