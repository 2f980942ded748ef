#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "sim/base/random.hpp"
#include "models/base/messages.hpp"
#include "models/sites/stock.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// An inspection is over; a site to itself.
using InspectionDone = Tick<102, priority::receipt>;

/// Defective units in the stock of one site, and what it knows of its suppliers' batches.
///
/// How many units of a product are defective is known exactly, which ones is not: what leaves the shelf is a random
/// sample of it, so its defective units are drawn hypergeometrically. Docs: docs/models/quality.md.
class QualityBook {
  public:
    /// What an inspection found.
    struct Verdict {
        Units removed = 0;            ///< units that do not pass
        Units removed_defective = 0;  ///< of these
        Money cost = 0;               ///< [micro-currency]
    };

    /// Counts of the measured time.
    struct Totals {
        std::int64_t batches = 0, batches_failed = 0, batches_screened = 0;
        Units units_in = 0, defective_in = 0;  ///< delivered by suppliers, before any test here
        Units tested = 0, removed = 0, removed_defective = 0;
        Units units_out = 0, defective_out = 0;  ///< shipped to customers
        Units replaced = 0;                      ///< found and replaced by the suppliers themselves
    };

    /// Requires: `spec` and the assortment outlive this.
    QualityBook(const ModelSpec& spec, Index site, std::shared_ptr<const Assortment> assortment);

    /// True if defective units can get to this site.
    static bool is_needed(const ModelSpec& spec) { return !spec.defects.empty(); }

    /// Draws how many units of a delivery are defective, where it comes from a supplier with defects. Returns the cost
    /// of the supplier's own checks.
    Money draw_defects(Shipment& delivery);

    /// True if what comes from this site is inspected here.
    bool inspects(Index from) const;

    Duration inspection_time() const { return inspection_->time; }

    bool sends_back() const { return inspection_->sends_back; }

    /// Tests a batch and takes out what fails: all of it, or the defective units of the sample where it passes.
    Verdict inspect(Index from, ProductQuantity& batch, Time now);

    /// Keeps a delivery until its inspection is over; returns its number.
    std::uint64_t hold(std::unique_ptr<Shipment> delivery);
    std::unique_ptr<Shipment> release(std::uint64_t number);

    void put_on_shelf(std::int32_t position, Units defective) {
        defective_[static_cast<std::size_t>(position)] += defective;
        came_ += defective;
    }

    /// Defective units among `quantity` of `on_hand` units that leave the shelf.
    Units take(std::int32_t position, Units on_hand, Units quantity, std::uint64_t key);

    /// A customer gets some units of the shelf.
    void note_shipped(Units quantity, Units defective) {
        totals_.units_out += quantity;
        totals_.defective_out += defective;
    }

    Units defective(std::int32_t position) const { return defective_[static_cast<std::size_t>(position)]; }

    /// Defective units that came, minus those that went, minus those on the shelf: 0.
    Units unaccounted() const;

    void start_measuring() { totals_ = {}; }

    const Totals& totals() const { return totals_; }

    template <class Archive>
    void serialize(Archive& archive);

  private:
    /// What a supplier's batches of one product have been like.
    struct Source {
        std::uint64_t key = 0;
        std::uint64_t batches = 0, inspected = 0;
        const DefectSpec* spec = nullptr;
    };

    struct Record {
        std::uint32_t failed_in_a_row = 0;
        Time screened_until;
    };

    const ModelSpec& spec_;
    sim::RunSeed seed_;
    Index site_;
    std::uint64_t key_;
    std::shared_ptr<const Assortment> assortment_;
    const InspectionSpec* inspection_ = nullptr;
    std::map<std::pair<Index, Index>, Source> sources_;  ///< by supplier and product
    std::map<Index, Record> records_;                    ///< by supplier
    std::vector<Units> defective_;                       ///< on hand, by position
    std::map<std::uint64_t, std::unique_ptr<Shipment>> held_;
    std::uint64_t held_count_ = 0;
    Units came_ = 0, went_ = 0;  ///< defective units, on and off the shelf
    Totals totals_;
};

}  // namespace spate::models
