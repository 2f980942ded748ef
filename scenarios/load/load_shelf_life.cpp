// Products that do not keep for ever.
#include <algorithm>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

bool has_shelf_life(const Draft& draft, const std::vector<models::Index>& products) {
    return std::any_of(products.begin(), products.end(), [&](models::Index p) {
        return draft.spec.products[p].shelf_life.has_value();
    });
}

}  // namespace

void read_shelf_life(Reader& reader, models::ProductSpec& product) {
    product.shelf_life = reader.duration("shelf_life");
    product.min_remaining = reader.duration("min_remaining").value_or(sim::Duration{});
    product.disposal = reader.money("disposal");
    for (const char* key : {"min_remaining", "disposal"}) {
        const Node* given = reader.node(key);
        const bool is_own = given != nullptr && given->place.file == reader.place().file;  // not said for all rows
        if (!product.shelf_life && is_own && reader.node("shelf_life") == nullptr) {
            reader.problem(key,
                           "`" + std::string(key)
                               + "` has no effect on a product that keeps for ever. add shelf_life: 21 d, or remove "
                                 "this?");
        }
    }
    if (product.shelf_life && product.min_remaining >= *product.shelf_life) {
        reader.problem("min_remaining",
                       "nothing could ever be sold: `min_remaining` must be below `shelf_life`. write a shorter one?");
    }
}

namespace {

/// Goods that are too old when they leave could never be sold.
void refuse_too_old(Reader& reader, const models::SiteSpec& site) {
    for (const models::Index p : site.assortment) {
        const auto& product = reader.draft().spec.products[p];
        if (product.shelf_life && sim::from_seconds(site.age.mean()) >= *product.shelf_life - product.min_remaining) {
            reader.problem("age",
                           in_quotes(product.id)
                               + " could never be sold: so old its time is over when it leaves. write a lower age?");
            return;
        }
    }
}

}  // namespace

void read_issue(Reader& reader, models::SiteSpec& site) {
    site.issue = static_cast<models::SiteSpec::Issue>(reader.word("issue").value_or(0));
    if (site.unlimited_stock && reader.node("issue") != nullptr) {
        reader.problem("issue", "a site with unlimited stock has no older and newer goods. remove this?");
    }
    const auto age = reader.distribution("age");
    if (reader.node("age") == nullptr || !age) {
        return;
    }
    site.age = *age;
    if (!site.unlimited_stock) {
        reader.problem("age",
                       "goods of a site with a limited stock are as old as they get there. remove this, or say with "
                       "stock: {oldest: 10 d} how old its opening stock is?");
    } else if (!has_shelf_life(reader.draft(), site.assortment)) {
        reader.problem("age", "no product kept here has a shelf life. remove this, or give one a shelf_life?");
    } else if (site.age.is_constant()) {
        refuse_too_old(reader, site);
    }
}

void read_oldest(Reader& stock, models::SiteSpec& site) {
    site.initial_oldest = stock.duration("oldest").value_or(sim::Duration{});
    if (stock.node("oldest") != nullptr && stock.node("units") == nullptr && stock.node("cover") == nullptr) {
        stock.problem("oldest", "there is no opening stock. write for example {cover: 5 d, oldest: 10 d}?");
    } else if (site.initial_oldest > sim::Duration{} && !has_shelf_life(stock.draft(), site.assortment)) {
        stock.problem("oldest", "no product kept here has a shelf life. remove this, or give one a shelf_life?");
    }
}

void read_expiring(Reader& rule, const std::vector<models::Index>& products, models::ReplenishSpec& spec) {
    spec.expects_expiry = rule.word("expiring").value_or(0) == 1;
    if (!spec.expects_expiry) {
        return;
    }
    if (spec.kind == models::ReplenishSpec::Kind::plan || spec.review.continuous) {
        rule.problem("expiring",
                     "what is expected to expire is looked at in reviews. use base_stock or min_max, and a review like "
                     "every 1 d?");
    } else if (!has_shelf_life(rule.draft(), products)) {
        rule.problem("expiring", "no product of this rule has a shelf life. remove this, or give one a shelf_life?");
    }
}

}  // namespace spate::scenarios
