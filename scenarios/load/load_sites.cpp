#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

using models::Index;
using models::SiteKind;
using models::SiteSpec;

constexpr std::size_t max_sites = 100'000;
constexpr std::size_t max_cells = 50'000'000;  ///< products kept, over all sites

/// N of "top N" or "top N markets"; nothing if the text is another one.
std::optional<std::size_t> top_count(std::string_view text, std::string_view after) {
    if (!text.starts_with("top ") || !text.ends_with(after) || text.size() <= 4 + after.size()) {
        return std::nullopt;
    }
    const auto digits = text.substr(4, text.size() - 4 - after.size());
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    return error == std::errc() && end == digits.data() + digits.size() && count > 0 ? std::optional(count)
                                                                                     : std::nullopt;
}

/// The first `count` of 0..n-1 by descending value; equal ones in their order.
template <class Value>
std::vector<Index> top(std::size_t n, std::size_t count, Value value) {
    std::vector<Index> order(n);
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return value(a) > value(b); });
    order.resize(std::min(n, count));
    return order;
}

/// Loads the sites one by one; remembers what several of them share.
class SiteLoader {
  public:
    explicit SiteLoader(Draft& draft)
        : draft_(draft) {}

    void load(const Node& item) {
        Reader reader(draft_, "site", item);
        reader.file("from");
        const Node* per = reader.node("per");
        SiteSpec site;
        site.id = reader.text("id");
        site.name = reader.text("name");
        reader.text("note");
        site.kind = static_cast<SiteKind>(reader.word("kind").value_or(static_cast<std::size_t>(SiteKind::rdc)));
        read_inside(reader, site);
        if (per != nullptr) {
            add_per_market(reader, site, *per);
            return;
        }
        const auto position = read_position(reader, true).value_or(Position{});
        site.lon = position.lon;
        site.lat = position.lat;
        site.name = site.name.empty() ? site.id : site.name;
        add(reader, std::move(site));
    }

  private:
    void read_inside(Reader& reader, SiteSpec& site) {
        site.assortment = read_assortment(reader);
        read_stock(reader, site);
        read_issue(reader, site);
        site.fill = static_cast<SiteSpec::Fill>(reader.word("fill").value_or(0));
        site.allocate = static_cast<SiteSpec::Allocate>(reader.word("allocate").value_or(0));
        if (const Node* stages = reader.node("stages")) {
            read_stages(draft_, *stages, site);
        }
        site.wave = reader.duration("wave").value_or(sim::minute * 10);
        refuse_too_often(reader, "wave", site.wave);
        if (auto production = reader.map("production")) {
            site.production = read_production(*production);
        }
        read_purchase_prices(reader, site);
        read_costs(reader, site);
    }

    std::vector<Index> read_assortment(Reader& reader) {
        const Node node = reader.node_or_default("assortment");
        if (!node.is_scalar()) {
            return read_selector(draft_, node, draft_.products);
        }
        // The sites of one file mostly keep the same products.
        auto& selected = selected_[node.text];
        if (selected.empty()) {
            selected = select(node);
        }
        return selected;
    }

    std::vector<Index> select(const Node& node) {
        if (const auto count = top_count(node.text, "")) {
            if (top_products_.empty()) {
                const auto& products = draft_.spec.products;
                top_products_ = top(products.size(), products.size(), [&](Index i) { return products[i].popularity; });
            }
            auto result = top_products_;
            result.resize(std::min(result.size(), *count));
            std::sort(result.begin(), result.end());
            return result;
        }
        return read_selector(draft_, node, draft_.products);
    }

    void read_stock(Reader& reader, SiteSpec& site) {
        const Node* node = reader.node("stock");
        models::Units units = 0;
        if (node == nullptr) {
            site.unlimited_stock = site.kind == SiteKind::supplier;
        } else if (node->is_scalar() && node->text == "unlimited") {
            site.unlimited_stock = true;
        } else if (node->is_scalar()) {
            reader.problem("stock",
                           in_quotes(node->text) + " is no stock. write unlimited, {units: 100} or {cover: 5 d}?");
        } else {
            Reader stock(draft_, "stock", *node);
            units = stock.whole("units").value_or(0);
            refuse_too_much(draft_, stock.place("units"), static_cast<double>(units), site.assortment);
            site.initial_cover = stock.duration("cover");
            read_oldest(stock, site);
            if (stock.node("units") != nullptr && stock.node("cover") != nullptr) {
                stock.problem("units", "stock is given both in units and as cover. remove one?");
            }
        }
        if (!site.unlimited_stock && !site.initial_cover) {
            site.initial_units.assign(site.assortment.size(), units);
        }
    }

    void read_costs(Reader& reader, SiteSpec& site) {
        if (const auto holding = reader.quantity("holding")) {
            (holding->form == "%/t" ? site.holding_share_per_second : site.holding_per_unit_second) = holding->value;
        }
        site.backorder_per_unit_second = reader.number("backorder_cost");
        site.order_cost = reader.money("order_cost");
        site.fixed_per_day = models::to_money(reader.number("fixed") * sim::day.seconds());
        if (auto handling = reader.map("handling")) {
            site.handling_per_order = handling->money("per_order");
            site.handling_per_unit = handling->money("per_unit");
        }
    }

    std::vector<Index> markets_of(Reader& reader, const Node& per) {
        const auto& markets = draft_.spec.markets;
        if (per.is_scalar() && per.text == "markets") {
            return top(markets.size(), markets.size(), [](Index) { return 0; });
        }
        const auto count = per.is_scalar() ? top_count(per.text, " markets") : std::nullopt;
        if (!count) {
            reader.problem("per", in_quotes(per.text) + " names no markets. write for example top 100 markets?");
            return {};
        }
        return top(markets.size(), *count, [&](Index i) { return markets[i].weight; });
    }

    void add_per_market(Reader& reader, const SiteSpec& pattern, const Node& per) {
        if (reader.node("at") != nullptr || reader.node("lon") != nullptr || reader.node("lat") != nullptr) {
            reader.problem("at", "a site for each market is at the market's place. remove this?");
        }
        if (pattern.id.find("{city}") == std::string::npos) {
            reader.problem(
                "id",
                "the id of a site for each market needs {city}. write for example \"" + pattern.id + "-{city}\"?");
            return;
        }
        for (const Index m : markets_of(reader, per)) {
            const auto& market = draft_.spec.markets[m];
            SiteSpec site = pattern;
            site.id.replace(site.id.find("{city}"), 6, market.id);
            const auto at = site.name.find("{city}");
            if (at != std::string::npos) {
                site.name.replace(at, 6, market.name);
            } else {
                site.name = market.name + (site.name.empty() ? suffix(site.kind) : site.name);
            }
            site.lon = market.lon;
            site.lat = market.lat;
            if (!add(reader, std::move(site))) {
                return;
            }
        }
    }

    static std::string suffix(SiteKind kind) {
        switch (kind) {
            case SiteKind::supplier: return "供应商";
            case SiteKind::factory: return "工厂";
            case SiteKind::cdc: return "中心仓";
            case SiteKind::rdc: return "区域仓";
            case SiteKind::front: return "前置仓";
            case SiteKind::store: return "门店";
        }
        return "";
    }

    /// False if there is no room for more.
    bool add(Reader& reader, SiteSpec site) {
        if (site.id.empty()) {
            return true;
        }
        if (const auto fault = id_fault(site.id); !fault.empty()) {
            reader.problem("id", fault);
            return true;
        }
        if (full_ || draft_.spec.sites.size() >= max_sites || cells_ + site.assortment.size() > max_cells) {
            if (!full_) {
                reader.problem("id",
                               draft_.spec.sites.size() >= max_sites
                                   ? "more than 100,000 sites"
                                   : "the sites keep more than 50 million products together. keep fewer, for example "
                                     "assortment: top 800?");
            }
            full_ = true;
            return false;
        }
        if (draft_.sites.add(site.id, reader.place("id"), draft_.problems)) {
            cells_ += site.assortment.size();
            draft_.spec.sites.push_back(std::move(site));
        }
        return true;
    }

    Draft& draft_;
    std::vector<Index> top_products_;
    std::map<std::string, std::vector<Index>> selected_;  ///< assortments by what is written
    std::size_t cells_ = 0;
    bool full_ = false;
};

}  // namespace

void load_sites(Reader& scenario) {
    if (const Node* list = scenario.node("sites")) {
        SiteLoader loader(scenario.draft());
        for_each_item(scenario.draft(), *list, "site", true, [&](const Node& item) { loader.load(item); });
    }
}

}  // namespace spate::scenarios
