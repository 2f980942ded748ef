#include "scenarios/load/field_table.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "sim/base/check.hpp"
#include "scenarios/load/field_makers.hpp"

namespace spate::scenarios {

namespace {

using View = std::string_view;

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
    {"purchase_price", "sites.purchase_prices", "For a site with unlimited stock, or with `production`.", ""},
    {"lane",
     "lanes",
     "Give `transit`, or `speed` with `detour`, `cv` and `plus`.",
     "  - {from: supplier-yiwu, to: rdc-wuhan, mode: truck, transit: 22 h}\n"},
    {"vehicle", "lanes.vehicle", "", ""},
    {"channel", "channels", "", ""},
    {"promise", "channels.promise", "One of these. Quoted times are whole minutes, at most 45 d.", ""},
    {"promise_step", "channels.promise.by_distance", "", ""},
    {"stock_view",
     "channels.stock_view",
     "`every` and `lag`, or `push`, or `reserve`. The others are for the first two; `read`, `at_least` and `updates` "
     "also for "
     "`reserve`.",
     ""},
    {"view_check", "channels.stock_view.check", "", ""},
    {"dedicated",
     "channels.dedicated",
     "Give `share` or `units`. Of a site and product the last entry counts ([channel "
     "stock](models/channel-stock.md)).",
     ""},
    {"quota", "channels.quota", "Of a site and product the last entry counts.", ""},
    {"release", "channels.release", "", ""},
    {"unmet", "channels.unmet", "", ""},
    {"returns", "channels.returns", "", ""},
    {"cancel",
     "channels.cancel",
     "An order is taken out where it waits, until work at its last stage begins: [order desk](models/order-desk.md).",
     ""},
    {"presale",
     "channels.presale",
     "Whoever sells with a deposit and from stock has two channels, with `share` or sessions of their own; they share "
     "the stock.",
     ""},
    {"balance", "channels.presale.balance", "Give `from` and `to`, or `after` and `within`.", ""},
    {"group", "channels.group", "A group is all orders of one product in one market until the cut-off.", ""},
    {"pickup", "channels.pickup", "A delivered order lies at the pick-up point of its market.", ""},
    {"return_centre",
     "return_centres",
     "Where returned goods go: they are inspected, graded, and sent on by grade ([returns](models/returns.md)).",
     ""},
    {"grades", "return_centres.grades", "", ""},
    {"routes", "return_centres.routes", "", ""},
    {"reshelve", "return_centres.reshelve", "", ""},
    {"sale", "return_centres.special, return_centres.outlet", "", ""},
    {"repair", "return_centres.repair", "", ""},
    {"refund", "return_centres.refund", "", ""},
    {"service", "return_centres.service", "Whoever begins a return opens a ticket: [returns](models/returns.md).", ""},
    {"liable", "return_centres.service.liable", "", ""},
    {"fund", "return_centres.fund", "A refund that it cannot pay waits until there is money.", ""},
    {"refund_only", "return_centres.refund_only", "", ""},
    {"quality", "quality", "Defective units, and inspections that look for them ([quality](models/quality.md)).", ""},
    {"defects", "quality.suppliers", "", ""},
    {"in_process", "quality.suppliers.in_process", "", ""},
    {"inspection", "quality.inspections", "Give `sample` or `units`.", ""},
    {"screen", "quality.inspections.screen", "", ""},
    {"recall", "quality.recall", "Give `returns`, `dates` or both.", ""},
    {"quality_grades", "quality.grades", "", ""},
    {"quality_grade", "quality.grades.levels", "", ""},
    {"black_list", "quality.grades.black_list", "", ""},
    {"recall_returns", "quality.recall.returns", "", ""},
    {"recall_date", "quality.recall.dates", "", ""},
    {"sources", "sources", "A channel may have `sources` of its own, which stand in place of these.", ""},
    {"substitute", "substitutes", "Several items for one product are offered one after the other.", ""},
    {"demand",
     "demand",
     "One of `orders`, `each`, `every` and `history`, or the buyers of a `launch`. `trend`, `calendar`, `launch` and "
     "`noise` are\nfactors on `orders` or `each`: [demand](models/demand.md).",
     ""},
    {"arrivals", "demand.arrivals", "One of these.", ""},
    {"gap", "demand.arrivals.gamma", "", ""},
    {"hawkes", "demand.arrivals.hawkes", "Orders that bring others about. `orders` counts them all.", ""},
    {"trend", "demand.trend", "Compound growth from the stated rate at the start of the run.", ""},
    {"launch", "demand.launch", "A new product; nothing before `starts`. One of `ramp` and `bass`.", ""},
    {"bass", "demand.launch.bass", "The diffusion model of Bass (1969).", ""},
    {"noise", "demand.noise", "A random factor with mean 1, gamma distributed, for each market and period.", ""},
    {"calendar_row",
     "demand.calendar (columns)",
     "Give `date`, or `from` and `to`. Rows that overlap multiply. Dates are local.",
     ""},
    {"history_row", "demand.history (columns)", "", ""},
    {"host", "hosts", "Hosts of sessions, with what makes them alike.", ""},
    {"absent", "hosts.absent", "A host is absent from these moments on, each time for `lasts`.", ""},
    {"session", "sessions", "Extra orders on chosen products: rising, staying, then fading.", ""},
    {"repeat", "sessions.repeat", "", ""},
    {"luck", "sessions.luck", "", ""},
    {"gift", "sessions.gift", "", ""},
    {"absence", "sessions.absence", "", ""},
    {"script",
     "sessions.script",
     "What the host says in every broadcast. Factors of events that overlap are multiplied.",
     ""},
    {"carts", "sessions.carts", "", ""},
    {"alerts", "alerts", "They are recorded and counted; nothing else follows from them.", ""},
    {"turnover_alert", "alerts.turnover", "", ""},
    {"price_change",
     "price_changes",
     "The price counts for orders placed in that time. Orders of sessions do not answer to it, except in what they "
     "pay.",
     ""},
    {"pull_forward", "price_changes.pull_forward", "", ""},
    {"competitor_price",
     "competitor_prices",
     "Nothing follows from them but by `follow` and `cross_elasticity` of a rule in `policies.price`. With `from` "
     "every row of the file is such a price; what is after the end does not count.",
     ""},
    {"policies", "policies", "", ""},
    {"host_pool", "policies.host_pool", "", ""},
    {"price_rule",
     "policies.price",
     "Prices that follow the stock, its age, a date and a competitor ([prices](models/prices.md)). Each of these may "
     "name a step, the cheapest that is named holds, and where none is it is the catalogue's price. A product is in "
     "one "
     "rule, and in none of `price_changes`.",
     ""},
    {"price_step",
     "policies.price.steps",
     "Of the steps with a `cover` the last one that is reached is named, of those with an `age` and with `left` alike: "
     "write the shortest cover and age first, and the longest time left. A step with none of the three is reached by "
     "`follow` only.",
     ""},
    {"follow",
     "policies.price.follow",
     "Named is the dearest of the steps and the catalogue's price that is not above `ratio` times the competitor's "
     "price, of those between `floor` and `ceiling`; if all are above it, the cheapest of these.",
     ""},
    {"forecast", "policies.forecast", "", ""},
    {"linear", "policies.forecast.linear", "", ""},
    {"replenish", "policies.replenish", "Products that a site keeps but no rule names are not replenished.", ""},
    {"use", "policies.replenish.use", "One of these.", ""},
    {"base_stock", "policies.replenish.use.base_stock", "", ""},
    {"min_max", "policies.replenish.use.min_max", "", ""},
    {"prepare",
     "policies.replenish.prepare",
     "On top of the level: parts of what a broadcast of a theme or super session is expected to sell, until it is "
     "over.",
     ""},
    {"sense",
     "policies.replenish.sense",
     "Somebody listens to the broadcasts. At certain words the site orders once more, at once, whatever its stock.",
     ""},
    {"supply_split",
     "policies.replenish.split",
     "Every order is divided among several sources, instead of `from` ([replenishment](models/replenishment.md)).",
     ""},
    {"supply_source", "policies.replenish.split.sources", "Two or more; their shares add up to 100 %.", ""},
    {"supply_score",
     "policies.replenish.split.score",
     "Shares follow what the sources deliver: a source's share is in proportion to its agreed share times its score, "
     "from 0 at worst to 1.",
     ""},
    {"supply_part", "policies.replenish.split.score.defective", "", ""},
    {"supply_late", "policies.replenish.split.score.late", "", ""},
    {"supply_drop", "policies.replenish.split.score.drop", "Never the last source.", ""},
    {"plan_row", "policies.replenish.use.plan (columns)", "", ""},
    {"review", "policies.replenish.review", "", ""},
    {"trace", "trace", "", ""},
    {"snapshot", "snapshot", "Without it a run can still be stopped (kill, SIGTERM) and resumed.", ""},
    {"distribution",
     "Distributions",
     "Wherever a distribution is possible: a plain quantity (always the same), or one of these.",
     ""},
    {"spread", "gamma, lognormal", "", ""},
    {"normal", "normal", "", ""},
    {"negative_binomial", "negative_binomial", "", ""},
    {"empirical", "empirical", "", ""},
    {"experiment",
     "Experiment files",
     "An experiment compares arms: variants of one base scenario, each run several times. It is a YAML file under the "
     "same rules\n"
     "([an example](../scenarios/experiments/first-steps-stock.yaml)); `spate check` checks it.\n"
     "An arm begins as the base, with the values of `--set` if there are any, or as the arm it is `like`. Then its "
     "`set`,\n"
     "its `drop`, its `change` and its `add` follow, in this order.",
     ""},
    {"precision", "precision", "", ""},
    {"decide", "decide", "Names of key figures: [key figures](kpi.md).", ""},
    {"constraint",
     "decide.subject_to",
     "Give `at_least`, `at_most` or both: a plain number in the unit of the figure, or a number with that unit; shares "
     "may be in %.",
     ""},
    {"arm", "arms", "An arm that changes nothing is the base itself, or the same as the arm it is `like`.", ""},
    {"add",
     "arms.add",
     "Lanes, entries of demand and rules have no id, so `change` can only replace their lists; here they are "
     "appended.\n"
     "Sites, products and other things with ids are added by `change`.",
     ""},
    {"drop",
     "arms.drop",
     "Items of the base's lists, rows of CSV files too. A name that matches nothing is refused. Lanes, demand and "
     "rules have no id:\n"
     "they are named by their position from 0, as in `--set`, or by a name or glob that matches what is written in "
     "their `from`, `to` "
     "or\n`at` (demand: `channels`, `markets` or `products`).",
     ""},
};

using Ranges = std::unordered_map<View, std::span<const Field>>;

Ranges make_ranges() {
    Ranges ranges;
    const Field* const last = all_fields().data() + all_fields().size();
    for (const Field* begin = all_fields().data(); begin != last;) {
        const Field* end = std::find_if(begin, last, [&](const Field& f) { return f.section != begin->section; });
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
    static const std::vector<Field> fields = [] {
        std::vector<Field> all(supply_fields().begin(), supply_fields().end());
        all.insert(all.end(), channel_fields().begin(), channel_fields().end());
        all.insert(all.end(), demand_fields().begin(), demand_fields().end());
        all.insert(all.end(), returns_fields().begin(), returns_fields().end());
        all.insert(all.end(), session_fields().begin(), session_fields().end());
        all.insert(all.end(), experiment_fields().begin(), experiment_fields().end());
        return all;
    }();
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
    return static_cast<std::size_t>(&field - all_fields().data());
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
