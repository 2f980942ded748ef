#include "models/demand/rate_curve.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"

namespace spate::models {

namespace {

constexpr double range_us = 9e18;  // beyond the range of simulated time

}  // namespace

RateCurve::RateCurve(const std::vector<Step>& steps, const WeeklyProfile& profile, sim::Time end, Mixes mixes)
    : mixes_(std::move(mixes)) {
    SPATE_EXPECT(!steps.empty() && steps.back().from < end);
    const double mean = profile.mean();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Step& step = steps[i];
        const sim::Time to = i + 1 < steps.size() ? steps[i + 1].from : end;
        SPATE_EXPECT(step.factor >= 0 && step.from < to);
        for (sim::Time from = step.from; from < to;) {
            append({from.us, step.factor * profile.at(from + step.like) / mean, 0, step.mix});
            from = std::min(profile.segment_end(from + step.like) - step.like, to);
        }
    }
}

/// Adds a piece; nothing if the value goes on as it was.
void RateCurve::append(const Piece& piece) {
    if (pieces_.empty()) {
        pieces_.push_back(piece);
        return;
    }
    const Piece& last = pieces_.back();
    if (last.value == piece.value && last.mix == piece.mix)
        return;
    Piece next = piece;
    next.before = last.before + last.value * sim::Duration{piece.from_us - last.from_us}.seconds();
    pieces_.push_back(next);
}

std::size_t RateCurve::piece_at(std::int64_t us) const {
    const auto after = std::upper_bound(
        pieces_.begin(), pieces_.end(), us, [](std::int64_t t, const Piece& piece) { return t < piece.from_us; });
    return after == pieces_.begin() ? 0 : static_cast<std::size_t>(after - pieces_.begin()) - 1;
}

double RateCurve::integral(sim::Time t) const {
    const Piece& piece = pieces_[piece_at(t.us)];
    return piece.before + piece.value * sim::Duration{std::max<std::int64_t>(t.us - piece.from_us, 0)}.seconds();
}

/// Whether the integral reaches the amount in a piece.
bool RateCurve::is_within(std::size_t piece, double amount) const {
    return piece < pieces_.size() && pieces_[piece].before <= amount
           && (piece + 1 == pieces_.size() || pieces_[piece + 1].before > amount);
}

/// Microseconds from the start of the piece where the integral reaches the amount until there.
double RateCurve::search(double amount, std::uint32_t& piece) const {
    std::size_t i = piece;
    if (!is_within(i, amount) && !is_within(++i, amount)) {
        const auto after = std::upper_bound(
            pieces_.begin(), pieces_.end(), amount, [](double a, const Piece& p) { return a < p.before; });
        i = after == pieces_.begin() ? 0 : static_cast<std::size_t>(after - pieces_.begin()) - 1;
    }
    piece = static_cast<std::uint32_t>(i);
    const Piece& found = pieces_[i];
    return found.value > 0 ? std::max((amount - found.before) / found.value * 1e6, 0.0) : range_us;
}

sim::Time RateCurve::time_of(double amount, std::uint32_t& piece) const {
    const double us = search(amount, piece);
    const std::int64_t from = pieces_[piece].from_us;
    if (piece + 1 == pieces_.size())
        return us < range_us / 2 ? sim::Time{from + static_cast<std::int64_t>(us)} : sim::end_of_time;
    const std::int64_t last = pieces_[piece + 1].from_us - from - 1;
    return {from + (us < static_cast<double>(last) ? static_cast<std::int64_t>(us) : last)};
}

sim::Time RateCurve::advance(sim::Time from, double amount) const {
    constexpr double slack_us = 0.01;  // rounding of the integrals
    auto piece = static_cast<std::uint32_t>(piece_at(from.us));
    const double us = search(integral(from) + amount, piece);
    if (us >= range_us / 2)
        return sim::end_of_time;
    return std::max(sim::Time{pieces_[piece].from_us + static_cast<std::int64_t>(std::ceil(us - slack_us))}, from);
}

}  // namespace spate::models
