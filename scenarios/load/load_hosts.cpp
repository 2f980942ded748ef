// Hosts of live-stream sessions, how broadcasts are shared out among them, and the observers of sessions.
#include <algorithm>

#include <fmt/format.h>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

using models::HostSpec;

/// What a tier stands for where no followers are stated.
double usual_followers(HostSpec::Tier tier) {
    switch (tier) {
        case HostSpec::Tier::s: return 16e6;
        case HostSpec::Tier::a: return 4e6;
        case HostSpec::Tier::b: return 1e6;
    }
    return 1e6;
}

/// A tag or a list of them, ascending.
std::vector<std::string> read_tags(Draft& draft, const Node& node) {
    std::vector<std::string> tags;
    const std::vector<Node> single{node};
    for (const auto& item : node.is_sequence() ? node.items : single) {
        if (!item.is_scalar() || item.text.empty()) {
            draft.problems.add(item.place, "a style is a word or a list of words. write for example [beauty, funny]?");
            continue;
        }
        tags.push_back(item.text);
    }
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    return tags;
}

void read_absences(Reader& reader, HostSpec& host) {
    Draft& draft = reader.draft();
    host.absences_per_year = reader.number("per_year");
    host.absent_for = reader.duration("lasts").value_or(sim::week);
    const Node* list = reader.node("at");
    if (list == nullptr) {
        if (reader.node("per_year") == nullptr) {
            reader.problem_unless_slip("", "no absence ever begins. write `per_year`, or `at`, beside `lasts`?");
        }
        return;
    }
    const sim::Time end{(draft.spec.warm_up + draft.spec.horizon).us};
    const std::vector<Node> single{*list};
    for (const auto& item : list->is_sequence() ? list->items : single) {
        const auto at = read_moment(draft, item);
        if (at && draft.has_time && (at->us < 0 || *at >= end)) {
            draft.problems.add(item.place,
                               "host " + in_quotes(host.id)
                                   + " would be absent outside of the simulated time. move it, or change `time`?");
        } else if (at) {
            host.absent_at.push_back(*at);
        }
    }
    std::sort(host.absent_at.begin(), host.absent_at.end());
}

void load_host(Draft& draft, const Node& item) {
    Reader reader(draft, "host", item);
    HostSpec host;
    host.id = reader.slug("id");
    host.name = reader.text("name");
    host.name = host.name.empty() ? host.id : host.name;
    host.tier = static_cast<HostSpec::Tier>(reader.word("tier").value_or(2));
    const auto followers = reader.quantity("followers");
    host.followers = followers ? followers->value : usual_followers(host.tier);
    if (const Node* style = reader.node("style")) {
        host.style = read_tags(draft, *style);
    }
    if (auto absent = reader.map("absent")) {
        read_absences(*absent, host);
    }
    if (!host.id.empty() && draft.hosts.add(host.id, reader.place("id"), draft.problems)) {
        draft.spec.hosts.push_back(std::move(host));
    }
}

/// What would say nothing. Values that change nothing, to be compared with others, are none of it.
void check_host_pool(Reader& pool) {
    const auto& spec = pool.draft().spec;
    const double s_share = spec.host_policy.s_share;
    const bool has_s = std::any_of(
        spec.hosts.begin(), spec.hosts.end(), [](const auto& host) { return host.tier == HostSpec::Tier::s; });
    if (!has_s && !spec.hosts.empty() && s_share > 0 && s_share < 1) {
        pool.problem("s_share", "no host is of tier S. give one `tier: S`, or leave this out?");
    }
    if (pool.node("keeps") != nullptr && pool.node("substitutes") == nullptr) {
        pool.problem("keeps", "nobody stands in for an absent host (`substitutes` is 0). write substitutes: 1?");
    }
}

/// The turnover of a time longer than the run is never looked at.
void check_turnover(Reader& turnover, const models::AlertSpec& alerts) {
    const auto& spec = turnover.draft().spec;
    if (turnover.draft().has_time && alerts.turnover_over > spec.warm_up + spec.horizon) {
        turnover.problem(
            "over",
            fmt::format("the turnover is never looked at (it is that of the last {:g} d, and the run lasts "
                        "{:g} d). write a shorter `over`?",
                        alerts.turnover_over.hours() / 24,
                        (spec.warm_up + spec.horizon).hours() / 24));
    }
}

}  // namespace

void load_hosts(Reader& scenario) {
    if (const Node* list = scenario.node("hosts")) {
        for_each_item(
            scenario.draft(), *list, "host", false, [&](const Node& item) { load_host(scenario.draft(), item); });
    }
}

void load_host_pool(Reader& policies) {
    auto pool = policies.map("host_pool");
    if (!pool) {
        return;
    }
    auto& spec = policies.draft().spec;
    if (policies.draft().hosts.size() == 0) {
        policies.problem("host_pool", "there are no hosts to share broadcasts out among. list them in `hosts`?");
    }
    spec.host_policy.s_share = pool->number("s_share");
    spec.host_policy.substitutes = static_cast<std::uint32_t>(pool->whole("substitutes").value_or(0));
    spec.host_policy.keeps = pool->number("keeps");
    check_host_pool(*pool);
}

void load_alerts(Reader& scenario) {
    auto reader = scenario.map("alerts");
    if (!reader) {
        return;
    }
    auto& spec = scenario.draft().spec;
    auto& alerts = spec.alerts.emplace();
    alerts.carts = reader->number("carts");
    alerts.orders = reader->number("orders");
    alerts.least = reader->number("least");
    alerts.every = reader->duration("every").value_or(sim::minute);
    if (alerts.every.us % sim::minute.us != 0) {
        reader->problem("every", "carts and orders are counted by the minute. write whole minutes?");
    }
    const bool has_carts =
        std::any_of(spec.sessions.begin(), spec.sessions.end(), [](const auto& s) { return s.carts.has_value(); });
    if (reader->node("carts") != nullptr && !has_carts) {
        reader->problem("carts", "no session has carts to look at. give one `carts`, or leave this out?");
    }
    for (const char* key : {"orders", "least", "every"}) {
        if (reader->node(key) != nullptr && spec.sessions.empty()) {
            reader->problem(key, "there are no sessions that could be looked at. leave this out?");
        }
    }
    if (auto turnover = reader->map("turnover")) {
        alerts.turnover_days = turnover->duration("days");
        alerts.turnover = turnover->number("below");
        alerts.turnover_over = turnover->duration("over").value_or(sim::day * 30);
        check_turnover(*turnover, alerts);
    }
}

}  // namespace spate::scenarios
