#pragma once

#include <vector>

#include "sim/base/time.hpp"

namespace spate::models {

/// When ticks of one kind are pending at a process. A tick is asked for only where none comes before it: whoever
/// handles one asks for the next, so there is never more than one at a time, and only as many as were asked for ever
/// earlier.
class TickTimes {
  public:
    /// True if no tick is pending at or before `at`: one must be scheduled there, and counts as pending.
    bool ask(sim::Time at) {
        if (!pending_.empty() && pending_.back() <= at)
            return false;
        pending_.push_back(at);
        return true;
    }

    /// A tick happens now.
    void fired(sim::Time now) {
        if (!pending_.empty() && pending_.back() <= now)
            pending_.pop_back();
    }

    /// When the next one is due; sim::end_of_time if none is pending.
    sim::Time next() const { return pending_.empty() ? sim::end_of_time : pending_.back(); }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(pending_);
    }

  private:
    std::vector<sim::Time> pending_;  ///< descending
};

}  // namespace spate::models
