// ReturnCentre: series, rows of returns, totals, state.

#include <algorithm>
#include <string>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/returns/return_centre.hpp"
#include "models/returns/return_tables.hpp"

namespace spate::models {

void ReturnCentre::sample(Time at) {
    work_off(at - sim::microsecond, at);
    accrue(at);
    const sim::Cell cells[] = {units_in(State::before_grade),
                               units_in(State::to_shelf),
                               units_in(State::to_special),
                               units_in(State::to_outlet),
                               units_in(State::in_repair),
                               flow_.received,
                               flow_.closed,
                               refunds_open_};
    writer_.row(frame_.tables.return_series, at, index_, cells);
    if (has_refund_funds(frame_.spec)) {
        const sim::Cell fund[] = {fund_ ? fund_->balance() : Money{0}, fund_ ? fund_->waiting() : std::int64_t{0}};
        writer_.row(frame_.tables.refund_fund_series, at, index_, fund);
    }
    if (has_services(frame_.spec))
        sample_tickets(at);
    flow_ = {};
}

void ReturnCentre::accrue(Time at) {
    const double accrued = static_cast<double>(spec_.fixed_per_day) * Duration{at.us}.seconds() / 86400;
    const Money amount = to_money(accrued - fixed_posted_);
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::return_handling, amount);
    fixed_posted_ += static_cast<double>(amount);
    totals_.fixed += amount;
}

void ReturnCentre::start_measuring(Time at) {
    work_off(at - sim::microsecond, at);
    accrue(at);
    totals_ = {};
    if (fund_)
        fund_->start_measuring();
    for (auto* stages : {&dock_, &inspect_, &repair_, &service_}) {
        for (auto& stage : *stages)
            stage.start_measuring(at);
    }
}

/// Where the goods went, as in /returns.
std::int64_t ReturnCentre::route_code(const Return& entry) {
    constexpr std::int64_t open = 5, kept = 6, refused = 7;
    if (entry.closed.us != no_time)
        return static_cast<std::int64_t>(entry.route);
    if (!entry.is_claim || entry.is_ticket_open)
        return open;
    return entry.is_refused ? refused : kept;
}

/// A row of /returns, if the order is one of the sample.
void ReturnCentre::record(const Return& entry) {
    if (!entry.order.is_sampled)
        return;
    const bool has_grade = entry.inspected.us != no_time;
    const std::int64_t first = (std::int64_t{entry.desk} + 1) << 32;
    const auto code = [](auto value) { return static_cast<std::int64_t>(value); };
    constexpr std::int64_t none_of_grades = return_grades;
    writer_.row(frame_.tables.returns,
                stamp_,
                {first | entry.order.number,
                 std::int64_t{entry.desk},
                 std::int64_t{entry.order.product},
                 std::int64_t{entry.order.quantity},
                 std::int64_t{index_},
                 code(entry.reason),
                 entry.delivered.us,
                 entry.started.us,
                 entry.received.us,
                 entry.inspected.us,
                 entry.answered.us,
                 entry.refunded.us,
                 entry.closed.us,
                 has_grade ? code(entry.true_grade) : none_of_grades,
                 has_grade ? code(entry.grade) : none_of_grades,
                 route_code(entry),
                 entry.value,
                 entry.cost,
                 first | entry.order.first_number()});
}

void ReturnCentre::audit() const {
    std::array<Units, 7> counted{};
    for (const auto& entry : returns_) {
        if (entry.state != State::gone)
            counted[static_cast<std::size_t>(entry.state)] += entry.order.quantity;
    }
    counted[static_cast<std::size_t>(State::gone)] = units_in(State::gone);
    const Units in_repair = counted[static_cast<std::size_t>(State::in_repair)];
    Units here = 0;
    for (const State state : {State::before_grade, State::to_shelf, State::to_special, State::to_outlet})
        here += counted[static_cast<std::size_t>(state)];
    if (counted == units_ && here == ledger_.balance(UnitAccount::at_return_centre)
        && in_repair == ledger_.balance(UnitAccount::in_repair))
        return;
    throw sim::InvariantError(
        name() + ": the ledger has " + std::to_string(ledger_.balance(UnitAccount::at_return_centre))
        + " units here and " + std::to_string(ledger_.balance(UnitAccount::in_repair))
        + " in repair, by count they are " + std::to_string(here) + " and " + std::to_string(in_repair));
}

void ReturnCentre::finish(Time end) {
    work_off(end - sim::microsecond, end);
    audit();
    for (const auto& entry : returns_) {
        if (entry.state != State::gone || entry.is_refund_open || entry.is_ticket_open)
            record(entry);
    }
    write_summary(end);
    write_stages(end);
    if (spec_.service)
        write_tickets(end);
    if (fund_)
        fund_->write_summary(end, index_, frame_.tables.refund_fund_summary, writer_);
}

void ReturnCentre::write_summary(Time end) const {
    const Totals& t = totals_;
    const auto hours = [](Wide us) { return static_cast<double>(us) / 3.6e9; };
    // The fixed cost of the last sample period is posted after this.
    const double open = static_cast<double>(spec_.fixed_per_day) * Duration{end.us}.seconds() / 86400 - fixed_posted_;
    writer_.row(frame_.tables.return_summary,
                end,
                {std::int64_t{index_},
                 t.started[static_cast<std::size_t>(ReturnReason::quality)],
                 t.started[static_cast<std::size_t>(ReturnReason::expectation)],
                 t.started[static_cast<std::size_t>(ReturnReason::other)],
                 t.orders_received,
                 t.units_received,
                 t.orders_graded,
                 t.orders_misgraded,
                 t.orders_late,
                 t.orders_closed,
                 t.units_closed,
                 t.units_by_route[static_cast<std::size_t>(ReturnRoute::reshelve)],
                 t.units_by_route[static_cast<std::size_t>(ReturnRoute::special)],
                 t.units_by_route[static_cast<std::size_t>(ReturnRoute::outlet)],
                 t.units_by_route[static_cast<std::size_t>(ReturnRoute::scrap)],
                 t.units_repaired,
                 t.price_closed,
                 t.value,
                 t.cost,
                 t.fixed + to_money(open),
                 hours(t.grading_us),
                 hours(t.closing_us),
                 hours(t.disposal_us),
                 t.refunds,
                 t.refunded,
                 hours(t.refund_us),
                 t.claims,
                 t.claims_true,
                 t.claims_refused,
                 t.wrongly_refused,
                 t.abuse_paid});
}

void ReturnCentre::write_stages(Time end) const {
    const Wide us = (end - frame_.measured_from()).us;
    std::int64_t number = 0;
    for (const auto* stages : {&dock_, &inspect_, &repair_, &service_}) {
        for (const auto& stage : *stages) {
            const auto totals = stage.totals(end);
            const auto mean_hours = [](Wide sum, std::int64_t count) {
                return count > 0 ? static_cast<double>(sum) / 3.6e9 / static_cast<double>(count) : 0.0;
            };
            const double servers = stage.spec().servers;
            writer_.row(frame_.tables.return_stages,
                        end,
                        {std::int64_t{index_},
                         number,
                         totals.arrivals,
                         totals.starts,
                         totals.completed,
                         static_cast<std::int64_t>(totals.waiting_us),
                         static_cast<std::int64_t>(totals.service_us),
                         static_cast<double>(totals.waiting_us) / static_cast<double>(us),
                         static_cast<double>(totals.service_us) / static_cast<double>(us),
                         mean_hours(totals.wait_of_started_us, totals.starts),
                         mean_hours(totals.time_of_completed_us, totals.finished),
                         totals.max_waiting,
                         totals.work_seconds / 3600,
                         servers * stage.spec().calendar.integral(frame_.measured_from(), end) / 3600});
        }
        ++number;
    }
}

template <class Archive>
void ReturnCentre::serialize(Archive& archive) {
    archive(ledger_);
    sim::block(archive, returns_);
    sim::block(archive, due_);
    sim::block(archive, starts_);
    archive(free_, to_shelf_, to_special_, to_outlet_, graded_, repaired_, answered_, waves_, units_);
    for (auto* stages : {&dock_, &inspect_, &repair_, &service_}) {
        for (auto& stage : *stages)
            archive(stage);
    }
    archive(units_taken_, units_sent_, refunds_open_, fixed_posted_, stamp_);
    if (fund_)
        archive(*fund_);
    sim::plain(archive, flow_);
    sim::plain(archive, totals_);
}

void ReturnCentre::save_state(sim::StateWriter& archive) {
    serialize(archive);
}

void ReturnCentre::load_state(sim::StateReader& archive) {
    serialize(archive);
}

void ReturnCentre::on_loaded(sim::Context& context) {
    for (auto* stages : {&dock_, &inspect_, &repair_, &service_}) {
        for (auto& stage : *stages)
            stage.resume(context.now());
    }
}

}  // namespace spate::models
