#include "models/quality/recall_tables.hpp"

#include "models/record/columns.hpp"

namespace spate::models {

void declare_recall_tables(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables) {
    using namespace columns;  // NOLINT(google-build-using-namespace): makers of columns, nothing else
    tables.recalls =
        recorder.add_table({"/recalls",
                            "What was called back, one by one",
                            {moment("decided", "the quality office decided"),
                             row_of("product", "/network/products", "product"),
                             count("batch", "number of the batch, odd for a bad one; 0: all there was of the product"),
                             moment("received", "the batch came in"),
                             units("quantity", "delivered by the supplier: the batch, or all batches so far"),
                             units("defective", "of these, defective on arrival"),
                             units("returned", "by customers, as far as was known then"),
                             units("returned_quality", "of these, because the goods are bad")}});
    tables.recall_summary =
        recorder.add_table({"/summary/recalls",
                            "Recalls of the horizon, and batches that came in",
                            {count("recalls", "recalls: a batch or a product each"),
                             count("batches", "batches that came in"),
                             count("bad_batches", "of these, bad ones"),
                             count("bad_recalled", "of these bad ones, those that were called back")}});
    tables.recall_sites = recorder.add_table({"/summary/recall_sites",
                                              "What recalls took off at every site over the horizon",
                                              {row_of("site", sites_path, "site"),
                                               units("removed", "sent back or scrapped"),
                                               units("stopped", "of these, on arrival"),
                                               units("removed_bad", "of the removed ones, of bad batches"),
                                               units("removed_defective", "of the removed ones, defective")}});
    tables.recall_desks =
        recorder.add_table({"/summary/recall_desks",
                            "What recalls of the horizon meant for the customers of every market and channel",
                            {row_of("desk", "/network/desks", "market and channel"),
                             units("sold", "called back units that customers had and had not begun to return"),
                             units("back", "of these, given up and refunded"),
                             units("back_bad", "of these, of bad batches"),
                             money("refunded", spec.currency, "paid for them")}});
}

}  // namespace spate::models
