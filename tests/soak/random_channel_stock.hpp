#pragma once

#include <numeric>
#include <vector>

#include "tests/soak/dice.hpp"

/// Which part of the stock is for which channel, drawn apart from the rest of a random model: the rest stays as it is.
namespace spate::test {

/// Sites that can keep stock for one channel.
inline std::vector<models::Index> sites_for_channels(const models::ModelSpec& spec) {
    using Allocate = models::SiteSpec::Allocate;
    std::vector<models::Index> sites;
    for (models::Index s = 0; s < spec.sites.size(); ++s) {
        const auto& site = spec.sites[s];
        const bool shares_out = site.allocate == Allocate::proportional || site.allocate == Allocate::fair_share;
        if (!site.unlimited_stock && !site.production && !shares_out)
            sites.push_back(s);
    }
    return sites;
}

inline void make_channel_stock(models::ModelSpec& spec) {
    Dice dice(spec.seed ^ 0xC5);
    std::vector<models::Index> products(spec.products.size());
    std::iota(products.begin(), products.end(), models::Index{0});
    const auto sites = sites_for_channels(spec);
    for (auto& channel : spec.channels) {
        if (!sites.empty() && dice.chance(0.25)) {
            models::DedicatedSpec rule;
            rule.sites = dice.some_of(sites, 0.7);
            rule.products = dice.some_of(products, 0.7);
            if (dice.chance(0.3)) {
                rule.units = dice.whole(1, 30);
            } else {
                rule.share = dice.real(0, 1.0 / static_cast<double>(spec.channels.size()));
            }
            if (dice.chance(0.6))
                rule.release_after = dice.span(sim::minute, sim::day * 2);
            channel.dedicated.push_back(rule);
        }
        if (!sites.empty() && dice.chance(0.25)) {
            models::QuotaSpec quota;
            quota.sites = dice.some_of(sites, 0.7);
            quota.products = dice.some_of(products, 0.7);
            quota.units = dice.whole(0, 40);
            quota.per = static_cast<models::QuotaSpec::Per>(dice.whole(0, 2));
            channel.quotas.push_back(quota);
        }
        const bool asks = channel.view == models::StockView::live || channel.view == models::StockView::reserved;
        if (asks && dice.chance(0.4)) {
            models::ReplicaSpec replica;
            replica.at_least = dice.span(sim::second, sim::hour);
            replica.lag = dice.chance(0.5) ? models::Distribution::exponential(dice.magnitude(0.1, 5000))
                                           : models::Distribution::constant(replica.at_least.seconds());
            channel.read = replica;
        }
        if (channel.view == models::StockView::pushed && channel.view_check && dice.chance(0.5))
            channel.view_check->roll_back = dice.span(sim::minute, sim::day);
    }
}

}  // namespace spate::test
