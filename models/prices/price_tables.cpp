#include "models/prices/price_tables.hpp"

#include "models/record/columns.hpp"

namespace spate::models {

void declare_price_tables(sim::Recorder& recorder, const std::string& currency, TraceTables& tables) {
    using namespace columns;  // NOLINT(google-build-using-namespace): makers of columns, nothing else
    tables.prices = recorder.add_table(
        {"/prices",
         "Changes of prices that follow the stock, when they are decided; desks hear of them a minute later",
         {row_of("product", "/network/products", "product"),
          units("stock", "that sites could promise at the review, a minute before"),
          real("cover", "d", "how long it lasts with the expected base demand"),
          real("price", "1", "the new one, by the catalogue's")}});
    tables.price_summary = recorder.add_table(
        {"/summary/prices",
         "Prices that follow the stock, over the horizon",
         {row_of("product", "/network/products", "product"), count("changes", "times that its price changed")}});
    tables.desk_prices = recorder.add_table(
        {"/summary/desk_prices",
         "Customers outside of sessions, their orders or lines of orders of several products, by the price of the "
         "product when the customer came, for every market and channel, over the horizon",
         {row_of("desk", "/network/desks", "market and channel"),
          count("rule", "of `policies.price`, from 0"),
          count("step", "of the rule; 0: the normal price"),
          real("price", "1", "by the catalogue's"),
          count("gained", "customers who would not have come at the normal price"),
          count("lost", "customers who would have come at the normal price and did not"),
          count("placed", "orders placed"),
          units("shipped", "of these, handed to the carrier"),
          money("paid", currency, "for these, before a discount on substitutes"),
          money("normal", currency, "what they would have cost at the catalogue's price")}});
}

}  // namespace spate::models
