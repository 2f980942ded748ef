#include "models/desk/delivery_estimate.hpp"

#include <algorithm>

namespace spate::models {

DeliveryEstimate::DeliveryEstimate(const ModelSpec& spec, Index lane, Index channel)
    : site_(spec.sites[spec.lanes[lane].from])
    , departures_(spec.lanes[lane].departures, spec.week_time_at_start)
    , release_every_(spec.channels[channel].release_every)
    , release_lag_(spec.channels[channel].view == StockView::reserved ? spec.channels[channel].view_lag
                                                                      : spec.channels[channel].release_lag) {
    const LaneSpec& way = spec.lanes[lane];
    transit_ = sim::from_seconds(way.transit.mean());
    if (!way.transit.is_constant())
        transit_ = std::max(transit_, way.min_transit);
}

Time DeliveryEstimate::delivered(Time placed, double units) const {
    const Time sent = release_every_.us == 0 ? placed : sim::next_on_grid(placed + sim::microsecond, release_every_);
    const Time released = sent + release_lag_;
    if (site_.outbound.empty())
        return departures_.next(released) + transit_;
    Time ready = released;
    for (const StageSpec& stage : site_.outbound) {
        const double pieces = stage.per == StageSpec::Per::unit ? units : 1;
        ready = stage.calendar.advance(ready, std::max(stage.work.mean(), 0.0) * pieces);
    }
    constexpr Duration far = sim::day * 365'000;  // a site that never works: later than anything, and room for sums
    ready = std::min(ready, released + far);
    return departures_.next(sim::next_on_grid(std::max(ready, released + sim::microsecond), site_.wave)) + transit_;
}

}  // namespace spate::models
