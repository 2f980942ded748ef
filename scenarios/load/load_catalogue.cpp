#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

constexpr std::size_t max_products = 1'000'000;
constexpr double most_cost = 1e16;  ///< micro-currency, as for a price
constexpr std::uint16_t price_draw = 1, weight_draw = 2, volume_draw = 3;

/// A run of products whose part of all demand is given.
struct Group {
    std::size_t first, count;
    double share;
    Place place;
};

double cost_of(const std::optional<Quantity>& cost, models::Money price) {
    if (!cost) {
        return 0;
    }
    return cost->form == "%" ? cost->value * static_cast<double>(price) : cost->value;
}

/// What of one unit is counted in the largest number.
double most_of(const models::ProductSpec& product) {
    return static_cast<double>(
        std::max({product.price, product.cost, product.disposal, product.weight_mg, product.volume_ul}));
}

bool add(Draft& draft, models::ProductSpec product, Place place) {
    if (draft.spec.products.size() >= max_products) {
        draft.problems.add(place, "more than 1,000,000 products");
        return false;
    }
    if (!product.id.empty() && draft.products.add(product.id, place, draft.problems)) {
        draft.spec.products.push_back(std::move(product));
    }
    return true;
}

/// Grams in milligrams, millilitres in microlitres.
std::int64_t thousandths(double value) {
    constexpr double most = 9e15;
    return std::llround(std::min(value * 1000, most));
}

void load_product(Draft& draft, const Node& item) {
    Reader reader(draft, "product", item);
    models::ProductSpec product;
    reader.file("from");
    product.id = reader.slug("id");
    product.name = reader.text("name");
    product.name = product.name.empty() ? product.id : product.name;
    product.category = reader.text("category");
    reader.text("note");
    product.price = reader.money("price");
    const double cost = cost_of(reader.quantity("cost"), product.price);
    if (cost > most_cost) {
        reader.problem("cost", fmt::format("a cost of {:g} {} is too large", cost * 1e-6, draft.spec.currency));
    }
    product.cost = models::to_money(std::min(cost, most_cost));
    product.weight_mg = read_thousandths(reader, "weight");
    product.volume_ul = read_thousandths(reader, "volume");
    product.popularity = reader.number("popularity");
    product.return_factor = reader.number("returns");
    read_shelf_life(reader, product);
    add(draft, std::move(product), reader.place("id"));
}

/// Popularity of ranks 1 to count.
std::vector<double> read_popularity(Reader& reader, std::size_t count) {
    const Node node = reader.node_or_default("popularity");
    if (!node.is_map()) {
        const auto q = read_quantity(reader.draft(), node, Measure::number, "0..1e12");
        return std::vector<double>(count, q.value_or(Quantity{1, ""}).value);
    }
    Reader zipf(reader.draft(), "popularity", node);
    return sim::zipf_weights(count, zipf.number("zipf"));
}

std::string with_number(std::string pattern, std::size_t n) {
    const auto at = pattern.find("{n}");
    return at == std::string::npos ? pattern : pattern.replace(at, 3, std::to_string(n));
}

/// What the products of one `generate` are drawn from.
struct Recipe {
    std::string id, name, category;
    sim::Distribution price, weight, volume;
    std::optional<Quantity> cost;
    double return_factor = 1;
    models::ProductSpec keeping{};  ///< its shelf life
};

models::ProductSpec generate_product(const Draft& draft, const Recipe& recipe, std::size_t n, double popularity) {
    constexpr double cent = 10'000;
    constexpr double most = 9e15;
    models::ProductSpec product;
    product.id = with_number(recipe.id, n);
    product.name = recipe.name.empty() ? product.id : with_number(recipe.name, n);
    product.category = recipe.category;
    const auto draw = [&](const sim::Distribution& distribution, std::uint16_t purpose) {
        sim::RandomStream stream({draft.catalogue_seed, 0}, sim::hash_name(product.id), purpose);
        return std::clamp(distribution.sample(stream), 0.0, most);
    };
    product.price = models::to_money(std::round(draw(recipe.price, price_draw) / cent) * cent);
    product.cost = models::to_money(std::min(cost_of(recipe.cost, product.price), most_cost));
    product.weight_mg = thousandths(draw(recipe.weight, weight_draw));
    product.volume_ul = thousandths(draw(recipe.volume, volume_draw));
    product.popularity = popularity;
    product.return_factor = recipe.return_factor;
    product.shelf_life = recipe.keeping.shelf_life;
    product.min_remaining = recipe.keeping.min_remaining;
    product.disposal = recipe.keeping.disposal;
    return product;
}

void generate_products(Reader& item, std::vector<Group>& groups) {
    auto reader = item.map("generate");
    if (!reader) {
        return;
    }
    Draft& draft = reader->draft();
    const sim::Distribution none = sim::Distribution::constant(0);
    Recipe recipe{reader->text("id"),
                  reader->text("name"),
                  reader->text("category"),
                  reader->distribution("price").value_or(none),
                  reader->distribution("weight").value_or(none),
                  reader->distribution("volume").value_or(none),
                  reader->quantity("cost"),
                  reader->number("returns")};
    read_shelf_life(*reader, recipe.keeping);
    const auto count = static_cast<std::size_t>(reader->whole("count").value_or(0));
    const auto popularity = read_popularity(*reader, count);
    const std::string first_id = with_number(recipe.id, 1);
    if (const auto fault = id_fault(first_id); !fault.empty() || recipe.id.find("{n}") == std::string::npos) {
        reader->problem("id",
                        fault.empty()
                            ? "the id of generated products needs {n}. write for example \"" + recipe.id + "-{n}\"?"
                            : fault);
        return;
    }
    const std::size_t first = draft.spec.products.size();
    for (std::size_t n = 1; n <= count; ++n) {
        if (!add(draft, generate_product(draft, recipe, n, popularity[n - 1]), reader->place())) {
            break;
        }
    }
    if (const auto share = reader->quantity("share")) {
        groups.push_back({first, draft.spec.products.size() - first, share->value, reader->place("share")});
    }
}

/// Scales the groups so that each has its share of the popularity of all products.
void apply_shares(Draft& draft, const std::vector<Group>& groups) {
    auto& products = draft.spec.products;
    double total = 0, shares = 0;
    for (const auto& p : products) {
        total += p.popularity;
    }
    std::vector<double> sums;
    for (const auto& g : groups) {
        double sum = 0;
        for (std::size_t i = g.first; i < g.first + g.count; ++i) {
            sum += products[i].popularity;
        }
        sums.push_back(sum);
        total -= sum;
        shares += g.share;
    }
    const bool others = total > 1e-12;
    if (!groups.empty() && (shares > 1 + 1e-9 || (others && shares > 1 - 1e-9))) {
        draft.problems.add(groups.back().place,
                           "the shares of generated products leave nothing for the others (together at least 100 %)");
        return;
    }
    const double all = others ? total / (1 - shares) : 1.0;
    for (std::size_t k = 0; k < groups.size(); ++k) {
        for (std::size_t i = groups[k].first; sums[k] > 0 && i < groups[k].first + groups[k].count; ++i) {
            products[i].popularity *= groups[k].share * all / sums[k];
        }
    }
}

}  // namespace

std::int64_t read_thousandths(Reader& reader, std::string_view key) {
    const double written = reader.number(key);
    const std::int64_t counted = thousandths(written);
    if (written > 0 && counted == 0) {
        reader.problem(key,
                       in_quotes(reader.node(key)->text)
                           + " is too small (volumes are counted in microlitres, weights in milligrams)");
    }
    return counted;
}

void load_products(Reader& scenario) {
    Draft& draft = scenario.draft();
    draft.catalogue_seed = scenario.seed("catalogue_seed");
    const Node* list = scenario.node("products");
    if (list == nullptr) {
        return;
    }
    const std::size_t before = draft.problems.count();
    std::vector<Group> groups;
    for_each_item(draft, *list, "product", true, [&](const Node& item) {
        if (item.is_map() && item.find("generate") != nullptr) {
            Reader reader(draft, "generated", item);
            generate_products(reader, groups);
        } else {
            load_product(draft, item);
        }
    });
    refuse_none(scenario, "products", draft.products, before);
    apply_shares(draft, groups);
    for (const auto& product : draft.spec.products) {
        draft.most_of_unit = std::max(draft.most_of_unit, most_of(product));
    }
}

void refuse_too_much(Draft& draft, Place place, double units, std::span<const models::Index> products) {
    constexpr double most = 1e18;  ///< a ninth of what 64 bits hold, so that some can be added up
    if (units * draft.most_of_unit <= most) {
        return;
    }
    for (const models::Index p : products) {
        const double of_unit = most_of(draft.spec.products[p]);
        if (units * of_unit > most) {
            draft.problems.add(place,
                               fmt::format("{:g} units of product {} are worth, or weigh, more than can be counted (up "
                                           "to {:.3g} are possible). write fewer?",
                                           units,
                                           in_quotes(draft.products.id(p)),
                                           std::floor(most / of_unit)));
            return;
        }
    }
}

}  // namespace spate::scenarios
