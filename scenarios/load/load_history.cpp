#include <algorithm>

#include "models/demand/recorded_orders.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/load_demand_parts.hpp"

/// Recorded orders.
namespace spate::scenarios {

namespace {

using models::DemandSpec;

void read_bootstrap(Reader& demand, DemandSpec& spec) {
    spec.bootstrap = demand.duration("bootstrap");
    if (spec.bootstrap && spec.bootstrap->us % sim::day.us != 0) {
        demand.problem("bootstrap", "blocks are whole days. write for example 1 d or 7 d?");
        spec.bootstrap = sim::day;
    }
}

bool is_chosen(const std::vector<models::Index>& list, models::Index item) {
    return std::binary_search(list.begin(), list.end(), item);
}

void check_bootstrap(Reader& demand, const DemandSpec& spec) {
    if (!spec.bootstrap || spec.recorded.empty() || !demand.draft().has_time) {
        return;
    }
    const auto days = models::recorded_days(demand.draft().spec, spec);
    const std::int64_t fewest = models::fewest_recorded_days(*spec.bootstrap);
    if (days.end - days.first < fewest) {
        demand.problem("bootstrap",
                       "the history covers " + std::to_string(days.end - days.first) + " days, but blocks of "
                           + demand.node("bootstrap")->text + " that begin on any day of the week need "
                           + std::to_string(fewest) + ". shorten `bootstrap`, or give a longer history?");
    }
}

}  // namespace

void read_history(Reader& reader, DemandSpec& demand, const std::string& file, Encoding encoding) {
    Draft& draft = reader.draft();
    demand.scale = reader.number("scale");
    read_bootstrap(reader, demand);
    const Node named = Node::scalar(reader.place("history"), file);
    RowsInRun rows(draft);
    bool is_any = false;
    const auto each = [&](const Node& item) {
        Reader row(draft, "history_row", item);
        const auto at = row.moment("time");
        rows.add(at);
        row.slug("market");
        row.slug("product");
        const auto quantity = row.whole("quantity");
        const Node *market = row.node("market"), *product = row.node("product");
        if (!at || !quantity || market == nullptr || product == nullptr) {
            return;
        }
        const auto m = read_id(draft, *market, draft.markets);
        const auto p = read_id(draft, *product, draft.products);
        if (at->us < 0 && !demand.bootstrap) {
            row.problem("time", "this is before the start (" + draft.spec.start + ")");
        } else if (m && p && *quantity > 0) {
            is_any = true;
            if (is_chosen(demand.markets, *m) && is_chosen(demand.products, *p)) {
                demand.recorded.push_back({*at, *m, *p, *quantity});
            }
            refuse_too_much(draft, row.place("quantity"), static_cast<double>(*quantity), {&*p, 1});
        }
    };
    for_each_row(draft, named, Node::map(named.place), "history_row", each, encoding);
    if (is_any && demand.recorded.empty() && draft.problems.empty()) {
        reader.problem("history",
                       "no row of " + in_quotes(file)
                           + " is of these `markets` and `products`. choose others, or leave them out?");
    }
    if (!demand.bootstrap) {
        rows.refuse_none_in_run(named);
    }
    std::stable_sort(
        demand.recorded.begin(), demand.recorded.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    check_bootstrap(reader, demand);
}

}  // namespace spate::scenarios
