#include "models/sites/purchases.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace spate::models {

Money standard_cost(const ModelSpec& spec, const ProductQuantity& goods) {
    return multiply(spec.products[goods.product].cost, goods.quantity);
}

Money purchase_price(const ModelSpec& spec, Index site, const ProductQuantity& goods) {
    const auto& assortment = spec.sites[site].assortment;
    const auto& prices = spec.sites[site].purchase_prices;
    if (prices.empty())
        return standard_cost(spec, goods);
    const auto kept = std::lower_bound(assortment.begin(), assortment.end(), goods.product);
    SPATE_EXPECT(kept != assortment.end() && *kept == goods.product);
    return multiply(prices[static_cast<std::size_t>(kept - assortment.begin())], goods.quantity);
}

Money refund_of_supplier(const ModelSpec& spec, const ProductQuantity& goods) {
    return goods.supplier == no_row ? standard_cost(spec, goods) : purchase_price(spec, goods.supplier, goods);
}

void post_purchase(Ledger& ledger, const ModelSpec& spec, Index site, UnitAccount from, const ProductQuantity& goods) {
    const Money cost = standard_cost(spec, goods), price = purchase_price(spec, site, goods);
    ledger.move_units(from, UnitAccount::available, goods.quantity);
    ledger.move_money(MoneyAccount::cash, MoneyAccount::inventory, cost);
    ledger.move_money(MoneyAccount::cash, MoneyAccount::purchase_price_variance, price - cost);
}

void post_sent_back(Ledger& ledger, const ModelSpec& spec, UnitAccount from, const ProductQuantity& goods) {
    const Money cost = standard_cost(spec, goods), price = refund_of_supplier(spec, goods);
    ledger.move_units(from, UnitAccount::sent_back, goods.quantity);
    ledger.move_money(MoneyAccount::inventory, MoneyAccount::cash, cost);
    ledger.move_money(MoneyAccount::purchase_price_variance, MoneyAccount::cash, price - cost);
}

}  // namespace spate::models
