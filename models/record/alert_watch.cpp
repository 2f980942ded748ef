#include "models/record/alert_watch.hpp"

#include <algorithm>

#include "models/record/tables.hpp"

namespace spate::models {

namespace {

constexpr double least_share = 0.05;  ///< of a broadcast's expected orders: before that a ratio says nothing
constexpr double seconds_per_year = 365.0 * 86400;

}  // namespace

AlertWatch::AlertWatch(const ModelSpec& spec, const BaseDemand& base, const SessionBook& book, sim::Recorder& recorder)
    : spec_(spec)
    , base_(base)
    , book_(book) {
    if (!spec.alerts)
        return;
    for (std::size_t s = 0; s < spec.sessions.size(); ++s) {
        rates_.push_back(placed_rate(spec, base, s));
        first_raised_.push_back(raised_.size());
        raised_.resize(raised_.size() + spec.sessions[s].repeat_times);
    }
    using sim::ColumnType;
    const sim::Column kind{"kind", ColumnType::u8, "1", "what was looked at", {"carts", "orders", "turnover"}, "", 1.0};
    summary_ = recorder.add_table({"/summary/alerts",
                                   "How many alerts were raised after the warm-up",
                                   {kind, {"alerts", ColumnType::i64, "1", "raised", {}, "", 1.0}}});
    table_ = recorder.add_table(
        {"/alerts",
         "What the observers of carts, orders and turnover noticed at sample times (alerts: …)",
         {kind,
          {"session", ColumnType::u32, "1", "session (4294967295: the whole network)", {}, "/sessions", 1.0},
          {"value", ColumnType::f64, "1", "carts, orders of the broadcast so far; turns a year", {}, "", 1.0},
          {"limit", ColumnType::f64, "1", "the value that raises the alert", {}, "", 1.0}}});
}

void AlertWatch::look(Time at, const TurnoverHistory& history, sim::TraceWriter& writer) {
    if (!spec_.alerts)
        return;
    for (std::size_t s = 0; s < spec_.sessions.size(); ++s)
        look_at_session(s, at, writer);
    if (spec_.alerts->turnover_days)
        look_at_turnover(at, history, writer);
}

/// A broadcast is looked at when those before it are over: what they have brought is known then.
Time AlertWatch::looked_from(std::size_t session, std::size_t broadcast) const {
    return broadcast == 0 ? Time{0} : said_until(session, broadcast - 1);
}

/// The end of a broadcast, without its fading.
Time AlertWatch::said_until(std::size_t session, std::size_t broadcast) const {
    return base_.broadcasts().of(session)[broadcast].start + spec_.sessions[session].lasts;
}

/// Carts made for a broadcast in the sample periods that begin before a time.
double AlertWatch::carts(std::size_t session, std::size_t broadcast, Time to) const {
    const std::uint32_t number = base_.broadcasts().of(session)[broadcast].number;
    return static_cast<double>(book_.progress(session, number, to).carts);
}

double AlertWatch::most_carts_before(std::size_t session, std::size_t broadcast) const {
    double most = 0;
    for (std::size_t n = 0; n < broadcast; ++n)
        most = std::max(most, carts(session, n, said_until(session, n)));
    return most;
}

/// With the host that was planned; luck and script are not known before.
double AlertWatch::expected_orders(std::size_t session, std::size_t broadcast, Time at) const {
    const auto& s = spec_.sessions[session];
    const auto& show = base_.broadcasts().of(session)[broadcast];
    const PulseTrain pulse({s.rise, s.lasts, s.decay}, show.start, {}, 1);
    return rates_[session] * show.planned_audience * pulse.integral(at);
}

void AlertWatch::look_at_session(std::size_t session, Time at, sim::TraceWriter& writer) {
    const auto shows = base_.broadcasts().of(session);
    for (std::size_t n = 0; n < shows.size(); ++n) {
        Raised& raised = raised_[first_raised_[session] + n];
        if (at <= looked_from(session, n) || at >= shows[n].end + spec_.trace.series_every)
            continue;
        if (raised.carts == 0 && at <= said_until(session, n) && spec_.sessions[session].carts) {
            const double limit = spec_.alerts->carts * most_carts_before(session, n), so_far = carts(session, n, at);
            raised.carts = limit > 0 && so_far >= limit;
            if (raised.carts != 0)
                raise(at, AlertKind::carts, session, so_far, limit, writer);
        }
        const double expected = expected_orders(session, n, at);
        if (raised.orders != 0 || expected <= 0 || expected < least_share * expected_orders(session, n, shows[n].end))
            continue;
        const auto orders = static_cast<double>(book_.progress(session, shows[n].number, at).orders);
        raised.orders = orders >= spec_.alerts->orders * expected;
        if (raised.orders != 0)
            raise(at, AlertKind::orders, session, orders, spec_.alerts->orders * expected, writer);
    }
}

void AlertWatch::look_at_turnover(Time at, const TurnoverHistory& history, sim::TraceWriter& writer) {
    const Time from = at - spec_.alerts->turnover_over;
    const auto span = history.in(from, at);
    if (from.us < 0 || !span || span->mean_stock <= 0)
        return;
    const double years = spec_.alerts->turnover_over.seconds() / seconds_per_year;
    const double turns = span->sold / span->mean_stock / years;
    const double limit = spec_.alerts->turnover * seconds_per_year / spec_.alerts->turnover_days->seconds();
    if (turns < limit && !is_low_)
        raise(at, AlertKind::turnover, no_row, turns, limit, writer);
    is_low_ = turns < limit;
}

void AlertWatch::raise(
    Time at, AlertKind kind, std::size_t subject, double value, double limit, sim::TraceWriter& writer) {
    counts_[static_cast<std::size_t>(kind)] += at >= Time{} + spec_.warm_up;
    writer.row(table_, at, {static_cast<std::int64_t>(kind), static_cast<std::int64_t>(subject), value, limit});
}

void AlertWatch::write_summary(Time end, sim::TraceWriter& writer) const {
    for (std::size_t kind = 0; kind < counts_.size() && spec_.alerts; ++kind)
        writer.row(summary_, end, {static_cast<std::int64_t>(kind), counts_[kind]});
}

}  // namespace spate::models
