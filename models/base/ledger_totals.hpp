#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"
#include "models/base/ledger.hpp"

namespace spate::models {

/// The sum of all parts of the books, by account.
struct LedgerTotals {
    std::array<std::int64_t, unit_accounts> units{};
    std::array<std::int64_t, money_accounts> money{};  ///< [millionths of the currency]

    void add(const Ledger& ledger) { ledger.add_to(units, money); }

    /// Throws: InvariantError if the units or the money do not add up to zero; `at` is said in it.
    void check(sim::Time at) const;
    /// Units, then money, as in /network/accounts.
    std::vector<std::int64_t> accounts() const;
};

}  // namespace spate::models
