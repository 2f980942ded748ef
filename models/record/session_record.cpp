#include "models/record/session_record.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "models/demand/cart_curve.hpp"
#include "models/demand/session_stock.hpp"
#include "models/record/columns.hpp"
#include "models/record/tables.hpp"

namespace spate::models {

namespace {

constexpr Duration absence_window = sim::day * 30;

using namespace columns;  // NOLINT(google-build-using-namespace): tables, nothing else
using sim::Cell;
using sim::StaticTable;

Column factor(std::string name, std::string text) {
    return {std::move(name), ColumnType::f64, "1", std::move(text), {}, "", 1.0};
}

/// A table in the making: a column for each of its makers, filled row by row.
template <class Item>
class Rows {
  public:
    explicit Rows(std::vector<const Item*> items)
        : items_(std::move(items)) {}

    template <class Value>
    sim::NumberColumn column(Column column, Value&& value) const {
        std::vector<Cell> cells;
        for (const Item* item : items_)
            cells.emplace_back(value(*item));
        return {std::move(column), std::move(cells)};
    }

  private:
    std::vector<const Item*> items_;
};

StaticTable hosts_table(const ModelSpec& spec) {
    std::vector<const HostSpec*> items;
    sim::TextColumn id{"id", "key in the scenario", {}}, name{"name", "display name", {}};
    for (const auto& host : spec.hosts) {
        items.push_back(&host);
        id.values.push_back(host.id);
        name.values.push_back(host.name);
    }
    const Rows<HostSpec> rows(items);
    return {
        "/hosts",
        "Hosts of live-stream sessions",
        {id, name},
        {rows.column({"tier", ColumnType::u8, "1", "size", {"S", "A", "B"}, "", 1.0},
                     [](const auto& h) { return static_cast<std::int64_t>(h.tier); }),
         rows.column(factor("followers", "followers"), [](const auto& h) { return h.followers; }),
         rows.column(factor("audience", "factor of a session's rate"), [](const auto& h) { return audience_of(h); })}};
}

std::int64_t row_number(const std::optional<Index>& index) {
    return index ? std::int64_t{*index} : std::int64_t{no_row};
}

/// Mean orders before the end of the run, with the planned host, no luck, no script.
double expected_orders(const ModelSpec& spec, const Broadcast& broadcast, double rate) {
    const auto& session = spec.sessions[broadcast.session];
    const PulseTrain pulse({session.rise, session.lasts, session.decay}, broadcast.start, {}, 1);
    return rate * broadcast.planned_audience * pulse.integral(Time{} + spec.warm_up + spec.horizon);
}

StaticTable broadcasts_table(const ModelSpec& spec,
                             const std::vector<const Broadcast*>& all,
                             const BaseDemand& base,
                             const SessionBook& book) {
    std::vector<double> rates;
    for (std::size_t s = 0; s < spec.sessions.size(); ++s)
        rates.push_back(placed_rate(spec, base, s));
    const Rows<Broadcast> rows(all);
    const auto counts = [&](const Broadcast& b) -> const SessionBook::Counts& {
        return book.broadcast(b.session, b.number);
    };
    const auto closes = [&](const Broadcast& b) {
        const Time at = base.closes(b.session, b.number);
        return at == sim::end_of_time ? no_time : at.us;
    };
    const char* of_whom = "/hosts";
    return {"/broadcasts",
            "Broadcasts of live-stream sessions, by session and number; carts and orders before the end of the run",
            {},
            {rows.column(row_of("session", "/sessions", "session"), [](const auto& b) { return b.session; }),
             rows.column(count("number", "in its session, from 0"), [](const auto& b) { return b.number; }),
             rows.column(moment("start", "begins"), [](const auto& b) { return b.start.us; }),
             rows.column(moment("end", "ends, the fading included"), [](const auto& b) { return b.end.us; }),
             rows.column(row_of("planned", of_whom, "host that was planned (4294967295: none)"),
                         [](const auto& b) { return row_number(b.planned); }),
             rows.column(row_of("host", of_whom, "host that came (4294967295: none)"),
                         [](const auto& b) { return row_number(b.host); }),
             rows.column(count("cancelled", "1: the host was absent and nobody stood in"),
                         [](const auto& b) { return std::int64_t{b.is_cancelled()}; }),
             rows.column(factor("planned_audience", "factor of the rate, of the host that was planned"),
                         [](const auto& b) { return b.planned_audience; }),
             rows.column(factor("audience", "factor of the rate, of the host that came"),
                         [](const auto& b) { return b.audience; }),
             rows.column(factor("luck", "factor of the rate, of this broadcast"), [](const auto& b) { return b.luck; }),
             rows.column(factor("expected", "orders to be expected of the planned host, without luck, script and cap"),
                         [&](const auto& b) { return expected_orders(spec, b, rates[b.session]); }),
             rows.column(count("carts", "carts made for it"), [&](const auto& b) { return counts(b).carts; }),
             rows.column(count("orders", "orders placed"), [&](const auto& b) { return counts(b).orders; }),
             rows.column(units("units", "units of these"), [&](const auto& b) { return counts(b).units; }),
             rows.column(count("turned_away", "orders that came when the cap was sold"),
                         [&](const auto& b) { return counts(b).turned_away; }),
             rows.column(count("moved", "orders that came as base orders, for it was cancelled"),
                         [&](const auto& b) { return counts(b).moved; }),
             rows.column(moment("closed", "the cap was sold"), closes)}};
}

StaticTable carts_table(const CartCurve& curve) {
    std::vector<const CartCurve::Step*> items;
    for (const auto& step : curve.steps())
        items.push_back(&step);
    const Rows<CartCurve::Step> rows(items);
    return {"/series/carts",
            "Carts of sessions in steps of carts_every_us, as far as there are any",
            {},
            {rows.column(row_of("session", "/sessions", "session"), [](const auto& s) { return s.session; }),
             rows.column(moment("time", "end of the step"), [](const auto& s) { return s.end.us; }),
             rows.column(count("carts", "carts made in it"), [](const auto& s) { return s.carts; }),
             rows.column(count("kept", "of these, become orders, later too, or would but for the cap"),
                         [](const auto& s) { return s.kept; }),
             rows.column(count("orders", "orders placed in it"), [](const auto& s) { return s.orders; })}};
}

/// An event of a script, with its broadcast.
struct Said {
    const Broadcast* broadcast;
    const ScriptEvent* event;
    std::uint32_t row;
};

StaticTable script_table(const std::vector<const Broadcast*>& all) {
    std::vector<Said> said;
    for (std::uint32_t row = 0; row < all.size(); ++row) {
        for (const auto& event : all[row]->script)
            said.push_back({all[row], &event, row});
    }
    std::vector<const Said*> items;
    for (const auto& item : said)
        items.push_back(&item);
    const Rows<Said> rows(items);
    return {
        "/script",
        "What hosts said in broadcasts",
        {},
        {rows.column(row_of("broadcast", "/broadcasts", "broadcast"), [](const auto& s) { return s.row; }),
         rows.column({"phrase", ColumnType::u8, "1", "what was said", {"push", "limited", "bargain"}, "", 1.0},
                     [](const auto& s) { return static_cast<std::int64_t>(s.event->phrase); }),
         rows.column(moment("from", "said"), [](const auto& s) { return s.event->from.us; }),
         rows.column(moment("to", "works until"), [](const auto& s) { return s.event->to.us; }),
         rows.column(factor("rate", "factor of the rate of orders meanwhile"),
                     [](const auto& s) { return s.event->rate; }),
         rows.column(count("buy", "meanwhile, for so many units that are paid (0: no gift of its own)"),
                     [](const auto& s) { return s.event->gift ? std::int64_t{s.event->gift->each} : 0; }),
         rows.column(count("get", "so many are given on top"),
                     [](const auto& s) { return s.event->gift ? std::int64_t{s.event->gift->units} : 0; }),
         rows.column(row_of("gift", "/products", "of this product (4294967295: of the one that is bought)"),
                     [](const auto& s) { return row_number(s.event->gift ? s.event->gift->product : std::nullopt); }),
         rows.column(
             {"when_out", ColumnType::u8, "1", "when the gift has run out, orders", {"stop", "without"}, "", 1.0},
             [](const auto& s) {
                 const auto& gift = s.event->gift;
                 return static_cast<std::int64_t>(gift ? gift->when_out : GiftSpec::WhenOut::stop);
             })}};
}

}  // namespace

SessionRecord::SessionRecord(ModelSpec& spec,
                             const BaseDemand& base,
                             const std::vector<std::vector<double>>& parts,
                             sim::Recorder& recorder)
    : spec_(spec)
    , base_(base)
    , book_(spec, base)
    , alerts_(spec, base, book_, recorder) {
    prepare_sessions(spec, base, book_, parts);
    alarms_ = listen_to_sessions(spec, base, parts);
    if (is_listened_to(spec))
        declare_emergencies(recorder);
    if (book_.is_empty())
        return;
    std::vector<const Broadcast*> all;
    for (std::size_t s = 0; s < spec.sessions.size(); ++s) {
        for (const auto& broadcast : base.broadcasts().of(s))
            all.push_back(&broadcast);
    }
    if (!spec.hosts.empty())
        recorder.add_static(hosts_table(spec));
    recorder.add_static(broadcasts_table(spec, all, base, book_));
    recorder.add_static(script_table(all));
    if (spec.trace.carts_every) {
        recorder.add_static(carts_table(CartCurve(spec, base)));
        recorder.set_attribute({"carts_every_us", "", spec.trace.carts_every->us, false});
    }
    const auto money = [&](std::string name, std::string text) {
        return Column{std::move(name), ColumnType::f64, spec.currency, std::move(text), {}, "", 1e-6};
    };
    absences_ = recorder.add_table(
        {"/summary/absences",
         "Stock and sales, at cost, in the 30 d before and after the first broadcast that missed its host",
         {moment("at", "that broadcast begins"),
          money("mean_stock_before", "goods in stock and between sites"),
          money("sold_before", "cost of goods sold"),
          money("mean_stock_after", "goods in stock and between sites"),
          money("sold_after", "cost of goods sold")}});
    series_ = recorder.add_table({"/series/sessions",
                                  "What the customers of every session did between two sample times",
                                  {count("carts", "carts made"),
                                   count("orders", "orders placed"),
                                   units("units", "units of these"),
                                   count("turned_away", "orders that came when the cap was sold")},
                                  static_cast<std::uint32_t>(spec.sessions.size()),
                                  "/sessions"});
}

void SessionRecord::declare_emergencies(sim::Recorder& recorder) {
    const Column kind{
        "kind", ColumnType::u8, "1", "what was heard", {"push", "limited", "bargain", "false_alarm"}, "", 1.0};
    emergency_table_ = recorder.add_table({"/emergency_orders",
                                           "What sites that listen to sessions ordered at once, each at one alarm",
                                           {kind,
                                            moment("at", "ordered"),
                                            row_of("session", "/sessions", "session"),
                                            row_of("site", "/network/sites", "site that ordered"),
                                            count("lines", "products ordered"),
                                            units("units", "units of all of them")}});
    emergency_summary_ = recorder.add_table({"/summary/emergency_orders",
                                             "Orders of sites that listen to sessions, placed after the warm-up",
                                             {kind,
                                              count("alarms", "alarms at which a site ordered"),
                                              count("lines", "products ordered"),
                                              units("units", "units of all of them")}});
}

/// What was ordered at alarms in the sample period [from, at) that is over.
void SessionRecord::record_emergencies(Time from, Time at, sim::TraceWriter& writer) {
    const auto is_earlier = [](const Alarm& alarm, Time time) { return alarm.at < time; };
    for (auto alarm = std::lower_bound(alarms_.begin(), alarms_.end(), from, is_earlier);
         alarm != alarms_.end() && alarm->at < at;
         ++alarm) {
        const auto kind = static_cast<std::size_t>(alarm->kind);
        writer.row(emergency_table_,
                   at,
                   {static_cast<std::int64_t>(kind),
                    alarm->at.us,
                    std::int64_t{alarm->session},
                    std::int64_t{alarm->site},
                    alarm->lines,
                    alarm->units});
        if (alarm->at < Time{} + spec_.warm_up)
            continue;
        ++emergencies_[kind].alarms;
        emergencies_[kind].lines += alarm->lines;
        emergencies_[kind].units += alarm->units;
    }
}

void SessionRecord::sample(Time at, const LedgerTotals& books, sim::TraceWriter& writer) {
    const Time before = std::exchange(sampled_, at);
    record_emergencies(before, at, writer);
    const std::int64_t period = (at.us - 1) / spec_.trace.series_every.us;
    for (std::uint32_t s = 0; s < spec_.sessions.size() && !book_.is_empty(); ++s) {
        const auto counts = at.us > 0 ? book_.period(s, period) : SessionBook::Counts{};
        const Cell cells[] = {counts.carts, counts.orders, counts.units, counts.turned_away};
        writer.row(series_, at, s, cells);
    }
    if (book_.is_empty() && !spec_.alerts)
        return;
    history_.add(at, books);
    alerts_.look(before, at, history_, writer);
}

/// The first broadcast without its host, and the next one at least a window later.
std::vector<Time> SessionRecord::absences() const {
    std::vector<Time> missed, events;
    for (std::size_t s = 0; s < spec_.sessions.size(); ++s) {
        for (const auto& broadcast : base_.broadcasts().of(s)) {
            if (broadcast.planned != broadcast.host)
                missed.push_back(broadcast.start);
        }
    }
    std::sort(missed.begin(), missed.end());
    for (const Time at : missed) {
        if (events.empty() || at >= events.back() + absence_window)
            events.push_back(at);
    }
    return events;
}

void SessionRecord::write_summary(Time end, sim::TraceWriter& writer) const {
    for (const Time at : book_.is_empty() ? std::vector<Time>{} : absences()) {
        const auto before = history_.in(at - absence_window, at), after = history_.in(at, at + absence_window);
        if (at - absence_window < Time{} + spec_.warm_up || at + absence_window > end || !before || !after)
            continue;
        writer.row(absences_, end, {at.us, before->mean_stock, before->sold, after->mean_stock, after->sold});
    }
    alerts_.write_summary(end, writer);
    for (std::size_t kind = 0; kind < alarm_kinds && is_listened_to(spec_); ++kind) {
        const Emergencies& of = emergencies_[kind];
        writer.row(emergency_summary_, end, {static_cast<std::int64_t>(kind), of.alarms, of.lines, of.units});
    }
}

}  // namespace spate::models
