#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/engine/context.hpp"
#include "models/base/messages.hpp"
#include "models/base/wide.hpp"
#include "models/quality/grade_messages.hpp"
#include "models/quality/recall_messages.hpp"
#include "models/sites/lot_shelf.hpp"
#include "models/sites/stage.hpp"
#include "models/sites/stock.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// An inspection is over; a site to itself.
using InspectionDone = Tick<102, priority::receipt>;

/// Defective units in the stock of one site, and what it knows of its suppliers' batches.
///
/// How many units of a product are defective is known exactly, which ones is not: what leaves the shelf is a random
/// sample of it, so its defective units are drawn hypergeometrically: of its lot where the shelf is kept by lot
/// (LotShelf), of all there is where it is not. Docs: docs/models/quality.md.
class QualityBook {
  public:
    /// What an inspection found.
    struct Verdict {
        Units removed = 0;            ///< units that do not pass
        Units removed_defective = 0;  ///< of these
        Money cost = 0;               ///< [micro-currency]
        Units tested = 0, found = 0;  ///< units tested; of these defective
        bool is_failed = false;       ///< all are removed
        bool counts = true;           ///< false: tested whole because of earlier failures
    };

    /// Counts of the measured time.
    struct Totals {
        std::int64_t batches = 0, batches_failed = 0, batches_screened = 0;
        Units units_in = 0, defective_in = 0;  ///< delivered by suppliers, before any test here
        Units tested = 0, removed = 0, removed_defective = 0;
        Units units_out = 0, defective_out = 0;  ///< shipped to customers
        Units replaced = 0;                      ///< found and replaced by the suppliers themselves
        std::int64_t deliveries = 0;             ///< that a test bench has taken
        Wide bench_wait_us = 0;                  ///< how long these had waited for it
    };

    /// What recalls took off, in the measured time.
    struct RecallTotals {
        Units removed = 0, removed_bad = 0, removed_defective = 0;
        Units stopped = 0;  ///< of the removed ones, on arrival
    };

    /// `lots`: the shelf, where it is kept by lot; else null. Requires: `spec` and `lots` outlive this.
    QualityBook(const ModelSpec& spec, Index site, std::shared_ptr<const Assortment> assortment, LotShelf* lots);

    /// True if defective units can get to this site.
    static bool is_needed(const ModelSpec& spec) { return !spec.defects.empty(); }

    /// Draws how many units of a delivery are defective, where it comes from a supplier with defects. Returns the cost
    /// of the supplier's own checks.
    Money draw_defects(Shipment& delivery);

    /// True if what comes from this site is inspected here.
    bool inspects(Index from) const;

    bool inspects() const { return inspection_ != nullptr; }

    bool sends_back() const { return inspection_->sends_back; }

    /// To the grading office: what was found since the last call.
    std::vector<BatchVerdict> take_verdicts() { return std::exchange(verdicts_, {}); }

    sim::Output<VerdictNews>& verdicts() { return verdict_news_; }

    /// Products have other grades.
    void regrade(const GradeNotice& notice);

    /// Tests a batch and takes out what fails: all of it, or the defective units of the sample where it passes.
    Verdict inspect(Index from, ProductQuantity& batch, Time now);

    /// Keeps a delivery until its inspection is over: it queues for a test bench.
    void hold(std::unique_ptr<Shipment> delivery, Time now);

    /// Deliveries that a test bench can take by `now`: calls `done(number, end of the test)` for each.
    template <class Done>
    void start_tests(Time now, Done&& done) {
        bench_->advance(now, [&](const Job& job, Time, Duration waited) {
            ++totals_.deliveries;
            totals_.bench_wait_us += waited.us;
            done(std::uint64_t{job.order.number}, job.ready);
        });
    }

    /// A saved run goes on: Stage::resume of the test benches.
    bool resume(Time now) { return bench_ && bench_->resume(now); }

    std::unique_ptr<Shipment> release(std::uint64_t number);

    void note_came(std::int32_t position, Units defective) {
        defective_[static_cast<std::size_t>(position)] += defective;
        came_ += defective;
    }

    /// Defective units have been taken off the shelf.
    void note_went(std::int32_t position, Units defective) {
        defective_[static_cast<std::size_t>(position)] -= defective;
        went_ += defective;
    }

    /// Defective units among `quantity` of `on_hand` units that leave the shelf.
    Units take(std::int32_t position, Units on_hand, Units quantity, std::uint64_t key);

    /// A customer gets some units of the shelf.
    void note_shipped(Units quantity, Units defective) {
        totals_.units_out += quantity;
        totals_.defective_out += defective;
    }

    /// To the quality office; connected where something may be recalled.
    sim::Output<QualityNews>& news() { return news_; }

    /// Gives the lines of a delivery that have no batch one each. Returns what the quality office is told of them.
    std::vector<BatchFacts> name_batches(Shipment& delivery, Time now);

    /// Notes a recall and takes off what there is on the shelf, but for what is reserved. Returns what that was.
    std::vector<LotShelf::Part> recall(std::int32_t position, const Recalled& what, Units reserved, Time now);

    /// Units that were reserved are not needed: takes those off the shelf that were called back meanwhile. `reserved`:
    /// what is left. Returns what that was.
    std::vector<LotShelf::Part> recall_released(std::int32_t position, Units released, Units reserved);

    /// True if goods that were sent then have been called back since.
    bool is_recalled(const ProductQuantity& line, Time sent) const;

    /// Goods that were called back have arrived and are taken off.
    void note_stopped(const ProductQuantity& line);

    const RecallTotals& recall_totals() const { return recall_totals_; }

    Units defective(std::int32_t position) const { return defective_[static_cast<std::size_t>(position)]; }

    /// Defective units that came, minus those that went, minus those on the shelf: 0.
    Units unaccounted() const;

    void start_measuring() {
        totals_ = {};
        recall_totals_ = {};
    }

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

    Units sample_of(const ProductQuantity& batch) const;
    void note_recalled(std::int32_t position, const std::vector<LotShelf::Part>& parts);

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
    std::unique_ptr<Stage> bench_;  ///< where there is an inspection
    LotShelf* lots_;
    /// Of products that were graded: when it was decided, and the level.
    std::map<Index, std::pair<Time, std::uint32_t>> levels_;
    std::vector<BatchVerdict> verdicts_;
    sim::Output<VerdictNews> verdict_news_;
    std::uint64_t named_ = 0;                  ///< batches that got their number here
    std::uint64_t released_ = 0;               ///< draws for goods that were reserved and are not any more
    std::set<std::uint64_t> recalled_;         ///< batches
    std::map<Index, Time> recalled_products_;  ///< when all there was of them was called back
    RecallTotals recall_totals_;
    sim::Output<QualityNews> news_;
};

}  // namespace spate::models
