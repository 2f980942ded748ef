#include "scenarios/load/field_table.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "sim/base/check.hpp"

namespace spate::scenarios {

namespace {

using enum FieldType;
using M = Measure;
using View = std::string_view;

constexpr Field quantity_of(View section, View key, M measure, View fallback, View limits, View meaning, View example) {
    return {section, key, quantity, measure, Need::optional, fallback, limits, "", meaning, example};
}

constexpr Field drawn(View section, View key, M measure, View fallback, View meaning, View example) {
    return {section, key, distribution, measure, Need::optional, fallback, "", "", meaning, example};
}

constexpr Field plain(View section, View key, FieldType type, View fallback, View meaning, View example) {
    return {section, key, type, M::number, Need::optional, fallback, "", "", meaning, example};
}

constexpr Field as_said(
    View section, View key, FieldType type, View fallback, View accepts, View meaning, View example) {
    return {section, key, type, M::number, Need::optional, fallback, "", accepts, meaning, example};
}

constexpr Field nested(View section, View key, FieldType type, View of, View meaning, View example = "") {
    return {section, key, type, M::number, Need::optional, "", "", of, meaning, example};
}

constexpr Field must(Field field) {
    field.need = Need::required;
    return field;
}

constexpr View globs = "all, an id, a glob such as rdc-*, or a list of them";

constexpr Field fields[] = {
    // the scenario itself
    must(as_said("scenario", "spate", word, "", "1", "version of this format", "1")),
    must(plain("scenario", "name", slug, "", "short name, used for files", "complete-example")),
    plain("scenario", "title", text, "", "one line for people", "every key once"),
    as_said("scenario",
            "include",
            mixed,
            "",
            "a file or a list of files",
            "files this one builds on: maps merge by key, items merge by id, this file wins",
            "# base.yaml"),
    must(nested("scenario", "time", map, "time", "what is simulated")),
    plain("scenario", "currency", text, "CNY", "the one currency of all amounts", "CNY"),
    plain("scenario", "seed", seed, "1", "picks the random numbers of demand, transit and work", "20251111"),
    plain("scenario", "catalogue_seed", seed, "1", "picks the random numbers of generated products", "1"),
    must(nested("scenario", "markets", list, "market", "where customers live")),
    must(nested("scenario", "products", list, "product generated", "what is sold")),
    must(nested("scenario", "sites", list, "site", "suppliers, factories, warehouses, stores")),
    must(nested("scenario", "lanes", list, "lane", "how goods move from site to site and to customers")),
    nested("scenario", "channels", list, "channel", "where customers buy; absent: one channel `shop`"),
    nested("scenario", "sources", map, "sources", "where an order may be shipped from"),
    nested("scenario", "demand", list, "demand", "orders of customers outside of sessions"),
    nested("scenario", "sessions", list, "session", "live-stream sessions"),
    nested("scenario", "policies", map, "policies", "how stock is replenished"),
    nested("scenario", "trace", map, "trace", "what is recorded"),

    // time
    must(plain(
        "time", "start", mixed, "", "simulated time zero, with its offset from UTC", "2025-11-01T00:00:00+08:00")),
    quantity_of("time", "warm_up", M::duration, "0 d", ">= 0", "simulated but left out of the key figures", "7 d"),
    must(quantity_of("time", "horizon", M::duration, "", "> 0", "what the key figures cover", "21 d")),

    // markets
    plain("market",
          "from",
          file,
          "",
          "CSV file with one market a row, columns named as these keys",
          "# data/china-cities.csv"),
    must(plain("market", "id", slug, "", "id", "wuhan")),
    plain("market", "name", text, "", "name; absent: the id", "武汉"),
    as_said("market", "at", mixed, "", "[longitude, latitude]", "where it is [degrees]", "[114.30, 30.59]"),
    quantity_of("market", "lon", M::number, "", "-180..180", "longitude, instead of `at`", "# 114.30"),
    quantity_of("market", "lat", M::number, "", "-90..90", "latitude, instead of `at`", "# 30.59"),
    quantity_of("market", "population", M::count, "0", "0..1e10", "people", "13.7M"),
    quantity_of("market",
                "weight",
                M::number,
                "",
                "0..1e12",
                "relative share of demand; absent: the population in millions, or 1 if no market has one",
                "13.7"),
    plain("market", "province", text, "", "a label", "湖北省"),
    plain("market", "note", text, "", "for readers", "three rivers meet here"),

    // products
    plain(
        "product", "from", file, "", "CSV file with one product a row, columns named as these keys", "# data/skus.csv"),
    must(plain("product", "id", slug, "", "id", "lip-glaze")),
    plain("product", "name", text, "", "name; absent: the id", "唇釉"),
    plain("product", "category", text, "", "a label", "beauty"),
    must(quantity_of("product", "price", M::money, "", ">= 0", "what a customer pays for one unit", "129 CNY")),
    quantity_of("product",
                "cost",
                M::product_cost,
                "0 %",
                ">= 0",
                "standard cost of one unit, or its part of the price",
                "31 CNY"),
    quantity_of("product", "weight", M::mass, "0 g", ">= 0", "mass of one unit", "90 g"),
    quantity_of("product", "volume", M::volume, "0 L", ">= 0", "volume of one unit", "0.2 L"),
    quantity_of("product", "popularity", M::number, "1", "0..1e12", "relative share of demand", "3"),
    plain("product", "note", text, "", "for readers", "star of the live shows"),
    must(nested("generated", "generate", map, "generate", "many products from distributions")),
    must(plain("generate", "id", text, "", "ids, with {n} for the number from 1", "\"tail-{n}\"")),
    must(quantity_of("generate", "count", M::count, "", "1..1000000", "how many", "20")),
    plain("generate", "name", text, "", "names, with {n}; absent: the ids", "\"item {n}\""),
    plain("generate", "category", text, "", "a label", "tail"),
    as_said("generate",
            "popularity",
            mixed,
            "1",
            "a number, or {zipf: exponent}: rank k weighs 1/k^exponent",
            "relative share of demand of each",
            "{zipf: 0.9}"),
    quantity_of("generate",
                "share",
                M::share,
                "",
                "0..1",
                "their part of all demand together; absent: as the weights say",
                "40 %"),
    must(drawn(
        "generate", "price", M::money, "", "price of one unit, to the cent", "{lognormal: {mean: 80 CNY, cv: 1.2}}")),
    quantity_of("generate",
                "cost",
                M::product_cost,
                "0 %",
                ">= 0",
                "standard cost of one unit, or its part of the price",
                "45 %"),
    drawn("generate", "weight", M::mass, "0 g", "mass of one unit", "{lognormal: {mean: 400 g, cv: 1}}"),
    drawn("generate", "volume", M::volume, "0 L", "volume of one unit", "{uniform: [0.1 L, 3 L]}"),
    quantity_of("popularity", "zipf", M::number, "1", "0..10", "exponent of the Zipf law", "0.9"),

    // sites
    plain("site",
          "from",
          file,
          "",
          "CSV file with one site a row; keys beside it count for all rows",
          "# data/front-warehouses.csv"),
    must(plain("site", "id", text, "", "id; with {city} where `per` is given", "rdc-wuhan")),
    plain("site", "name", text, "", "name; absent: the id", "武汉仓"),
    must(as_said("site", "kind", word, "", "supplier factory cdc rdc front store", "role in the chain", "rdc")),
    as_said("site", "at", mixed, "", "[longitude, latitude], or a market's id or name", "where it is", "wuhan"),
    quantity_of("site", "lon", M::number, "", "-180..180", "longitude, instead of `at`", "# 114.30"),
    quantity_of("site", "lat", M::number, "", "-90..90", "latitude, instead of `at`", "# 30.59"),
    as_said("site",
            "per",
            mixed,
            "",
            "top N markets, or markets",
            "one site for each of these markets, at its place; {city} is its id",
            "# top 100 markets"),
    as_said("site",
            "assortment",
            mixed,
            "all",
            "all, top N (by popularity), or globs of product ids",
            "products kept",
            "all"),
    as_said("site",
            "stock",
            mixed,
            "",
            "unlimited, {units: 100} or {cover: 5 d}",
            "stock at the start; absent: unlimited for a supplier, none for others",
            "{cover: 5 d}"),
    as_said("site",
            "stages",
            mixed,
            "",
            "a map of steps in their order, each a rate or a map",
            "what every piece passes; `receive` is for arriving goods, all others for customers' orders",
            "{receive: 60k units/h, pick: 90k units/h, pack: {rate: 70k orders/h, hours: two-shift}}"),
    quantity_of(
        "site", "wave", M::duration, "10 min", "> 0", "how often finished orders are handed to the carrier", "10 min"),
    nested("site", "production", map, "production", "lines that make products in batches", "#"),
    quantity_of("site",
                "holding",
                M::holding,
                "0 %/year",
                ">= 0",
                "cost of stock: part of its value, or an amount per unit",
                "20 %/year"),
    quantity_of("site",
                "backorder_cost",
                M::money_per_unit_time,
                "",
                ">= 0",
                "penalty for units customers wait for",
                "0.7 CNY/unit/d"),
    quantity_of(
        "site", "order_cost", M::money_per_order, "", ">= 0", "cost of each replenishment order placed", "8 CNY"),
    nested("site", "handling", map, "handling", "cost of customers' orders"),
    quantity_of("site", "fixed", M::money_per_day, "", ">= 0", "cost of having the site", "20k CNY/day"),
    plain("site", "note", text, "", "for readers", "opened in 2019"),
    quantity_of("stock", "units", M::units, "", "0..1e12", "of every product kept", "100"),
    quantity_of("stock", "cover", M::duration, "", ">= 0", "expected demand over this time", "5 d"),
    quantity_of("stage", "rate", M::work_rate, "", "> 0", "pieces in a time, of one server", "70k orders/h"),
    as_said("stage", "servers", mixed, "1", "a whole number, or unlimited", "pieces worked on at the same time", "2"),
    drawn("stage", "time", M::duration, "", "work on one piece, instead of `rate`", "{exponential: 40 s}"),
    as_said("stage", "per", word, "order", "order unit", "what a piece is; a rate says it by its unit", "order"),
    as_said("stage",
            "hours",
            mixed,
            "always",
            "always, day (07:00-19:00), two-shift (06:00-22:00), or a list of spans",
            "when it works",
            "day"),
    as_said("span", "days", mixed, "mon-sun", "mon-fri, sat, or mon,thu", "days of the week", "mon-sun"),
    must(plain("span", "from", mixed, "", "time of day it begins", "08:00")),
    must(plain("span", "to", mixed, "", "time of day it ends; before `from`: on the next day", "20:00")),
    quantity_of(
        "span", "speed", M::share, "100 %", "0..100", "of the full speed; outside of all spans it is 0", "100 %"),
    quantity_of("handling", "per_order", M::money_per_order, "", ">= 0", "for each order", "1.2 CNY"),
    quantity_of("handling", "per_unit", M::money_per_unit, "", ">= 0", "for each unit", "0.3 CNY"),
    quantity_of("production", "lines", M::integer, "1", "1..1e6", "number of lines", "6"),
    must(quantity_of("production", "rate", M::unit_rate, "", "> 0", "of one line", "900 units/h")),
    quantity_of(
        "production", "batch", M::units, "1", "1..1e9", "quantities are rounded up to a multiple of this", "500 units"),
    quantity_of("production", "set_up", M::duration, "0 min", ">= 0", "before a run of another product", "40 min"),
    as_said("production", "hours", mixed, "always", "as for stages", "when the lines work", "day"),

    // lanes
    must(as_said("lane", "from", selector, "", globs, "sites the goods come from", "rdc-*")),
    must(as_said(
        "lane", "to", selector, "", "markets, or ids or globs of sites or of markets", "where they go", "markets")),
    plain("lane", "mode", text, "", "a label: truck, courier, rail", "courier"),
    quantity_of("lane", "within", M::length, "", "> 0", "only pairs at most this far apart", "3000 km"),
    quantity_of("lane", "nearest", M::integer, "", "1..1000000", "only this many nearest sources of each target", "3"),
    drawn("lane", "transit", M::duration, "", "time on the way", "# {gamma: {mean: 22 h, cv: 0.25}}"),
    quantity_of("lane", "speed", M::speed, "", "> 0", "instead of `transit`: distance by this speed", "62 km/h"),
    quantity_of("lane", "detour", M::number, "1", "1..10", "road distance by the distance of the crow", "1.3"),
    quantity_of("lane", "cv", M::number, "0", "0..10", "spread of the driving time: standard deviation by mean", "0.2"),
    quantity_of("lane", "plus", M::duration, "0 h", ">= 0", "handling on top of the driving time", "6 h"),
    as_said("lane",
            "departs",
            mixed,
            "",
            "daily 20:00, [08:00, 20:00], every 6 h, or mon,thu 08:00",
            "timetable; absent: goods leave at once",
            "daily 20:00"),
    nested("lane", "vehicle", map, "vehicle", "what one vehicle holds; a departure uses as many as it needs"),
    as_said("lane",
            "cost",
            mixed,
            "",
            "one amount or a list: CNY/km, CNY/trip, CNY/order, CNY/unit, CNY/kg, CNY/kg/km",
            "cost of transport",
            "[3 CNY/order, 1.5 CNY/kg]"),
    as_said("lane",
            "co2",
            mixed,
            "",
            "one amount or a list: g/km, g/trip, g/order, g/kg, g/t/km",
            "emissions, CO2 equivalent",
            "80 g/t/km"),
    quantity_of("vehicle", "volume", M::volume, "", "> 0", "room", "76 m3"),
    quantity_of("vehicle", "weight", M::mass, "", "> 0", "payload", "24 t"),

    // channels
    must(plain("channel", "id", slug, "", "id", "shelf")),
    plain("channel", "name", text, "", "name; absent: the id", "货架电商"),
    quantity_of("channel", "share", M::share, "1", "0..1e12", "relative share of demand", "80 %"),
    as_said("channel",
            "stock_view",
            mixed,
            "{every: 10 min, lag: 1 min}",
            "live, or {every: 10 min, lag: 1 min}",
            "what the shop knows of the stock; an old view can oversell",
            "{every: 10 min, lag: 1 min}"),
    as_said("channel",
            "release",
            mixed,
            "{every: 10 min, lag: 1 min}",
            "at once, or {every: 10 min, lag: 1 min}",
            "when orders go to the sites; with a live view always at once",
            "{every: 10 min, lag: 1 min}"),
    as_said("channel",
            "unmet",
            mixed,
            "lose",
            "lose, backorder, or {backorder: 3 d}: wait so long",
            "an order without stock",
            "{backorder: 3 d}"),
    quantity_of("channel", "promise", M::duration, "", "> 0", "delivered later than this: late", "48 h"),
    quantity_of("channel", "lost_sale", M::money_per_unit, "", ">= 0", "penalty for a unit not sold", "5 CNY/unit"),
    quantity_of("stock_view", "every", M::duration, "10 min", "> 0", "how often sites publish their stock", "10 min"),
    quantity_of("stock_view", "lag", M::duration, "1 min", ">= 0", "how long a copy is on its way", "1 min"),
    quantity_of("release", "every", M::duration, "10 min", ">= 0", "orders go out in waves; 0: each at once", "10 min"),
    quantity_of("release", "lag", M::duration, "1 min", ">= 0", "how long a wave is on its way", "1 min"),
    quantity_of("unmet", "backorder", M::duration, "", "> 0", "how long a customer waits", "3 d"),
    quantity_of("sources", "at_most", M::integer, "4", "1..1000", "a shop tries this many sites, nearest first", "4"),

    // demand
    quantity_of("demand",
                "orders",
                M::order_rate,
                "",
                ">= 0",
                "mean rate of all markets, channels and products together",
                "1M/day"),
    quantity_of("demand",
                "each",
                M::order_rate,
                "",
                ">= 0",
                "instead: mean rate of every market, channel and product",
                "# 2/h"),
    quantity_of("demand",
                "every",
                M::duration,
                "",
                "> 0",
                "instead: one order of every market, channel and product, so often",
                "# 1 d"),
    quantity_of("demand", "offset", M::duration, "0 h", ">= 0", "with `every`: the first one", "# 8 h"),
    plain("demand",
          "history",
          file,
          "",
          "instead: CSV file with columns time, market, product, quantity",
          "# demand.csv"),
    drawn("demand", "quantity", M::units, "1", "units in an order, rounded; below 0 counts as 0", "{poisson: 2}"),
    as_said("demand",
            "arrivals",
            mixed,
            "poisson",
            "poisson, regular, or {gamma: {cv: 2}}",
            "spread of the gaps between orders",
            "poisson"),
    as_said("demand",
            "week",
            mixed,
            "[1, 1, 1, 1, 1, 1, 1]",
            "7 numbers from Monday",
            "shape of the rate over the week",
            "[1, .95, .96, 1, 1.08, 1.2, 1.15]"),
    as_said("demand",
            "day",
            mixed,
            "flat",
            "flat, evening-peak, or 24 numbers from 00:00",
            "shape of the rate over the day",
            "evening-peak"),
    as_said("demand", "channels", selector, "all", globs, "which channels", "all"),
    as_said("demand", "markets", selector, "all", globs, "which markets", "all"),
    as_said("demand", "products", selector, "all", globs, "which products", "all"),
    nested("arrivals", "gamma", map, "gap", "gamma distributed gaps", "{cv: 2}"),
    must(quantity_of("gap", "cv", M::number, "", "0.01..100", "standard deviation of a gap by its mean", "2")),
    must(plain("history_row", "time", moment, "", "date and time, or time since the start", "2 d")),
    must(plain("history_row", "market", slug, "", "market", "wuhan")),
    must(plain("history_row", "product", slug, "", "product", "lip-glaze")),
    quantity_of("history_row", "quantity", M::units, "1", "0..1e12", "units", "3"),

    // sessions
    must(plain("session", "id", slug, "", "id", "super-host-11-10")),
    plain("session", "name", text, "", "name; absent: the id", "双11 first wave"),
    plain("session", "host", text, "", "who sells", "super host"),
    plain("session", "channel", slug, "", "channel of its orders; absent: the first", "shelf"),
    must(plain("session", "starts", moment, "", "date and time, or time since the start", "2025-11-10T20:00+08:00")),
    quantity_of("session", "rise", M::duration, "0 min", ">= 0", "time to full strength", "12 min"),
    must(quantity_of("session", "lasts", M::duration, "", "> 0", "length, the rise included", "4 h")),
    quantity_of("session", "decay", M::duration, "0 min", ">= 0", "time constant of the fall afterwards", "70 min"),
    must(as_said("session", "products", selector, "", globs, "what is sold", "[lip-glaze]")),
    as_said("session", "markets", selector, "all", globs, "who watches", "all"),
    quantity_of(
        "session", "lift", M::factor, "", "1..1e9", "rate of orders at full strength by the normal mean rate", "15 x"),
    quantity_of("session",
                "orders",
                M::count,
                "",
                "0..1e12",
                "instead of `lift`: mean number of extra orders in all",
                "# 100k"),
    nested("session", "repeat", map, "repeat", "further broadcasts"),
    must(quantity_of("repeat", "every", M::duration, "", "> 0", "from start to start", "7 d")),
    must(quantity_of("repeat", "times", M::integer, "", "1..10000", "number of broadcasts in all", "2")),

    // policies
    as_said("policies",
            "forecast",
            mixed,
            "{moving_average: 7 d}",
            "expected, {moving_average: 7 d}, or {linear: {…}}",
            "forecast of demand for all rules that have none of their own",
            "{moving_average: 7 d}"),
    nested("policies",
           "replenish",
           list,
           "replenish",
           "rules; where several match a product at a site, the last one counts"),
    quantity_of("forecast", "moving_average", M::duration, "", "> 0", "mean of this long a past", "7 d"),
    nested("forecast", "linear", map, "linear", "a line through the last period"),
    quantity_of("forecast", "period", M::duration, "1 d", "> 0", "length of one observation", "1 d"),
    quantity_of("linear", "intercept", M::number, "0", "-1e12..1e12", "units per period", "0.1"),
    quantity_of("linear", "slope", M::number, "1", "-1e6..1e6", "by the last period's demand", "1.2"),
    quantity_of("linear", "trend_slope", M::number, "0", "-1e6..1e6", "by the trend", "1.05"),
    quantity_of("linear", "trend", M::number, "0", "-1e12..1e12", "units per period", "1.2"),
    must(as_said("replenish", "at", selector, "", globs, "sites it holds for", "rdc-*")),
    as_said("replenish", "products", selector, "all", globs, "products it holds for, of those the site keeps", "all"),
    must(nested("replenish", "use", map, "use", "the rule")),
    as_said("replenish",
            "review",
            mixed,
            "daily 00:00",
            "continuous, every 8 h, daily 02:00, mon 02:00, or {every: 1 d, offset: 2 h}",
            "when it looks at the stock",
            "every 8 h"),
    as_said("replenish",
            "from",
            selector,
            "all",
            globs,
            "source: the nearest of these sites that has a lane",
            "supplier-*"),
    as_said("replenish", "forecast", mixed, "", "as for all policies", "forecast of this rule", "expected"),
    nested("use", "base_stock", map, "base_stock", "order up to a level at every review"),
    nested("use", "min_max", map, "min_max", "order up to `max` when at or below `min`", "#"),
    plain("use", "plan", file, "", "CSV file with columns time, product, quantity: a fixed plan", "# plan.csv"),
    quantity_of("base_stock", "units", M::units, "", "0..1e12", "a fixed level", "# 6 units"),
    quantity_of("base_stock",
                "cover",
                M::duration,
                "",
                ">= 0",
                "instead: forecast demand over this time, lead time and review period",
                "2 d"),
    quantity_of("base_stock",
                "service",
                M::share,
                "",
                "0.0001..0.9999",
                "with `cover`: safety stock for this chance of no shortage",
                "97 %"),
    must(as_said("min_max", "min", mixed, "", "units or a duration", "reorder level", "5 d")),
    must(as_said("min_max", "max", mixed, "", "units or a duration", "order-up-to level", "9 d")),
    must(plain("plan_row", "time", moment, "", "when the order is placed", "2 d")),
    must(plain("plan_row", "product", slug, "", "product", "lip-glaze")),
    must(quantity_of("plan_row", "quantity", M::units, "", "0..1e12", "units", "300")),
    must(quantity_of("review", "every", M::duration, "", "> 0", "from review to review", "1 d")),
    quantity_of("review", "offset", M::duration, "0 h", ">= 0", "time of day of the first", "2 h"),

    // trace
    quantity_of("trace", "series", M::duration, "1 h", "> 0", "step of the time series", "1 h"),
    quantity_of("trace", "orders", M::share, "1 %", "0..1", "part of the orders recorded one by one", "1 %"),
    plain("trace", "shipments", flag, "false", "record every shipment between sites", "false"),
    plain("trace", "decisions", flag, "false", "record every replenishment decision", "false"),

    // distributions
    as_said("distribution", "uniform", mixed, "", "[low, high]", "evenly between", "[2 h, 4 h]"),
    nested("distribution", "exponential", inherited, "", "given its mean", "1 h"),
    nested("distribution", "gamma", map, "spread", "given mean and coefficient of variation", "{mean: 22 h, cv: 0.25}"),
    nested("distribution",
           "lognormal",
           map,
           "spread",
           "given mean and coefficient of variation",
           "{mean: 22 h, cv: 0.25}"),
    nested("distribution", "normal", map, "normal", "given mean and standard deviation", "{mean: 50, sd: 8}"),
    as_said("distribution", "triangular", mixed, "", "[low, mode, high]", "a triangle", "[1 h, 2 h, 5 h]"),
    nested("distribution", "poisson", inherited, "", "whole numbers, given their mean", "2"),
    nested("distribution",
           "negative_binomial",
           map,
           "negative_binomial",
           "whole numbers, more spread than Poisson",
           "{mean: 2, variance: 5}"),
    nested("distribution",
           "empirical",
           map,
           "empirical",
           "one of some values",
           "{values: [1, 2, 5], weights: [70, 20, 10]}"),
    must(nested("spread", "mean", inherited, "", "mean", "22 h")),
    must(quantity_of("spread", "cv", M::number, "", "0.001..100", "standard deviation by mean", "0.25")),
    must(nested("normal", "mean", inherited, "", "mean", "50")),
    must(nested("normal", "sd", inherited, "", "standard deviation", "8")),
    must(nested("negative_binomial", "mean", inherited, "", "mean", "2")),
    must(quantity_of("negative_binomial", "variance", M::number, "", "0..1e18", "variance, above the mean", "5")),
    must(as_said("empirical", "values", mixed, "", "a list of quantities", "the values", "[1, 2, 5]")),
    as_said(
        "empirical", "weights", mixed, "", "a list of numbers", "how often each; absent: all the same", "[70, 20, 10]"),
};

constexpr Section sections[] = {
    {"scenario", "The file", "", ""},
    {"time", "time", "", ""},
    {"market", "markets", "", "  - {id: shanghai, name: 上海, at: [121.47, 31.23], population: 24.9M, weight: 24.9}\n"},
    {"product", "products", "", ""},
    {"generated", "products made up", "", ""},
    {"generate", "products.generate", "Draws depend on `catalogue_seed` and the id, not on `seed`.", ""},
    {"popularity", "products.generate.popularity", "", ""},
    {"site", "sites", "", "  - {id: supplier-yiwu, name: 义乌供应商, kind: supplier, at: [120.07, 29.31]}\n"},
    {"stock", "sites.stock", "", ""},
    {"stage", "sites.stages.(name)", "", ""},
    {"span", "hours", "One of a list of spans; where they overlap the last one counts.", ""},
    {"handling", "sites.handling", "", ""},
    {"production", "sites.production", "", ""},
    {"lane",
     "lanes",
     "Give `transit`, or `speed` with `detour`, `cv` and `plus`.",
     "  - {from: supplier-yiwu, to: rdc-wuhan, mode: truck, transit: 22 h}\n"},
    {"vehicle", "lanes.vehicle", "", ""},
    {"channel", "channels", "", ""},
    {"stock_view", "channels.stock_view", "", ""},
    {"release", "channels.release", "", ""},
    {"unmet", "channels.unmet", "", ""},
    {"sources", "sources", "", ""},
    {"demand", "demand", "One of `orders`, `each`, `every` and `history`.", ""},
    {"arrivals", "demand.arrivals", "", ""},
    {"gap", "demand.arrivals.gamma", "", ""},
    {"history_row", "demand.history (columns)", "", ""},
    {"session", "sessions", "Extra orders on chosen products: rising, staying, then fading.", ""},
    {"repeat", "sessions.repeat", "", ""},
    {"policies", "policies", "", ""},
    {"forecast", "policies.forecast", "", ""},
    {"linear", "policies.forecast.linear", "", ""},
    {"replenish", "policies.replenish", "Products that a site keeps but no rule names are not replenished.", ""},
    {"use", "policies.replenish.use", "One of these.", ""},
    {"base_stock", "policies.replenish.use.base_stock", "", ""},
    {"min_max", "policies.replenish.use.min_max", "", ""},
    {"plan_row", "policies.replenish.use.plan (columns)", "", ""},
    {"review", "policies.replenish.review", "", ""},
    {"trace", "trace", "", ""},
    {"distribution",
     "Distributions",
     "Wherever a distribution is possible: a plain quantity (always the same), or one of these.",
     ""},
    {"spread", "gamma, lognormal", "", ""},
    {"normal", "normal", "", ""},
    {"negative_binomial", "negative_binomial", "", ""},
    {"empirical", "empirical", "", ""},
};

using Ranges = std::unordered_map<View, std::span<const Field>>;

Ranges make_ranges() {
    Ranges ranges;
    for (const Field* begin = std::begin(fields); begin != std::end(fields);) {
        const Field* end =
            std::find_if(begin, std::end(fields), [&](const Field& f) { return f.section != begin->section; });
        SPATE_ASSERT(ranges.emplace(begin->section, std::span(begin, end)).second);
        begin = end;
    }
    return ranges;
}

double limit_number(View text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

std::span<const Field> all_fields() {
    return fields;
}

std::span<const Section> all_sections() {
    return sections;
}

const Section& section(View name) {
    const auto at =
        std::find_if(std::begin(sections), std::end(sections), [&](const Section& s) { return s.name == name; });
    SPATE_EXPECT(at != std::end(sections));
    return *at;
}

std::span<const Field> fields_of(View section) {
    static const Ranges ranges = make_ranges();
    const auto at = ranges.find(section);
    SPATE_EXPECT(at != ranges.end());
    return at->second;
}

std::vector<View> keys_of(View section) {
    std::vector<View> keys;
    for (const auto& field : fields_of(section)) {
        keys.push_back(field.key);
    }
    return keys;
}

std::vector<View> words_of(View accepts) {
    std::vector<View> words;
    for (std::size_t begin = 0; begin < accepts.size();) {
        const auto end = std::min(accepts.find(' ', begin), accepts.size());
        words.push_back(accepts.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

std::size_t index_of(const Field& field) {
    return static_cast<std::size_t>(&field - std::begin(fields));
}

std::string limit_fault(View limits, double value) {
    const auto dots = limits.find("..");
    if (dots == View::npos) {
        const bool holds = limits.empty() || (limits == "> 0" ? value > 0 : value >= 0);
        return holds ? "" : "must be " + limits_in_words(limits);
    }
    const View low = limits.substr(0, dots), high = limits.substr(dots + 2);
    if (value < limit_number(low)) {
        return low == "0" ? "must be 0 or more" : "must be at least " + std::string(low);
    }
    return value > limit_number(high) ? "must be at most " + std::string(high) : "";
}

std::string limits_in_words(View limits) {
    const auto dots = limits.find("..");
    if (dots != View::npos) {
        return "between " + std::string(limits.substr(0, dots)) + " and " + std::string(limits.substr(dots + 2));
    }
    return limits == "> 0" ? "above 0" : limits == ">= 0" ? "0 or more" : "";
}

}  // namespace spate::scenarios
