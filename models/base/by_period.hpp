#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>

#include "sim/base/time.hpp"

namespace spate::models {

/// What is known of sample periods to come: whoever knows when something will happen notes it in the period of that
/// time. Threads: owned by one process.
template <class Flow>
class ByPeriod {
  public:
    /// Requires: every > 0.
    explicit ByPeriod(sim::Duration every)
        : every_(every) {}

    /// The flow of the period of a time, or of the running one if that period is over.
    Flow& at(sim::Time at) {
        const auto slot = static_cast<std::size_t>(std::max(at.us / every_.us, period_) - period_);
        if (slot >= flows_.size())
            flows_.resize(slot + 1);
        return flows_[slot];
    }

    /// Ends the running period; the sample at time zero ends none.
    Flow close(sim::Time now) {
        Flow flow{};
        if (now.us == 0)
            return flow;
        if (!flows_.empty()) {
            flow = std::move(flows_.front());
            flows_.pop_front();
        }
        ++period_;
        return flow;
    }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(flows_, period_);
    }

  private:
    sim::Duration every_;
    std::deque<Flow> flows_;   ///< the front is the running period
    std::int64_t period_ = 0;  ///< its number
};

}  // namespace spate::models
