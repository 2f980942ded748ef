#include <algorithm>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"
#include "scenarios/load/suggest.hpp"

/// What happens inside a site: steps, lines, working hours.
namespace spate::scenarios {

namespace {

using models::StageSpec;
using models::WeeklyProfile;
using sim::Duration;

constexpr std::size_t max_stages = 32;

/// A part of the week with its speed; `from` and `to` since midnight of each of the days.
struct Span {
    unsigned days = 0;
    Duration from, to;
    double speed = 1;
};

std::optional<Duration> time_of_day(Reader& reader, std::string_view key) {
    const Node* node = reader.node(key);
    const auto time = node != nullptr && node->is_scalar() ? parse_time_of_day(node->text) : std::nullopt;
    if (node != nullptr && !time) {
        reader.problem(key, in_quotes(node->text) + " is not a time of day. write for example 08:00?");
    }
    return time;
}

std::optional<Span> read_span(Draft& draft, const Node& node) {
    Reader reader(draft, "span", node);
    const Node days_text = reader.node_or_default("days");
    const auto days = parse_days(days_text.text);
    if (!days) {
        reader.problem("days",
                       in_quotes(days_text.text) + " are not days of the week. write for example mon-fri or sat,sun?");
    }
    const auto from = time_of_day(reader, "from"), to = time_of_day(reader, "to");
    const double speed = reader.number("speed");
    return days && from && to ? std::optional(Span{*days, *from, *to, speed}) : std::nullopt;
}

/// Speed at a time of the week: of the last span that covers it.
double speed_at(const std::vector<Span>& spans, Duration at) {
    const auto today = static_cast<unsigned>(at / sim::day);
    const unsigned yesterday = (today + 6) % 7;
    const Duration time{at.us % sim::day.us};
    double speed = 0;
    for (const auto& s : spans) {
        const bool over_night = s.to <= s.from;
        const bool here = (s.days >> today & 1U) != 0 && time >= s.from && (over_night || time < s.to);
        const bool late = over_night && (s.days >> yesterday & 1U) != 0 && time < s.to;
        speed = here || late ? s.speed : speed;
    }
    return speed;
}

WeeklyProfile to_profile(Draft& draft, const std::vector<Span>& spans, Place place) {
    std::vector<Duration> edges;
    for (std::int64_t day = 0; day < 7; ++day) {
        edges.push_back(sim::day * day);
        for (const auto& s : spans) {
            edges.push_back(sim::day * day + s.from);
            edges.push_back({(sim::day * day + s.to).us % sim::week.us});
        }
    }
    std::sort(edges.begin(), edges.end());
    std::vector<WeeklyProfile::Segment> segments;
    for (const auto edge : edges) {
        const double speed = edge < sim::week ? speed_at(spans, edge) : 0;
        if (edge < sim::week && (segments.empty() || segments.back().value != speed)) {
            segments.push_back({edge, speed});
        }
    }
    if (std::none_of(segments.begin(), segments.end(), [](const auto& s) { return s.value > 0; })) {
        draft.problems.add(place, "these hours never work (a speed above 0 is needed at some time of the week)");
        return {};
    }
    return {segments, draft.spec.week_time_at_start};
}

StageSpec::Per per_of(std::string_view form) {
    return form == "o/t" ? StageSpec::Per::order : StageSpec::Per::unit;
}

void read_servers(Reader& reader, StageSpec& stage) {
    const Node servers = reader.node_or_default("servers");
    if (servers.is_scalar() && servers.text == "unlimited") {
        stage.servers = 0;
        return;
    }
    const auto count = read_quantity(reader.draft(), servers, Measure::integer, "1..1e6");
    if (count && count->value != static_cast<double>(static_cast<std::uint32_t>(count->value))) {
        reader.problem("servers", in_quotes(servers.text) + " is not a whole number");
    }
    stage.servers = static_cast<std::uint32_t>(count.value_or(Quantity{1, ""}).value);
}

void read_work(Reader& reader, StageSpec& stage) {
    const auto rate = reader.quantity("rate");
    const auto time = reader.distribution("time");
    const auto per = reader.word("per");
    const bool says_rate = reader.node("rate") != nullptr, says_time = reader.node("time") != nullptr;
    if (says_rate == says_time) {
        reader.problem_unless_slip("rate",
                                   "a stage has either a rate or a time. write for example {rate: 70k orders/h}?");
        return;
    }
    if (rate) {
        stage.work = sim::Distribution::constant(1 / rate->value);
        stage.per = per_of(rate->form);
    } else if (time) {
        stage.work = *time;
        stage.per = per.value_or(0) == 0 ? StageSpec::Per::order : StageSpec::Per::unit;
    }
}

}  // namespace

void refuse_priority(Draft& draft, const StageSpec& stage, const Place& place) {
    if (stage.by_priority) {
        draft.problems.add(place,
                           "stage " + in_quotes(stage.name)
                               + " serves who comes first: `queue: priority` is for stages that customers' orders pass "
                                 "at a site. leave it out?");
    }
}

StageSpec read_stage(Draft& draft, const std::string& name, const Node& node) {
    StageSpec stage;
    stage.name = name;
    if (node.is_scalar()) {
        if (const auto rate = read_quantity(draft, node, Measure::work_rate, "> 0")) {
            stage.work = sim::Distribution::constant(1 / rate->value);
            stage.per = per_of(rate->form);
        }
        return stage;
    }
    Reader reader(draft, "stage", node);
    read_servers(reader, stage);
    read_work(reader, stage);
    stage.calendar = read_hours(draft, reader.node_or_default("hours"));
    stage.by_priority = reader.word("queue").value_or(0) == 1;
    return stage;
}

WeeklyProfile read_hours(Draft& draft, const Node& node) {
    constexpr unsigned every_day = 0x7F;
    const std::vector<std::string_view> words{"always", "day", "two-shift"};
    if (node.is_scalar()) {
        if (node.text == "always") {
            return {};
        }
        if (node.text == "day") {
            return to_profile(draft, {{every_day, sim::hour * 7, sim::hour * 19, 1}}, node.place);
        }
        if (node.text == "two-shift") {
            return to_profile(draft, {{every_day, sim::hour * 6, sim::hour * 22, 1}}, node.place);
        }
        draft.problems.add(node.place, in_quotes(node.text) + " are no known hours" + did_you_mean(node.text, words));
        return {};
    }
    std::vector<Span> spans;
    const std::size_t before = draft.problems.count();
    for_each_item(draft, node, "span", false, [&](const Node& item) {
        if (const auto span = read_span(draft, item)) {
            spans.push_back(*span);
        }
    });
    constexpr std::size_t max_spans = 100;
    if (spans.size() > max_spans) {
        draft.problems.add(node.place, "more than 100 spans of hours");
        return {};
    }
    return draft.problems.count() > before ? WeeklyProfile() : to_profile(draft, spans, node.place);
}

void read_stages(Draft& draft, const Node& node, models::SiteSpec& site) {
    if (!node.is_map()) {
        draft.problems.add(
            node.place, "`stages` must be a map of steps. write for example {pick: 90k units/h, pack: 70k orders/h}?");
        return;
    }
    if (node.entries.size() > max_stages) {
        draft.problems.add(node.place, "more than 32 stages");
        return;
    }
    for (const auto& entry : node.entries) {
        if (const auto fault = id_fault(entry.key); !fault.empty()) {
            draft.problems.add(entry.place, fault);
            continue;
        }
        StageSpec stage = read_stage(draft, entry.key, entry.value);
        if (entry.key != "receive") {
            site.outbound.push_back(std::move(stage));
            continue;
        }
        if (stage.per == StageSpec::Per::order && entry.value.kind != Node::Kind::null && draft.problems.empty()) {
            draft.problems.add(entry.value.place,
                               "`receive` counts units, not orders. write for example 60k units/h, or per: unit?");
        }
        stage.per = StageSpec::Per::unit;
        refuse_priority(draft, stage, entry.value.place);
        site.receive = std::move(stage);
    }
}

models::ProductionSpec read_production(Reader& reader) {
    models::ProductionSpec production;
    production.lines = static_cast<std::uint32_t>(reader.whole("lines").value_or(1));
    production.units_per_second = reader.number("rate");
    production.batch = reader.whole("batch").value_or(1);
    production.set_up = reader.duration("set_up").value_or(Duration{});
    production.calendar = read_hours(reader.draft(), reader.node_or_default("hours"));
    return production;
}

}  // namespace spate::scenarios
