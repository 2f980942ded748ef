#include "models/prices/price_tables.hpp"

#include "models/record/columns.hpp"

namespace spate::models {

void declare_price_tables(sim::Recorder& recorder, const std::string& currency, TraceTables& tables) {
    using namespace columns;  // NOLINT(google-build-using-namespace): makers of columns, nothing else
    tables.prices = recorder.add_table(
        {"/prices",
         "Changes of prices of `policies.price`, when they are decided; desks hear of them a minute later",
         {row_of("product", "/network/products", "product"),
          units("stock", "that sites could promise at the review, a minute before"),
          real("cover", "d", "how long it lasts with the expected base demand; NaN: there is none"),
          real("price", "1", "the new one, by the catalogue's"),
          real("age", "d", "how long that stock has lain on average; NaN: there is none, or no price goes by it"),
          real("competitor", "1", "their price at the review, by the catalogue's; NaN: not known"),
          code("driver",
               "what decided it",
               {"nothing: the normal price", "cover", "age of the stock", "date", "competitor"})}});
    tables.price_summary = recorder.add_table({"/summary/prices",
                                               "Prices of `policies.price`, over the horizon",
                                               {row_of("product", "/network/products", "product"),
                                                count("changes", "times that its price changed"),
                                                count("by_cover", "of these, decided by how long the stock lasts"),
                                                count("by_age", "by how long it has lain"),
                                                count("by_date", "by how near the date is"),
                                                count("by_competitor", "by what the competitor takes")}});
    tables.desk_prices = recorder.add_table(
        {"/summary/desk_prices",
         "Customers outside of sessions, their orders or lines of orders of several products, by the price of the "
         "product when the customer came, for every market and channel, over the horizon",
         {row_of("desk", "/network/desks", "market and channel"),
          count("rule", "of `policies.price`, from 0"),
          count("step", "of the rule; 0: the normal price"),
          real("price", "1", "by the catalogue's"),
          count("gained",
                "customers who would not have come at the normal price, with a competitor who takes the same"),
          count("lost",
                "customers who would have come at the normal price, with a competitor who takes the same, and did not"),
          count("placed", "orders placed"),
          units("shipped", "of these, handed to the carrier"),
          money("paid", currency, "for these, before a discount on substitutes"),
          money("normal", currency, "what they would have cost at the catalogue's price")}});
}

}  // namespace spate::models
