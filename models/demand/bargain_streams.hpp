#pragma once

#include <cstdint>
#include <vector>

#include "models/demand/base_demand.hpp"
#include "models/demand/customer_stream.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Which customers of a demand entry come only for a low price (PriceRuleSpec): layer k = 1, 2, … has as many as come
/// at the normal price, and of those the desk keeps whom the price of the day brings. So they are the same whatever the
/// policy, and base customers are those of a run without one.
struct Bargains {
    Bargains(const ModelSpec& spec, const DemandSpec& demand);

    std::vector<Index> products;  ///< of the entry, ascending; none where nobody does
    std::uint16_t layers = 0;     ///< of customers beyond those of the normal price
};

/// Entity of the random numbers of a layer of the stream with this key.
std::uint64_t key_of_layer(std::uint64_t stream, std::uint16_t layer);

/// What the customers of all layers choose from and how often they come, where an entry's customers choose among
/// products: `plain` is the law of the base customers, whose rate is above 0. The laws point to what that points to.
std::vector<CustomerStream::Law> bargain_laws(const ModelSpec& spec,
                                              const DemandSpec& demand,
                                              const CustomerStream::Law& plain);

}  // namespace spate::models
