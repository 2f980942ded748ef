#pragma once

#include <cstdint>

#include "sim/snapshot/archive_fwd.hpp"
#include "sim/trace/recorder.hpp"
#include "models/base/by_period.hpp"
#include "models/base/ledger.hpp"
#include "models/base/messages.hpp"
#include "models/base/wide.hpp"

namespace spate::models {

struct RunFrame;

/// The pick-up point of one desk: goods wait until the customer comes, or too long, and go back. When a customer comes
/// is a function of the seed and the order's key.
class PickupBook {
  public:
    PickupBook(const PickupSpec& spec, const RunFrame& frame, Ledger& ledger);

    /// Goods arrive at the pick-up point. Returns when they go back because nobody has fetched them; no_time if not, or
    /// not before the end. Requires: delivered before the end.
    Time note_arrival(const Order& order, Time delivered);

    /// Closes a sample period: posts what was collected and what went back, writes the desk's row of /series/pickup.
    /// Before it `arrived` units must be posted to the account of the pick-up points.
    void sample(Time at, std::uint32_t desk, sim::TraceWriter& writer);
    /// Writes the desk's row of /summary/pickup.
    void write_summary(Time end, std::uint32_t desk, sim::TraceWriter& writer) const;

    /// Units not collected in time, up to the last sample.
    Units units_expired() const { return units_expired_; }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(flows_, units_expired_);
        sim::plain(archive, score_);
    }

  private:
    struct Flow {
        std::int64_t collected = 0, expired = 0;       ///< orders
        Units units_collected = 0, units_expired = 0;  ///< of these

        template <class Archive>
        void serialize(Archive& archive) {
            archive(collected, expired, units_collected, units_expired);
        }
    };

    /// Counts over the orders placed in the measured time; the area over all orders, within it.
    struct Score {
        std::int64_t arrived = 0, collected = 0, expired = 0;
        std::int64_t wait_us = 0;  ///< from arrival to collection, over collected orders
        Wide unit_us = 0;          ///< units at the pick-up point, summed over time
    };

    const PickupSpec& spec_;
    const RunFrame& frame_;
    Ledger& ledger_;
    ByPeriod<Flow> flows_;
    Score score_;
    Units units_expired_ = 0;
};

}  // namespace spate::models
