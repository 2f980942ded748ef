#include "analysis/session_figures.hpp"

#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace spate::analysis {
namespace {

using sim::TraceReader;

constexpr std::int64_t no_row = 4294967295;

KeyFigure figure(
    std::string name, std::string unit, std::string meaning, std::optional<double> value, const char* why) {
    return {std::move(name), value, std::move(unit), std::move(meaning), value ? "" : why};
}

KeyFigure turnover_fall(const TraceReader& trace) {
    const auto sum = [&](const char* column, std::size_t row) {
        return trace.numbers(std::string("/summary/absences/") + column)[row];
    };
    double before = 0, after = 0;
    const std::size_t rows = trace.integers("/summary/absences/at").size();
    for (std::size_t i = 0; i < rows; ++i) {
        if (sum("mean_stock_before", i) <= 0 || sum("mean_stock_after", i) <= 0)
            continue;
        before += sum("sold_before", i) / sum("mean_stock_before", i);
        after += sum("sold_after", i) / sum("mean_stock_after", i);
    }
    return figure("turnover_fall_after_absence",
                  "1",
                  "fall of the turnover rate from the 30 d before an absence to the 30 d after it began",
                  before > 0 ? std::optional(1 - after / before) : std::nullopt,
                  "no host was absent with 30 d of sales on either side");
}

/// The measured time.
struct Measured {
    std::int64_t from = 0, to = 0;

    bool has(std::int64_t at) const { return at >= from && at < to; }
};

/// Sum over the broadcasts that begin in the measured time.
double broadcast_sum(const TraceReader& trace, const std::string& column, const Measured& measured) {
    const auto start = trace.integers("/broadcasts/start"), values = trace.integers("/broadcasts/" + column);
    double sum = 0;
    for (std::size_t i = 0; i < start.size(); ++i)
        sum += measured.has(start[i]) ? static_cast<double>(values[i]) : 0;
    return sum;
}

void add_broadcasts(const TraceReader& trace, const Measured& measured, std::vector<KeyFigure>& figures) {
    const auto start = trace.integers("/broadcasts/start"), planned = trace.integers("/broadcasts/planned"),
               host = trace.integers("/broadcasts/host");
    double all = 0, substituted = 0;
    for (std::size_t i = 0; i < start.size(); ++i) {
        all += measured.has(start[i]);
        substituted += measured.has(start[i]) && host[i] != no_row && host[i] != planned[i];
    }
    const char* none = "no broadcast began after warm-up";
    const auto share = [&](double part, double whole) {
        return whole > 0 ? std::optional(part / whole) : std::nullopt;
    };
    const double orders = broadcast_sum(trace, "orders", measured),
                 away = broadcast_sum(trace, "turned_away", measured);
    figures.push_back(figure("broadcasts", "broadcasts", "broadcasts that began in the measured time", all, none));
    figures.push_back(figure("broadcasts_cancelled_share",
                             "1",
                             "broadcasts cancelled: the host was absent and nobody stood in",
                             share(broadcast_sum(trace, "cancelled", measured), all),
                             none));
    figures.push_back(figure("broadcasts_substituted_share",
                             "1",
                             "broadcasts that another host stood in for",
                             share(substituted, all),
                             none));
    figures.push_back(figure("session_orders", "orders", "orders placed in these broadcasts", orders, none));
    figures.push_back(figure("cart_conversion",
                             "1",
                             "carts of these broadcasts that became orders, or would have before the cap was sold",
                             share(orders + away, broadcast_sum(trace, "carts", measured)),
                             "no cart was filled"));
    figures.push_back(figure("turned_away_share",
                             "1",
                             "orders of these broadcasts that came when the cap was sold",
                             share(away, orders + away),
                             "nobody ordered in a broadcast"));
}

/// Goods at sites at the end, at standard cost.
std::optional<double> leftover_value(const TraceReader& trace) {
    if (!trace.has("/summary/stock", "final") || !trace.has("/network/products", "cost"))
        return std::nullopt;
    const auto products = trace.integers("/summary/stock/product"), units = trace.integers("/summary/stock/final");
    const auto costs = trace.numbers("/network/products/cost");
    double value = 0;
    for (std::size_t i = 0; i < units.size(); ++i)
        value += static_cast<double>(units[i]) * costs[static_cast<std::size_t>(products[i])];
    return value;
}

/// What was booked on an account after the warm-up.
std::optional<double> booked(const TraceReader& trace, const std::string& account) {
    if (!trace.has("/summary/ledger", "closing"))
        return std::nullopt;
    const auto names = trace.texts("/network/accounts/name");
    const auto accounts = trace.integers("/summary/ledger/account");
    const auto opening = trace.integers("/summary/ledger/opening"), closing = trace.integers("/summary/ledger/closing");
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        if (names[static_cast<std::size_t>(accounts[i])] == account)
            return static_cast<double>(closing[i] - opening[i]) * 1e-6;
    }
    return std::nullopt;
}

void add_leftover(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const std::string currency = trace.text_attribute("currency").value_or("CNY");
    const auto value = leftover_value(trace), lost = booked(trace, "lost sale penalty");
    figures.push_back(
        figure("leftover_value", currency, "goods at sites at the end, at cost", value, "not in this trace"));
    figures.push_back(figure("lost_sales_and_leftover",
                             currency,
                             "penalties for units not sold, and the goods left at the end at cost",
                             value && lost ? std::optional(*value + *lost) : std::nullopt,
                             "not in this trace"));
}

double session_sum(const TraceReader& trace, const char* column) {
    const auto values = trace.integers(std::string("/summary/sessions/") + column);
    return static_cast<double>(std::accumulate(values.begin(), values.end(), std::int64_t{0}));
}

/// Gifts of another product that had run out, and that orders went without.
void add_missed_gifts(const TraceReader& trace, double given, std::vector<KeyFigure>& figures) {
    if (!trace.has("/summary/sessions", "gifts_missed"))
        return;
    const double missed = session_sum(trace, "gifts_missed");
    figures.push_back(
        figure("gifts_missed", "units", "gifts that had run out, of orders shipped without them", missed, ""));
    figures.push_back(figure("gifts_missed_share",
                             "1",
                             "the same, of all gifts that came with the orders shipped",
                             given + missed > 0 ? std::optional(missed / (given + missed)) : std::nullopt,
                             "no order with a gift was shipped"));
    figures.push_back(figure("gift_promises_broken",
                             "orders",
                             "orders shipped without a gift that they had been promised",
                             session_sum(trace, "gift_promises_broken"),
                             ""));
}

/// Sold in sessions: orders placed after warm-up and shipped before the end.
void add_sales(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    if (!trace.has("/summary/sessions", "revenue"))
        return;
    const auto sum = [&](const char* column) { return session_sum(trace, column); };
    const std::string currency = trace.text_attribute("currency").value_or("CNY");
    const double revenue = sum("revenue"), placed = sum("units_placed");
    figures.push_back(figure("session_revenue", currency, "paid for orders of sessions", revenue * 1e-6, ""));
    figures.push_back(figure("session_margin",
                             currency,
                             "the same, less the goods at standard cost, gifts included",
                             (revenue - sum("cost_of_goods")) * 1e-6,
                             ""));
    const double given = sum("units_given");
    figures.push_back(figure("units_given_away", "units", "of these orders, as gifts", given, ""));
    add_missed_gifts(trace, given, figures);
    figures.push_back(figure("session_units_served",
                             "1",
                             "units of sessions' orders that were shipped, gifts included",
                             placed > 0 ? std::optional(sum("units_shipped") / placed) : std::nullopt,
                             "nobody ordered in a session"));
}

void add_alerts(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    if (!trace.has("/summary/alerts", "kind"))
        return;
    const auto kinds = trace.integers("/summary/alerts/kind"), counts = trace.integers("/summary/alerts/alerts");
    constexpr std::pair<const char*, const char*> names[] = {
        {"alerts_carts", "alerts: carts near the most of an earlier broadcast"},
        {"alerts_orders", "alerts: orders of a broadcast above what was expected"},
        {"alerts_turnover", "alerts: the turnover rate fell below its limit"}};
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const auto& [name, meaning] = names[static_cast<std::size_t>(kinds[i])];
        figures.push_back(figure(name, "alerts", meaning, static_cast<double>(counts[i]), ""));
    }
}

/// Orders of sites that listen to sessions.
void add_emergencies(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const std::string table = "/summary/emergency_orders";
    if (!trace.has(table, "kind"))
        return;
    const auto kinds = trace.integers(table + "/kind"), alarms = trace.integers(table + "/alarms"),
               units = trace.integers(table + "/units");
    constexpr std::int64_t false_alarm = 3;
    double orders = 0, ordered = 0, without_cause = 0;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        orders += static_cast<double>(alarms[i]);
        ordered += static_cast<double>(units[i]);
        without_cause += kinds[i] == false_alarm ? static_cast<double>(units[i]) : 0;
    }
    figures.push_back(figure("emergency_orders", "orders", "of sites that heard something in a session", orders, ""));
    figures.push_back(figure("emergency_units", "units", "of these orders", ordered, ""));
    figures.push_back(
        figure("false_alarm_units", "units", "of these, ordered though nothing was said", without_cause, ""));
}

}  // namespace

std::vector<KeyFigure> session_figures(const TraceReader& trace) {
    std::vector<KeyFigure> figures;
    if (trace.has("/broadcasts", "planned")) {
        const std::int64_t from = trace.integer_attribute("warm_up_us").value_or(0);
        add_broadcasts(trace, {from, from + trace.integer_attribute("horizon_us").value_or(0)}, figures);
        add_leftover(trace, figures);
    }
    add_sales(trace, figures);
    if (trace.has("/summary/absences", "at"))
        figures.push_back(turnover_fall(trace));
    add_alerts(trace, figures);
    add_emergencies(trace, figures);
    return figures;
}

}  // namespace spate::analysis
