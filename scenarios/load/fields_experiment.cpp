#include "scenarios/load/field_makers.hpp"

/// The field table, fourth part: experiment files.
namespace spate::scenarios {

namespace {

using namespace fields;  // NOLINT(google-build-using-namespace): a table, nothing else

constexpr View names = "an id, a glob such as rdc-*, or a list of them";
constexpr View positions = "a position from 0, a name, a glob, or a list of them";
constexpr View items = "an item of this list, or a list of them";
constexpr View bound = "a number, or one with a unit";

constexpr Field experiment_table[] = {
    must(as_said("experiment", "spate", word, "", "1", "version of this format", "1")),
    must(plain("experiment", "experiment", slug, "", "short name; tells the file apart from a scenario", "net-design")),
    plain("experiment", "title", text, "", "one line for people", "one warehouse or three"),
    must(plain("experiment", "scenario", file, "", "the base of all arms, relative to this file", "../base.yaml")),
    quantity_of("experiment",
                "replications",
                M::integer,
                "",
                "2..100000",
                "runs of every arm; either this or `precision`",
                "20"),
    nested("experiment", "precision", map, "precision", "instead: as many runs as the decision needs"),
    plain("experiment",
          "common_random_numbers",
          flag,
          "true",
          "replication k of every arm sees the same demand; false: every arm draws its own",
          "true"),
    as_said("experiment",
            "warm_up",
            mixed,
            "",
            "a duration, or mser-5",
            "left out of the key figures of every arm; mser-5: found by pilot runs; absent: as the base says",
            "7 d"),
    plain("experiment", "baseline", slug, "", "arm that the others are compared with; absent: the first", "today"),
    must(nested("experiment", "decide", map, "decide", "which arm is the best")),
    must(nested("experiment", "arms", list, "arm", "two or more variants of the base")),

    must(as_said("precision",
                 "half_width",
                 mixed,
                 "",
                 bound,
                 "wanted of the confidence interval of the deciding figure's difference from the baseline",
                 "0.05 CNY/order")),
    must(quantity_of(
        "precision", "at_most", M::integer, "", "2..100000", "runs of every arm, even if it is not reached", "200")),

    must(as_said("decide", "by", mixed, "", "a key figure", "what the arms are judged by", "cost_per_order_total")),
    must(as_said("decide", "better", word, "", "lower higher", "which values are better", "lower")),
    nested("decide", "subject_to", list, "constraint", "what an arm must keep to be chosen"),

    must(as_said("constraint", "figure", mixed, "", "a key figure", "what is limited", "delivered_within_48h")),
    as_said("constraint", "at_least", mixed, "", bound, "smallest value that is good enough", "95 %"),
    as_said("constraint", "at_most", mixed, "", bound, "largest value that is good enough", "2 h"),

    must(plain("arm", "id", slug, "", "id", "three-rdc")),
    plain("arm", "name", text, "", "name; absent: the id", "三仓"),
    plain("arm", "like", slug, "", "an arm before, which this one begins as; absent: the base", "two-rdc"),
    as_said("arm",
            "set",
            mixed,
            "",
            "a map of paths, as for --set",
            "single values of the base",
            "{\"sites[rdc-wuhan].stock.cover\": 8 d}"),
    nested("arm", "drop", map, "drop", "items of the base that this arm does not have"),
    as_said("arm",
            "change",
            mixed,
            "",
            "parts of a scenario",
            "laid over the base like an including file: maps merge by key, items by id, other lists are replaced",
            "{policies: {forecast: {moving_average: 14 d}}}"),

    nested("arm", "add", map, "add", "items after those of lists that have no ids"),

    as_said("add", "lanes", mixed, "", items, "further lanes", "{from: rdc-*, to: stores, transit: 8 h}"),
    as_said("add", "demand", mixed, "", items, "further entries", "{every: 1 d, products: gifts}"),
    as_said("add",
            "replenish",
            mixed,
            "",
            items,
            "further rules of policies",
            "{at: stores, use: {base_stock: {cover: 2 d}}}"),

    as_said("drop", "markets", mixed, "", names, "by id", "wuhan"),
    as_said("drop", "products", mixed, "", names, "by id", "hair-*"),
    as_said("drop", "sites", mixed, "", names, "by id", "[rdc-*, front-wuhan]"),
    as_said("drop", "channels", mixed, "", names, "by id", "live"),
    as_said("drop", "hosts", mixed, "", names, "by id", "xiaoya"),
    as_said("drop", "sessions", mixed, "", names, "by id", "eve-of-1111"),
    as_said("drop", "lanes", mixed, "", positions, "by position, or by `from` or `to`", "[0, rdc-*]"),
    as_said("drop", "demand", mixed, "", positions, "by position, or by `channels`, `markets` or `products`", "1"),
    as_said("drop", "replenish", mixed, "", positions, "rules of policies: by position, or by `at` or `from`", "rdc-*"),
};

}  // namespace

std::span<const Field> experiment_fields() {
    return experiment_table;
}

}  // namespace spate::scenarios
