#pragma once

#include <cstdint>

#include "sim/base/distribution.hpp"

/// Orders that change after they are placed; part of models/spec.hpp.
namespace spate::models {

/// Customers who change their mind before their order is packed.
struct CancelSpec {
    double share = 0;                                          ///< of the orders, 0..1
    sim::Distribution after = sim::Distribution::constant(0);  ///< from placing to that [seconds]; below 0 counts as 0
};

/// What a customer may take instead of a product that is nowhere to be had.
struct SubstituteSpec {
    std::uint32_t product = 0, instead = 0;
    double accept = 0;          ///< probability that the customer does, 0..1
    std::uint8_t discount = 0;  ///< off the price of what is taken [%], 0..100
};

}  // namespace spate::models
