#pragma once

#include <vector>

#include "sim/base/random.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// By which seed what happens at a time in a session is drawn.
///
/// A fork with another seed leaves what was drawn for the time before it, and, where carts are filled ahead of orders,
/// what carts of that time were filled for: until the mean lead and eight standard deviations after the fork. So
/// sessions are a function of the scenario and the seeds in both runs, and what the first has recorded stays true in
/// the second.
class SessionSeeds {
  public:
    /// One seed for all times.
    explicit SessionSeeds(sim::RunSeed run = {})
        : run_(run) {}

    SessionSeeds(const ModelSpec& spec, const SessionSpec& session);

    bool is_one() const { return earlier_.empty(); }

    sim::RunSeed at(Time t) const;
    /// When the seed that holds at `t` ends; sim::end_of_time: never.
    Time ends(Time t) const;
    /// The fork from which on the seed is that of `t`, or time zero: no cart for an order at `t` was filled before.
    Time fork_before(Time t) const;

    /// All of them, and from when to when each holds.
    struct Span {
        sim::RunSeed run;
        Time from, to;
    };

    std::vector<Span> spans() const;

  private:
    std::vector<EarlierSeed>::const_iterator holding_at(Time t) const;

    std::vector<EarlierSeed> earlier_;  ///< until: the lead after the fork
    sim::RunSeed run_;
    Duration lead_;
};

/// Longest time that carts of a session are filled ahead of their orders: the mean lead and eight standard deviations.
Duration longest_lead(const SessionSpec& session);

}  // namespace spate::models
