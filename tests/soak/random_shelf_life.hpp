#pragma once

#include "models/spec.hpp"

#include "tests/soak/dice.hpp"

namespace spate::test {

/// Some products of some models do not keep for ever, and sites hand out their goods by some rule. What customers send
/// back of these has to have somewhere to go.
inline void add_shelf_lives(models::ModelSpec& spec, std::uint64_t seed) {
    using namespace models;
    Dice dice(sim::mix(seed, sim::hash_name("shelf lives")));
    if (!dice.chance(0.4))
        return;
    const Duration run = spec.warm_up + spec.horizon;
    for (auto& product : spec.products) {
        if (!dice.chance(0.7))
            continue;
        product.shelf_life = dice.span(sim::hour, run + sim::day);
        product.min_remaining = dice.chance(0.5) ? Duration{} : Duration{product.shelf_life->us / dice.whole(2, 9)};
        product.disposal = dice.whole(0, 3) * currency_unit;
    }
    for (auto& site : spec.sites) {
        site.issue = dice.one_of({SiteSpec::Issue::fefo, SiteSpec::Issue::fifo, SiteSpec::Issue::lifo});
        if (site.unlimited_stock && dice.chance(0.5)) {
            site.age = Distribution::gamma(dice.magnitude(600, 400'000), 0.7);
        } else if (!site.unlimited_stock) {
            site.initial_oldest = dice.chance(0.5) ? Duration{} : dice.span(sim::minute, run);
        }
    }
    for (auto& rule : spec.replenish)
        rule.expects_expiry = !rule.review.continuous && rule.kind != ReplenishSpec::Kind::plan && dice.chance(0.4);
    for (auto& centre : spec.return_centres)
        centre.late_route = centre.outlet ? ReturnRoute::outlet : ReturnRoute::scrap;
}

/// In a fork goods may keep for another time and leave in another order.
inline void change_shelf_lives(models::ModelSpec& spec, Dice& dice) {
    for (auto& product : spec.products) {
        if (product.shelf_life && dice.chance(0.4)) {
            product.shelf_life = *product.shelf_life * dice.whole(1, 3);
            product.min_remaining = dice.chance(0.5) ? product.min_remaining : sim::Duration{};
        }
    }
    for (auto& site : spec.sites) {
        using Issue = models::SiteSpec::Issue;
        site.issue = dice.chance(0.3) ? dice.one_of({Issue::fefo, Issue::fifo, Issue::lifo}) : site.issue;
    }
}

}  // namespace spate::test
