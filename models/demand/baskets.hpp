#pragma once

#include <vector>

#include "sim/base/random.hpp"
#include "models/demand/base_demand.hpp"
#include "models/demand/customer_order.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Most products that a customer adds to the first.
inline constexpr std::uint32_t most_further_products = 99;

/// Whether customers of an entry may take further products.
bool has_baskets(const DemandSpec& demand);

/// Mean number of further products of an entry's customers.
double further_products(const DemandSpec& demand);

/// What customers put into their baskets beside the first product: a function of the order's key alone, so it is the
/// same in every run with the same demand. The number of further products is drawn from the entry's distribution; each
/// is drawn from what the entry's customers choose from at that moment (by popularity, while calendars and prices do
/// not change it), with units as in the entry's `quantity`, given that they are not 0. A product drawn again adds to
/// its line. So the mean units of a product are at any time those without baskets, times 1 + the mean number of
/// further products.
class Baskets {
  public:
    /// Of the customers of one market. Specification and base demand must outlive the baskets.
    Baskets(const ModelSpec& spec, const BaseDemand& base, Index market)
        : spec_(spec)
        , base_(base)
        , market_(market) {}

    /// The lines of a customer's order, the first product first; a session's gift of another product is a line too.
    /// Requires: customer.basket > 0. The caller may take some out. Valid until the next call.
    std::vector<CustomerOrder>& fill(const CustomerOrder& customer);

  private:
    std::vector<CustomerOrder>& add_gift(const CustomerOrder& customer);
    const ProductMix* choice_of(const CustomerOrder& customer) const;
    std::uint32_t draw_units(const DemandSpec& demand, sim::RandomStream& random) const;

    const ModelSpec& spec_;
    const BaseDemand& base_;
    Index market_;
    std::vector<CustomerOrder> lines_;
};

}  // namespace spate::models
