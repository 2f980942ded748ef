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

void refuse_too_often(Reader& reader, std::string_view key, sim::Duration step) {
    constexpr std::int64_t most = 100'000'000;
    const auto& draft = reader.draft();
    const sim::Duration length = draft.spec.warm_up + draft.spec.horizon;
    if (!draft.has_time || reader.node(key) == nullptr || step.us <= 0 || length / step <= most) {
        return;
    }
    reader.problem(key,
                   in_quotes(reader.node(key)->text) + " happens " + std::to_string(length / step)
                       + " times in the simulated time (at most 100 million). lengthen it, or shorten `time`?");
}

void load_trace(Reader& scenario) {
    auto trace = scenario.map("trace");
    const Node empty = Node::map(scenario.place());
    Reader reader = trace ? *trace : Reader(scenario.draft(), "trace", empty);
    auto& spec = scenario.draft().spec.trace;
    spec.series_every = reader.duration("series").value_or(sim::hour);
    refuse_too_often(reader, "series", spec.series_every);
    spec.orders_share = reader.number("orders");
    spec.shipments = reader.flag("shipments");
    spec.decisions = reader.flag("decisions");
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
