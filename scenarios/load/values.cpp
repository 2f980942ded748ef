#include <algorithm>
#include <cmath>

#include "scenarios/load/glob.hpp"
#include "scenarios/load/reader.hpp"
#include "scenarios/load/suggest.hpp"
#include "scenarios/load/text_guard.hpp"

namespace spate::scenarios {

namespace {

constexpr double max_amount = 1e16;  ///< micro-currency of one thing or event; hundreds of it fit 64 bits
constexpr double max_whole =
    1e15;  ///< whole numbers, grams and millilitres that a double holds exactly, with room for sums

/// The largest value in base units that leaves room for sums.
double ceiling(Measure measure, std::string_view form) {
    constexpr double max_share = 1000, max_share_per_day = 10;
    switch (measure) {
        case Measure::duration: return max_seconds;
        case Measure::product_cost:
        case Measure::purchase_price: return form == "%" ? max_share : max_amount;
        case Measure::money:
        case Measure::money_per_order:
        case Measure::money_per_unit: return max_amount;
        case Measure::lane_cost: return form.find('m') == std::string_view::npos ? max_amount : max_amount / 1e3;
        case Measure::money_per_day:
        case Measure::money_per_unit_time: return max_amount / sim::day.seconds();
        case Measure::money_per_mass: return max_amount / 1e3;
        case Measure::holding: return (form == "%/t" ? max_share_per_day : max_amount) / sim::day.seconds();
        case Measure::number:
        case Measure::integer:
        case Measure::count:
        case Measure::units:
        case Measure::mass:
        case Measure::volume: return max_whole;
        default: return 1e30;
    }
}

/// Adds the indices one glob picks to `picked`; a problem if there are none.
void pick(Draft& draft, const Node& node, const Registry& registry, std::vector<bool>& picked) {
    const Glob glob(node.text);
    const std::string what(registry.what());
    if (glob.is_too_large()) {
        draft.problems.add(node.place, in_quotes(node.text) + " has too many alternatives");
        return;
    }
    if (glob.is_plain()) {
        if (const auto index = read_id(draft, node, registry)) {
            picked[*index] = true;
        }
        return;
    }
    bool any = false;
    for (std::size_t i = 0; i < registry.size(); ++i) {
        if (glob.matches(registry.id(i))) {
            picked[i] = any = true;
        }
    }
    if (!any) {
        const auto stem = node.text.substr(0, node.text.find_first_of("*?{"));
        draft.problems.add(node.place,
                           in_quotes(node.text) + " matches no " + what + did_you_mean(stem, registry.ids()));
    }
}

bool is_all(const Node& node) {
    return node.is_scalar() && (node.text == "all" || node.text == "*");
}

}  // namespace

std::optional<Quantity> read_quantity(Draft& draft, const Node& node, Measure measure, std::string_view limits) {
    const auto fail = [&](std::string text) {
        draft.problems.add(node.place, std::move(text));
        return std::nullopt;
    };
    if (!node.is_scalar()) {
        return fail("wanted is " + std::string(describe(measure)) + ", not " + describe(node.kind)
                    + ". write for example " + draft.units.example(measure) + "?");
    }
    const auto parsed = draft.units.parse(node.text, measure);
    if (!parsed.quantity) {
        return fail(parsed.error);
    }
    if (const auto fault = limit_fault(limits, parsed.quantity->value); !fault.empty()) {
        const bool is_percent =
            measure == Measure::share && node.text.ends_with('%') && fault.find(" at ") != std::string::npos;
        return fail(in_quotes(node.text) + " " + fault + (is_percent ? " (1 is 100 %)" : ""));
    }
    if (std::fabs(parsed.quantity->value) > ceiling(measure, parsed.quantity->form)) {
        return fail(in_quotes(node.text) + " is too large");
    }
    const double size = std::fabs(parsed.quantity->value);
    const bool is_amount =
        measure == Measure::money || measure == Measure::money_per_order || measure == Measure::money_per_unit
        || ((measure == Measure::product_cost || measure == Measure::purchase_price) && parsed.quantity->form != "%");
    const double least = is_amount ? 0.5 : measure == Measure::duration ? 0.5e-6 : 0;  // millionths, seconds
    if (size > 0 && size < least) {
        return fail(in_quotes(node.text) + " is too small ("
                    + (is_amount ? "money is counted in millionths" : "time is counted in microseconds") + ")");
    }
    return parsed.quantity;
}

std::vector<Quantity> read_quantities(Draft& draft, const Node& node, Measure measure, std::string_view limits) {
    std::vector<Quantity> result;
    if (!node.is_sequence()) {
        if (const auto q = read_quantity(draft, node, measure, limits)) {
            result.push_back(*q);
        }
        return result;
    }
    for (const auto& item : node.items) {
        if (const auto q = read_quantity(draft, item, measure, limits)) {
            result.push_back(*q);
        }
    }
    return result;
}

std::vector<models::Index> read_selector(Draft& draft, const Node& node, const Registry& registry) {
    std::vector<bool> picked(registry.size(), is_all(node));
    if (node.is_scalar() && !is_all(node)) {
        pick(draft, node, registry, picked);
    }
    for (const auto& item : node.items) {
        if (is_all(item)) {
            picked.assign(registry.size(), true);
        } else if (item.is_scalar()) {
            pick(draft, item, registry, picked);
        } else {
            draft.problems.add(item.place, "wanted is an id or a glob, not " + std::string(describe(item.kind)));
        }
    }
    if (node.is_map() || (node.is_sequence() && node.items.empty())) {
        draft.problems.add(node.place,
                           "wanted is `all`, an id, a glob, or a list of them, not "
                               + std::string(node.is_map() ? "a map" : "an empty list"));
    }
    std::vector<models::Index> result;
    for (std::size_t i = 0; i < picked.size(); ++i) {
        if (picked[i]) {
            result.push_back(static_cast<models::Index>(i));
        }
    }
    return result;
}

std::optional<models::Index> read_id(Draft& draft, const Node& node, const Registry& registry) {
    const auto index = node.is_scalar() ? registry.find(node.text) : std::nullopt;
    if (!index) {
        const auto ids = registry.ids();
        draft.problems.add(node.place,
                           "there is no " + std::string(registry.what()) + " " + in_quotes(node.text)
                               + full_width_hint(node.text) + did_you_mean(node.text, ids));
    }
    return index;
}

std::optional<sim::Time> read_moment(Draft& draft, const Node& node) {
    if (!node.is_scalar()) {
        draft.problems.add(
            node.place, "wanted is a date and time or a time since the start, not " + std::string(describe(node.kind)));
        return std::nullopt;
    }
    if (!looks_like_date(node.text)) {
        const auto q = read_quantity(draft, node, Measure::duration);
        return q ? std::optional(sim::Time{sim::from_seconds(q->value).us}) : std::nullopt;
    }
    std::string error;
    const auto instant = parse_instant(node.text, error);
    if (!instant) {
        draft.problems.add(node.place, in_quotes(node.text) + ": " + error);
        return std::nullopt;
    }
    return sim::Time{draft.has_time ? instant->utc_us - draft.start.utc_us : 0};
}

std::string id_fault(std::string_view id) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    constexpr std::size_t longest = 100;
    if (id.empty()) {
        return "an id must not be empty";
    }
    if (id.size() > longest) {
        return "the id " + in_quotes(id) + " is too long (at most 100 bytes)";
    }
    if (id == "all" || id == "markets" || id.front() == '.' || id.front() == '-') {
        return in_quotes(id)
               + " cannot be an id (`all` and `markets` have a meaning, and an id does not begin with '.' or '-')";
    }
    for (const char c : id) {
        if (static_cast<unsigned char>(c) < 0x80 && allowed.find(c) == std::string_view::npos) {
            return in_quotes(id) + " cannot be an id (letters, digits, '-', '_' and '.' are possible)";
        }
    }
    return "";
}

}  // namespace spate::scenarios
