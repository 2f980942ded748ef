#include <algorithm>

#include <fmt/format.h>

#include "models/prices/price_ladders.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// Prices that follow the stock.
namespace spate::scenarios {

namespace {

using models::DemandSpec;
using models::Index;
using models::PriceRuleSpec;

constexpr double most_customers = 16;  ///< times those of the normal price: each is drawn

bool has(const std::vector<Index>& list, Index item) {
    return std::binary_search(list.begin(), list.end(), item);
}

/// The first product that is in both lists.
std::optional<Index> common(const std::vector<Index>& a, const std::vector<Index>& b) {
    const auto found = std::find_if(a.begin(), a.end(), [&](Index p) { return has(b, p); });
    return found == a.end() ? std::nullopt : std::optional(*found);
}

void load_step(Draft& draft, const Node& item, PriceRuleSpec& rule) {
    Reader reader(draft, "price_step", item);
    const auto cover = reader.duration("cover");
    const auto share = reader.quantity("price");
    if (!cover || !share) {
        return;
    }
    if (!rule.steps.empty() && *cover <= rule.steps.back().cover) {
        reader.problem("cover",
                       "each step has a longer cover than the one before (the shortest comes first). write a longer "
                       "one, or move the step up?");
    }
    rule.steps.push_back({*cover, share->value});
    const double factor = models::demand_factor(rule, rule.steps.size());
    if (factor > most_customers) {
        reader.problem("price",
                       fmt::format("at this price {:.3g} times the customers come; up to {:g} are possible. write a "
                                   "higher price, or a smaller `elasticity`?",
                                   factor,
                                   most_customers));
    }
}

void load_steps(Reader& reader, PriceRuleSpec& rule) {
    const Node* list = reader.node("steps");
    if (list == nullptr) {
        return;
    }
    const std::size_t count = list->kind == Node::Kind::sequence ? list->items.size() : 1;
    if (count > models::most_price_steps) {
        reader.problem("steps", "more than " + std::to_string(models::most_price_steps) + " steps");
    } else if (count == 0) {
        reader.problem("steps", "there is no step. write for example steps: [{cover: 30 d, price: 85 %}]?");
    } else {
        for_each_item(reader.draft(), *list, "price_step", false, [&](const Node& item) {
            load_step(reader.draft(), item, rule);
        });
    }
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
    load_steps(reader, rule);
    check_single(reader, rule);
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

void check_answers(Draft& draft, const Place& place, const PriceRuleSpec& rule, Index product) {
    const auto& spec = draft.spec;
    bool is_sold = false;
    for (const auto& demand : spec.demand) {
        if (!sells(spec, demand, product)) {
            continue;
        }
        is_sold = true;
        const std::string fixed = fixed_demand(demand);
        if (rule.elasticity > 0 && !fixed.empty()) {
            draft.problems.add(place,
                               "demand " + fixed + " cannot answer to a price, and some of it is for "
                                   + in_quotes(draft.products.id(product)) + ". leave `elasticity` out?");
            return;
        }
    }
    if (!is_sold) {
        draft.problems.add(place,
                           "`demand` has no orders of " + in_quotes(draft.products.id(product))
                               + ", so its stock has no cover. give it some, or leave the product out?");
    }
}

void check_stock(Draft& draft, const Place& place, Index product) {
    const auto& sites = draft.spec.sites;
    if (std::none_of(sites.begin(), sites.end(), [&](const auto& site) {
            return !site.unlimited_stock && has(site.assortment, product);
        })) {
        draft.problems.add(place,
                           "no site keeps a stock of " + in_quotes(draft.products.id(product))
                               + " that could run out, so its price would never change. leave the product out?");
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
                check_stock(draft, draft.price_rules[r], product);
            }
            if (draft.problems.count() > before) {
                break;  // the others are probably alike
            }
        }
    }
}

}  // namespace spate::scenarios
