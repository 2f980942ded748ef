#pragma once

#include "models/spec.hpp"

#include "tests/soak/dice.hpp"

namespace spate::test {

/// Other prices of a site for what it buys or makes, dearer or cheaper than the standard cost, or for nothing.
inline void price_purchases(const models::ModelSpec& spec, models::SiteSpec& site, Dice& dice) {
    site.purchase_prices.clear();
    for (const models::Index product : site.assortment) {
        const double share = dice.chance(0.1) ? 0 : dice.real(0.7, 1.5);
        site.purchase_prices.push_back(models::to_money(share * static_cast<double>(spec.products[product].cost)));
    }
}

/// Some sites of some models that buy or make goods pay another price than standard cost.
inline void add_purchase_prices(models::ModelSpec& spec, std::uint64_t seed) {
    Dice dice(sim::mix(seed, sim::hash_name("purchase prices")));
    for (auto& site : spec.sites) {
        if ((site.unlimited_stock || site.production) && dice.chance(0.6))
            price_purchases(spec, site, dice);
    }
}

/// In a fork they may be others, or none.
inline void change_purchase_prices(models::ModelSpec& spec, Dice& dice) {
    for (auto& site : spec.sites) {
        if (!site.unlimited_stock && !site.production)
            continue;
        if (dice.chance(0.3)) {
            price_purchases(spec, site, dice);
        } else if (dice.chance(0.2)) {
            site.purchase_prices.clear();
        }
    }
}

}  // namespace spate::test
