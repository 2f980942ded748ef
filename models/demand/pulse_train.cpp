#include "models/demand/pulse_train.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/math.hpp"

namespace spate::models {

namespace {

constexpr double cut_off = 8;                                 // decay times
constexpr double decayed_share = 1 - 0.00033546262790251185;  // 1 - e^-8

}  // namespace

PulseTrain::PulseTrain(Shape shape, sim::Time start, sim::Duration every, std::uint32_t times)
    : rise_(shape.rise.seconds())
    , plateau_((shape.lasts - shape.rise).seconds())
    , decay_(shape.decay.seconds())
    , per_pulse_(rise_ / 2 + plateau_ + decay_ * decayed_share)
    , start_(start)
    , every_(every)
    , times_(times) {
    SPATE_EXPECT(shape.rise.us >= 0 && shape.lasts >= shape.rise && shape.decay.us >= 0);
    SPATE_EXPECT(per_pulse_ > 0 && times > 0 && (times == 1 || every.us > 0));
}

sim::Time PulseTrain::inverse(double amount) const {
    const double whole = std::floor(amount / per_pulse_);
    if (whole >= times_)
        return sim::end_of_time;
    double left = std::clamp(amount - whole * per_pulse_, 0.0, per_pulse_);  // rounding can take it a little outside
    double seconds = 0;
    if (left < rise_ / 2) {
        seconds = std::sqrt(2 * rise_ * left);  // the integral of t / rise is t² / (2 rise)
    } else if (left < rise_ / 2 + plateau_) {
        seconds = rise_ + (left - rise_ / 2);
    } else {
        left -= rise_ / 2 + plateau_;
        const double tail = decay_ > 0 ? std::max(1 - left / decay_, 1 - decayed_share) : 1;
        seconds = rise_ + plateau_ - decay_ * sim::log(tail);
    }
    return start_ + every_ * static_cast<std::int64_t>(whole) + sim::from_seconds(seconds);
}

sim::Time PulseTrain::end() const {
    return start_ + every_ * (times_ - 1) + sim::from_seconds(rise_ + plateau_ + cut_off * decay_);
}

}  // namespace spate::models
