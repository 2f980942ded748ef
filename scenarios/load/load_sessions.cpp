#include <fmt/format.h>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

void read_size(Reader& reader, models::SessionSpec& session) {
    const auto lift = reader.quantity("lift");
    const auto orders = reader.quantity("orders");
    if ((reader.node("lift") != nullptr) == (reader.node("orders") != nullptr)) {
        reader.problem_unless_slip(
            "lift", "a session has either `lift` or `orders`. write for example lift: 15 x, or orders: 100k?");
    }
    session.lift = lift.value_or(Quantity{1, ""}).value;
    if (orders) {
        session.orders = orders->value;
    }
}

void check_start(Reader& reader, const models::SessionSpec& session) {
    const auto& spec = reader.draft().spec;
    const sim::Duration end = spec.warm_up + spec.horizon;
    if (!reader.draft().has_time || reader.node("starts") == nullptr
        || (session.start.us >= 0 && session.start.us < end.us)) {
        return;
    }
    const std::string length =
        end.us % sim::day.us == 0 ? std::to_string(end / sim::day) + " d" : fmt::format("{:g} h", end.hours());
    reader.problem("starts",
                   "session " + in_quotes(session.id)
                       + (session.start.us < 0 ? " starts before" : " starts after the end of")
                       + " the simulated time (" + spec.start + " and " + length + " on). move it, or change `time`?");
}

/// One of the hosts that are listed, or else a label.
void read_host(Reader& reader, models::SessionSpec& session) {
    Draft& draft = reader.draft();
    const Node* host = reader.node("host");
    if (host == nullptr) {
        return;
    }
    if (draft.hosts.size() > 0) {
        session.hosts = read_selector(draft, *host, draft.hosts);
        session.host = session.hosts.size() == 1 ? draft.spec.hosts[session.hosts.front()].name : "";
    } else if (host->is_scalar() && host->text.find('\n') == std::string::npos && host->text.size() <= 1000) {
        session.host = host->text;
    } else {
        reader.problem("host", "without `hosts` this is a name on one line. list several in `hosts`?");
    }
}

/// A word that is said when the broadcast is over works no more.
void refuse_late_word(Reader& event, const sim::Distribution& at, std::optional<sim::Duration> lasts) {
    if (lasts && at.is_constant() && at.mean() >= lasts->seconds()) {
        event.problem("at",
                      fmt::format("the session is over by then (it lasts {:g} h), so nothing follows. say it earlier?",
                                  lasts->hours()));
    }
}

void read_script(Reader& reader, models::SessionSpec& session, std::optional<sim::Duration> lasts) {
    const Node* list = reader.node("script");
    if (list == nullptr) {
        return;
    }
    for_each_item(reader.draft(), *list, "script", false, [&](const Node& item) {
        Reader event(reader.draft(), "script", item);
        models::ScriptSpec script;
        script.phrase = static_cast<models::ScriptSpec::Phrase>(event.word("say").value_or(0));
        script.at = event.distribution("at").value_or(sim::Distribution{});
        refuse_late_word(event, script.at, lasts);
        script.lasts = event.duration("lasts").value_or(sim::minute);
        script.rate = event.quantity("rate").value_or(Quantity{1, ""}).value;
        read_scripted_gift(event, script);
        session.script.push_back(std::move(script));
    });
}

/// What a session has beyond its pulse.
void read_extras(Reader& reader, models::SessionSpec& session) {
    read_host(reader, session);
    session.tier = static_cast<models::SessionTier>(reader.word("tier").value_or(0));
    if (auto luck = reader.map("luck")) {
        session.luck_cv = luck->number("cv");
    }
    session.cap = reader.whole("cap");
    if (auto carts = reader.map("carts")) {
        const auto conversion = carts->quantity("conversion");
        session.carts = models::CartSpec{conversion ? conversion->value : 1,
                                         carts->distribution("lead").value_or(sim::Distribution{})};
    }
}

/// What its orders pay and get.
void read_offer(Reader& reader, models::SessionSpec& session) {
    const bool has_price = reader.node("price") != nullptr, has_discount = reader.node("discount") != nullptr;
    const auto price = reader.quantity("price"), discount = reader.quantity("discount");
    if (has_price && has_discount) {
        reader.problem("discount", "a session has either `price` or `discount`. leave one out?");
    }
    if (price) {
        session.price = models::to_money(price->value);
    }
    session.discount = discount ? discount->value : 0;
    if (auto gift = reader.map("gift")) {
        session.gift = read_gift(*gift);
    }
}

/// Who orders outside of it if a broadcast is cancelled.
void read_absence(Reader& reader, models::SessionSpec& session) {
    auto absence = reader.map("absence");
    if (!absence) {
        return;
    }
    session.to_base = absence->number("to_base");
    session.to_base_over = absence->duration("over").value_or(sim::day);
    session.to_base_channel = session.channel;
    absence->slug("channel");
    if (const Node* channel = absence->node("channel")) {
        session.to_base_channel = read_id(reader.draft(), *channel, reader.draft().channels).value_or(0);
    }
    if (session.hosts.empty()) {
        reader.problem_unless_slip("absence",
                                   "only a broadcast whose host is absent is cancelled, and this session has no host "
                                   "of `hosts`. name one in `host`, or leave this out?");
    }
}

void load_session(Draft& draft, const Node& item) {
    Reader reader(draft, "session", item);
    models::SessionSpec session;
    session.id = reader.slug("id");
    session.name = reader.text("name");
    session.name = session.name.empty() ? session.id : session.name;
    read_extras(reader, session);
    reader.slug("channel");
    if (const Node* channel = reader.node("channel")) {
        session.channel = read_id(draft, *channel, draft.channels).value_or(0);
    }
    session.products = reader.select("products", draft.products);
    session.markets = reader.select("markets", draft.markets);
    session.start = reader.moment("starts").value_or(sim::Time{});
    session.rise = reader.duration("rise").value_or(sim::Duration{});
    const auto lasts = reader.duration("lasts");
    session.lasts = lasts.value_or(sim::hour);
    read_script(reader, session, lasts);
    session.decay = reader.duration("decay").value_or(sim::Duration{});
    read_size(reader, session);
    session.quantity = reader.distribution("quantity").value_or(sim::Distribution::constant(1));
    refuse_no_units(reader, session.quantity);
    read_offer(reader, session);
    read_absence(reader, session);
    check_gifts(reader, session);
    if (session.rise > session.lasts) {
        reader.problem("rise", "the session rises longer than it lasts");
    }
    if (auto repeat = reader.map("repeat")) {
        session.repeat_every = repeat->duration("every");
        session.repeat_times = static_cast<std::uint32_t>(repeat->whole("times").value_or(1));
    }
    check_start(reader, session);
    if (!session.id.empty() && draft.sessions.add(session.id, reader.place("id"), draft.problems)) {
        draft.spec.sessions.push_back(std::move(session));
    }
}

}  // namespace

void load_sessions(Reader& scenario) {
    if (const Node* list = scenario.node("sessions")) {
        for_each_item(
            scenario.draft(), *list, "session", false, [&](const Node& item) { load_session(scenario.draft(), item); });
        if (scenario.draft().spec.sessions.size() > models::most_sessions) {
            scenario.draft().problems.add(list->place,
                                          "there are more sessions than 65,534. `repeat` one for further broadcasts?");
        }
    }
}

}  // namespace spate::scenarios
