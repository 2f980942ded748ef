// Tables of rules with several sources.

#include <algorithm>
#include <limits>

#include "models/record/columns.hpp"

namespace spate::models {

using namespace columns;  // NOLINT(google-build-using-namespace): tables, nothing else

bool has_supply_splits(const ModelSpec& spec) {
    return std::any_of(
        spec.replenish.begin(), spec.replenish.end(), [](const auto& rule) { return rule.split.has_value(); });
}

void declare_supply(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables) {
    constexpr const char* supply = "/network/supply";
    tables.supply_shares =
        recorder.add_table({"/supply_shares",
                            "New shares of the sources of a rule, each time they are judged and a share changes",
                            {row_of("source", supply, "source"),
                             real("score", "1", "0 at worst, 1 at best"),
                             real("share", "1", "part of the units ordered from now on"),
                             code("dropped", "nothing is ordered from it", {"no", "yes"})}});
    tables.supply_summary =
        recorder.add_table({"/summary/supply",
                            "Sources of rules that have several, over the horizon",
                            {row_of("source", supply, "source"),
                             count("lines", "product lines ordered"),
                             units("ordered", "units of these"),
                             units("arrived", "units that arrived"),
                             units("late", "of these, later than allowed (0 where lateness does not count)"),
                             units("tested", "units tested at inspections"),
                             units("defective", "of these"),
                             count("drops", "times that it was dropped"),
                             real("days_dropped", "d", "how long"),
                             money("paid", spec.currency, "for what arrived, at the source's prices"),
                             money("standard_cost", spec.currency, "of the same units"),
                             money("paid_back", spec.currency, "by the source, for goods that were sent back to it"),
                             real("score", "1", "at the end"),
                             real("share", "1", "at the end")}});
}

void describe_supply(sim::Recorder& recorder, const ModelSpec& spec) {
    std::vector<sim::Cell> lanes, products, shares, within;
    for (const auto& rule : spec.replenish) {
        if (!rule.split)
            continue;
        for (const auto& source : rule.split->sources) {
            lanes.emplace_back(source.lane);
            products.emplace_back(static_cast<std::int64_t>(rule.products.size()));
            shares.emplace_back(source.share);
            const auto& score = rule.split->score;
            within.emplace_back(score && score->late.weight > 0 ? score->within.seconds() / 3600
                                                                : std::numeric_limits<double>::quiet_NaN());
        }
    }
    recorder.add_static({"/network/supply",
                         "Sources of rules that have several",
                         {},
                         {{row_of("lane", "/network/lanes", "lane from the source to the site"), lanes},
                          {count("products", "products of the rule"), products},
                          {real("share", "1", "agreed part of the units ordered"), shares},
                          {real("within", "h", "what comes later is late; NaN: lateness does not count"), within}}});
}

void describe_purchase_prices(sim::Recorder& recorder, const ModelSpec& spec) {
    std::vector<sim::Cell> sites, products, prices;
    for (std::size_t s = 0; s < spec.sites.size(); ++s) {
        for (std::size_t i = 0; i < spec.sites[s].purchase_prices.size(); ++i) {
            sites.emplace_back(static_cast<std::int64_t>(s));
            products.emplace_back(std::int64_t{spec.sites[s].assortment[i]});
            prices.emplace_back(spec.sites[s].purchase_prices[i]);
        }
    }
    if (sites.empty())
        return;
    recorder.add_static({"/network/purchase_prices",
                         "Prices of sites that state some, for goods that they buy or make",
                         {},
                         {{row_of("site", sites_path, "site"), sites},
                          {row_of("product", "/network/products", "product"), products},
                          {money("price", spec.currency, "paid for a unit"), prices}}});
}

}  // namespace spate::models
