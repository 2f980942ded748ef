#include "models/base/ledger.hpp"

#include <string>

namespace spate::models {

std::string_view name_of(UnitAccount account) {
    static constexpr std::array<std::string_view, unit_accounts> names{"opening stock",
                                                                       "purchased",
                                                                       "produced",
                                                                       "available",
                                                                       "reserved",
                                                                       "receiving",
                                                                       "in transit",
                                                                       "in delivery",
                                                                       "at pick-up point",
                                                                       "at customer",
                                                                       "returning",
                                                                       "at return centre",
                                                                       "in repair",
                                                                       "sold as seconds",
                                                                       "scrapped",
                                                                       "sent back",
                                                                       "expired"};
    return names[static_cast<std::size_t>(account)];
}

std::string_view name_of(MoneyAccount account) {
    static constexpr std::array<std::string_view, money_accounts> names{"opening capital",
                                                                        "cash",
                                                                        "imputed",
                                                                        "inventory",
                                                                        "refund fund",
                                                                        "deposits",
                                                                        "revenue",
                                                                        "deposits kept",
                                                                        "cost of goods sold",
                                                                        "returned goods",
                                                                        "refunds",
                                                                        "sales of seconds",
                                                                        "supplier claims",
                                                                        "freight",
                                                                        "handling",
                                                                        "holding",
                                                                        "ordering",
                                                                        "fixed",
                                                                        "backorder penalty",
                                                                        "lost sale penalty",
                                                                        "return freight",
                                                                        "return handling",
                                                                        "return claims",
                                                                        "scrap loss",
                                                                        "quality checks",
                                                                        "expiry loss",
                                                                        "purchase price variance"};
    return names[static_cast<std::size_t>(account)];
}

bool is_expense(MoneyAccount account) {
    return account >= MoneyAccount::freight && account < MoneyAccount::count;
}

void Ledger::add_to(std::array<std::int64_t, unit_accounts>& units,
                    std::array<std::int64_t, money_accounts>& money) const {
    for (std::size_t i = 0; i < unit_accounts; ++i)
        add(units[i], units_[i], static_cast<UnitAccount>(i));
    for (std::size_t i = 0; i < money_accounts; ++i)
        add(money[i], money_[i], static_cast<MoneyAccount>(i));
}

void Ledger::fail_overflow(std::string_view account) {
    fail_range("the account '" + std::string(account) + "' of the ledger");
}

}  // namespace spate::models
