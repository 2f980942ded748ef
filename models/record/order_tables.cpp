// Tables of orders: one by one, and by desk.

#include "models/record/columns.hpp"

namespace spate::models {

using namespace columns;  // NOLINT(google-build-using-namespace): tables, nothing else

void declare_orders(sim::Recorder& recorder, TraceTables& tables) {
    Column status{
        "status",
        ColumnType::u8,
        "1",
        "what became of the order",
        {"delivered", "in_delivery", "open", "lost", "refused", "cancelled", "given_up", "group_failed", "withdrawn"},
        "",
        1.0};
    tables.orders = recorder.add_table(
        {"/orders",
         "Customer orders, one by one (the share orders_share of all, chosen by order); "
         "a row is written when the order leaves the site or is closed. Of orders of "
         "several lines a row for each parcel, with its first product and the units of "
         "all, and one for each line that no parcel carried",
         {Column{"id", ColumnType::i64, "1", "unique in the run", {}, "", 1.0},
          row_of("desk", "/network/desks", "market and channel"),
          row_of("product", "/network/products", "product ordered"),
          units("quantity", "units ordered"),
          row_of("site", sites_path, "site that shipped it (4294967295: none)"),
          moment("placed", "customer ordered"),
          moment("released", "reached the site"),
          moment("shipped", "handed to the carrier"),
          moment("delivered", "arrives at the customer"),
          moment("returned", "the customer starts to return it"),
          moment("paid", "the balance of a presale order was paid"),
          status,
          Column{"order", ColumnType::i64, "1", "the customer's order: the id of its first line", {}, "", 1.0},
          count("lines", "lines of the order in this row"),
          count("order_lines", "lines of the order"),
          whole("promise", "us", "promised time from placing to delivery (-9223372036854775808: none)"),
          row_of("session", "/sessions", "session it was placed in (4294967295: none)")}});
}

void declare_desk_summary(sim::Recorder& recorder, TraceTables& tables) {
    tables.desk_summary = recorder.add_table(
        {"/summary/desks",
         "Customer orders placed in the horizon, by what became of them",
         {row_of("desk", "/network/desks", "market and channel"),
          count("orders_placed", "placed"),
          units("units_placed", "units of these"),
          count("orders_filled", "shipped without waiting for stock"),
          units("units_filled", "units of these and, of orders of several products, of filled lines"),
          units("units_known",
                "units of orders shipped, lost, cancelled, refused, still waiting, or withdrawn while they waited"),
          count("orders_backordered", "had to wait for stock, whatever became of them"),
          count("orders_lost", "not served, customer told at once"),
          count("orders_cancelled", "given up while waiting"),
          count("orders_refused", "oversold: promised, then refused for want of stock"),
          count("orders_shipped", "handed to the carrier"),
          count("orders_delivered", "delivered before the end"),
          count("orders_promised", "of these, with a promised delivery time"),
          count("orders_late", "of these, late"),
          count("orders_open", "neither delivered nor lost, refused, cancelled, withdrawn, given up at the end"),
          count("orders_waiting", "of these, still waiting for stock"),
          Column{"delivery_time_sum",
                 ColumnType::i64,
                 "us",
                 "from placing to delivery, summed over delivered orders",
                 {},
                 "",
                 1.0},
          count("orders_returned", "delivered, at least in part, then a return was started before the end"),
          units("units_returned", "units of these"),
          count("orders_given_up", "the balance of the deposit was not paid"),
          count("orders_group_failed", "too few orders for the group by the cut-off"),
          count("orders_perfect", "delivered complete from stock, and not late"),
          count("orders_short", "shipped without some of their lines"),
          count("lines_placed", "lines of the orders placed"),
          count("lines_filled", "lines shipped without waiting for stock"),
          count("lines_known",
                "lines shipped, lost, cancelled, refused, still waiting, or withdrawn while they waited"),
          count("parcels_shipped", "parcels of the orders placed"),
          count("orders_withdrawn", "cancelled by the customer before they were packed"),
          count("orders_withdrawn_waiting", "of these, had to wait for stock"),
          count("orders_waited_in_work", "of those backordered, had the goods at the end and were not shipped"),
          count("orders_returned_early",
                "of those returned, others of their lines were still on the way at the end")}});
}

}  // namespace spate::models
