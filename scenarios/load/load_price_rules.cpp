#include <algorithm>

#include "models/prices/stock_reports.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// Rules of prices.
namespace spate::scenarios {

namespace {

using models::DemandSpec;
using models::Index;
using models::PriceRuleSpec;

bool has(const std::vector<Index>& list, Index item) {
    return std::binary_search(list.begin(), list.end(), item);
}

/// The first product that is in both lists.
std::optional<Index> common(const std::vector<Index>& a, const std::vector<Index>& b) {
    const auto found = std::find_if(a.begin(), a.end(), [&](Index p) { return has(b, p); });
    return found == a.end() ? std::nullopt : std::optional(*found);
}

/// A product has one price at a time.
void check_single(Reader& reader, const PriceRuleSpec& rule) {
    const Draft& draft = reader.draft();
    for (const auto& other : draft.spec.price_rules) {
        if (const auto p = common(rule.products, other.products)) {
            reader.problem(
                "products",
                "the price of " + in_quotes(draft.products.id(*p)) + " follows an earlier rule already. name it once?");
            return;
        }
    }
    for (const auto& change : draft.spec.price_changes) {
        if (const auto p = common(rule.products, change.products)) {
            reader.problem("products",
                           in_quotes(draft.products.id(*p))
                               + " has a price of `price_changes` too, and a product has one price. leave one out?");
            return;
        }
    }
}

void load_rule(Draft& draft, const Node& item) {
    Reader reader(draft, "price_rule", item);
    PriceRuleSpec rule;
    rule.products = reader.select("products", draft.products);
    const auto review = read_review(draft, reader.node_or_default("review"));
    rule.every = review.every;
    rule.offset = review.offset;
    rule.elasticity = reader.number("elasticity");
    if (review.continuous) {
        reader.problem("review", "prices are reviewed at times, not continuously. write for example every 1 h?");
    }
    rule.cross_elasticity = reader.number("cross_elasticity");
    load_price_steps(reader, rule);
    check_single(reader, rule);
    check_competitor(reader, rule);
    draft.price_rules.push_back(reader.place());
    draft.spec.price_rules.push_back(std::move(rule));
}

/// Why customers of an entry cannot come or stay away by the price; empty if they can.
std::string fixed_demand(const DemandSpec& demand) {
    if (demand.kind != DemandSpec::Kind::renewal) {
        return "from `history` or `every`";
    }
    if (demand.gap.kind() != sim::Distribution::Kind::exponential) {
        return "with `arrivals` other than poisson";
    }
    return demand.branching > 0 ? "with `hawkes` arrivals" : "";
}

/// Whether an entry has orders of a product.
bool sells(const models::ModelSpec& spec, const DemandSpec& demand, Index product) {
    if (demand.kind == DemandSpec::Kind::recorded) {
        return std::any_of(
            demand.recorded.begin(), demand.recorded.end(), [&](const auto& row) { return row.product == product; });
    }
    const bool each = demand.each || demand.kind == DemandSpec::Kind::periodic;
    return has(demand.products, product) && (each || spec.products[product].popularity > 0)
           && (demand.orders_per_second > 0 || demand.kind == DemandSpec::Kind::periodic);
}

bool is_by_cover(const PriceRuleSpec& rule) {
    return std::any_of(rule.steps.begin(), rule.steps.end(), [](const auto& step) { return step.cover.has_value(); });
}

void check_answers(Draft& draft, const Place& place, const PriceRuleSpec& rule, Index product) {
    const auto& spec = draft.spec;
    bool is_sold = false;
    for (const auto& demand : spec.demand) {
        if (!sells(spec, demand, product)) {
            continue;
        }
        is_sold = true;
        const std::string fixed = fixed_demand(demand);
        if ((rule.elasticity > 0 || rule.cross_elasticity > 0) && !fixed.empty()) {
            draft.problems.add(place,
                               "demand " + fixed + " cannot answer to a price, and some of it is for "
                                   + in_quotes(draft.products.id(product)) + ". leave `"
                                   + (rule.elasticity > 0 ? "" : "cross_") + "elasticity` out?");
            return;
        }
    }
    if (!is_sold && is_by_cover(rule)) {
        draft.problems.add(place,
                           "`demand` has no orders of " + in_quotes(draft.products.id(product))
                               + ", so its stock has no cover. give it some, or leave the product out?");
    }
}

/// What has no stock that lasts or grows old has a price by a date or a competitor only.
void check_stock(Draft& draft, const Place& place, const PriceRuleSpec& rule, Index product) {
    const auto& sites = draft.spec.sites;
    const bool is_by_stock = is_by_cover(rule) || models::is_by_age(rule);
    if (is_by_stock && std::none_of(sites.begin(), sites.end(), [&](const auto& site) {
            return !site.unlimited_stock && has(site.assortment, product);
        })) {
        draft.problems.add(place,
                           "no site keeps a stock of " + in_quotes(draft.products.id(product))
                               + " that could run out, so its price would never "
                               + (rule.follow || rule.clear_by ? "change by `cover` or `age`" : "change")
                               + ". leave the product out?");
    }
}

}  // namespace

void load_price_rules(Reader& policies) {
    if (const Node* list = policies.node("price")) {
        for_each_item(
            policies.draft(), *list, "price_rule", false, [&](const Node& item) { load_rule(policies.draft(), item); });
    }
}

void check_price_rules(Draft& draft) {
    for (std::size_t r = 0; r < draft.spec.price_rules.size(); ++r) {
        const PriceRuleSpec& rule = draft.spec.price_rules[r];
        const std::size_t before = draft.problems.count();
        for (const Index product : rule.products) {
            check_answers(draft, draft.price_rules[r], rule, product);
            if (draft.problems.count() == before) {
                check_stock(draft, draft.price_rules[r], rule, product);
            }
            if (draft.problems.count() > before) {
                break;  // the others are probably alike
            }
        }
    }
}

}  // namespace spate::scenarios
