#include "models/base/ledger_totals.hpp"

#include <string>

#include "sim/base/check.hpp"

namespace spate::models {

void LedgerTotals::check(sim::Time at) const {
    std::int64_t unit_sum = 0, money_sum = 0;
    for (const auto balance : units)
        unit_sum += balance;
    for (const auto balance : money)
        money_sum += balance;
    if (unit_sum == 0 && money_sum == 0)
        return;
    throw sim::InvariantError("the ledger does not balance at " + std::to_string(sim::Duration{at.us}.hours())
                              + " h: " + std::to_string(unit_sum) + " units and " + std::to_string(money_sum)
                              + " millionths of the currency have appeared or vanished");
}

std::vector<std::int64_t> LedgerTotals::accounts() const {
    std::vector<std::int64_t> all(units.begin(), units.end());
    all.insert(all.end(), money.begin(), money.end());
    return all;
}

}  // namespace spate::models
