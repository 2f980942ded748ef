#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "sim/engine/context.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/process.hpp"
#include "sim/trace/recorder.hpp"
#include "models/quality/recall_messages.hpp"
#include "models/record/tables.hpp"

namespace spate::models {

class OrderDesk;
class Site;
struct RunFrame;

/// Hears of all batches and of all returns, and calls goods back: by the rule of RecallSpec, and at given dates.
///
///   site: a batch has come in ──▶ │         │ ──▶ every site: off the shelf, stopped on arrival
///   desk: units are returned ───▶ │ office  │ ──▶ every desk: customers have their money back
///
/// It takes no goods and no money. Docs: docs/models/quality.md.
class QualityOffice final : public sim::Process {
  public:
    QualityOffice(const RunFrame& frame, sim::TraceWriter& writer);

    /// Declares the tables of recalls and, if the scenario has recalls, makes the office and wires it to all sites
    /// where units can be defective and to all desks. Returns null without recalls.
    static QualityOffice* add(sim::Engine& engine,
                              sim::Recorder& recorder,
                              RunFrame& frame,
                              const std::vector<Site*>& sites,
                              const std::vector<OrderDesk*>& desks);

    void start(sim::Context& context) override;
    void on_event(sim::Context& context, sim::Event& event) override;
    void finish(Time end) override;
    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;

  private:
    /// What is known of a batch, or of a product where batches are not told apart.
    struct Record {
        BatchFacts facts;
        Units returned = 0, returned_quality = 0;
        std::uint32_t is_recalled = 0, unused = 0;
    };

    using Key = std::pair<Index, std::uint64_t>;  ///< product; batch, or 0 for all of a product

    struct Totals {
        std::int64_t recalls = 0, batches = 0, bad_batches = 0, bad_recalled = 0;
    };

    static bool comes_later(const ReturnedUnits& a, const ReturnedUnits& b) {
        return a.known != b.known ? a.known > b.known : a.key != b.key ? a.key > b.key : a.batch > b.batch;
    }

    void on_news(sim::Context& context, sim::Event& event);
    std::set<Key> count_returns(Time now);
    bool is_bad(const Record& record) const;
    void look(sim::Context& context);
    void on_date(sim::Context& context, std::size_t which);
    void call_back(Key what, Time now, std::vector<Recalled>& list);
    void send(sim::Context& context, const std::vector<Recalled>& list);

    template <class Archive>
    void serialize(Archive& archive);

    static constexpr std::uint64_t look_tick = UINT64_MAX;  ///< OfficeTick: else the number of a dated recall

    const RunFrame& frame_;
    const RecallSpec& spec_;
    sim::TraceWriter& writer_;
    std::vector<std::unique_ptr<sim::Output<RecallNotice>>> outputs_;
    std::map<Key, Record> records_;       ///< batches
    std::map<Index, Record> products_;    ///< returns of each product since it was last called back
    std::vector<ReturnedUnits> returns_;  ///< not yet known: min-heap
    std::uint32_t recalls_ = 0;
    Totals totals_;
};

}  // namespace spate::models
