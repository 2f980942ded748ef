#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "models/base/units.hpp"
#include "models/spec_supply.hpp"

namespace spate::models {

/// Divides the orders of one rule of replenishment among its sources, and judges these by what they deliver.
///
/// Units are whole, so a source gets a unit more or less than its share of an order, and what is missing is made up
/// with the next order of the product. Docs: docs/models/replenishment.md.
class SupplySplit {
  public:
    /// Counts of one source in the measured time.
    struct Totals {
        std::int64_t lines = 0;  ///< product lines ordered
        Units ordered = 0;       ///< units of these
        Units arrived = 0;       ///< units that arrived for this rule
        Units late = 0;          ///< of these, late
        Units tested = 0;        ///< at inspections
        Units defective = 0;     ///< of these
        std::int64_t drops = 0;  ///< times that it was dropped
        sim::Duration dropped;   ///< how long, up to the last change
        Money paid = 0;          ///< for what arrived, at the source's prices [micro-currency]
        Money standard = 0;      ///< standard cost of the same
        Money paid_back = 0;     ///< for what was sent back to it
    };

    /// What an inspection found in a batch of a source.
    struct Test {
        Units tested = 0, defective = 0;
        bool is_failed = false;
        bool counts = true;  ///< false: tested whole because of earlier failures, not for or against the source
    };

    /// `products`: number of products of the rule. Requires: `spec` outlives this.
    SupplySplit(const SupplySplitSpec& spec, std::size_t products);

    const SupplySplitSpec& spec() const { return spec_; }

    /// Divides an order of `quantity` units of a product: by source. Valid until the next call.
    std::span<const Units> divide(std::size_t product, Units quantity);

    /// Units were ordered from a source.
    void note_order(std::size_t source, std::size_t product, Units units, sim::Time now);
    /// Units arrived from it. What was ordered first counts as arrived first.
    void note_arrival(std::size_t source, std::size_t product, Units units, sim::Time now);
    /// What arrived was paid for.
    void note_paid(std::size_t source, Money paid, Money standard);
    /// Goods were sent back to it.
    void note_paid_back(std::size_t source, Money paid);
    /// A batch of it was tested.
    void note_test(std::size_t source, const Test& test);

    /// Brings back who was dropped for long enough, at a review judges all sources, and sets the shares anew. Returns
    /// true if one has changed.
    bool judge(sim::Time now, bool is_review);

    /// When the next dropped source comes back; sim::end_of_time: never.
    sim::Time next_return() const;

    double share(std::size_t source) const { return sources_[source].share; }

    double score(std::size_t source, sim::Time now) const;

    bool is_dropped(std::size_t source) const { return sources_[source].is_dropped; }

    void start_measuring(sim::Time now);
    /// Up to now.
    Totals totals(std::size_t source, sim::Time now) const;

    template <class Archive>
    void serialize(Archive& archive);
    /// A saved run goes on, perhaps with other parameters. Other agreed shares hold at once, and all of them without a
    /// score; sources are dropped for as long as is said now, which next_return() knows.
    void resume(sim::Time now);

  private:
    struct Ordered {
        Units units = 0;
        sim::Time at;  ///< sim::end_of_time: before its source was dropped and came back, it is never late
    };

    struct Delivered {
        Units units = 0, late = 0;
    };

    struct Tested {
        Units units = 0, defective = 0;
    };

    struct Source {
        double agreed = 0, share = 0;
        std::deque<Delivered> deliveries;          ///< the last ones
        std::deque<Tested> tests;                  ///< the last ones
        std::vector<std::deque<Ordered>> pending;  ///< by product: ordered, not arrived
        std::uint32_t failed_in_a_row = 0;
        bool is_dropped = false;
        sim::Time dropped_at;
        sim::Time counted;  ///< dropped: for the figures, up to here
        sim::Time until;    ///< dropped: comes back then
        Totals totals;

        template <class Archive>
        void serialize(Archive& archive);
    };

    bool is_timed() const { return spec_.score && spec_.score->late.weight > 0; }

    void drop(Source& source, sim::Time now) const;
    void bring_back(sim::Time now);
    sim::Time end_of_drop(const Source& source) const;
    void drop_bad_ones(sim::Time now);
    bool set_shares(sim::Time now);
    void weigh(sim::Time now);
    double score_of(const Source& source, sim::Time now) const;
    Units overdue(const Source& source, sim::Time now) const;

    const SupplySplitSpec& spec_;
    std::vector<Source> sources_;
    /// By product, then source: units that it should have had and has not; they sum to 0.
    std::vector<double> owed_;
    std::vector<Units> parts_;  ///< what divide() returns
};

}  // namespace spate::models
