#pragma once

#include <cstdint>

#include "models/base/messages.hpp"

namespace spate::models {

/// Somebody waiting for a product: a customer's order or a line of another site's order.
struct Waiting {
    bool is_customer = true;
    bool is_withdrawn = false;  ///< the deadline is when the site knows that the customer has cancelled
    Order order;                ///< customer
    Time released;
    Time deadline;           ///< customer's patience ends
    std::uint32_t lane = 0;  ///< position in lanes_
    Units quantity = 0;      ///< still wanted
};

/// Customers' patience ends; a site to itself.
using LeaveTick = Tick<113, priority::wave>;

}  // namespace spate::models
