#include <algorithm>
#include <cmath>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// What customers may take instead.
namespace spate::scenarios {

namespace {

using models::Index;

constexpr std::size_t most_pairs = 1'000'000;

/// Products in the order written.
std::vector<Index> in_order(Draft& draft, const Node& node) {
    if (!node.is_sequence()) {
        return read_selector(draft, node, draft.products);
    }
    std::vector<Index> all;
    for (const Node& item : node.items) {
        for (const Index product : read_selector(draft, item, draft.products)) {
            if (std::find(all.begin(), all.end(), product) == all.end()) {
                all.push_back(product);
            }
        }
    }
    return all;
}

void load_one(Draft& draft, const Node& item) {
    Reader reader(draft, "substitute", item);
    const auto products = reader.select("for", draft.products);
    const Node* with = reader.node("with");
    const double accept = reader.number("accept"), discount = reader.number("discount") * 100;
    if (std::fabs(discount - std::round(discount)) > 1e-9) {
        reader.problem("discount", "a discount is in whole per cent. write for example 10 %?");
    }
    const auto instead = with != nullptr ? in_order(draft, *with) : std::vector<Index>{};
    if (products.size() * instead.size() > most_pairs - std::min(draft.spec.substitutes.size(), most_pairs)) {
        reader.problem("with", "more than 1,000,000 pairs of products. name fewer?");
        return;
    }
    const std::size_t before = draft.spec.substitutes.size();
    for (const Index product : products) {
        for (const Index other : instead) {
            if (other != product) {
                draft.spec.substitutes.push_back(
                    {product, other, accept, static_cast<std::uint8_t>(std::lround(discount))});
            }
        }
    }
    if (draft.spec.substitutes.size() == before && !products.empty() && !instead.empty()) {
        reader.problem("with", "a product cannot stand in for itself. name another?");
    }
}

}  // namespace

void load_substitutes(Reader& scenario) {
    Draft& draft = scenario.draft();
    const Node* list = scenario.node("substitutes");
    if (list == nullptr) {
        return;
    }
    for_each_item(draft, *list, "substitute", false, [&](const Node& item) { load_one(draft, item); });
    for (models::Index c = 0; c < draft.spec.channels.size(); ++c) {
        if (draft.spec.channels[c].presale) {
            draft.problems.add(list->place,
                               "a deposit is paid for one product, but channel " + in_quotes(draft.channels.id(c))
                                   + " has `presale`. remove `substitutes`, or run that channel in a scenario of its "
                                     "own?");
        }
    }
    auto& all = draft.spec.substitutes;
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.product < b.product; });
}

}  // namespace spate::scenarios
