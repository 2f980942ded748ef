#pragma once

#include <memory>
#include <vector>

#include "models/base/long_lived_memory.hpp"
#include "models/base/messages.hpp"
#include "models/base/units.hpp"
#include "models/base/wide.hpp"
#include "models/demand/price_book.hpp"
#include "models/demand/session_offers.hpp"
#include "models/prices/price_ladders.hpp"
#include "models/record/peak_series.hpp"
#include "models/record/tables.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// What is needed of a product for every order, packed: a column of the catalogue.
struct Goods {
    Money price = 0;
    std::int64_t weight_mg = 0, volume_ul = 0;
};

/// What all processes of a run share, read only.
struct RunFrame {
    const ModelSpec& spec;
    std::vector<Goods> goods;  ///< by product
    TraceTables tables;
    Time end;
    PeakCalendar peaks{};
    std::vector<double> return_factors{};  ///< by product (ProductSpec::return_factor); empty: all are 1
    PriceBook prices{};
    SessionOffers offers{};
    PriceLadders ladders{};
    std::shared_ptr<LongLivedMemory> memory = std::make_shared<LongLivedMemory>();

    sim::RunSeed seed() const { return {spec.seed, spec.replication}; }

    Time measured_from() const { return Time{spec.warm_up.us}; }

    /// What customers pay for one unit of an order where its session has no price of its own [micro-currency].
    Money price(const Order& order) const {
        const Money normal = goods[order.product].price;
        if (order.price > 0)
            return ladders.price(order.product, order.price, normal);
        return prices.is_empty() ? normal : prices.at(order.product, order.placed, normal);
    }

    /// What the customer pays for all units of an order, or of a line of one; a substitute may be cheaper
    /// [micro-currency].
    Money amount(const Order& order) const {
        const Money full = full_amount(order);
        if (order.substitute <= 1)
            return full;
        return full - static_cast<Money>(static_cast<Wide>(full) * (order.substitute - 1) / 100);
    }

    /// Units of an order that are paid; the others are a gift.
    std::uint32_t paid_units(const Order& order) const {
        if (order.session == 0 || offers.is_empty())
            return order.quantity;
        if (is_gift(order))
            return 0;
        return offers.paid_units(order);
    }

    /// Whether a line is a gift that its order goes without where it has run out.
    bool is_dispensable(const Order& line) const {
        return is_gift(line) && !offers.is_empty() && offers.goes_without_gift(line);
    }

  private:
    Money full_amount(const Order& order) const {
        if (order.session == 0 || offers.is_empty())
            return multiply(price(order), order.quantity);
        const std::size_t session = order.session - std::size_t{1};
        const auto own = offers.price(session, order.product);
        return multiply(own ? *own : price(order), paid_units(order));
    }
};

}  // namespace spate::models
