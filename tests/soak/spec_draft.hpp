#pragma once

#include <numeric>
#include <utility>

#include "tests/soak/dice.hpp"

namespace spate::test {

inline std::vector<models::Index> all_below(std::size_t count) {
    std::vector<models::Index> all(count);
    std::iota(all.begin(), all.end(), models::Index{0});
    return all;
}

/// A model in the making, and what its parts have in common.
class SpecDraft {
  protected:
    using Duration = models::Duration;
    using Time = models::Time;
    using Index = models::Index;
    using Distribution = models::Distribution;

    explicit SpecDraft(std::uint64_t seed)
        : dice_(seed) {
        spec_.seed = seed;
    }

    /// A short time above zero; now and then the shortest there is.
    Duration make_lag() {
        return !is_gridded_ && dice_.chance(0.1) ? sim::microsecond : dice_.span(sim::second, sim::hour * 2);
    }

    Duration part_of_run(std::int64_t parts) const { return std::max(Duration{run_.us / parts}, sim::minute); }

    /// Work speed or demand over the week; constant, office hours, or anything.
    models::WeeklyProfile make_profile() {
        if (dice_.chance(0.5)) {
            return {};
        }
        std::vector<models::WeeklyProfile::Segment> segments;
        if (dice_.chance(0.5)) {
            for (std::int64_t day = 0; day < 7; ++day) {
                segments.push_back({sim::day * day, 0});
                segments.push_back({sim::day * day + sim::hour * 8, 1});
                segments.push_back({sim::day * day + sim::hour * 20, 0});
            }
        } else {
            for (std::int64_t hour = 0; hour < 7 * 24; hour += dice_.whole(1, 60)) {
                segments.push_back({sim::hour * hour, dice_.one_of({0.0, 0.5, 1.0, 1.0, 3.0})});
            }
            segments.back().value = 1;
        }
        return {std::move(segments), spec_.week_time_at_start};
    }

    static constexpr Duration zero{};

    Dice dice_;
    models::ModelSpec spec_;
    bool is_gridded_ = false;  ///< all times are multiples of one step
    Duration run_;             ///< warm-up and horizon
    double orders_ = 0;        ///< about so many orders of base demand in all
};

}  // namespace spate::test
