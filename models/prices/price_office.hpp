#pragma once

#include <array>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sim/engine/context.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/process.hpp"
#include "sim/trace/recorder.hpp"
#include "models/base/wide.hpp"
#include "models/demand/base_demand.hpp"
#include "models/prices/price_choice.hpp"
#include "models/prices/price_messages.hpp"
#include "models/sites/run_frame.hpp"

namespace spate::models {

class OrderDesk;
class Site;

/// Sets prices by how long the stock of a product lasts and has lain, by a date, and by what a competitor takes.
///
///   every site, at a review: stock ──▶ │ office │ ──▶ every desk: the prices that have changed
///
/// Docs: docs/models/prices.md.
class PriceOffice final : public sim::Process {
  public:
    PriceOffice(const RunFrame& frame, const BaseDemand& base, sim::TraceWriter& writer);

    /// Declares the tables of prices and, if the scenario has rules, makes the office and wires it to the sites that
    /// report to it and to all desks. Returns null without rules.
    static PriceOffice* add(sim::Engine& engine,
                            sim::Recorder& recorder,
                            RunFrame& frame,
                            const BaseDemand& base,
                            const std::vector<Site*>& sites,
                            const std::vector<OrderDesk*>& desks);

    void start(sim::Context& context) override;
    void on_event(sim::Context& context, sim::Event& event) override;
    void finish(Time end) override;
    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;

    /// The measured time begins.
    void start_measuring();

  private:
    /// What is known of a product.
    struct Record {
        double per_day = 0;  ///< expected base demand [units/d]
        Units units = 0;     ///< reported since the last decision
        Wide age = 0;        ///< sum of the ages of these [units·µs]
        std::uint32_t step = 0;
        std::array<std::int64_t, price_drivers> changes{};  ///< by what decided them, in the measured time

        template <class Archive>
        void serialize(Archive& archive);
    };

    void schedule(sim::Context& context, std::uint64_t rule, Time after);
    void on_news(sim::Context& context, sim::Event& event);
    void decide(sim::Context& context, std::uint64_t number);
    PriceFacts take_facts(const PriceRuleSpec& rule, Index product, Time review);
    void write_change(Time now, Index product, const PriceFacts& facts, PriceDriver driver, double share);

    template <class Archive>
    void serialize(Archive& archive);

    const RunFrame& frame_;
    sim::TraceWriter& writer_;
    std::vector<std::unique_ptr<sim::Output<PriceNotice>>> outputs_;
    std::map<Index, Record> records_;  ///< by product of a rule
};

}  // namespace spate::models
