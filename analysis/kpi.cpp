#include "analysis/kpi.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <numeric>
#include <utility>

#include "analysis/capacity.hpp"
#include "analysis/histogram.hpp"
#include "analysis/kpi_makers.hpp"
#include "analysis/kpi_prices.hpp"
#include "analysis/kpi_quality.hpp"
#include "analysis/kpi_terms.hpp"
#include "analysis/session_figures.hpp"

namespace spate::analysis {
namespace {

using sim::TraceReader;

constexpr double microseconds_per_day = 8.64e10;
constexpr const char* no_orders = "no order was placed after warm-up";
constexpr const char* not_in_trace = "not in this trace";

/// Sum over the rows of a column. None: the trace has no such column.
std::optional<double> column_sum(const TraceReader& trace, const std::string& table, const std::string& column) {
    if (!trace.has(table, column)) {
        return std::nullopt;
    }
    const auto values = trace.numbers(table + "/" + column);
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// What one figure is apart from its value.
struct Label {
    std::string name, unit, meaning;
};

/// The figures in the making.
class Figures {
  public:
    void add(Label label, std::optional<double> value, const std::string& reason) {
        const bool is_defined = value.has_value() && std::isfinite(*value);
        list_.push_back({std::move(label.name),
                         is_defined ? value : std::nullopt,
                         std::move(label.unit),
                         std::move(label.meaning),
                         is_defined ? std::string() : reason});
    }

    /// part / whole; absent if either is unknown or the whole is zero.
    void add_ratio(Label label, std::optional<double> part, std::optional<double> whole, const std::string& if_zero) {
        if (!part || !whole) {
            add(std::move(label), std::nullopt, not_in_trace);
        } else if (*whole == 0) {
            add(std::move(label), std::nullopt, if_zero);
        } else {
            add(std::move(label), *part / *whole, "not a finite number");
        }
    }

    void append(std::vector<KeyFigure> more) {
        list_.insert(list_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }

    std::vector<KeyFigure> take() { return std::move(list_); }

  private:
    std::vector<KeyFigure> list_;
};

/// Orders of several lines; in traces without them an order has one.
void add_lines(const TraceReader& trace, Figures& figures) {
    const auto desks = [&](const char* column) { return column_sum(trace, "/summary/desks", column); };
    constexpr const char* none_known = "no order was shipped, lost, cancelled, refused or is waiting";
    std::optional<double> closed = desks("orders_delivered");
    for (const char* column : {"orders_lost", "orders_cancelled", "orders_refused"}) {
        const auto count = desks(column);
        closed = closed && count ? std::optional(*closed + *count) : std::nullopt;
    }
    figures.add_ratio({"line_fill_rate", "1", "order lines served at once from stock"},
                      desks("lines_filled"),
                      desks("lines_known"),
                      none_known);
    figures.add_ratio({"perfect_order_rate", "1", "orders delivered complete, from stock and in time"},
                      desks("orders_perfect"),
                      closed,
                      "no order was delivered, lost, cancelled or refused");
    figures.add_ratio({"lines_per_order", "lines/order", "lines of an order"},
                      desks("lines_placed"),
                      desks("orders_placed"),
                      no_orders);
    figures.add_ratio({"parcels_per_order", "parcels/order", "parcels of a shipped order"},
                      desks("parcels_shipped"),
                      desks("orders_shipped"),
                      "no order was shipped");
}

void add_service(const TraceReader& trace, Figures& figures) {
    const auto desks = [&](const char* column) { return column_sum(trace, "/summary/desks", column); };
    const auto placed = desks("orders_placed");
    figures.add({"orders", "orders", "customer orders placed after warm-up"}, placed, not_in_trace);
    figures.add({"units", "units", "units in these orders"}, desks("units_placed"), not_in_trace);

    const auto share = [&](const char* name, const char* column, const char* meaning) {
        figures.add_ratio({name, "1", meaning}, desks(column), placed, no_orders);
    };
    // Orders still in work are left out: whether stock was there for them is not yet in the books.
    std::optional<double> decided = desks("orders_shipped");
    for (const char* column : {"orders_lost", "orders_cancelled", "orders_refused", "orders_waiting"}) {
        const auto count = desks(column);
        decided = decided && count ? std::optional(*decided + *count) : std::nullopt;
    }
    decided = decided ? std::optional(*decided + desks("orders_withdrawn_waiting").value_or(0)) : std::nullopt;
    figures.add_ratio({"order_fill_rate", "1", "orders served at once from stock"},
                      desks("orders_filled"),
                      decided,
                      "no order was shipped, lost, cancelled, refused or is waiting");
    figures.add_ratio({"unit_fill_rate", "1", "units served at once from stock"},
                      desks("units_filled"),
                      desks("units_known"),
                      "no order was shipped, lost, cancelled, refused or is waiting");
    add_lines(trace, figures);
    share("lost_share", "orders_lost", "orders lost because nothing was in stock");
    share("cancelled_share", "orders_cancelled", "cancelled by customers tired of waiting");
    share("oversold_share", "orders_refused", "orders refused after they had been promised");
    std::optional<double> oversold = desks("orders_refused");
    if (oversold) {
        *oversold *= 1e5;
    }
    figures.add_ratio({"oversold_per_100k", "orders/100k", "orders refused after they had been promised, of 100,000"},
                      oversold,
                      placed,
                      no_orders);
    share("backordered_share", "orders_backordered", "orders that had to wait for stock");
    std::optional<double> unshipped = placed;
    for (const char* closed : {"orders_shipped", "orders_lost", "orders_cancelled", "orders_refused"}) {
        const auto count = desks(closed);
        unshipped = unshipped && count ? std::optional(*unshipped - *count) : std::nullopt;
    }
    for (const char* ended : {"orders_given_up", "orders_group_failed", "orders_withdrawn"}) {
        if (unshipped)
            *unshipped -= desks(ended).value_or(0);  // older traces know of none
    }
    figures.add_ratio(
        {"unshipped_share", "1", "orders neither shipped nor closed at the end"}, unshipped, placed, no_orders);
    figures.add_ratio({"late_share", "1", "delivered orders later than promised"},
                      desks("orders_late"),
                      desks("orders_promised"),
                      "no order with a promise was delivered");
    const auto returned = desks("orders_returned");
    figures.add({"returns_started", "orders", "orders that customers began to return"}, returned, not_in_trace);
    // Older traces have no returns of orders that were delivered in part.
    figures.add_ratio({"return_share", "1", "delivered orders that customers began to return"},
                      returned ? std::optional(*returned - desks("orders_returned_early").value_or(0)) : std::nullopt,
                      desks("orders_delivered"),
                      "no order was delivered");
}

/// What channels that sell on copies of the stock know of it. Only where the trace says.
void add_views(const TraceReader& trace, Figures& figures) {
    const auto views = [&](const char* column) { return column_sum(trace, "/summary/views", column); };
    if (const auto stocks = views("stocks")) {
        constexpr const char* no_samples = "no channel sells on a copy of the stock";
        figures.add_ratio({"stock_accuracy", "1", "stocks that channels know to within the tolerance"},
                          views("stocks_known"),
                          stocks,
                          no_samples);
        figures.add_ratio(
            {"units_hidden_mean", "units/desk", "in stock, but shown as sold out; mean of samples and desks"},
            views("units_hidden"),
            views("samples"),
            no_samples);
    }
    if (column_sum(trace, "/summary/feeds", "checks").value_or(0) > 0) {
        const double days =
            static_cast<double>(trace.integer_attribute("horizon_us").value_or(0)) / microseconds_per_day;
        figures.add_ratio({"stock_incidents_per_month", "1/month", "wrong stocks found by checks, in 30 days"},
                          column_sum(trace, "/summary/feeds", "incidents"),
                          days / 30,
                          "the horizon is empty");
    }
}

/// Stock set apart for channels, quotas, and copies of the stock that are only shown. Only where the trace says.
void add_channel_stock(const TraceReader& trace, Figures& figures) {
    const auto placed = column_sum(trace, "/summary/desks", "orders_placed");
    if (const auto withheld = column_sum(trace, "/summary/withheld", "units")) {
        auto set_apart = column_sum(trace, "/summary/channel_stock", "units_set_apart");
        if (const auto opening = column_sum(trace, "/summary/channel_stock", "units_opening"); set_apart && opening) {
            *set_apart += *opening;
        }
        figures.add({"units_withheld", "units", "lost while a site had them, but not for their channel"},
                    withheld,
                    not_in_trace);
        figures.add_ratio({"withheld_share", "1", "units lost while a site had them, but not for their channel"},
                          withheld,
                          column_sum(trace, "/summary/desks", "units_placed"),
                          no_orders);
        figures.add_ratio(
            {"dedicated_released_share", "1", "units set apart for a channel that it did not sell in time"},
            column_sum(trace, "/summary/channel_stock", "units_released"),
            set_apart,
            "nothing was set apart");
    }
    if (const auto stale = column_sum(trace, "/summary/reads", "orders_stale")) {
        figures.add_ratio(
            {"stale_reads_per_100k", "orders/100k", "orders lost though the goods were shown, of 100,000"},
            *stale * 1e5,
            placed,
            no_orders);
    }
}

void add_delivery(const TraceReader& trace, Figures& figures) {
    constexpr const char* none_delivered = "no order was delivered";
    auto hours = column_sum(trace, "/summary/desks", "delivery_time_sum");
    if (hours) {
        *hours /= microseconds_per_hour;
    }
    const auto delivered = column_sum(trace, "/summary/desks", "orders_delivered");
    figures.add_ratio(
        {"delivery_time_mean", "h", "mean time from order to delivery"}, hours, delivered, none_delivered);

    Histogram times;
    if (trace.has("/summary/delivery_time", "orders")) {
        times.from = trace.numbers("/summary/delivery_time/from");
        times.to = trace.numbers("/summary/delivery_time/to");
        times.count = trace.numbers("/summary/delivery_time/orders");
    }
    const char* reason = times.total() > 0 ? "beyond the last bin of the histogram" : none_delivered;
    const auto quantile = [&](double q) { return times.total() > 0 ? times.quantile(q) : std::nullopt; };
    figures.add({"delivery_time_p50", "h", "half of the delivered orders came sooner"}, quantile(0.5), reason);
    figures.add({"delivery_time_p95", "h", "95 % of the delivered orders came sooner"}, quantile(0.95), reason);
    figures.add({"delivered_within_24h", "1", "delivered orders that came within 24 h"}, times.share_below(24), reason);
    figures.add({"delivered_within_48h", "1", "delivered orders that came within 48 h"}, times.share_below(48), reason);
}

/// What return centres did with what came back. Nothing where there are none.
void add_return_centres(const TraceReader& trace, Figures& figures) {
    constexpr const char* none_closed = "no returned goods have left a return centre";
    constexpr double hours_per_day = 24;
    const auto sum = [&](const char* column, double scale = 1) {
        const auto value = column_sum(trace, "/summary/returns", column);
        return value ? std::optional(*value * scale) : std::nullopt;
    };
    const auto closed = sum("units_closed");
    if (!closed) {
        return;
    }
    const std::string per_unit = trace.text_attribute("currency").value_or("CNY") + "/unit";
    const double spent = sum("cost").value_or(0) + sum("fixed").value_or(0);
    const double value = sum("value").value_or(0);
    figures.add_ratio({"return_value_net", per_unit, "value recovered per returned unit, net of the cost of returns"},
                      value - spent,
                      closed,
                      none_closed);
    figures.add_ratio({"return_cost", per_unit, "cost of returns per returned unit"}, spent, closed, none_closed);
    figures.add_ratio({"return_value_share", "1", "value recovered by the price of what came back"},
                      value,
                      sum("price_closed"),
                      none_closed);
    figures.add_ratio(
        {"reshelved_share", "1", "returned units sold as new again"}, sum("units_reshelved"), closed, none_closed);
    figures.add_ratio({"return_grading_time", "h", "from reaching the return centre to the grade"},
                      sum("grading_hours"),
                      sum("orders_graded"),
                      "no return was inspected");
    figures.add_ratio({"return_cycle_time", "h", "from the start of the return until the goods leave the centre"},
                      sum("closing_hours"),
                      sum("orders_closed"),
                      none_closed);
    figures.add_ratio({"disposal_days", "d", "from reaching the return centre to leaving it, mean over units"},
                      sum("disposal_hours", 1 / hours_per_day),
                      closed,
                      none_closed);
    figures.add_ratio({"refund_time", "h", "from the start of the return to the refund"},
                      sum("refund_hours"),
                      sum("refunds"),
                      "no refund was paid");
    figures.add_ratio({"misgraded_share", "1", "returns that got a wrong grade"},
                      sum("orders_misgraded"),
                      sum("orders_graded"),
                      "no return was inspected");
    if (sum("claims").value_or(0) > 0 || sum("abuse_paid").value_or(0) > 0) {
        const std::string currency = trace.text_attribute("currency").value_or("CNY");
        figures.add({"abuse_paid", currency, "refunds of untrue claims"}, sum("abuse_paid"), not_in_trace);
        figures.add_ratio({"wrongly_refused_share", "1", "true claims for money only that were refused"},
                          sum("wrongly_refused"),
                          sum("claims_true"),
                          "there was no true claim for money only");
    }
}

/// Defective units and what it costs to keep them out and to take them back. Nothing where there are none.
void add_quality(const TraceReader& trace, const std::map<std::string, double>& moved, Figures& figures) {
    const auto sum = [&](const char* column) { return column_sum(trace, "/summary/quality", column); };
    if (!sum("units_in")) {
        return;
    }
    figures.add_ratio({"defect_share_in", "1", "defective units in what suppliers deliver"},
                      sum("defective_in"),
                      sum("units_in"),
                      "nothing was delivered");
    figures.add_ratio({"defect_share_out", "1", "defective units in what customers get"},
                      sum("defective_out"),
                      sum("units_out"),
                      "nothing was shipped");
    figures.add_ratio({"batches_failed_share", "1", "inspected batches that failed"},
                      sum("batches_failed"),
                      sum("batches"),
                      "no batch was inspected");
    double cost = 0;
    for (const char* name : {"quality checks", "return freight", "return handling", "return claims", "scrap loss"}) {
        const auto account = moved.find(name);
        cost += account == moved.end() ? 0 : account->second;
    }
    figures.add_ratio({"quality_cost_per_order",
                       trace.text_attribute("currency").value_or("CNY") + "/order",
                       "checks, returns and scrap per order placed"},
                      cost,
                      column_sum(trace, "/summary/desks", "orders_placed"),
                      no_orders);
}

/// Customers who were not shown a product because of its quality, and suppliers on the black list. Only with grades.
void add_grades(const TraceReader& trace, Figures& figures) {
    const auto unseen = column_sum(trace, "/summary/desk_grades", "unseen");
    if (!unseen) {
        return;
    }
    figures.add_ratio({"unseen_share", "1", "customers who were not shown what they would have ordered"},
                      unseen,
                      *unseen + column_sum(trace, "/summary/desk_grades", "placed").value_or(0),
                      "no customer came");
    figures.add({"black_list_days", "d", "suppliers' days on the black list"},
                column_sum(trace, "/summary/black_list", "days"),
                not_in_trace);
}

/// What a money account gained from the end of warm-up to the end of the run, by name [currency].
std::map<std::string, double> money_moved(const TraceReader& trace) {
    std::map<std::string, double> result;
    if (!trace.has("/summary/ledger", "closing") || !trace.has("/network/accounts", "name")) {
        return result;
    }
    const auto names = trace.texts("/network/accounts/name");
    const auto kinds = trace.texts("/network/accounts/kind");
    const auto accounts = trace.integers("/summary/ledger/account");
    const auto opening = trace.integers("/summary/ledger/opening");
    const auto closing = trace.integers("/summary/ledger/closing");
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        const auto account = static_cast<std::size_t>(accounts[i]);
        if (account >= names.size() || kinds[account] != "money") {
            continue;
        }
        result[names[account]] += static_cast<double>(closing[i] - opening[i]) * micro;
    }
    return result;
}

/// The names in the comma-separated root attribute, in order.
std::vector<std::string> expense_accounts(const TraceReader& trace) {
    const std::string list = trace.text_attribute("expense_accounts").value_or("");
    std::vector<std::string> result;
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        const std::size_t first = std::min(list.find_first_not_of(' ', at), end);
        const std::size_t last = list.find_last_not_of(' ', end == 0 ? 0 : end - 1);
        if (first < end) {
            result.push_back(list.substr(first, last + 1 - first));
        }
        at = end + 1;
    }
    return result;
}

void add_stock(const TraceReader& trace, const std::map<std::string, double>& moved, Figures& figures) {
    const std::string currency = trace.text_attribute("currency").value_or("CNY");
    const auto value = column_sum(trace, "/summary/sites", "mean_stock_value");
    figures.add({"stock_value_mean", currency, "stock of all sites at cost, mean over time"}, value, not_in_trace);

    const auto goods = moved.find("cost of goods sold");
    const double days = static_cast<double>(trace.integer_attribute("horizon_us").value_or(0)) / microseconds_per_day;
    std::optional<double> goods_per_day;
    if (days > 0 && goods != moved.end()) {
        goods_per_day = std::max(goods->second, 0.0) / days;  // more may come back than is sold
    }
    figures.add_ratio({"turnover_days", "d", "days of sales that the mean stock would last"},
                      value,
                      goods_per_day,
                      "after warm-up no more goods were sold than came back");
}

constexpr std::string_view account_cost = "cost_per_order_", total_cost = "cost_per_order_total";

std::string snake_case(std::string words) {
    std::replace(words.begin(), words.end(), ' ', '_');
    return words;
}

void add_costs(const TraceReader& trace, const std::map<std::string, double>& moved, Figures& figures) {
    const std::string unit = trace.text_attribute("currency").value_or("CNY") + "/order";
    const auto placed = column_sum(trace, "/summary/desks", "orders_placed");
    std::optional<double> total;
    for (const auto& name : expense_accounts(trace)) {
        const auto account = moved.find(name);
        if (account == moved.end() || name == "cost of goods sold") {
            continue;
        }
        total = total.value_or(0) + account->second;
        if (account->second == 0) {
            continue;
        }
        figures.add_ratio({std::string(account_cost) + snake_case(name), unit, name + " per order placed"},
                          account->second,
                          placed,
                          no_orders);
    }
    figures.add_ratio(
        {std::string(total_cost), unit, "all of these together, without the goods"}, total, placed, no_orders);
    figures.add_ratio({"cost_per_delivered_order", unit, "the same by the orders that were delivered"},
                      total,
                      column_sum(trace, "/summary/desks", "orders_delivered"),
                      "no order was delivered");
}

/// Summaries are written at the end of a run: sums over empty ones would look like figures.
void empty_all(std::vector<KeyFigure>& figures) {
    for (auto& figure : figures) {
        figure.value.reset();
        figure.reason = "the run was killed before its end";
    }
}

}  // namespace

const KeyFigure* KeyFigures::find(std::string_view name) const {
    const auto it = std::find_if(figures.begin(), figures.end(), [&](const auto& f) { return f.name == name; });
    return it == figures.end() ? nullptr : &*it;
}

bool is_cost_of_account(std::string_view figure) {
    return figure.starts_with(account_cost) && figure != total_cost;
}

KeyFigures compute_key_figures(const TraceReader& trace) {
    Figures figures;
    add_service(trace, figures);
    add_views(trace, figures);
    add_channel_stock(trace, figures);
    add_delivery(trace, figures);
    add_return_centres(trace, figures);
    const auto moved = money_moved(trace);
    add_quality(trace, moved, figures);
    add_grades(trace, figures);
    figures.append(quality_figures(trace));
    figures.append(price_figures(trace));
    add_stock(trace, moved, figures);
    figures.add({"capacity_use_max", "1", "open server time used at the busiest stage"},
                highest_use(stage_use(trace)),
                trace.has("/summary/stages", "capacity") ? "no stage has a limited number of servers" : not_in_trace);
    figures.append(term_figures(trace));
    add_costs(trace, moved, figures);
    figures.add_ratio({"co2_per_order", "g/order", "transport emissions (CO2e) per order placed"},
                      column_sum(trace, "/summary/lanes", "co2"),
                      column_sum(trace, "/summary/desks", "orders_placed"),
                      no_orders);
    std::vector<KeyFigure> list = figures.take();
    const auto sessions = session_figures(trace);
    list.insert(list.end(), sessions.begin(), sessions.end());
    if (trace.integer_attribute("rows_until"))
        empty_all(list);
    return {std::move(list)};
}

}  // namespace spate::analysis
