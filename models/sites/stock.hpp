#pragma once

#include <memory>
#include <vector>

#include "sim/base/prefetch.hpp"
#include "models/base/messages.hpp"
#include "models/base/wide.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Where each product stands in a site's assortment; -1: not kept. Immutable, shared with the desks.
class Assortment {
  public:
    Assortment(const std::vector<Index>& products, std::size_t catalogue_size);

    /// Position of a product or -1.
    std::int32_t position(Index product) const { return position_[product]; }

    /// Brings a product's position into the cache ahead of its use.
    void prefetch(Index product) const { sim::prefetch(&position_[product]); }

    Index product(std::size_t position) const { return products_[position]; }

    std::size_t size() const { return products_.size(); }

  private:
    std::vector<Index> products_;
    std::vector<std::int32_t> position_;
};

/// Stock of one product at one site, with the time integrals of its levels: two cache lines, of which an order that is
/// served and shipped needs the first only.
///
/// The integral of a level up to t is level·t - Σ change·(time of the change), so a change costs one product and leaves
/// the others alone.
struct alignas(128) StockCell {
    Units on_hand = 0;            ///< physically there, reserved or not [units]
    Units reserved = 0;           ///< promised, not yet gone [units]
    Units waiting = 0;            ///< ordered from this site and not yet served: customers and other sites [units]
    Units observed = 0;           ///< demanded from this site since the last forecast period [units]
    Units shipped = 0;            ///< gone to customers and other sites since time zero [units]
    Money cost = 0;               ///< standard cost of a unit
    Wide on_hand_moment = 0;      ///< Σ change·time [units·µs]
    Units on_order = 0;           ///< ordered by this site, not yet received [units]
    Units customers_waiting = 0;  ///< part of `waiting` that customers wait for [units]
    Wide waiting_moment = 0, on_order_moment = 0;  ///< as of on_hand
    Units unused[2] = {};                          ///< keeps the layout free of padding

    Units available() const { return on_hand - reserved; }

    /// On hand, not promised, plus on order, minus what waits.
    Units position() const { return on_hand - reserved + on_order - waiting; }

    /// Integrals of the levels up to `now`, since time zero or restart() [units·µs].
    Wide on_hand_area(Time now) const { return area(on_hand, now, on_hand_moment); }

    Wide waiting_area(Time now) const { return area(waiting, now, waiting_moment); }

    Wide on_order_area(Time now) const { return area(on_order, now, on_order_moment); }

    /// Integrals begin anew.
    void restart(Time now) {
        on_hand_moment = static_cast<Wide>(on_hand) * now.us;
        waiting_moment = static_cast<Wide>(waiting) * now.us;
        on_order_moment = static_cast<Wide>(on_order) * now.us;
    }

  private:
    static Wide area(Units level, Time now, Wide moment) { return static_cast<Wide>(level) * now.us - moment; }
};

/// Where the units of one product at one site came from, and went, over the whole run: initial + received + produced +
/// returned = shipped + recalled + expired + on hand.
struct StockFlow {
    Units initial = 0, received = 0;
};

/// The part of it that most sites do not have.
struct RareStockFlow {
    Units produced = 0, returned = 0, recalled = 0, expired = 0;
};

}  // namespace spate::models
