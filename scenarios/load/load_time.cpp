#include <algorithm>

#include "models/record/peak_calendar.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

void load_time(Reader& scenario) {
    Draft& draft = scenario.draft();
    auto time = scenario.map("time");
    if (!time) {
        return;
    }
    if (const Node* start = time->node("start")) {
        std::string error;
        if (const auto instant = parse_instant(start->text, error)) {
            draft.start = *instant;
            draft.spec.start = start->text;
            draft.spec.week_time_at_start = instant->week_time();
        } else {
            time->problem("start", in_quotes(start->text) + ": " + error);
        }
    }
    draft.spec.warm_up = time->duration("warm_up").value_or(sim::Duration{});
    const auto horizon = time->duration("horizon");
    draft.spec.horizon = horizon.value_or(sim::day);
    draft.has_time = horizon && !draft.spec.start.empty();
}

void refuse_too_often(Draft& draft, const Node& said, sim::Duration step) {
    constexpr std::int64_t most = 100'000'000;
    const sim::Duration length = draft.spec.warm_up + draft.spec.horizon;
    if (draft.has_time && step.us > 0 && length / step > most) {
        draft.problems.add(said.place,
                           in_quotes(said.text) + " happens " + std::to_string(length / step)
                               + " times in the simulated time (at most 100 million). lengthen it, or shorten `time`?");
    }
}

void refuse_too_often(Reader& reader, std::string_view key, sim::Duration step) {
    if (const Node* said = reader.node(key)) {
        refuse_too_often(reader.draft(), *said, step);
    }
}

namespace {

/// What is wrong with a step of peaks; empty if nothing is.
std::string peaks_fault(const models::ModelSpec& spec, sim::Duration step, bool has_time) {
    constexpr std::int64_t most_steps = 360, most_rows = 1'000'000;
    const sim::Duration every = spec.trace.series_every;
    if (step.us <= 0 || every.us % step.us != 0)
        return "does not go into `series` a whole number of times. take a part of it, such as 1 min of 1 h?";
    if (every / step > most_steps) {
        return "gives " + std::to_string(every / step) + " rows in each step of `series` (at most "
               + std::to_string(most_steps) + "). lengthen it, or shorten `series`?";
    }
    models::ModelSpec copy;
    copy.warm_up = spec.warm_up;
    copy.horizon = spec.horizon;
    copy.sessions = spec.sessions;
    copy.trace = spec.trace;
    copy.trace.peaks_every = step;
    const std::int64_t rows = has_time ? models::PeakCalendar(copy).all_steps() : 0;
    return rows <= most_rows
               ? ""
               : "gives " + std::to_string(rows) + " rows around the sessions (at most 1 million). lengthen it?";
}

/// As said; if nothing is said, a minute where that fits the sample period.
std::optional<sim::Duration> load_peaks(Reader& reader) {
    Draft& draft = reader.draft();
    const Node node = reader.node_or_default("peaks");
    if (node.is_scalar() && node.text == "off")
        return {};
    const auto step = read_quantity(draft, node, Measure::duration, "> 0");
    if (!step || draft.spec.trace.series_every.us <= 0)
        return {};
    const sim::Duration every = sim::from_seconds(step->value);
    const std::string fault = peaks_fault(draft.spec, every, draft.has_time);
    if (fault.empty())
        return every;
    if (reader.node("peaks") != nullptr)
        reader.problem("peaks", in_quotes(node.text) + " " + fault);
    return {};
}

/// The step of carts, if there are carts and it fits.
std::optional<sim::Duration> load_cart_steps(Reader& reader) {
    constexpr std::int64_t most_rows = 1'000'000;
    const auto every = reader.duration("carts");
    if (!every || every->us <= 0)
        return {};
    const auto& spec = reader.draft().spec;
    const auto sessions =
        std::count_if(spec.sessions.begin(), spec.sessions.end(), [](const auto& s) { return s.carts.has_value(); });
    const std::int64_t steps = (spec.warm_up + spec.horizon) / *every + 1;
    const std::string said = in_quotes(reader.node("carts")->text) + " ";
    if (sessions == 0) {
        reader.problem("carts", "no session has carts to record. give one `carts`, or leave this out?");
    } else if (spec.trace.series_every.us % every->us != 0) {
        reader.problem("carts",
                       said
                           + "does not go into `series` a whole number of times. take a part of it, such as 1 min of "
                             "1 h?");
    } else if (reader.draft().has_time && steps > most_rows / sessions) {
        reader.problem("carts",
                       said + "gives up to " + std::to_string(steps)
                           + " rows for each session with carts (at most 1 million in all). lengthen it?");
    } else {
        return every;
    }
    return {};
}

}  // namespace

void load_trace(Reader& scenario) {
    auto trace = scenario.map("trace");
    const Node empty = Node::map(scenario.place());
    Reader reader = trace ? *trace : Reader(scenario.draft(), "trace", empty);
    auto& spec = scenario.draft().spec.trace;
    spec.series_every = reader.duration("series").value_or(sim::hour);
    refuse_too_often(reader, "series", spec.series_every);
    spec.peaks_every = load_peaks(reader);
    spec.carts_every = load_cart_steps(reader);
    spec.orders_share = reader.number("orders");
    spec.shipments = reader.flag("shipments");
    spec.decisions = reader.flag("decisions");
    if (const auto within = reader.quantity("views")) {
        spec.views_within = within->value;
    }
}

void load_snapshot(Reader& scenario) {
    auto snapshot = scenario.map("snapshot");
    if (!snapshot)
        return;
    auto& spec = scenario.draft().spec.snapshot;
    spec.every = snapshot->duration("every");
    if (spec.every)
        refuse_too_often(*snapshot, "every", *spec.every);
}

}  // namespace spate::scenarios
