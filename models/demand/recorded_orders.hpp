#pragma once

#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// The whole local days that a list of orders covers.
struct RecordedDays {
    std::int64_t first = 0, end = 0;  ///< days since the Monday before time zero

    Duration length() const { return sim::day * (end - first); }
};

/// Requires: the entry is recorded and not empty.
RecordedDays recorded_days(const ModelSpec& spec, const DemandSpec& demand);

/// Days the list must cover so that every block finds one that begins on the same day of the week.
inline std::int64_t fewest_recorded_days(Duration block) {
    return block / sim::day + 6;
}

/// The orders of a recorded entry in one market, by time: the rows themselves; or, resampled, blocks of days of the
/// list, each chosen from those that begin on the right day of the week with equal chances, the same in all markets
/// (a block bootstrap: Künsch, "The jackknife and the bootstrap for general stationary observations", Annals of
/// Statistics 17, 1989). With a scale s each row stands for ⌊s⌋ orders, or one more with the probability left.
/// Requires: DemandSpec::Kind::recorded; resampled: the list covers fewest_recorded_days().
std::vector<DemandSpec::Recorded> orders_of_run(const ModelSpec& spec, std::size_t entry, Index market);

}  // namespace spate::models
