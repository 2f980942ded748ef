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

PulseTrain::PulseTrain(Shape shape, const std::vector<Pulse>& pulses)
    : PulseTrain(shape, pulses.empty() ? sim::Time{} : pulses.front().start, {}, 1) {
    is_scaled_ = true;
    for (const auto& pulse : pulses) {
        SPATE_EXPECT(!pulse.steps.empty() && pulse.steps.front().from.us == 0);
        SPATE_EXPECT(parts_.empty() || parts_.back().pulse < pulse.start);
        start_ = pulse.start;
        for (std::size_t i = 0; i < pulse.steps.size(); ++i) {
            const auto& step = pulse.steps[i];
            Part part{
                total_, amount_in(step.from.seconds()), per_pulse_, step.factor, pulse.start, pulse.start + step.from};
            if (i + 1 < pulse.steps.size())
                part.to = amount_in(pulse.steps[i + 1].from.seconds());
            if (step.factor <= 0 || part.to <= part.from)
                continue;
            total_ += (part.to - part.from) * part.factor;
            parts_.push_back(part);
        }
    }
}

/// Time from the start of a pulse until its integral is `left`.
double PulseTrain::seconds_to(double left) const {
    if (left < rise_ / 2)
        return std::sqrt(2 * rise_ * left);  // the integral of t / rise is t² / (2 rise)
    if (left < rise_ / 2 + plateau_)
        return rise_ + (left - rise_ / 2);
    left -= rise_ / 2 + plateau_;
    const double tail = decay_ > 0 ? std::max(1 - left / decay_, 1 - decayed_share) : 1;
    return rise_ + plateau_ - decay_ * sim::log(tail);
}

/// Integral of a pulse until so long after its start.
double PulseTrain::amount_in(double into) const {
    double part = std::min(into, rise_ + plateau_) - rise_ / 2;
    if (into < rise_)
        part = into * into / (2 * rise_);
    const double after = into - rise_ - plateau_;
    if (after > 0 && decay_ > 0)
        part += after < cut_off * decay_ ? decay_ * (1 - sim::exp(-after / decay_)) : decay_ * decayed_share;
    return std::min(part, per_pulse_);
}

sim::Time PulseTrain::inverse(double amount) const {
    if (is_scaled_) {
        if (amount >= total_)
            return sim::end_of_time;
        const auto next = std::upper_bound(
            parts_.begin(), parts_.end(), amount, [](double a, const Part& part) { return a < part.before; });
        const Part& part = *(next - 1);  // the first begins at 0
        const double left = part.from + (amount - part.before) / part.factor;
        return part.pulse + sim::from_seconds(seconds_to(std::clamp(left, part.from, part.to)));
    }
    const double whole = std::floor(amount / per_pulse_);
    if (whole >= times_)
        return sim::end_of_time;
    const double left = std::clamp(amount - whole * per_pulse_, 0.0, per_pulse_);  // rounding can take it outside
    return start_ + every_ * static_cast<std::int64_t>(whole) + sim::from_seconds(seconds_to(left));
}

double PulseTrain::integral(sim::Time t) const {
    if (is_scaled_) {
        const auto next = std::upper_bound(
            parts_.begin(), parts_.end(), t, [](sim::Time a, const Part& part) { return a < part.begins; });
        if (next == parts_.begin())
            return 0;
        const Part& part = *(next - 1);
        const double reached = std::clamp(amount_in((t - part.pulse).seconds()), part.from, part.to);
        return part.before + (reached - part.from) * part.factor;
    }
    if (t <= start_)
        return 0;
    const std::int64_t since = (t - start_).us;
    const std::int64_t pulse = every_.us > 0 ? std::min<std::int64_t>(since / every_.us, times_ - 1) : 0;
    return static_cast<double>(pulse) * per_pulse_ + amount_in(sim::Duration{since - pulse * every_.us}.seconds());
}

sim::Time PulseTrain::end() const {
    return start_ + every_ * (times_ - 1) + sim::from_seconds(rise_ + plateau_ + cut_off * decay_);
}

}  // namespace spate::models
