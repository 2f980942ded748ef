// What is paid for goods that a site buys or makes.
#include <algorithm>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

using models::Index;
using models::Money;

/// Reads the entries of one site in their order.
class PriceList {
  public:
    PriceList(Draft& draft, const models::SiteSpec& site)
        : draft_(draft)
        , site_(site)
        , entry_of_(site.assortment.size(), no_entry) {
        for (const Index product : site.assortment) {
            prices_.push_back(draft.spec.products[product].cost);
        }
    }

    void read(const Node& item) {
        Reader entry(draft_, "purchase_price", item);
        entry.file("from");
        const auto positions = read_products(entry);
        const auto price = entry.quantity("price");
        if (!price || positions.empty()) {
            return;
        }
        if (price->form == "%"
            && std::all_of(positions.begin(), positions.end(), [&](std::size_t i) { return product(i).cost == 0; })) {
            entry.problem("price",
                          "these products have no standard cost to take a part of. write an amount, or give them a "
                          "`cost`?");
        }
        for (const std::size_t i : positions) {
            entry_of_[i] = entries_.size();
            prices_[i] = price_of(*price, product(i).cost);
        }
        entries_.push_back(entry.place());
    }

    /// By assortment position.
    std::vector<Money> take() {
        for (std::size_t e = 0; e < entries_.size(); ++e) {
            if (std::find(entry_of_.begin(), entry_of_.end(), e) == entry_of_.end()) {
                draft_.problems.add(entries_[e],
                                    "later entries give all these products another price. remove this one, or put it "
                                    "after them?");
            }
        }
        return entries_.empty() ? std::vector<Money>() : std::move(prices_);
    }

  private:
    static constexpr std::size_t no_entry = SIZE_MAX;

    const models::ProductSpec& product(std::size_t position) const {
        return draft_.spec.products[site_.assortment[position]];
    }

    static Money price_of(const Quantity& price, Money cost) {
        return models::to_money(price.form == "%" ? price.value * static_cast<double>(cost) : price.value);
    }

    /// Those of the products that are kept here, by position.
    std::vector<std::size_t> kept(const std::vector<Index>& products) const {
        std::vector<std::size_t> positions;
        for (std::size_t i = 0; i < site_.assortment.size(); ++i) {
            if (std::binary_search(products.begin(), products.end(), site_.assortment[i])) {
                positions.push_back(i);
            }
        }
        return positions;
    }

    /// Positions of an entry's products; a problem for each name or glob that stands for none that is kept here.
    std::vector<std::size_t> read_products(Reader& entry) {
        const std::size_t before = draft_.problems.count();
        const auto positions = kept(entry.select("products", draft_.products));
        if (draft_.problems.count() > before) {
            return {};
        }
        const Node written = entry.node_or_default("products");
        const auto refuse_not_kept = [&](const Node& name) {
            if (kept(read_selector(draft_, name, draft_.products)).empty()) {
                draft_.problems.add(name.place,
                                    in_quotes(site_.id) + " keeps no product " + in_quotes(name.text)
                                        + ", so it has no price for it. widen its `assortment`, or remove this?");
            }
        };
        if (written.is_scalar()) {
            refuse_not_kept(written);
        }
        std::for_each(written.items.begin(), written.items.end(), refuse_not_kept);
        return positions;
    }

    Draft& draft_;
    const models::SiteSpec& site_;
    std::vector<Money> prices_;
    std::vector<std::size_t> entry_of_;
    std::vector<Place> entries_;
};

}  // namespace

void read_purchase_prices(Reader& reader, models::SiteSpec& site) {
    const Node* list = reader.node("purchase_prices");
    if (list == nullptr) {
        return;
    }
    if (!site.unlimited_stock && !site.production) {
        reader.problem("purchase_prices",
                       in_quotes(site.id)
                           + " neither buys goods (`stock: unlimited`) nor makes any (`production`): what comes here was "
                             "paid where it comes from. state the prices there?");
        return;
    }
    PriceList prices(reader.draft(), site);
    for_each_item(reader.draft(), *list, "purchase_price", true, [&](const Node& item) { prices.read(item); });
    site.purchase_prices = prices.take();
}

}  // namespace spate::scenarios
