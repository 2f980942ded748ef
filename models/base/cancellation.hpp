#pragma once

#include "sim/base/random.hpp"
#include "models/base/messages.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// When customers of one channel cancel. Whether and when is a function of the seed and the order's key, so desk and
/// site know it without a message, no policy, site or capacity changes it, and the orders cancelled with a share are
/// among those cancelled with a larger one. All lines of an order have one key and are cancelled together.
class Cancellation {
  public:
    /// Requires: channel.cancel. `channel` must outlive the object.
    Cancellation(const ChannelSpec& channel, sim::RunSeed run)
        : channel_(channel)
        , run_(run) {}

    /// When the customer cancels, if nothing stops him; sim::end_of_time: not at all. Draws 1 word, and those of the
    /// distribution, of the order's own stream.
    Time at(const Order& order) const;

    /// When the site knows of it: the news is on its way as long as a released order.
    Time known_at_site(const Order& order) const;

    /// Customers keep the seed they ordered under: a fork with another one does not change their minds.
    template <class Archive>
    void serialize(Archive& archive) {
        archive(run_.seed, run_.replication);
    }

  private:
    const ChannelSpec& channel_;
    sim::RunSeed run_;
};

}  // namespace spate::models
