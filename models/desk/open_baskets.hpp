#pragma once

#include <algorithm>
#include <cstdint>

#include "models/base/messages.hpp"

namespace spate::models {

/// An order of several lines, some of which have no outcome yet.
struct OpenBasket {
    Time delivered{-1};               ///< of the last line shipped so far
    std::uint32_t units = 0;          ///< shipped
    std::uint32_t gift_missed = 0;    ///< units of a gift that had run out, without which the order goes
    std::uint16_t quoted = 0;         ///< the latest quote of its lines, as Order::quoted
    std::uint8_t left = 0;            ///< lines without an outcome
    std::uint8_t shipped = 0;         ///< lines
    bool is_counted_waiting = false;  ///< at the end of the run
    bool has_waited = false;          ///< a line was backordered
    bool is_cancelled = false;        ///< a line was
    bool is_refused = false;          ///< a line was
    std::uint8_t parcels = 0;         ///< shipped
    bool is_returned = false;         ///< a line is, or will be
    bool is_withdrawn = false;        ///< a line was
    bool is_measured = false;         ///< placed in the measured time
    bool is_stale = false;            ///< a line was lost that had been shown
    bool is_withheld = false;         ///< a line was lost that others have in stock
    bool is_gift_promised = false;    ///< the gift that is missed was
    std::uint8_t unused = 0;          ///< keeps the layout free of padding

    void ship(const Order& line, Time at) {
        delivered = std::max(delivered, at);
        units += line.quantity;
        quoted = std::max(quoted, line.quoted);
        has_waited |= line.waited;
        ++shipped;
        --left;
    }
};

}  // namespace spate::models
