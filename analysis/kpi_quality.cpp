#include "analysis/kpi_quality.hpp"

#include <cmath>
#include <string>

#include "analysis/kpi_makers.hpp"

namespace spate::analysis {
namespace {

using sim::TraceReader;

void add_inspections(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/quality/") + column); };
    figures.push_back(ratio("inspection_wait_mean",
                            "h",
                            "how long deliveries waited for a test bench",
                            of("bench_wait_sum") / microseconds_per_hour,
                            of("deliveries"),
                            "no delivery was inspected"));
}

void add_recalls(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/") + column); };
    const double removed = of("recall_sites/removed"), back = of("recall_desks/back");
    figures.push_back(plain("recalls", "recalls", "batches or products called back", of("recalls/recalls")));
    figures.push_back(
        plain("recalled_units", "units", "units taken off by recalls: stock and customers'", removed + back));
    figures.push_back(ratio("recall_precision",
                            "1",
                            "part of the recalled units that were of bad batches",
                            of("recall_sites/removed_bad") + of("recall_desks/back_bad"),
                            removed + back,
                            "nothing was recalled"));
    figures.push_back(ratio("bad_batches_recalled_share",
                            "1",
                            "bad batches that were called back",
                            of("recalls/bad_recalled"),
                            of("recalls/bad_batches"),
                            "there was no bad batch"));
    figures.push_back(plain("recall_refunds",
                            trace.text_attribute("currency").value_or("CNY"),
                            "money back to customers for what was called back",
                            of("recall_desks/refunded")));
}

void add_funds(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/refund_funds/") + column); };
    figures.push_back(ratio("refunds_waited_share",
                            "1",
                            "refunds from a fund that had to wait for money, those that still wait included",
                            of("waited") + of("waiting"),
                            of("refunds") + of("waiting"),
                            "no refund was due from a fund"));
    figures.push_back(ratio("refund_fund_wait_mean",
                            "h",
                            "how long refunds waited for money that had to and were paid",
                            of("wait_sum") / microseconds_per_hour,
                            of("waited"),
                            "no refund waited"));
    figures.push_back(plain("refund_fund_closing",
                            trace.text_attribute("currency").value_or("CNY"),
                            "money in refund funds at the end",
                            of("closing")));
}

void add_tickets(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    constexpr const char* none_answered = "no ticket was answered";
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/tickets/") + column); };
    figures.push_back(ratio("answer_time_mean",
                            "h",
                            "from the start of a return to its answer",
                            of("answer_hours"),
                            of("answered"),
                            none_answered));
    figures.push_back(ratio("complaint_answer_time",
                            "h",
                            "the same of those whose goods are bad",
                            of("complaint_hours"),
                            of("complaints"),
                            "no complaint was answered"));
    figures.push_back(ratio("answered_in_time",
                            "1",
                            "tickets answered in time, of those due",
                            of("in_time"),
                            of("answered") + of("overdue"),
                            "no ticket was due"));
    figures.push_back(
        ratio("bot_answered_share", "1", "answers by the bot", of("by_bot"), of("answered"), none_answered));
    figures.push_back(ratio("misjudged_share",
                            "1",
                            "returns put down to the wrong side",
                            of("misjudged"),
                            of("judged"),
                            "it was decided of no return who is liable"));
    figures.push_back(plain("supplier_claims",
                            trace.text_attribute("currency").value_or("CNY"),
                            "claimed for returns put down to suppliers",
                            of("claimed")));
}

void add_shelf_lives(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/shelf_life/") + column); };
    const auto sold = trace.numbers("/summary/shelf_life/sold"), left = trace.numbers("/summary/shelf_life/mean_left"),
               life = trace.numbers("/summary/shelf_life/mean_life");
    double hours_left = 0, hours = 0;
    for (std::size_t i = 0; i < sold.size(); ++i) {
        hours_left += sold[i] > 0 ? sold[i] * left[i] : 0;
        hours += sold[i] > 0 ? sold[i] * life[i] : 0;
    }
    constexpr const char* none_sold = "no product with a shelf life was sold";
    const double expired = of("expired") + of("stopped");
    figures.push_back(plain("expired_units", "units", "units thrown away because their time was over", expired));
    figures.push_back(ratio("expired_share",
                            "1",
                            "of the units with a shelf life that were sold or thrown away: the latter",
                            expired,
                            expired + of("sold"),
                            "no product with a shelf life was sold or thrown away"));
    figures.push_back(ratio("shelf_life_left",
                            "1",
                            "part of its shelf life that a unit has left when the customer gets it",
                            hours_left,
                            hours,
                            none_sold));
    figures.push_back(ratio("past_date_share",
                            "1",
                            "units that customers got after the end of their shelf life",
                            of("sold_late"),
                            of("sold"),
                            none_sold));
}

/// Sources of rules that have several.
void add_supply(const TraceReader& trace, std::vector<KeyFigure>& figures) {
    const auto shares = trace.numbers("/network/supply/share"), within = trace.numbers("/network/supply/within");
    const auto rows = trace.integers("/summary/supply/source"), late = trace.integers("/summary/supply/late"),
               arrived = trace.integers("/summary/supply/arrived");
    const auto days = trace.numbers("/summary/supply/days_dropped");
    const double horizon = static_cast<double>(trace.integer_attribute("horizon_us").value_or(0)) / 86'400e6;
    double timed = 0, came_late = 0, agreed = 0, dropped = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto source = static_cast<std::size_t>(rows[i]);
        agreed += shares[source] * horizon;
        dropped += shares[source] * days[i];
        if (std::isnan(within[source])) {
            continue;
        }
        timed += static_cast<double>(arrived[i]);
        came_late += static_cast<double>(late[i]);
    }
    figures.push_back(plain("sources_dropped",
                            "sources",
                            "times that a source got no more orders",
                            sum_of(trace, "/summary/supply/drops")));
    figures.push_back(ratio(
        "supply_dropped_share", "1", "agreed shares of dropped sources, mean over time", dropped, agreed, "no time"));
    figures.push_back(ratio("late_supply_share",
                            "1",
                            "units from sources judged by it that came late",
                            came_late,
                            timed,
                            "no source is judged by lateness, or nothing came"));
    if (trace.has("/summary/supply", "paid")) {
        figures.push_back(ratio("supply_price_level",
                                "1",
                                "paid for what sources delivered, by its standard cost",
                                sum_of(trace, "/summary/supply/paid"),
                                sum_of(trace, "/summary/supply/standard_cost"),
                                "nothing came, or nothing that has a standard cost"));
    }
}

}  // namespace

std::vector<KeyFigure> quality_figures(const TraceReader& trace) {
    std::vector<KeyFigure> figures;
    if (trace.has("/summary/quality", "bench_wait_sum")) {
        add_inspections(trace, figures);
    }
    if (trace.has("/summary/recalls", "recalls")) {
        add_recalls(trace, figures);
    }
    if (trace.has("/summary/refund_funds", "closing")) {
        add_funds(trace, figures);
    }
    if (trace.has("/summary/tickets", "claimed")) {
        add_tickets(trace, figures);
    }
    if (trace.has("/summary/shelf_life", "stopped")) {
        add_shelf_lives(trace, figures);
    }
    if (trace.has("/summary/supply", "source")) {
        add_supply(trace, figures);
    }
    return figures;
}

}  // namespace spate::analysis
