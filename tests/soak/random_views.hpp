#pragma once

#include "tests/soak/dice.hpp"

/// What channels know of the stock, drawn apart from the rest of a random model: the rest stays as it is.
namespace spate::test {

/// Losses, limits and checks of views that are copies.
inline void change_view_faults(models::ModelSpec& spec, Dice& dice) {
    for (auto& channel : spec.channels) {
        if (channel.view == models::StockView::live || channel.view == models::StockView::reserved)
            continue;
        channel.view_loss = dice.chance(0.4) ? dice.real(0, 0.5) : 0;
        channel.hold_back = dice.chance(0.3) ? dice.whole(0, 5) : 0;
        channel.view_check.reset();
        if (dice.chance(0.5)) {
            channel.view_check = models::ViewCheckSpec{
                dice.span(sim::minute * 10, sim::day), dice.real(0, 0.2), dice.span(sim::second, sim::hour)};
        }
        if (channel.view != models::StockView::pushed)
            continue;
        if (dice.chance(0.5))
            channel.push_lag = models::Distribution::exponential(dice.magnitude(0.1, 5000));
        channel.view_updates_per_second = dice.chance(0.4) ? dice.magnitude(1e-3, 100) : 0;
    }
}

/// Some channels are told of every change, some reserve.
inline void make_views(models::ModelSpec& spec) {
    Dice dice(spec.seed ^ 0x51EE);
    for (auto& channel : spec.channels) {
        if (channel.view != models::StockView::cached)
            continue;
        if (dice.chance(0.3))
            channel.release_lag = models::Duration{};
        const double kind = dice.real(0, 1);
        if (kind < 0.35) {
            channel.view = models::StockView::pushed;
            channel.push_lag = models::Distribution::constant(channel.view_lag.seconds());
        } else if (kind < 0.6) {
            channel.view = models::StockView::reserved;
            channel.release_every = models::Duration{};
        }
    }
    if (dice.chance(0.5))
        spec.trace.views_within = dice.real(0, 0.2);
    change_view_faults(spec, dice);
}

}  // namespace spate::test
