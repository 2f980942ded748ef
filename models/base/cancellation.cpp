#include "models/base/cancellation.hpp"

#include <algorithm>

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_cancel = 64;
constexpr double most_seconds = 1e10;  ///< later than any run ends

}  // namespace

Time Cancellation::at(const Order& order) const {
    sim::RandomStream random(run_, order.key, purpose_cancel);
    if (random.uniform() >= channel_.cancel->share)
        return sim::end_of_time;
    return order.placed + sim::from_seconds(std::clamp(channel_.cancel->after.sample(random), 0.0, most_seconds));
}

Time Cancellation::known_at_site(const Order& order) const {
    const Time cancels = at(order);
    if (cancels == sim::end_of_time)
        return cancels;
    return cancels + (channel_.view == StockView::reserved ? channel_.view_lag : channel_.release_lag);
}

}  // namespace spate::models
