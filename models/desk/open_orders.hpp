#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/messages.hpp"

namespace spate::models {

/// Orders by their number at the desk. Numbers rise and orders leave roughly in the order in which they came, so a ring
/// addressed by the last bits of the number has neighbours side by side and few collisions; those go to the next free
/// place (linear probing, without tombstones: Knuth, The Art of Computer Programming 3, 6.4, algorithm R).
class OpenOrders {
  public:
    /// Requires: no order of that number is there.
    void add(const Order& order) {
        if (2 * (size_ + 1) > places_.size()) {
            grow();
        }
        place(order);
        ++size_;
    }

    /// Takes the order out if it is there.
    void remove(std::uint32_t number) {
        if (size_ == 0) {
            return;
        }
        std::size_t hole = number & mask();
        while (places_[hole] && places_[hole]->number != number) {
            hole = (hole + 1) & mask();
        }
        if (!places_[hole]) {
            return;
        }
        --size_;
        // An order further on moves into the hole if its search would end there.
        for (std::size_t i = (hole + 1) & mask(); places_[i]; i = (i + 1) & mask()) {
            const std::size_t home = places_[i]->number & mask();
            if (((i - home) & mask()) >= ((i - hole) & mask())) {
                places_[hole] = places_[i];
                hole = i;
            }
        }
        places_[hole].reset();
    }

    /// In no particular order.
    std::vector<Order> all() const {
        std::vector<Order> orders;
        orders.reserve(size_);
        for (const auto& order : places_) {
            if (order) {
                orders.push_back(*order);
            }
        }
        return orders;
    }

  private:
    std::size_t mask() const { return places_.size() - 1; }

    void place(const Order& order) {
        std::size_t i = order.number & mask();
        while (places_[i]) {
            i = (i + 1) & mask();
        }
        places_[i] = order;
    }

    void grow() {
        const std::vector<Order> orders = all();
        places_.assign(places_.empty() ? 16 : places_.size() * 2, std::nullopt);
        for (const Order& order : orders) {
            place(order);
        }
    }

    std::vector<std::optional<Order>> places_;  ///< as many as a power of two
    std::size_t size_ = 0;
};

}  // namespace spate::models
