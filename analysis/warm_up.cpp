#include "analysis/warm_up.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "sim/base/check.hpp"

namespace spate::analysis {
namespace {

using sim::TraceReader;

constexpr std::string_view cost_prefix = "cost_per_order_";

/// What is sampled: the sum of columns of a grid over all entities.
struct Source {
    std::string_view process, table;
    std::vector<std::string_view> columns;
};

const std::vector<Source>& sources() {
    static const std::vector<Source> all{
        {"orders placed", "/series/desks", {"placed"}},
        {"orders open", "/series/desks", {"open"}},
        {"returns", "/series/desks", {"returns"}},
        {"goods at return centres",
         "/series/returns",
         {"before_grade", "to_shelf", "to_special", "to_outlet", "in_repair"}},
        {"refunds open", "/series/returns", {"refunds_open"}},
        {"tickets open", "/series/tickets", {"waiting", "in_service"}},
        {"stock on hand", "/series/sites", {"on_hand"}},
        {"stock value", "/series/sites", {"stock_value"}},
        {"jobs at stages", "/series/stages", {"waiting", "in_service"}},
    };
    return all;
}

/// Figures that are no costs, and their processes.
constexpr std::pair<std::string_view, std::string_view> processes[] = {
    {"orders", "orders placed"},
    {"units", "orders placed"},
    {"order_fill_rate", "stock on hand"},
    {"unit_fill_rate", "stock on hand"},
    {"line_fill_rate", "stock on hand"},
    {"perfect_order_rate", "stock on hand"},
    {"lines_per_order", "orders placed"},
    {"parcels_per_order", "stock on hand"},
    {"lost_share", "stock on hand"},
    {"cancelled_share", "stock on hand"},
    {"oversold_share", "stock on hand"},
    {"oversold_per_100k", "stock on hand"},
    {"stock_accuracy", "stock on hand"},
    {"units_hidden_mean", "stock on hand"},
    {"stock_incidents_per_month", "stock on hand"},
    {"units_withheld", "stock on hand"},
    {"withheld_share", "stock on hand"},
    {"dedicated_released_share", "stock on hand"},
    {"stale_reads_per_100k", "stock on hand"},
    {"backordered_share", "stock on hand"},
    {"unshipped_share", "orders open"},
    {"late_share", "orders open"},
    {"returns_started", "returns"},
    {"return_share", "returns"},
    {"return_value_net", "goods at return centres"},
    {"return_cost", "goods at return centres"},
    {"return_value_share", "goods at return centres"},
    {"reshelved_share", "goods at return centres"},
    {"return_grading_time", "goods at return centres"},
    {"return_cycle_time", "goods at return centres"},
    {"disposal_days", "goods at return centres"},
    {"misgraded_share", "goods at return centres"},
    {"refund_time", "refunds open"},
    {"abuse_paid", "refunds open"},
    {"wrongly_refused_share", "refunds open"},
    {"defect_share_in", "stock on hand"},
    {"defect_share_out", "stock on hand"},
    {"batches_failed_share", "stock on hand"},
    {"quality_cost_per_order", "costs"},
    {"inspection_wait_mean", "stock on hand"},
    {"recalls", "stock on hand"},
    {"recalled_units", "stock on hand"},
    {"recall_precision", "stock on hand"},
    {"bad_batches_recalled_share", "stock on hand"},
    {"recall_refunds", "stock on hand"},
    {"expired_units", "stock on hand"},
    {"expired_share", "stock on hand"},
    {"shelf_life_left", "stock on hand"},
    {"past_date_share", "stock on hand"},
    {"sources_dropped", "units under way"},
    {"supply_dropped_share", "units under way"},
    {"late_supply_share", "units under way"},
    {"supply_price_level", "units under way"},
    {"unseen_share", "orders placed"},
    {"black_list_days", "orders placed"},
    {"price_changes_made", "stock on hand"},
    {"price_mean_share", "stock on hand"},
    {"price_revenue", "orders open"},
    {"price_customers_gained", "orders placed"},
    {"price_customers_lost", "orders placed"},
    {"refunds_waited_share", "refunds open"},
    {"refund_fund_wait_mean", "refunds open"},
    {"refund_fund_closing", "refunds open"},
    {"answer_time_mean", "tickets open"},
    {"complaint_answer_time", "tickets open"},
    {"answered_in_time", "tickets open"},
    {"bot_answered_share", "tickets open"},
    {"misjudged_share", "tickets open"},
    {"supplier_claims", "tickets open"},
    {"delivery_time_mean", "orders open"},
    {"delivery_time_p50", "orders open"},
    {"delivery_time_p95", "orders open"},
    {"delivered_within_24h", "orders open"},
    {"delivered_within_48h", "orders open"},
    {"stock_value_mean", "stock value"},
    {"turnover_days", "stock value"},
    {"capacity_use_max", "jobs at stages"},
    {"co2_per_order", "units under way"},
    {"deposits", "orders placed"},
    {"deposit_conversion", "orders placed"},
    {"dispatched_in_time", "orders open"},
    {"dispatch_time_mean", "orders open"},
    {"presale_late_share", "orders open"},
    {"presale_order_time_mean", "orders open"},
    {"locked_stock_days", "orders open"},
    {"locked_units_mean", "orders open"},
    {"groups", "orders placed"},
    {"failed_group_share", "orders placed"},
    {"group_failed_share", "orders placed"},
    {"group_wait_mean", "orders open"},
    {"pickup_wait_mean", "orders open"},
    {"uncollected_share", "orders open"},
    {"pickup_unit_days", "orders open"},
    {"withdrawn_share", "orders open"},
    {"cancelled_too_late_share", "orders open"},
    {"substituted_share", "orders placed"},
    {"conversion_kept", "orders placed"},
    {"cost_per_delivered_order", "costs"},
    {"broadcasts", "orders placed"},
    {"broadcasts_cancelled_share", "orders placed"},
    {"broadcasts_substituted_share", "orders placed"},
    {"session_orders", "orders placed"},
    {"cart_conversion", "orders placed"},
    {"turned_away_share", "orders placed"},
    {"leftover_value", "stock value"},
    {"lost_sales_and_leftover", "stock value"},
    {"session_revenue", "orders open"},
    {"session_margin", "orders open"},
    {"units_given_away", "orders open"},
    {"gifts_missed", "orders open"},
    {"gifts_missed_share", "orders open"},
    {"gift_promises_broken", "orders open"},
    {"session_units_served", "orders open"},
    {"turnover_fall_after_absence", "stock value"},
    {"alerts_carts", "orders placed"},
    {"alerts_orders", "orders placed"},
    {"alerts_turnover", "stock value"},
    {"emergency_orders", "orders placed"},
    {"emergency_units", "orders placed"},
    {"false_alarm_units", "orders placed"},
};

/// The accounts whose balances, added up, are the process; empty if it is none of the books.
std::vector<std::string> accounts_of(const TraceReader& trace, std::string_view process) {
    if (process == "units under way") {
        return {"in transit", "in delivery"};
    }
    std::vector<std::string> expenses;
    std::string list = trace.text_attribute("expense_accounts").value_or("") + ",";
    for (std::size_t end = list.find(','); end != std::string::npos; list.erase(0, end + 1), end = list.find(',')) {
        expenses.push_back(list.substr(0, end));
    }
    if (process == "costs") {
        return expenses;
    }
    std::erase_if(expenses, [&](const std::string& name) { return "costs of " + name != process; });
    return expenses;
}

/// Adds the columns of a grid that `is_wanted` by entity, sample by sample.
template <class Wanted>
void add_column(const TraceReader& trace, const std::string& path, std::vector<double>& sums, const Wanted& is_wanted) {
    const auto cells = trace.numbers(path);
    SPATE_EXPECT(!sums.empty() && cells.size() % sums.size() == 0);
    const std::size_t entities = cells.size() / sums.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        sums[i / entities] += is_wanted(i % entities) ? cells[i] : 0;
    }
}

/// The first sample is at time 0: of it nothing is known but how the run was set up.
std::vector<double> without_start(std::vector<double> samples) {
    samples.erase(samples.begin(), samples.begin() + (samples.empty() ? 0 : 1));
    return samples;
}

std::vector<double> sums_of(const TraceReader& trace, const Source& source) {
    const std::string table(source.table);
    if (trace.find(table) == nullptr) {
        return {};
    }
    std::vector<double> sums(trace.integers(table + "/time").size());
    for (const auto column : source.columns) {
        if (!sums.empty()) {
            add_column(trace, table + "/" + std::string(column), sums, [](std::size_t) { return true; });
        }
    }
    return without_start(std::move(sums));
}

std::vector<double> balances_of(const TraceReader& trace, std::string_view process) {
    const auto wanted = accounts_of(trace, process);
    SPATE_EXPECT(!wanted.empty());
    const auto names = trace.texts("/network/accounts/name");
    std::vector<double> sums(trace.integers("/series/ledger/time").size());
    if (!sums.empty()) {
        add_column(trace, "/series/ledger/balance", sums, [&](std::size_t account) {
            return std::find(wanted.begin(), wanted.end(), names.at(account)) != wanted.end();
        });
    }
    return sums;
}

}  // namespace

std::string find_process(std::string_view figure) {
    if (figure == "cost_per_order_total") {
        return "costs";
    }
    if (figure.starts_with(cost_prefix)) {
        std::string account(figure.substr(cost_prefix.size()));
        std::replace(account.begin(), account.end(), '_', ' ');
        return "costs of " + account;
    }
    const auto* found =
        std::find_if(std::begin(processes), std::end(processes), [&](const auto& p) { return p.first == figure; });
    SPATE_EXPECT(found != std::end(processes));
    return std::string(found->second);
}

std::vector<std::string> find_processes(std::span<const std::string> figures) {
    std::vector<std::string> result;
    for (const auto& figure : figures) {
        auto process = find_process(figure);
        if (std::find(result.begin(), result.end(), process) == result.end()) {
            result.push_back(std::move(process));
        }
    }
    return result;
}

std::vector<double> process_series(const TraceReader& trace, std::string_view process) {
    const auto& plain = sources();
    const auto source = std::find_if(plain.begin(), plain.end(), [&](const Source& s) { return s.process == process; });
    if (source != plain.end()) {
        return sums_of(trace, *source);
    }
    auto balances = balances_of(trace, process);
    if (process != "units under way") {  // costs are what came to the accounts within each period
        for (std::size_t i = balances.size(); i-- > 1;) {
            balances[i] -= balances[i - 1];
        }
    }
    return without_start(std::move(balances));
}

std::vector<double> mean_series(std::span<const std::vector<double>> replications) {
    SPATE_EXPECT(!replications.empty());
    std::vector<double> sums(replications.front().size());
    for (const auto& series : replications) {
        SPATE_EXPECT(series.size() == sums.size());
        std::transform(series.begin(), series.end(), sums.begin(), sums.begin(), std::plus<>());
    }
    for (double& value : sums) {
        value /= static_cast<double>(replications.size());
    }
    return sums;
}

}  // namespace spate::analysis
