#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/snapshot/archive_fwd.hpp"

namespace spate::models {

/// A piecewise constant, non-negative function of local week time that repeats for ever: an intraday and weekly demand
/// profile, or the working hours of a stage. Gives integrals and their inverse in closed form.
class WeeklyProfile {
  public:
    struct Segment {
        sim::Duration from;  ///< since Monday 00:00 local time, in [0, 7 d)
        double value;        ///< >= 0, from here to the next segment
    };

    /// The constant 1.
    WeeklyProfile();
    /// Requires: segments not empty, sorted by `from`, first at 0, values >= 0 with a positive integral.
    /// `week_time_at_start`: local time since Monday 00:00 at simulated time zero.
    WeeklyProfile(std::vector<Segment> segments, sim::Duration week_time_at_start);

    double at(sim::Time t) const;
    /// The end of the piece with one value that `t` lies in.
    sim::Time segment_end(sim::Time t) const;

    /// Average over a week.
    double mean() const { return per_week_ / sim::week.seconds(); }

    /// Integral over [from, to) in value·seconds. Requires: from <= to.
    double integral(sim::Time from, sim::Time to) const;
    /// The earliest t >= from with integral(from, t) = amount (value·seconds), to the nearest microsecond above.
    /// sim::end_of_time if it lies beyond the range of time. Requires: amount >= 0.
    sim::Time advance(sim::Time from, double amount) const;

    /// A moment in terms of the function: how much it has summed up to since Monday 00:00 of a week.
    struct Position {
        std::int64_t week = 0;  ///< the week that time zero lies in is number 0
        double amount = 0;      ///< in [0, integral over a week)
    };

    Position position(sim::Time t) const;

    /// Moves a position on by an amount >= 0 (value·seconds). Past the range of time the week stays at its largest.
    void move_on(Position& position, double amount) const {
        position.amount += amount;
        if (position.amount >= per_week_)
            carry(position);
    }

    /// When a position is reached, to the microsecond below, but not before time zero; sim::end_of_time beyond the
    /// range of time. `segment` is where to look first and becomes where it was found, so a sweep over growing
    /// positions needs no search; the result does not depend on it.
    sim::Time time_of(const Position& position, std::uint32_t& segment) const;

    bool is_constant() const { return segments_.size() == 1; }

    template <class Archive>
    void serialize(Archive& archive) {
        sim::block(archive, segments_);
        archive(cumulative_, us_per_amount_, per_week_, offset_us_);
    }

  private:
    void carry(Position& position) const;
    std::size_t segment_at(std::int64_t week_us) const;

    std::vector<Segment> segments_;
    std::vector<double> cumulative_;     ///< integral from Monday 00:00 to the start of each segment
    std::vector<double> us_per_amount_;  ///< microseconds in which each segment sums up 1; 0 where it is zero
    double per_week_ = 0;
    std::int64_t offset_us_ = 0;
};

}  // namespace spate::models
