#include "analysis/kpi_terms.hpp"

#include <string>

#include "analysis/kpi_makers.hpp"

namespace spate::analysis {
namespace {

using sim::TraceReader;

void add_presale(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/presale/") + column); };
    const double paid = of("paid"), given_up = of("cancelled") + of("lapsed");
    figures.push_back(plain("deposits", "orders", "orders taken with a deposit", of("deposits")));
    figures.push_back(ratio("deposit_conversion",
                            "1",
                            "settled deposits whose balance was paid",
                            paid,
                            paid + given_up,
                            "no deposit was settled"));
    figures.push_back(ratio("dispatched_in_time",
                            "1",
                            "paid orders shipped in time after the payment",
                            of("dispatched_in_time"),
                            of("dispatch_due"),
                            "no paid order was due to be shipped"));
    figures.push_back(ratio("dispatch_time_mean",
                            "h",
                            "mean time from the payment to shipping",
                            of("dispatch_time_sum") / microseconds_per_hour,
                            of("shipped"),
                            "no order with a deposit was shipped"));
    figures.push_back(ratio("presale_late_share",
                            "1",
                            "orders with a deposit later after the payment than promised",
                            of("late"),
                            of("promised"),
                            "no order with a deposit and a promise was delivered"));
    figures.push_back(ratio("presale_order_time_mean",
                            "h",
                            "mean time from the deposit to delivery",
                            of("order_time_sum") / microseconds_per_hour,
                            of("delivered"),
                            "no order with a deposit was delivered"));
}

void add_locks(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/locks/") + column); };
    figures.push_back(plain(
        "locked_stock_days", "units d", "units set aside for deposits, times the days of it", of("locked_stock_days")));
    figures.push_back(
        plain("locked_units_mean", "units", "units set aside for deposits, mean over time", of("mean_locked")));
}

void add_groups(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/groups/") + column); };
    const double orders = of("orders"), failed = of("orders_failed");
    figures.push_back(plain("groups", "groups", "groups closed", of("groups")));
    figures.push_back(ratio("failed_group_share",
                            "1",
                            "groups too small at the cut-off",
                            of("failed"),
                            of("groups"),
                            "no group was closed"));
    figures.push_back(ratio("group_failed_share",
                            "1",
                            "orders in groups that were too small",
                            failed,
                            orders + failed,
                            "no group was closed"));
    figures.push_back(ratio("group_wait_mean",
                            "h",
                            "mean time from the order to the cut-off",
                            of("wait_sum") / microseconds_per_hour,
                            orders,
                            "no group came about"));
}

void add_pickup(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/pickup/") + column); };
    const double collected = of("collected"), expired = of("expired");
    figures.push_back(ratio("pickup_wait_mean",
                            "h",
                            "mean time from the arrival at the pick-up point until it is fetched",
                            of("wait_sum") / microseconds_per_hour,
                            collected,
                            "no order was fetched"));
    figures.push_back(ratio("uncollected_share",
                            "1",
                            "orders that were not fetched in time, of those that left the pick-up point",
                            expired,
                            collected + expired,
                            "no order left a pick-up point"));
    figures.push_back(
        plain("pickup_unit_days", "units d", "units at pick-up points, times the days of it", of("unit_days")));
}

void add_cancellations(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/cancellations/") + column); };
    const double in_time = of("in_time"), too_late = of("too_late");
    figures.push_back(ratio("withdrawn_share",
                            "1",
                            "orders that their customers cancelled before they were packed",
                            in_time,
                            sum_of(trace, "/summary/desks/orders_placed"),
                            "no order was placed after warm-up"));
    figures.push_back(ratio("cancelled_too_late_share",
                            "1",
                            "of the customers who cancelled, those whose order was packed already",
                            too_late,
                            in_time + too_late,
                            "no customer cancelled"));
}

void add_substitutes(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/substitutes/") + column); };
    figures.push_back(ratio("substituted_share",
                            "1",
                            "order lines that are of another product than the customer wanted",
                            of("accepted"),
                            sum_of(trace, "/summary/desks/lines_placed"),
                            "no order was placed after warm-up"));
    figures.push_back(ratio("conversion_kept",
                            "1",
                            "order lines whose product was nowhere to be had, and was replaced",
                            of("accepted"),
                            of("missing"),
                            "no product was missing"));
}

}  // namespace

std::vector<KeyFigure> term_figures(const TraceReader& trace) {
    std::vector<KeyFigure> figures;
    if (trace.has("/summary/presale", "deposits")) {
        add_presale(trace, figures);
    }
    if (trace.has("/summary/locks", "locked_stock_days")) {
        add_locks(trace, figures);
    }
    if (trace.has("/summary/groups", "groups")) {
        add_groups(trace, figures);
    }
    if (trace.has("/summary/pickup", "collected")) {
        add_pickup(trace, figures);
    }
    if (trace.has("/summary/cancellations", "in_time")) {
        add_cancellations(trace, figures);
    }
    if (trace.has("/summary/substitutes", "accepted")) {
        add_substitutes(trace, figures);
    }
    return figures;
}

}  // namespace spate::analysis
