#include "cli/figure_names.hpp"

#include <algorithm>

#include "models/base/ledger.hpp"

namespace spate::cli {
namespace {

/// A figure and its unit; '$' stands for the currency.
struct Figure {
    std::string name, unit;
};

std::vector<Figure> session_figures() {
    return {
        {"broadcasts", "broadcasts"},
        {"broadcasts_cancelled_share", "1"},
        {"broadcasts_substituted_share", "1"},
        {"session_orders", "orders"},
        {"cart_conversion", "1"},
        {"turned_away_share", "1"},
        {"leftover_value", "$"},
        {"lost_sales_and_leftover", "$"},
        {"session_revenue", "$"},
        {"session_margin", "$"},
        {"units_given_away", "units"},
        {"gifts_missed", "units"},
        {"gifts_missed_share", "1"},
        {"gift_promises_broken", "orders"},
        {"session_units_served", "1"},
        {"turnover_fall_after_absence", "1"},
        {"alerts_carts", "alerts"},
        {"alerts_orders", "alerts"},
        {"alerts_turnover", "alerts"},
        {"emergency_orders", "orders"},
        {"emergency_units", "units"},
        {"false_alarm_units", "units"},
    };
}

/// Of presale, groups and pick-up points.
const std::vector<Figure>& term_figures() {
    static const std::vector<Figure> figures{
        {"deposits", "orders"},
        {"deposit_conversion", "1"},
        {"dispatched_in_time", "1"},
        {"dispatch_time_mean", "h"},
        {"presale_late_share", "1"},
        {"presale_order_time_mean", "h"},
        {"locked_stock_days", "units d"},
        {"locked_units_mean", "units"},
        {"groups", "groups"},
        {"failed_group_share", "1"},
        {"group_failed_share", "1"},
        {"group_wait_mean", "h"},
        {"pickup_wait_mean", "h"},
        {"uncollected_share", "1"},
        {"pickup_unit_days", "units d"},
    };
    return figures;
}

/// Of orders, their returns, and what is known of the stock.
std::vector<Figure> order_figures() {
    return {
        {"orders", "orders"},
        {"units", "units"},
        {"order_fill_rate", "1"},
        {"unit_fill_rate", "1"},
        {"line_fill_rate", "1"},
        {"perfect_order_rate", "1"},
        {"lines_per_order", "lines/order"},
        {"parcels_per_order", "parcels/order"},
        {"lost_share", "1"},
        {"cancelled_share", "1"},
        {"oversold_share", "1"},
        {"oversold_per_100k", "orders/100k"},
        {"backordered_share", "1"},
        {"unshipped_share", "1"},
        {"withdrawn_share", "1"},
        {"cancelled_too_late_share", "1"},
        {"substituted_share", "1"},
        {"conversion_kept", "1"},
        {"late_share", "1"},
        {"returns_started", "orders"},
        {"return_share", "1"},
        {"return_value_net", "$/unit"},
        {"return_cost", "$/unit"},
        {"return_value_share", "1"},
        {"reshelved_share", "1"},
        {"return_grading_time", "h"},
        {"return_cycle_time", "h"},
        {"disposal_days", "d"},
        {"refund_time", "h"},
        {"misgraded_share", "1"},
        {"abuse_paid", "$"},
        {"wrongly_refused_share", "1"},
        {"stock_accuracy", "1"},
        {"units_hidden_mean", "units/desk"},
        {"stock_incidents_per_month", "1/month"},
        {"units_withheld", "units"},
        {"withheld_share", "1"},
        {"dedicated_released_share", "1"},
        {"stale_reads_per_100k", "orders/100k"},
    };
}

/// Of delivery, stock in money, capacity and costs; after those of orders.
std::vector<Figure> delivery_figures() {
    return {
        {"delivery_time_mean", "h"},
        {"delivery_time_p50", "h"},
        {"delivery_time_p95", "h"},
        {"delivered_within_24h", "1"},
        {"delivered_within_48h", "1"},
        {"stock_value_mean", "$"},
        {"turnover_days", "d"},
        {"capacity_use_max", "1"},
        {"cost_per_order_total", "$/order"},
        {"cost_per_delivered_order", "$/order"},
        {"co2_per_order", "g/order"},
    };
}

/// Of inspections, recalls, shelf lives, grades, refund funds, tickets, sources and prices.
std::vector<Figure> quality_figures() {
    return {
        {"defect_share_in", "1"},
        {"defect_share_out", "1"},
        {"batches_failed_share", "1"},
        {"quality_cost_per_order", "$/order"},
        {"inspection_wait_mean", "h"},
        {"recalls", "recalls"},
        {"recalled_units", "units"},
        {"recall_precision", "1"},
        {"bad_batches_recalled_share", "1"},
        {"recall_refunds", "$"},
        {"expired_units", "units"},
        {"expired_share", "1"},
        {"shelf_life_left", "1"},
        {"past_date_share", "1"},
        {"unseen_share", "1"},
        {"black_list_days", "d"},
        {"refunds_waited_share", "1"},
        {"refund_fund_wait_mean", "h"},
        {"refund_fund_closing", "$"},
        {"answer_time_mean", "h"},
        {"complaint_answer_time", "h"},
        {"answered_in_time", "1"},
        {"bot_answered_share", "1"},
        {"misjudged_share", "1"},
        {"supplier_claims", "$"},
        {"sources_dropped", "sources"},
        {"supply_dropped_share", "1"},
        {"late_supply_share", "1"},
        {"supply_price_level", "1"},
        {"price_changes_made", "changes"},
        {"price_mean_share", "1"},
        {"price_revenue", "$"},
        {"price_customers_gained", "customers"},
        {"price_customers_lost", "customers"},
    };
}

std::vector<Figure> make_figures() {
    std::vector<Figure> figures = order_figures();
    for (const auto& more : {delivery_figures(), quality_figures(), session_figures()})
        figures.insert(figures.end(), more.begin(), more.end());
    figures.insert(figures.end(), term_figures().begin(), term_figures().end());
    for (std::size_t i = 0; i < models::money_accounts; ++i) {
        const auto account = static_cast<models::MoneyAccount>(i);
        if (models::is_expense(account)) {
            std::string name = "cost_per_order_" + std::string(models::name_of(account));
            std::replace(name.begin(), name.end(), ' ', '_');
            figures.push_back({std::move(name), "$/order"});
        }
    }
    return figures;
}

const std::vector<Figure>& figures() {
    static const std::vector<Figure> all = make_figures();
    return all;
}

}  // namespace

const std::vector<std::string_view>& figure_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> list;
        for (const auto& figure : figures()) {
            list.emplace_back(figure.name);
        }
        return list;
    }();
    return names;
}

std::string figure_unit(std::string_view name, std::string_view currency) {
    const auto at = std::find_if(figures().begin(), figures().end(), [&](const Figure& f) { return f.name == name; });
    if (at == figures().end()) {
        return "";
    }
    return at->unit.starts_with('$') ? std::string(currency) + at->unit.substr(1) : at->unit;
}

}  // namespace spate::cli
