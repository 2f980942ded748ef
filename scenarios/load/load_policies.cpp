#include <algorithm>
#include <map>
#include <set>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

using models::ForecastSpec;
using models::Index;
using models::LevelSpec;
using models::ReplenishSpec;

/// One rule as written; `pattern` holds what is the same for all its sites.
struct Rule {
    std::vector<Index> sites, sources;
    std::vector<bool> products;
    ReplenishSpec pattern;
    std::optional<SenseRule> sense;
    std::optional<SplitRule> split;
    Place place;
    std::string from;                           ///< as written, for messages
    std::vector<std::pair<Index, Place>> rows;  ///< of its plan: product, and where it is written
};

LevelSpec read_level(Draft& draft, const Node& node, const std::vector<Index>& products) {
    LevelSpec level;
    const bool is_units = node.is_scalar() && draft.units.parse(node.text, Measure::units).quantity.has_value();
    const auto q = read_quantity(draft, node, is_units ? Measure::units : Measure::duration, ">= 0");
    if (q && is_units) {
        level.units = static_cast<models::Units>(q->value);
        refuse_too_much(draft, node.place, q->value, products);
    } else if (q) {
        level.cover = sim::from_seconds(q->value);
    }
    return level;
}

void read_base_stock(Reader& reader, const std::vector<Index>& products, ReplenishSpec& spec) {
    spec.kind = ReplenishSpec::Kind::base_stock;
    spec.max.units = reader.whole("units");
    refuse_too_much(reader.draft(), reader.place("units"), static_cast<double>(spec.max.units.value_or(0)), products);
    spec.max.cover = reader.duration("cover");
    const auto service = reader.quantity("service");
    spec.service = service ? std::optional(service->value) : std::nullopt;
    if ((reader.node("units") != nullptr) == (reader.node("cover") != nullptr)) {
        reader.problem_unless_slip(
            "cover", "`base_stock` has either units or cover. write for example {cover: 2 d, service: 97 %}?");
    }
    if (service && reader.node("units") != nullptr) {
        reader.problem("service", "`service` goes with cover, not with fixed units");
    }
}

void read_min_max(Reader& reader, const std::vector<Index>& products, ReplenishSpec& spec) {
    spec.kind = ReplenishSpec::Kind::min_max;
    const Node *min = reader.node("min"), *max = reader.node("max");
    if (min == nullptr || max == nullptr) {
        return;
    }
    spec.min = read_level(reader.draft(), *min, products);
    spec.max = read_level(reader.draft(), *max, products);
    const bool units_wrong = spec.min.units && spec.max.units && *spec.min.units > *spec.max.units;
    const bool cover_wrong = spec.min.cover && spec.max.cover && *spec.min.cover > *spec.max.cover;
    if (units_wrong || cover_wrong) {
        reader.problem("max", "`max` is below `min`");
    }
}

void read_plan(Reader& use, Rule& rule, const std::string& file) {
    Draft& draft = use.draft();
    ReplenishSpec& spec = rule.pattern;
    spec.kind = ReplenishSpec::Kind::plan;
    const Node named = Node::scalar(use.place("plan"), file);
    RowsInRun rows(draft);
    for_each_row(draft, named, Node::map(named.place), "plan_row", [&](const Node& item) {
        Reader row(draft, "plan_row", item);
        const auto at = row.moment("time");
        const auto quantity = row.whole("quantity");
        row.slug("product");
        const Node* product = row.node("product");
        const auto p = product != nullptr ? read_id(draft, *product, draft.products) : std::nullopt;
        rows.add(at);
        if (at && at->us < 0) {
            row.problem("time", "this is before the start (" + draft.spec.start + ")");
        } else if (at && quantity && p) {
            spec.plan.push_back({*at, *p, *quantity});
            rule.rows.emplace_back(*p, row.place("product"));
            refuse_too_much(draft, row.place("quantity"), static_cast<double>(*quantity), {&*p, 1});
        }
    });
    rows.refuse_none_in_run(named);
    std::stable_sort(spec.plan.begin(), spec.plan.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
}

void read_use(Reader& reader, const std::vector<Index>& products, Rule& rule) {
    auto use = reader.map("use");
    if (!use) {
        return;
    }
    auto base_stock = use->map("base_stock");
    auto min_max = use->map("min_max");
    const auto plan = use->file("plan");
    const int said = (base_stock ? 1 : 0) + (min_max ? 1 : 0) + (plan.empty() ? 0 : 1);
    if (said != 1) {
        use->problem_unless_slip("base_stock",
                                 "`use` takes one of base_stock, min_max and plan. write for example {base_stock: "
                                 "{cover: 2 d, service: 97 %}}?");
    } else if (base_stock) {
        read_base_stock(*base_stock, products, rule.pattern);
    } else if (min_max) {
        read_min_max(*min_max, products, rule.pattern);
    } else {
        read_plan(*use, rule, plan);
    }
}

Rule read_rule(Draft& draft, const Node& item, const ForecastSpec& forecast) {
    Reader reader(draft, "replenish", item);
    Rule rule;
    rule.place = reader.place();
    rule.sites = reader.select("at", draft.sites);
    rule.sources = reader.select("from", draft.sites);
    rule.from = reader.node("from") != nullptr && reader.node("from")->is_scalar() ? reader.node("from")->text
                                                                                   : "any other site";
    rule.products.assign(draft.spec.products.size(), false);
    const auto products = reader.select("products", draft.products);
    for (const Index p : products) {
        rule.products[p] = true;
    }
    read_use(reader, products, rule);
    rule.pattern.review = read_review(draft, reader.node_or_default("review"));
    rule.pattern.order_lag = reader.duration("order_lag").value_or(sim::minute);
    const Node* own = reader.node("forecast");
    rule.pattern.forecast = own != nullptr ? read_forecast(draft, *own) : forecast;
    read_prepare(reader, rule.pattern);
    read_expiring(reader, products, rule.pattern);
    rule.split = read_split(reader);
    if (rule.split) {
        rule.sources.clear();
        for (const auto& source : rule.split->sources) {
            rule.sources.push_back(source.site);
        }
        std::sort(rule.sources.begin(), rule.sources.end());
    }
    rule.sense = read_sense(reader);
    return rule;
}

/// The lanes into every site, by site.
std::vector<std::vector<Index>> lanes_into_sites(const models::ModelSpec& spec) {
    std::vector<std::vector<Index>> into(spec.sites.size());
    for (std::size_t i = 0; i < spec.lanes.size(); ++i) {
        if (!spec.lanes[i].to_market) {
            into[spec.lanes[i].to].push_back(static_cast<Index>(i));
        }
    }
    return into;
}

/// Turns rules into one ReplenishSpec for each rule and site, with the products no later rule takes.
class Replenishment {
  public:
    Replenishment(Draft& draft, const std::vector<Rule>& rules)
        : draft_(draft)
        , rules_(rules)
        , into_(lanes_into_sites(draft.spec)) {}

    void run() {
        std::vector<std::vector<std::size_t>> of_site(draft_.spec.sites.size());
        for (std::size_t r = 0; r < rules_.size(); ++r) {
            for (const Index s : rules_[r].sites) {
                of_site[s].push_back(r);
            }
        }
        for (std::size_t s = 0; s < of_site.size(); ++s) {
            apply(static_cast<Index>(s), of_site[s]);
        }
        for (std::size_t r = 0; r < rules_.size(); ++r) {
            refuse_rows_left_out(r);
        }
    }

  private:
    void apply(Index site, const std::vector<std::size_t>& of_site) {
        std::map<std::size_t, std::vector<Index>> parts;
        for (const Index p : draft_.spec.sites[site].assortment) {
            const auto last =
                std::find_if(of_site.rbegin(), of_site.rend(), [&](std::size_t r) { return rules_[r].products[p]; });
            if (last != of_site.rend()) {
                parts[*last].push_back(p);
            }
        }
        for (auto& [r, products] : parts) {
            for (const Index p : products) {
                if (!rules_[r].rows.empty()) {
                    taken_.emplace(rules_[r].rows.front().second.file, p);
                }
            }
            add(site, rules_[r], std::move(products));
        }
    }

    /// Rows of a plan for products that no rule with it orders at any of its sites: one problem for each product.
    void refuse_rows_left_out(std::size_t r) {
        std::set<Index> told;
        for (const auto& [product, place] : rules_[r].rows) {
            if (!taken_.contains({place.file, product}) && told.insert(product).second) {
                draft_.problems.add(place,
                                    "no rule with this plan orders " + in_quotes(draft_.products.id(product))
                                        + " (not one of its `products`, kept at none of its sites, or left to a later "
                                          "rule). remove the row, or widen the rule?");
            }
        }
    }

    /// `mode`: of the lane; empty: any.
    std::optional<Index> nearest_lane(Index site, const std::vector<Index>& sources, const std::string& mode) const {
        std::optional<Index> best;
        for (const Index lane : into_[site]) {
            const auto& lanes = draft_.spec.lanes;
            const bool allowed = std::binary_search(sources.begin(), sources.end(), lanes[lane].from)
                                 && (mode.empty() || lanes[lane].mode == mode);
            if (allowed && (!best || lanes[lane].distance_km < lanes[*best].distance_km)) {
                best = lane;
            }
        }
        return best;
    }

    bool keeps_all(Index lane, const std::vector<Index>& products, Place place) {
        const auto& source = draft_.spec.sites[draft_.spec.lanes[lane].from];
        if (std::includes(source.assortment.begin(), source.assortment.end(), products.begin(), products.end())) {
            return true;
        }
        draft_.problems.add(place,
                            "the source " + in_quotes(source.id) + " does not keep all products that "
                                + in_quotes(draft_.sites.id(draft_.spec.lanes[lane].to))
                                + " wants from it. widen its assortment, or narrow `products`?");
        return false;
    }

    /// The nearest of the sources that has a lane. None with a problem.
    std::optional<Index> single_source(Index site, const Rule& rule, const std::vector<Index>& products) {
        const auto lane = nearest_lane(site, rule.sources, "");
        if (!lane) {
            draft_.problems.add(rule.place,
                                "no lane leads to " + in_quotes(draft_.sites.id(site)) + " from " + rule.from
                                    + ". add a lane, or change `at` or `from`?");
            return std::nullopt;
        }
        return keeps_all(*lane, products, rule.place) ? lane : std::nullopt;
    }

    /// Lanes from all sources of a split. None with a problem.
    std::optional<models::SupplySplitSpec> split_of(Index site,
                                                    const SplitRule& rule,
                                                    const std::vector<Index>& products) {
        models::SupplySplitSpec split = rule.spec;
        for (const auto& source : rule.sources) {
            const auto lane = nearest_lane(site, {source.site}, source.mode);
            if (!lane) {
                draft_.problems.add(source.place,
                                    "no lane" + (source.mode.empty() ? "" : " of mode " + in_quotes(source.mode))
                                        + " leads to " + in_quotes(draft_.sites.id(site)) + " from "
                                        + in_quotes(draft_.sites.id(source.site))
                                        + ". add a lane, or change `at`, `from` or `mode`?");
                return std::nullopt;
            }
            const bool is_twice = std::any_of(
                split.sources.begin(), split.sources.end(), [&](const auto& other) { return other.lane == *lane; });
            if (is_twice) {
                draft_.problems.add(source.place,
                                    in_quotes(draft_.sites.id(source.site))
                                        + " is a source twice, over the same lane. give both shares to one?");
                return std::nullopt;
            }
            if (!keeps_all(*lane, products, source.place)) {
                return std::nullopt;
            }
            split.sources.push_back({*lane, source.share});
        }
        check_split(draft_, site, rule);
        return split;
    }

    void add(Index site, const Rule& rule, std::vector<Index> products) {
        ReplenishSpec spec = rule.pattern;
        spec.site = site;
        std::optional<Index> lane;
        if (rule.split) {
            spec.split = split_of(site, *rule.split, products);
            lane = spec.split ? std::optional(spec.split->sources.front().lane) : std::nullopt;
        } else {
            lane = single_source(site, rule, products);
        }
        if (!lane) {
            return;
        }
        spec.lane = *lane;
        std::erase_if(spec.plan, [&](const auto& planned) {
            return !std::binary_search(products.begin(), products.end(), planned.product);
        });
        spec.products = std::move(products);
        const std::vector<Index> listened = spec.products;
        push(std::move(spec), rule.place);
        if (rule.sense) {
            add_sense(site, rule, listened);
        }
    }

    /// A rule of its own, beside the one that it belongs to.
    void add_sense(Index site, const Rule& rule, const std::vector<Index>& products) {
        const SenseRule& sense = *rule.sense;
        const auto lane = nearest_lane(site, sense.sources.value_or(rule.sources), sense.mode);
        if (!lane) {
            draft_.problems.add(sense.place,
                                "no lane" + (sense.mode.empty() ? "" : " of mode " + in_quotes(sense.mode))
                                    + " leads to " + in_quotes(draft_.sites.id(site))
                                    + " from where `sense` orders. add a lane, or change `from` or `mode`?");
            return;
        }
        if (!keeps_all(*lane, products, sense.place)) {
            return;
        }
        ReplenishSpec spec;
        spec.kind = ReplenishSpec::Kind::plan;
        spec.site = site;
        spec.lane = *lane;
        spec.products = products;
        spec.order_lag = rule.pattern.order_lag;
        spec.sense = sense.spec;
        push(std::move(spec), sense.place);
    }

    void push(ReplenishSpec spec, Place place) {
        draft_.spec.replenish.push_back(std::move(spec));
        draft_.replenish_rules.push_back(std::move(place));
    }

    Draft& draft_;
    const std::vector<Rule>& rules_;
    std::vector<std::vector<Index>> into_;
    /// File of a plan, product: ordered by a rule with it.
    std::set<std::pair<std::uint32_t, Index>> taken_;
};

}  // namespace

ForecastSpec read_forecast(Draft& draft, const Node& node) {
    ForecastSpec forecast;
    if (node.is_scalar() && node.text == "expected") {
        forecast.kind = ForecastSpec::Kind::expected;
        return forecast;
    }
    if (node.is_scalar()) {
        draft.problems.add(
            node.place,
            in_quotes(node.text) + " is no forecast. write expected, {moving_average: 7 d} or {linear: {…}}?");
        return forecast;
    }
    Reader reader(draft, "forecast", node);
    forecast.period = reader.duration("period").value_or(sim::day);
    refuse_too_often(reader, "period", forecast.period);
    const auto past = reader.duration("moving_average");
    auto linear = reader.map("linear");
    if (past.has_value() == linear.has_value() && node.is_map()) {
        draft.problems.add(node.place, "a forecast is one of moving_average and linear");
    }
    if (linear) {
        forecast.kind = ForecastSpec::Kind::linear;
        forecast.intercept = linear->number("intercept");
        forecast.slope = linear->number("slope");
        forecast.trend_slope = linear->number("trend_slope");
        forecast.trend = linear->number("trend");
    }
    if (past && (past->us % forecast.period.us != 0 || *past / forecast.period > 100'000)) {
        reader.problem("moving_average", "`moving_average` must be a whole number of periods (at most 100,000)");
    } else if (past) {
        forecast.window = static_cast<std::uint32_t>(*past / forecast.period);
    }
    return forecast;
}

void load_policies(Reader& scenario) {
    Draft& draft = scenario.draft();
    auto policies = scenario.map("policies");
    if (!policies) {
        return;
    }
    load_host_pool(*policies);
    load_price_rules(*policies);
    const ForecastSpec forecast = read_forecast(draft, policies->node_or_default("forecast"));
    std::vector<Rule> rules;
    if (const Node* list = policies->node("replenish")) {
        for_each_item(draft, *list, "replenish", false, [&](const Node& item) {
            rules.push_back(read_rule(draft, item, forecast));
        });
    }
    if (draft.problems.empty()) {
        Replenishment(draft, rules).run();
    }
}

}  // namespace spate::scenarios
