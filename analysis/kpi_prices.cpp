#include "analysis/kpi_prices.hpp"

#include <string>

#include "analysis/kpi_makers.hpp"

namespace spate::analysis {

std::vector<KeyFigure> price_figures(const sim::TraceReader& trace) {
    if (!trace.has("/summary/desk_prices", "paid")) {
        return {};
    }
    const auto of = [&](const char* column) { return sum_of(trace, std::string("/summary/desk_prices/") + column); };
    return {
        plain("price_changes_made",
              "changes",
              "changes of prices that follow the stock",
              sum_of(trace, "/summary/prices/changes")),
        ratio("price_mean_share",
              "1",
              "paid by the catalogue's price, where prices follow the stock",
              of("paid"),
              of("normal"),
              "nothing with such a price was shipped"),
        plain("price_revenue",
              trace.text_attribute("currency").value_or("CNY"),
              "paid for what was shipped where prices follow the stock",
              of("paid")),
        plain("price_customers_gained", "customers", "who came only because of a low price", of("gained")),
        plain("price_customers_lost", "customers", "who stayed away because of a high price", of("lost")),
    };
}

}  // namespace spate::analysis
