#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/base/prefetch.hpp"
#include "models/base/units.hpp"

namespace spate::models {

/// Where units of goods can be. The first three are the outside world: their balance is minus what came from there.
enum class UnitAccount : std::uint8_t {
    opening,
    purchased,
    produced,
    available,
    reserved,
    receiving,
    in_transit,
    in_delivery,
    at_pickup,
    at_customer,
    returning,
    at_return_centre,
    in_repair,
    sold_as_seconds,
    scrapped,
    sent_back,
    expired,
    count
};
/// Money accounts, debit positive: expenses and assets grow, revenue and the counter accounts fall.
enum class MoneyAccount : std::uint8_t {
    opening,
    cash,
    imputed,
    inventory,
    refund_fund,  ///< put aside for refunds
    deposits,     ///< paid by customers for goods that have not left: what is owed to them
    revenue,
    deposits_kept,  ///< of customers who did not pay the balance
    cost_of_goods_sold,
    returned_goods,
    refunds,
    sales_of_seconds,
    supplier_claims,  ///< suppliers' part of what returns for bad goods cost
    freight,
    handling,
    holding,
    ordering,
    fixed,
    backorder_penalty,
    lost_sale_penalty,
    return_freight,
    return_handling,
    return_claims,
    scrap_loss,
    quality_checks,
    expiry_loss,              ///< goods whose time was over, and what it costs to throw them away
    purchase_price_variance,  ///< prices paid for goods, less their standard cost
    count
};
inline constexpr std::size_t unit_accounts = static_cast<std::size_t>(UnitAccount::count);
inline constexpr std::size_t money_accounts = static_cast<std::size_t>(MoneyAccount::count);

std::string_view name_of(UnitAccount account);
std::string_view name_of(MoneyAccount account);
/// True for the accounts that add up to the cost of serving customers.
bool is_expense(MoneyAccount account);

/// One process's part of the double-entry books. Units and money move only from one account to another, so the sum over
/// all accounts is always zero; the model adds all parts up at every window end and stops the run if it is not.
/// Exact integers; an overflow stops the run (RunError): the amounts are too large, no law is broken.
class Ledger {
  public:
    void move_units(UnitAccount from, UnitAccount to, Units quantity) {
        add(units_[index(from)], -quantity, from);
        add(units_[index(to)], quantity, to);
    }

    /// Debits `to`, credits `from`.
    void move_money(MoneyAccount from, MoneyAccount to, Money amount) {
        add(money_[index(from)], -amount, from);
        add(money_[index(to)], amount, to);
    }

    Units balance(UnitAccount account) const { return units_[index(account)]; }

    Money balance(MoneyAccount account) const { return money_[index(account)]; }

    /// Brings it into the caches ahead of add_to().
    void prefetch() const {
        constexpr std::size_t line = 64;
        for (std::size_t at = 0; at < sizeof *this; at += line)
            sim::prefetch(reinterpret_cast<const char*>(this) + at);
    }

    /// Adds this part to totals.
    void add_to(std::array<std::int64_t, unit_accounts>& units, std::array<std::int64_t, money_accounts>& money) const;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(units_, money_);
    }

    /// Breaks the books on purpose, for the tests that prove that the checks find it.
    void corrupt_for_test(UnitAccount account, Units quantity) { units_[index(account)] += quantity; }

  private:
    template <class Account>
    static std::size_t index(Account account) {
        return static_cast<std::size_t>(account);
    }

    template <class Account>
    static void add(std::int64_t& balance, std::int64_t amount, Account account) {
        if (__builtin_add_overflow(balance, amount, &balance))
            fail_overflow(name_of(account));
    }

    [[noreturn]] static void fail_overflow(std::string_view account);

    std::array<std::int64_t, unit_accounts> units_{};
    std::array<std::int64_t, money_accounts> money_{};
};

}  // namespace spate::models
