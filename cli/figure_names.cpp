#include "cli/figure_names.hpp"

#include <algorithm>

#include "models/base/ledger.hpp"

namespace spate::cli {
namespace {

/// A figure and its unit; '$' stands for the currency.
struct Figure {
    std::string name, unit;
};

std::vector<Figure> make_figures() {
    std::vector<Figure> figures{
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
        {"backordered_share", "1"},
        {"unshipped_share", "1"},
        {"late_share", "1"},
        {"returns_started", "orders"},
        {"return_share", "1"},
        {"delivery_time_mean", "h"},
        {"delivery_time_p50", "h"},
        {"delivery_time_p95", "h"},
        {"delivered_within_24h", "1"},
        {"delivered_within_48h", "1"},
        {"stock_value_mean", "$"},
        {"turnover_days", "d"},
        {"capacity_use_max", "1"},
        {"cost_per_order_total", "$/order"},
        {"co2_per_order", "g/order"},
    };
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
