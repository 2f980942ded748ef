#include "models/record/term_tables.hpp"

#include <algorithm>
#include <string>

#include "models/record/columns.hpp"
#include "models/record/tables.hpp"

namespace spate::models {

namespace {

using namespace columns;  // NOLINT(google-build-using-namespace): tables, nothing else

constexpr const char* desks_path = "/network/desks";

template <class Test>
bool any_channel(const ModelSpec& spec, Test&& test) {
    return std::any_of(spec.channels.begin(), spec.channels.end(), test);
}

void declare_presale(sim::Recorder& recorder, const ModelSpec& spec, const TraceSizes& sizes, TermTables& tables) {
    tables.presale_series = recorder.add_table({"/series/presale",
                                                "Deposits of every market and channel between two sample times",
                                                {count("deposits", "orders taken with a deposit"),
                                                 count("paid", "orders whose balance was paid"),
                                                 count("given_up", "orders whose balance is not going to be paid"),
                                                 count("open", "deposits neither paid up, given up nor given back")},
                                                sizes.desks,
                                                desks_path});
    tables.presale_summary = recorder.add_table(
        {"/summary/presale",
         "Deposits of the orders placed in the horizon, by what became of them: deposits = paid + cancelled + lapsed + "
         "returned + open",
         {row_of("desk", desks_path, "market and channel"),
          count("deposits", "orders taken with a deposit"),
          whole("units", "units", "units of these"),
          count("paid", "balance paid before the end"),
          count("cancelled", "given up before the window opened"),
          count("lapsed", "not paid in the window"),
          count("returned", "deposit given back: no site had the goods"),
          count("open", "none of these at the end"),
          count("dispatch_due", "paid so long before the end that they ought to be shipped by then"),
          count("dispatched_in_time", "of these, shipped in time after the payment"),
          count("shipped", "handed to the carrier"),
          count("delivered", "delivered before the end"),
          count("promised", "of these, with a promised delivery time"),
          count("late", "of these, later after the payment than promised"),
          whole("dispatch_time_sum", "us", "from payment to shipping, summed over shipped orders"),
          whole("order_time_sum", "us", "from deposit to delivery, summed over delivered orders"),
          money("deposit_money", spec.currency, "deposits taken"),
          money("kept_money", spec.currency, "deposits kept of those who did not pay")}});
}

void declare_locks(sim::Recorder& recorder, const TraceSizes& sizes, TermTables& tables) {
    tables.lock_series = recorder.add_table({"/series/locks",
                                             "Goods set aside for deposits at every site at each sample time",
                                             {whole("locked", "units", "set aside, the balance not yet known")},
                                             sizes.sites,
                                             sites_path});
    tables.lock_summary =
        recorder.add_table({"/summary/locks",
                            "Goods set aside for deposits at every site over the horizon",
                            {row_of("site", sites_path, "site"),
                             count("orders", "orders whose goods were set aside in the horizon"),
                             whole("units", "units", "units of these"),
                             real("mean_locked", "units", "time average of units set aside"),
                             real("locked_stock_days", "units d", "units set aside, summed over the horizon"),
                             real("mean_orders", "1", "time average of orders with goods set aside"),
                             real("mean_lock_time", "h", "planned time of these orders, until the balance is known")}});
}

void declare_pickup(sim::Recorder& recorder, const TraceSizes& sizes, TermTables& tables) {
    tables.pickup_series = recorder.add_table({"/series/pickup",
                                               "Pick-up points of every market and channel between two sample times",
                                               {count("collected", "orders fetched by their customers"),
                                                count("expired", "orders not fetched in time, sent back"),
                                                whole("waiting", "units", "at the pick-up point at the sample time")},
                                               sizes.desks,
                                               desks_path});
    tables.pickup_summary =
        recorder.add_table({"/summary/pickup",
                            "Pick-up points, orders placed in the horizon",
                            {row_of("desk", desks_path, "market and channel"),
                             count("arrived", "came to the pick-up point before the end"),
                             count("collected", "fetched before the end"),
                             count("expired", "not fetched in time, sent back before the end"),
                             whole("wait_sum", "us", "from arrival to collection, of those fetched"),
                             real("unit_days", "units d", "units waiting, summed over the horizon")}});
}

void declare_order_changes(sim::Recorder& recorder, const ModelSpec& spec, TermTables& tables) {
    if (has_cancellation(spec)) {
        tables.cancellation_summary =
            recorder.add_table({"/summary/cancellations",
                                "Customers who cancelled an order placed in the horizon",
                                {row_of("desk", desks_path, "market and channel"),
                                 count("in_time", "before it was packed, as orders_withdrawn of /summary/desks"),
                                 count("too_late", "after that, and before it was delivered")}});
    }
    if (!spec.substitutes.empty()) {
        tables.substitute_summary =
            recorder.add_table({"/summary/substitutes",
                                "Lines of orders placed in the horizon whose product was nowhere to be had",
                                {row_of("desk", desks_path, "market and channel"),
                                 count("missing", "lines whose product was nowhere to be had"),
                                 count("offered", "of these, a substitute in stock was offered"),
                                 count("accepted", "of these, the customer took it, and it was not lost")}});
    }
}

}  // namespace

bool has_cancellation(const ModelSpec& spec) {
    return any_channel(spec, [](const auto& channel) { return channel.cancel.has_value(); });
}

bool has_presale(const ModelSpec& spec) {
    return any_channel(spec, [](const auto& channel) { return channel.presale.has_value(); });
}

bool has_locks(const ModelSpec& spec) {
    return any_channel(spec, [](const auto& channel) { return channel.presale && channel.presale->locks_stock; });
}

bool has_groups(const ModelSpec& spec) {
    return any_channel(spec, [](const auto& channel) { return channel.group.has_value(); });
}

bool has_pickup(const ModelSpec& spec) {
    return any_channel(spec, [](const auto& channel) { return channel.pickup.has_value(); });
}

TermTables declare_term_tables(sim::Recorder& recorder, const ModelSpec& spec, const TraceSizes& sizes) {
    TermTables tables;
    if (has_presale(spec))
        declare_presale(recorder, spec, sizes, tables);
    if (has_locks(spec))
        declare_locks(recorder, sizes, tables);
    if (has_groups(spec)) {
        tables.group_summary = recorder.add_table(
            {"/summary/groups",
             "Groups closed in the horizon: one for each product and market at a cut-off with orders",
             {row_of("desk", desks_path, "market and channel"),
              count("groups", "groups closed"),
              count("failed", "of these, too small"),
              count("orders", "orders in groups that came about"),
              count("orders_failed", "orders in groups that failed"),
              whole("wait_sum", "us", "from placing to the cut-off, of groups that came about")}});
    }
    if (has_pickup(spec))
        declare_pickup(recorder, sizes, tables);
    declare_order_changes(recorder, spec, tables);
    return tables;
}

}  // namespace spate::models
