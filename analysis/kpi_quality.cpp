#include "analysis/kpi_quality.hpp"

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
    return figures;
}

}  // namespace spate::analysis
