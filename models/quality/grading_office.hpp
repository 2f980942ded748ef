#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "sim/engine/context.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/process.hpp"
#include "sim/trace/recorder.hpp"
#include "models/quality/grade_messages.hpp"
#include "models/record/tables.hpp"
#include "models/sites/run_frame.hpp"

namespace spate::models {

class OrderDesk;
class Site;

/// Grades products by what inspections found in their last batches, and keeps the black list of suppliers.
///
///   site: a batch was tested ──▶ │ office │ ──▶ every desk: part of the customers who are shown the product, grade
///                                │        │ ──▶ sites that inspect: grade, for the size of samples
///
/// Docs: docs/models/quality.md.
class GradingOffice final : public sim::Process {
  public:
    GradingOffice(const RunFrame& frame, sim::TraceWriter& writer);

    /// Declares the tables of grades and, if the scenario has grades, makes the office and wires it to the sites that
    /// inspect and to all desks. Returns null without grades.
    static GradingOffice* add(sim::Engine& engine,
                              sim::Recorder& recorder,
                              RunFrame& frame,
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
    struct Tested {
        Units units = 0, defective = 0;
    };

    /// What is known of a product.
    struct Record {
        std::deque<Tested> batches;  ///< the last ones
        Tested all;                  ///< their sum
        std::uint32_t level = 0;
        double seen = 1;
        Time since;  ///< has had this level for the figures

        template <class Archive>
        void serialize(Archive& archive);
    };

    struct Supplier {
        std::uint32_t failed_in_a_row = 0;
        bool is_black = false;
        Time since;      ///< for the figures
        Duration black;  ///< time on the list in the measured time, up to `since`
        std::int64_t listings = 0;

        template <class Archive>
        void serialize(Archive& archive);
    };

    void on_news(sim::Context& context, sim::Event& event);
    void take_off(sim::Context& context, Index supplier);
    void grade_all(sim::Context& context);
    std::uint32_t level_of(const Record& record) const;
    bool is_black(Index product) const;
    double seen_of(Index product, std::uint32_t level) const;
    void tell(sim::Context& context, const std::set<Index>& products);
    void settle(Time at);

    /// Microseconds of [from, to) in the measured time.
    std::int64_t measured(Time from, Time to) const {
        return std::max<std::int64_t>((to - std::max(from, frame_.measured_from())).us, 0);
    }

    template <class Archive>
    void serialize(Archive& archive);

    static constexpr std::uint64_t grade_tick = UINT64_MAX;  ///< GradeTick: else a supplier's time is over

    const RunFrame& frame_;
    const GradesSpec& spec_;
    sim::TraceWriter& writer_;
    std::vector<std::unique_ptr<sim::Output<GradeNotice>>> outputs_;
    std::map<Index, Record> records_;  ///< by product that is ever inspected
    std::map<Index, Supplier> suppliers_;
    std::map<Index, std::set<Index>> products_;  ///< by supplier
    std::vector<Duration> days_;                 ///< by level: time of products in it, measured
};

}  // namespace spate::models
