#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/snapshot/archive_fwd.hpp"
#include "models/base/by_period.hpp"
#include "models/base/units.hpp"
#include "models/base/wide.hpp"

namespace spate::models {

/// The books of the goods that a site has set aside for deposits. When a lock begins it is known when it will end, so
/// its part of every sum is known then, and nothing is to be done at its end. Threads: owned by one process.
class LockedStock {
  public:
    /// Sums are over the measured time [from, end).
    LockedStock(sim::Duration every, sim::Time from, sim::Time end)
        : ends_(every)
        , from_(from)
        , end_(end) {}

    /// Units are set aside from now until `until` > now.
    void add(Units units, sim::Time now, sim::Time until) {
        locked_ += units;
        if (until < end_)
            ends_.at(until).units += units;
        const std::int64_t us = (std::min(until, end_) - std::max(now, from_)).us;
        if (us > 0) {
            order_us_ += us;
            unit_us_ += static_cast<Wide>(us) * units;
        }
        if (now >= from_) {
            ++orders_;
            units_ += units;
            planned_us_ += (until - now).us;
        }
    }

    /// Ends a sample period; units locked now.
    Units sample(sim::Time now) {
        locked_ -= ends_.close(now).units;
        return locked_;
    }

    std::int64_t orders() const { return orders_; }

    Units units() const { return units_; }

    /// Within the measured time, summed over orders or units, of all locks [µs].
    Wide order_us() const { return order_us_; }

    Wide unit_us() const { return unit_us_; }

    /// Of the locks that began in the measured time, to their end, summed over orders [µs].
    Wide planned_us() const { return planned_us_; }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(ends_, locked_, orders_, units_);
        sim::plain(archive, order_us_);
        sim::plain(archive, unit_us_);
        sim::plain(archive, planned_us_);
    }

  private:
    struct Flow {
        Units units = 0;

        template <class Archive>
        void serialize(Archive& archive) {
            archive(units);
        }
    };

    ByPeriod<Flow> ends_;
    sim::Time from_, end_;
    Units locked_ = 0;
    std::int64_t orders_ = 0;
    Units units_ = 0;
    Wide order_us_ = 0, unit_us_ = 0, planned_us_ = 0;
};

}  // namespace spate::models
