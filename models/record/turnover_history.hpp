#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/snapshot/archive.hpp"
#include "models/base/ledger_totals.hpp"

namespace spate::models {

/// The stock and what was sold, both at standard cost, at every sample time: what turnover rates are made of. The stock
/// is the account inventory, goods between sites included; sold is the account cost of goods sold.
class TurnoverHistory {
  public:
    /// Of the samples in a span of time.
    struct Span {
        double mean_stock = 0;  ///< [micro-currency]
        double sold = 0;        ///< [micro-currency]
    };

    /// Requires: times ascending.
    void add(sim::Time at, const LedgerTotals& books);

    /// Stock of the samples in (from, to], and goods sold between the last samples at or before either end. None: there
    /// is no sample in it or none before it.
    std::optional<Span> in(sim::Time from, sim::Time to) const;

    template <class Archive>
    void serialize(Archive& archive) {
        sim::block(archive, samples_);
    }

  private:
    struct Sample {
        sim::Time at;
        std::int64_t stock = 0, sold = 0;
    };

    std::vector<Sample> samples_;
};

}  // namespace spate::models
