#pragma once

#include <optional>
#include <vector>

#include "models/base/messages.hpp"
#include "models/demand/broadcasts.hpp"
#include "models/demand/session_gifts.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// What customers of sessions pay, and for how many of their units. Empty where no session has a price, a discount or a
/// gift. Immutable: may be shared.
class SessionOffers {
  public:
    SessionOffers() = default;
    SessionOffers(const ModelSpec& spec, const Broadcasts& broadcasts);

    bool is_empty() const { return offers_.empty(); }

    /// Price of one unit in a session [micro-currency]; none: that of all other orders, also of a product that the
    /// session does not sell (a substitute). A session's own price wins over every change of prices (PriceBook).
    /// Requires: not empty.
    std::optional<Money> price(std::size_t session, Index product) const {
        const auto& prices = offers_[session].prices;
        return prices.empty() ? std::nullopt : prices[product];
    }

    /// Units that are paid of an order, or of a line that is no gift. Requires: not empty, and that the order is of a
    /// session.
    std::uint32_t paid_units(const Order& order) const {
        const auto& gifts = offers_[order.session - std::size_t{1}].gifts;
        if (gifts.is_empty())
            return order.quantity;
        return order.substitute > 0 ? gifts.paid_of_substitute(order.placed, order.quantity)
                                    : gifts.paid(order.placed, order.product, order.quantity);
    }

    /// Whether the order goes without its gift of another product where that has run out. Requires: as above.
    bool goes_without_gift(const Order& order) const {
        return offers_[order.session - std::size_t{1}].gifts.goes_without(order.placed);
    }

  private:
    struct Offer {
        std::vector<std::optional<Money>> prices;  ///< by product, those it sells; empty: no price of its own
        SessionGifts gifts;
    };

    std::vector<Offer> offers_;  ///< by session
};

/// Whether a session has a price, a discount or a gift, in its script or without.
bool has_offers(const SessionSpec& session);

}  // namespace spate::models
