#include "scenarios/load/field_makers.hpp"

/// The field table, part of sessions: hosts, sessions, scripts, carts, alerts.
namespace spate::scenarios {

namespace {

using namespace fields;  // NOLINT(google-build-using-namespace): a table, nothing else

constexpr Field sessions_table[] = {
    // hosts
    must(plain("host", "id", slug, "", "id", "xiaoya")),
    plain("host", "name", text, "", "name; absent: the id", "小雅"),
    as_said("host", "tier", word, "B", "S A B", "size: S stands for 16M followers, A for 4M, B for 1M", "S"),
    quantity_of("host", "followers", M::count, "", "> 0", "instead of the tier's", "12M"),
    as_said("host", "style", mixed, "", "a word or a list of words", "what makes hosts alike", "[beauty, gentle]"),
    nested("host", "absent", map, "absent", "when the host does not come"),
    quantity_of("absent", "per_year", M::number, "0", "0..1000", "absences that begin in a year, at random", "1.5"),
    as_said("absent",
            "at",
            mixed,
            "",
            "a date and time, or time since the start; or a list",
            "absences that are known",
            "[10 d, 20 d]"),
    quantity_of("absent", "lasts", M::duration, "7 d", "> 0", "length of each", "14 d"),

    // sessions
    must(plain("session", "id", slug, "", "id", "super-host-11-10")),
    plain("session", "name", text, "", "name; absent: the id", "双11 first wave"),
    as_said("session",
            "host",
            mixed,
            "",
            "a name; with `hosts` their ids, a glob, or a list",
            "who sells; of several, one for each broadcast",
            "xiaoya"),
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
                "instead of `lift`: mean number of extra orders of a broadcast",
                "# 100k"),
    drawn("session", "quantity", M::units, "1", "units in an order, rounded; below 0 counts as 0", "1"),
    nested("session", "repeat", map, "repeat", "further broadcasts"),
    as_said(
        "session", "tier", word, "daily", "daily theme super", "traffic, for replenishment and key figures", "super"),
    nested("session", "luck", map, "luck", "a factor of each broadcast's rate, log-normal with mean 1"),
    nested("session", "script", list, "script", "what the host says to sell more"),
    quantity_of("session",
                "cap",
                M::units,
                "",
                "> 0",
                "units offered in a broadcast; later orders are turned away",
                "100k units"),
    nested("session", "carts", map, "carts", "carts that its orders come from"),
    quantity_of("session",
                "price",
                M::money,
                "",
                ">= 0",
                "what its orders pay for one unit of any of its products; wins over `price_changes`",
                "99 CNY"),
    quantity_of("session", "discount", M::share, "", "0..1", "instead: taken off the catalogue's price", "# 20 %"),
    nested("session", "gift", map, "gift", "free units, in the same parcel"),
    nested("session", "absence", map, "absence", "customers of a broadcast that is cancelled"),
    must(quantity_of("gift", "each", M::integer, "", "1..1000", "for so many units that are paid …", "1")),
    must(quantity_of("gift", "units", M::integer, "", "1..1000", "… so many are given on top", "1")),
    plain("gift", "product", slug, "", "of this product; absent: of the product that is bought", "lip-glaze"),
    must(quantity_of(
        "absence", "to_base", M::share, "", "0..1", "orders that come outside of the session instead", "30 %")),
    plain("absence", "channel", slug, "", "where they order; absent: where the session sells", "shelf"),
    must(quantity_of("absence", "over", M::duration, "", "> 0", "spread evenly over so long from its start on", "2 d")),
    must(quantity_of("repeat", "every", M::duration, "", "> 0", "from start to start", "7 d")),
    must(quantity_of("repeat", "times", M::integer, "", "1..10000", "number of broadcasts in all", "2")),

    must(quantity_of("luck", "cv", M::number, "", "0.001..10", "standard deviation by mean", "0.6")),
    must(drawn("script",
               "at",
               M::duration,
               "",
               "after the start; beyond `lasts` of the session: at its end",
               "{uniform: [30 min, 90 min]}")),
    as_said("script",
            "say",
            word,
            "push",
            "push limited bargain",
            "what it is: a push, “limited edition”, a bargain",
            "limited"),
    must(quantity_of("script", "lasts", M::duration, "", "> 0", "how long it works", "5 min")),
    quantity_of("script", "rate", M::factor, "1 x", "0..1000", "factor of the rate of orders meanwhile", "3 x"),
    quantity_of("script", "buy", M::integer, "", "1..1000", "meanwhile, for so many units that are paid …", "1"),
    quantity_of("script", "get", M::integer, "", "0..1000", "… so many are given on top, in place of `gift`", "1"),
    plain("script", "product", slug, "", "… of this product; absent: of the product that is bought", "lip-glaze"),
    must(quantity_of("carts", "conversion", M::share, "", "0.001..1", "carts that become orders", "20 %")),
    drawn("carts",
          "lead",
          M::duration,
          "0 h",
          "from cart to order; below 0 counts as 0",
          "{lognormal: {mean: 20 h, cv: 1}}"),

    // alerts
    quantity_of("alerts",
                "carts",
                M::share,
                "80 %",
                "0.01..100",
                "carts for a broadcast, of the most of an earlier one",
                "80 %"),
    quantity_of("alerts",
                "orders",
                M::share,
                "120 %",
                "0.01..100",
                "orders of a broadcast, of what was expected so far",
                "120 %"),
    nested("alerts", "turnover", map, "turnover_alert", "look at the turnover"),
    must(quantity_of("turnover_alert", "days", M::duration, "", "> 0", "benchmark: days that the stock lasts", "45 d")),
    quantity_of("turnover_alert", "below", M::share, "80 %", "0.01..100", "turnover rate, of the benchmark's", "80 %"),
    quantity_of(
        "turnover_alert", "over", M::duration, "30 d", "> 0", "it is that of so long a past, at most the run", "14 d"),
};

}  // namespace

std::span<const Field> session_fields() {
    return sessions_table;
}

}  // namespace spate::scenarios
