#pragma once

#include <utility>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// When the quotas of one channel begin anew: at local midnight, on Mondays, with each of its broadcasts. Immutable.
class QuotaCalendar {
  public:
    QuotaCalendar(const ModelSpec& spec, Index channel);

    /// The first moment after `after` at which a quota of this kind begins or ends.
    Time next(QuotaSpec::Per per, Time after) const;
    /// True if a quota by the calendar begins at `at`: of a day or a week.
    bool begins(QuotaSpec::Per per, Time at) const;
    /// The broadcast whose quota holds at `at`, from 1: the last that has begun. 0: none is on.
    std::uint64_t broadcast(Time at) const;

  private:
    Duration week_time_;
    std::vector<Time> starts_;                     ///< of broadcasts, ascending
    std::vector<std::pair<Time, Time>> sessions_;  ///< [from, to), ascending, apart
};

}  // namespace spate::models
