#pragma once

#include "models/base/ledger.hpp"
#include "models/base/messages.hpp"
#include "models/spec.hpp"

/// What goods cost where they come into the chain, and what is paid back for those that leave it there. Stock is valued
/// at standard cost; what a price differs from that is posted apart. Docs: docs/models/ledger.md.
namespace spate::models {

/// Standard cost of a unit.
Money standard_cost(const ModelSpec& spec, const ProductQuantity& goods);

/// Price of a site for units that it buys or makes; standard cost where it states none.
Money purchase_price(const ModelSpec& spec, Index site, const ProductQuantity& goods);

/// What the supplier of goods pays if they are sent back to it: its price, or standard cost where nobody knows who it
/// is.
Money refund_of_supplier(const ModelSpec& spec, const ProductQuantity& goods);

/// Goods come onto the shelf of the site that buys or makes them; `from`: where they were.
void post_purchase(Ledger& ledger, const ModelSpec& spec, Index site, UnitAccount from, const ProductQuantity& goods);

/// Goods go back to their supplier, who pays for them.
void post_sent_back(Ledger& ledger, const ModelSpec& spec, UnitAccount from, const ProductQuantity& goods);

}  // namespace spate::models
