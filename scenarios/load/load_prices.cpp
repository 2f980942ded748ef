#include <algorithm>

#include "models/demand/demand_shape.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// Prices that change for a while.
namespace spate::scenarios {

namespace {

using models::Index;
using models::PriceChangeSpec;

/// What the demand for the products needs, to answer.
void check_answer(Reader& reader, const PriceChangeSpec& change) {
    const Draft& draft = reader.draft();
    if (change.elasticity <= 0) {
        for (const auto* key : {"cannibalise", "pull_forward"}) {
            if (reader.node(key) != nullptr)
                reader.problem(key, "without `elasticity` there is no extra demand to be taken from elsewhere");
        }
        return;
    }
    if (change.cannibalise + change.pull_forward > 1)
        reader.problem("cannibalise", "`cannibalise` and `pull_forward` together take more than the extra demand");
    for (const Index p : change.products) {
        const auto& product = draft.spec.products[p];
        if (change.cannibalise > 0 && product.category.empty()) {
            reader.problem("cannibalise", "product " + in_quotes(product.id) + " has no category");
            return;
        }
    }
}

/// Whether the products of both overlap, as do the times.
bool meet(const PriceChangeSpec& a, const PriceChangeSpec& b) {
    return a.from < b.to && b.from < a.to && std::any_of(a.products.begin(), a.products.end(), [&](Index p) {
               return std::binary_search(b.products.begin(), b.products.end(), p);
           });
}

void load_price_change(Draft& draft, const Node& item) {
    Reader reader(draft, "price_change", item);
    PriceChangeSpec change;
    change.products = reader.select("products", draft.products);
    change.from = reader.moment("from").value_or(sim::Time{});
    change.to = reader.moment("to").value_or(change.from + sim::day);
    change.share = reader.number("price");
    change.elasticity = reader.number("elasticity");
    change.cannibalise = reader.number("cannibalise");
    if (auto pull = reader.map("pull_forward")) {
        change.pull_forward = pull->number("share");
        change.pull_over = pull->duration("over").value_or(sim::day);
    }
    const auto& spec = draft.spec;
    const sim::Time end = sim::Time{0} + spec.warm_up + spec.horizon;
    if (draft.has_time && change.to <= change.from) {
        reader.problem("to", "the price change ends before it begins");
    } else if (draft.has_time && (change.from >= end || (change.to + change.pull_over).us <= 0)) {
        reader.problem("from", "the price change lies outside of the simulated time");
    }
    check_answer(reader, change);
    if (draft.has_time && std::any_of(spec.price_changes.begin(), spec.price_changes.end(), [&](const auto& other) {
            return meet(change, other);
        }))
        reader.problem("products", "a product has two prices at one time (see the price changes before)");
    draft.spec.price_changes.push_back(std::move(change));
}

/// Demand that is listed or periodic does not answer to prices.
void check_demand_answers(Draft& draft) {
    for (const auto& change : draft.spec.price_changes) {
        for (const auto& demand : draft.spec.demand) {
            const auto is_changed = [&](Index p) {
                return std::binary_search(change.products.begin(), change.products.end(), p);
            };
            const bool is_recorded = demand.kind == models::DemandSpec::Kind::recorded
                                     && std::any_of(demand.recorded.begin(),
                                                    demand.recorded.end(),
                                                    [&](const auto& row) { return is_changed(row.product); });
            const bool is_periodic = demand.kind == models::DemandSpec::Kind::periodic
                                     && std::any_of(demand.products.begin(), demand.products.end(), is_changed);
            if (change.elasticity > 0 && (is_recorded || is_periodic)) {
                draft.problems.add(draft.prices_place,
                                   "demand from `history` or `every` cannot answer to a price, and some of it is for "
                                   "products of a price change with `elasticity`. leave `elasticity` out?");
                return;
            }
        }
    }
}

}  // namespace

void load_prices(Reader& scenario) {
    scenario.draft().prices_place = scenario.place("price_changes");
    if (const Node* list = scenario.node("price_changes")) {
        for_each_item(scenario.draft(), *list, "price_change", false, [&](const Node& item) {
            load_price_change(scenario.draft(), item);
        });
    }
}

DemandShapes shapes_of(const models::ModelSpec& spec) {
    DemandShapes shapes;
    for (std::size_t d = 0; d < spec.demand.size(); ++d) {
        const bool is_needed = models::DemandShape::is_needed(spec, d);
        shapes.push_back(is_needed ? std::make_shared<const models::DemandShape>(spec, d, false) : nullptr);
    }
    return shapes;
}

void check_prices(Draft& draft, const DemandShapes& shapes) {
    check_demand_answers(draft);
    for (const auto& shape : shapes) {
        if (draft.problems.empty() && shape != nullptr && !shape->fault().empty())
            draft.problems.add(draft.prices_place, shape->fault());
    }
}

}  // namespace spate::scenarios
