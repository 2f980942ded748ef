#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/base/ledger_totals.hpp"
#include "models/desk/order_desk.hpp"
#include "models/model.hpp"
#include "models/prices/price_office.hpp"
#include "models/quality/grading_office.hpp"
#include "models/quality/quality_office.hpp"
#include "models/record/peak_series.hpp"
#include "models/record/session_record.hpp"
#include "models/record/tables.hpp"
#include "models/returns/return_centres.hpp"

namespace spate::models {

/// A model and its engine: model.cpp makes it, runs it and saves its state, model_end.cpp closes the books.
struct Model::Impl {
    Impl(ModelSpec model, sim::EngineOptions options, sim::Recorder& trace);

    void share_assortments();
    void add_sites();
    void add_desks();
    void connect_desk(OrderDesk& desk, const std::vector<Index>& lanes, Index channel);
    void add_replenishment();
    void set_opening_stock();
    void at_window_end(Time boundary);
    void sample(Time at);
    void sample_peak(Time at);
    void start_measuring(Time at);
    LedgerTotals totals() const;
    std::uint64_t orders(Time before) const;
    void hear_last_news(std::span<const sim::Event> pending);
    void check_flows(const LedgerTotals& books) const;
    void write_totals(Time end, const LedgerTotals& books);
    RunResult run(const RunHooks& given);
    void summarise(RunResult& result);
    std::string save_state(const std::string& rows_path);
    void load_state(std::string_view archive, sim::PastRows past, const std::string& rows_path);

    ModelSpec spec;
    sim::Recorder& recorder;
    sim::Engine engine;
    RunFrame frame;
    BaseDemand base;
    std::vector<std::shared_ptr<const Assortment>> assortments;
    std::vector<std::vector<double>> expected;
    std::vector<Site*> sites;
    std::vector<OrderDesk*> desks;
    ReturnCentres returns;
    QualityOffice* office = nullptr;                                ///< where something may be recalled
    GradingOffice* grading = nullptr;                               ///< where products are graded
    PriceOffice* pricing = nullptr;                                 ///< where prices follow the stock
    std::map<std::pair<Index, std::uint32_t>, OrderDesk*> desk_of;  ///< by site and slot
    std::map<std::size_t, OrderDesk*> desk_of_process;              ///< by number of the process
    sim::TraceWriter& writer;
    PeakSeries peaks;
    std::optional<SessionRecord> sessions;
    LedgerTotals opening;
    std::uint64_t checks = 0;
    RunHooks hooks;
    bool is_open = false;  ///< the recorder
    std::chrono::steady_clock::time_point reported{};
};

}  // namespace spate::models
