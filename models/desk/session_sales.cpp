#include "models/desk/session_sales.hpp"

#include <algorithm>

#include "models/demand/session_gifts.hpp"
#include "models/record/columns.hpp"
#include "models/sites/run_frame.hpp"

namespace spate::models {

namespace {

/// Whether an order may go without a gift that has run out.
bool may_lack_gifts(const ModelSpec& spec) {
    return std::any_of(spec.sessions.begin(), spec.sessions.end(), has_dispensable_gifts);
}

}  // namespace

SessionSales::Row& SessionSales::row(const Order& order) {
    if (order.session > rows_.size())
        rows_.resize(order.session);
    return rows_[order.session - std::size_t{1}];
}

void SessionSales::note_placed(const RunFrame& frame, const Order& order) {
    if (order.placed < frame.measured_from())
        return;
    Row& of = row(order);
    of.orders_placed += order.line == 0;
    of.units_placed += order.quantity;
}

void SessionSales::note_shipped(const RunFrame& frame, const Order& order) {
    if (order.placed < frame.measured_from())
        return;
    Row& of = row(order);
    of.orders_shipped += order.line == 0;
    of.units_shipped += order.quantity;
    of.units_given += order.quantity - frame.paid_units(order);
    of.revenue += frame.amount(order);
    of.cost += multiply(frame.spec.products[order.product].cost, order.quantity);
}

void SessionSales::note_gift_missed(const RunFrame& frame, const Order& order, std::uint32_t units, bool was_promised) {
    if (order.placed < frame.measured_from())
        return;
    Row& of = row(order);
    ++of.without_gift;
    of.gifts_missed += units;
    of.promises_broken += was_promised;
}

void SessionSales::add(const SessionSales& other) {
    rows_.resize(std::max(rows_.size(), other.rows_.size()));
    for (std::size_t s = 0; s < other.rows_.size(); ++s) {
        const Row& of = other.rows_[s];
        rows_[s].orders_placed += of.orders_placed;
        rows_[s].units_placed += of.units_placed;
        rows_[s].orders_shipped += of.orders_shipped;
        rows_[s].units_shipped += of.units_shipped;
        rows_[s].units_given += of.units_given;
        rows_[s].revenue += of.revenue;
        rows_[s].cost += of.cost;
        rows_[s].without_gift += of.without_gift;
        rows_[s].gifts_missed += of.gifts_missed;
        rows_[s].promises_broken += of.promises_broken;
    }
}

void SessionSales::write(const RunFrame& frame, Time end, sim::TraceWriter& writer) const {
    for (std::size_t s = 0; s < frame.spec.sessions.size(); ++s) {
        const Row of = s < rows_.size() ? rows_[s] : Row{};
        std::vector<sim::Cell> cells{static_cast<std::int64_t>(s),
                                     of.orders_placed,
                                     of.units_placed,
                                     of.orders_shipped,
                                     of.units_shipped,
                                     of.units_given,
                                     of.revenue,
                                     of.cost};
        if (may_lack_gifts(frame.spec))
            cells.insert(cells.end(), {of.without_gift, of.gifts_missed, of.promises_broken});
        writer.row(frame.tables.session_summary, end, 0, cells);
    }
}

sim::TableId declare_session_sales(sim::Recorder& recorder, const ModelSpec& spec) {
    using namespace columns;  // NOLINT(google-build-using-namespace): a table, nothing else
    std::vector<Column> all{row_of("session", "/sessions", "session"),
                            count("orders_placed", "placed"),
                            units("units_placed", "units of these, gifts included"),
                            count("orders_shipped", "handed to the carrier"),
                            units("units_shipped", "units of these, gifts included"),
                            units("units_given", "of these, as a gift"),
                            money("revenue", spec.currency, "paid for the orders shipped"),
                            money("cost_of_goods", spec.currency, "their goods at standard cost")};
    if (may_lack_gifts(spec)) {
        all.push_back(count("orders_without_gift", "of those shipped, without the gift that comes with them"));
        all.push_back(units("gifts_missed", "units of these gifts"));
        all.push_back(count("gift_promises_broken", "of the orders without it, had been promised it"));
    }
    return recorder.add_table(
        {"/summary/sessions", "Orders of live-stream sessions placed in the horizon, and what was sold", all});
}

}  // namespace spate::models
