#include "models/demand/baskets.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_basket = 26;

}  // namespace

bool has_baskets(const DemandSpec& demand) {
    return demand.kind == DemandSpec::Kind::renewal && !demand.each
           && !(demand.further.is_constant() && whole_units(demand.further.mean()) == 0);
}

double further_products(const DemandSpec& demand) {
    return has_baskets(demand) ? whole_units_of(demand.further, most_further_products).mean : 0;
}

std::vector<CustomerOrder>& Baskets::fill(const CustomerOrder& customer) {
    SPATE_EXPECT(customer.basket > 0);
    lines_.assign(1, customer);
    if (customer.basket == gift_basket)
        return add_gift(customer);
    const ProductMix* const mix = choice_of(customer);
    if (mix == nullptr)
        return lines_;  // drawn before a fork that has no such entry
    const DemandSpec& demand = spec_.demand[customer.basket - 1];
    sim::RandomStream random({spec_.seed, spec_.replication}, customer.key, purpose_basket);
    const std::uint32_t further = std::min(whole_units(demand.further.sample(random)), most_further_products);
    for (std::uint32_t i = 0; i < further; ++i) {
        CustomerOrder line = customer;
        line.product = mix->pick(random.bits64());
        line.quantity = draw_units(demand, random);
        const auto known = std::find_if(
            lines_.begin(), lines_.end(), [&](const CustomerOrder& other) { return other.product == line.product; });
        if (known == lines_.end()) {
            lines_.push_back(line);
        } else {
            known->quantity += std::min(line.quantity, UINT32_MAX - known->quantity);
        }
    }
    return lines_;
}

/// The gift is the last line.
std::vector<CustomerOrder>& Baskets::add_gift(const CustomerOrder& customer) {
    const SessionGifts& gifts = base_.broadcasts().gifts(customer.session - std::size_t{1});
    const auto given = gifts.further(customer.placed, customer.product, customer.quantity);
    CustomerOrder line = customer;
    line.product = given.product;
    line.quantity = given.units;
    lines_.push_back(line);
    return lines_;
}

/// What the customers of the entry choose from at that time; null if the entry is not there any more.
const ProductMix* Baskets::choice_of(const CustomerOrder& customer) const {
    if (customer.basket > spec_.demand.size() || !has_baskets(spec_.demand[customer.basket - 1]))
        return nullptr;
    const auto& shape = base_.shape(customer.basket - 1);
    return shape != nullptr ? shape->choice(market_, customer.placed) : base_.mix(customer.basket - 1).get();
}

/// Units of a line: as of the first product, whose customer would not be there with none.
std::uint32_t Baskets::draw_units(const DemandSpec& demand, sim::RandomStream& random) const {
    constexpr int most_tries = 10'000;  // the first product had units, so some are possible
    for (int i = 0; i < most_tries; ++i) {
        if (const std::uint32_t units = whole_units(demand.quantity.sample(random)); units > 0)
            return units;
    }
    return 1;
}

}  // namespace spate::models
