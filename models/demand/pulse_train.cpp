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

double PulseTrain::integral(sim::Time t) const {
    if (t <= start_)
        return 0;
    const std::int64_t since = (t - start_).us;
    const std::int64_t pulse = every_.us > 0 ? std::min<std::int64_t>(since / every_.us, times_ - 1) : 0;
    const double into = sim::Duration{since - pulse * every_.us}.seconds();
    double part = std::min(into, rise_ + plateau_) - rise_ / 2;
    if (into < rise_)
        part = into * into / (2 * rise_);
    const double after = into - rise_ - plateau_;
    if (after > 0 && decay_ > 0)
        part += after < cut_off * decay_ ? decay_ * (1 - sim::exp(-after / decay_)) : decay_ * decayed_share;
    return static_cast<double>(pulse) * per_pulse_ + std::min(part, per_pulse_);
}

sim::Time PulseTrain::end() const {
    return start_ + every_ * (times_ - 1) + sim::from_seconds(rise_ + plateau_ + cut_off * decay_);
}

}  // namespace spate::models
