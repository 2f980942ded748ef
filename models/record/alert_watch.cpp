#include "models/record/alert_watch.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <tuple>

#include "models/record/columns.hpp"
#include "models/record/tables.hpp"

namespace spate::models {

namespace {

constexpr double seconds_per_year = 365.0 * 86400;

/// When carts and orders of the broadcasts of one session raise an alert. Looks at whole multiples of `every`.
class SessionWatch {
  public:
    SessionWatch(const ModelSpec& spec, const BaseDemand& base, const SessionBook& book, std::uint32_t session)
        : alerts_(*spec.alerts)
        , session_(spec.sessions[session])
        , shows_(base.broadcasts().of(session))
        , book_(book)
        , number_(session)
        , end_(Time{} + spec.warm_up + spec.horizon)
        , rate_(placed_rate(spec, base, session)) {}

    struct Found {
        Time at;
        double value = 0, limit = 0;
    };

    std::size_t broadcasts() const { return shows_.size(); }

    /// Carts by the most of an earlier broadcast by its end.
    std::optional<Found> carts(std::size_t n) const {
        double most = 0;
        for (std::size_t before = 0; before < n; ++before)
            most = std::max(most, carts(before, said_until(before)));
        if (most <= 0 || !session_.carts)
            return std::nullopt;
        const double limit = alerts_.carts * most;
        const Time reached = book_.when_carts(number_, shows_[n].number, limit);
        if (reached > said_until(n))
            return std::nullopt;
        const Time at = std::max(look_from(reached), look_from(said_until(n - 1) + Duration{1}));
        if (at > said_until(n))
            return std::nullopt;
        return Found{at, carts(n, at), limit};
    }

    /// Orders by those to be expected by then, once these are enough.
    std::optional<Found> orders(std::size_t n) const {
        const auto& show = shows_[n];
        const PulseTrain pulse({session_.rise, session_.lasts, session_.decay}, show.start, {}, 1);
        const auto expected = [&](Time at) { return rate_ * show.planned_audience * pulse.integral(at); };
        const double least = alerts_.least * expected(show.end);
        const Time after = n == 0 ? show.start : std::max(show.start, said_until(n - 1));
        const Time last = std::min(show.end + sim::minute, end_ + Duration{1});
        for (Time at = look_from(after + Duration{1}); at < last; at = at + alerts_.every) {
            const double limit = alerts_.orders * expected(at);
            if (limit <= 0 || expected(at) < least)
                continue;
            const auto orders = static_cast<double>(book_.progress(number_, show.number, at).orders);
            if (orders >= limit)
                return Found{at, orders, limit};
        }
        return std::nullopt;
    }

  private:
    /// The first look at a time or after it.
    Time look_from(Time at) const { return Time{(at.us + alerts_.every.us - 1) / alerts_.every.us * alerts_.every.us}; }

    /// The end of a broadcast, without its fading. The next one is looked at after it: what it has brought is known
    /// then.
    Time said_until(std::size_t n) const { return shows_[n].start + session_.lasts; }

    double carts(std::size_t n, Time to) const {
        return static_cast<double>(book_.progress(number_, shows_[n].number, to).carts);
    }

    const AlertSpec& alerts_;
    const SessionSpec& session_;
    std::span<const Broadcast> shows_;
    const SessionBook& book_;
    std::uint32_t number_;
    Time end_;     ///< of the run
    double rate_;  ///< mean extra orders per second of its pulse
};

}  // namespace

AlertWatch::AlertWatch(const ModelSpec& spec, const BaseDemand& base, const SessionBook& book, sim::Recorder& recorder)
    : measured_from_(Time{} + spec.warm_up) {
    if (!spec.alerts)
        return;
    is_asked_ = true;
    spec_ = *spec.alerts;
    for (std::uint32_t s = 0; s < spec.sessions.size(); ++s) {
        const SessionWatch watch(spec, base, book, s);
        for (std::size_t n = 0; n < watch.broadcasts(); ++n) {
            if (const auto found = watch.carts(n))
                alerts_.push_back({found->at, AlertKind::carts, s, found->value, found->limit});
            if (const auto found = watch.orders(n))
                alerts_.push_back({found->at, AlertKind::orders, s, found->value, found->limit});
        }
    }
    std::sort(alerts_.begin(), alerts_.end(), [](const Alert& a, const Alert& b) {
        return std::tie(a.at, a.session, a.kind) < std::tie(b.at, b.session, b.kind);
    });
    using sim::ColumnType;
    const sim::Column kind{"kind", ColumnType::u8, "1", "what was looked at", {"carts", "orders", "turnover"}, "", 1.0};
    summary_ = recorder.add_table({"/summary/alerts",
                                   "How many alerts were raised after the warm-up",
                                   {kind, {"alerts", ColumnType::i64, "1", "raised", {}, "", 1.0}}});
    table_ = recorder.add_table(
        {"/alerts",
         "What the observers of carts, orders and turnover noticed (alerts: …)",
         {kind,
          columns::moment("at", "raised"),
          {"session", ColumnType::u32, "1", "session (4294967295: the whole network)", {}, "/sessions", 1.0},
          {"value", ColumnType::f64, "1", "carts, orders of the broadcast so far; turns a year", {}, "", 1.0},
          {"limit", ColumnType::f64, "1", "the value that raises the alert", {}, "", 1.0}}});
}

void AlertWatch::look(Time from, Time at, const TurnoverHistory& history, sim::TraceWriter& writer) {
    if (!is_asked_)
        return;
    const auto first =
        std::partition_point(alerts_.begin(), alerts_.end(), [&](const Alert& alert) { return alert.at <= from; });
    for (auto alert = first; alert != alerts_.end() && alert->at <= at; ++alert)
        write(at, *alert, writer);
    if (spec_.turnover_days)
        look_at_turnover(at, history, writer);
}

void AlertWatch::look_at_turnover(Time at, const TurnoverHistory& history, sim::TraceWriter& writer) {
    const Time from = at - spec_.turnover_over;
    const auto span = history.in(from, at);
    if (from.us < 0 || !span || span->mean_stock <= 0)
        return;
    const double years = spec_.turnover_over.seconds() / seconds_per_year;
    const double turns = span->sold / span->mean_stock / years;
    const double limit = spec_.turnover * seconds_per_year / spec_.turnover_days->seconds();
    if (turns < limit && !is_low_)
        write(at, {at, AlertKind::turnover, no_row, turns, limit}, writer);
    is_low_ = turns < limit;
}

void AlertWatch::write(Time recorded, const Alert& alert, sim::TraceWriter& writer) {
    const auto kind = static_cast<std::size_t>(alert.kind);
    counts_[kind] += alert.at >= measured_from_;
    writer.row(table_,
               recorded,
               {static_cast<std::int64_t>(kind), alert.at.us, std::int64_t{alert.session}, alert.value, alert.limit});
}

void AlertWatch::write_summary(Time end, sim::TraceWriter& writer) const {
    for (std::size_t kind = 0; kind < counts_.size() && is_asked_; ++kind)
        writer.row(summary_, end, {static_cast<std::int64_t>(kind), counts_[kind]});
}

}  // namespace spate::models
