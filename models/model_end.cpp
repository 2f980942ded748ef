// Model: the books are closed.

#include <utility>

#include <fmt/format.h>

#include "sim/base/check.hpp"
#include "models/model_impl.hpp"
#include "models/record/run_totals.hpp"
#include "models/sites/site_visits.hpp"

namespace spate::models {

/// What sites had done by the end and desks had not heard of yet: messages on their way, then what was not sent.
void Model::Impl::hear_last_news(std::span<const sim::Event> pending) {
    for (const auto& event : pending) {
        if (event.type == OutcomeBatch::type)
            desk_of_process.at(sim::ProcessId(event.slot).index())
                ->hear_last(static_cast<const OutcomeBatch&>(*event.payload()));
    }
    for (const auto* site : sites) {
        site->for_each_unsent([&](std::uint32_t slot, const OutcomeBatch& batch) {
            desk_of.at({site->index(), slot})->hear_last(batch);
        });
    }
}

/// What the processes counted must agree with what is in the books: goods under way, parcels, orders.
void Model::Impl::check_flows(const LedgerTotals& books) const {
    Units in_transit = returns.check_flows(books, desks), in_delivery = 0;
    std::int64_t held = 0, between = 0, shipped = 0, sent = 0, elsewhere = 0;
    for (const auto* site : sites) {
        in_transit += site->units_sent() - site->units_arrived();
        held += site->orders_held();
        for (const auto& [lane, totals] : site->lane_totals())
            in_delivery += spec.lanes[lane].to_market ? totals.units : 0;
        between += site->outcomes_sent() - site->orders_received();
    }
    for (const auto* desk : desks) {
        between += desk->orders_sent() - desk->outcomes_received();
        shipped += desk->orders_shipped();
        elsewhere += desk->orders_closed_here() + desk->orders_kept();
        for (const auto& [lane, units] : desk->delivered_by_lane())
            in_delivery -= units;
        sent += desk->orders_placed(frame.end) + desk->further_lines();
    }
    const auto compare = [&](const char* what, Units counted, UnitAccount account) {
        const Units in_books = books.units[static_cast<std::size_t>(account)];
        if (counted != in_books) {
            throw sim::InvariantError(std::string(what) + ": " + std::to_string(counted) + " by count, "
                                      + std::to_string(in_books) + " in the ledger");
        }
    };
    compare("units under way between sites", in_transit, UnitAccount::in_transit);
    compare("units on their way to customers", in_delivery, UnitAccount::in_delivery);
    // Every order, or line of one, is at a site, on its way to or from one, shipped, or closed at its desk.
    if (sent != shipped + elsewhere + held + between) {
        throw sim::InvariantError("customer orders: " + std::to_string(sent) + " placed, but "
                                  + std::to_string(shipped + elsewhere + held + between) + " accounted for");
    }
}

void Model::Impl::write_totals(Time end, const LedgerTotals& books) {
    const auto before = opening.accounts(), after = books.accounts();
    for (std::size_t a = 0; a < after.size(); ++a)
        writer.row(frame.tables.ledger_summary, end, {static_cast<std::int64_t>(a), before[a], after[a]});

    sessions->write_summary(end, writer);
    if (has_rich_sessions(spec)) {
        SessionSales sales;
        for (const auto* desk : desks)
            sales.add(desk->session_sales());
        sales.write(frame, end, writer);
    }
    write_delivery_times(desks, frame.tables.delivery_times, end, writer);
    write_lane_totals(spec, sites, desks, frame.tables.lane_summary, end, writer);
}

/// Checks the books once more and writes what is known at the end.
void Model::Impl::summarise(RunResult& result) {
    const LedgerTotals books = totals();
    books.check(frame.end);
    check_flows(books);
    for (const auto* site : sites) {
        site->for_each_waiting([&](const Order& order) {
            desk_of.at({site->index(), order.slot})->note_waiting(order);
        });
    }
    for (const auto* site : sites) {
        site->for_each_waited(
            [&](std::uint32_t slot, std::int64_t orders) {
                desk_of.at({site->index(), slot})->note_waited(orders);
            },
            [&](const Order& line, bool waits) {
                desk_of.at({site->index(), line.slot})->note_waited_line(line, waits);
            });
    }
    for (auto* desk : desks) {
        desk->close_open_baskets();
        desk->write_summary(frame.end);
    }
    write_totals(frame.end, books);
    for (const auto* site : sites) {
        site->write_stock_summary(frame.end);
        recorder.flush_last();
    }
    result.orders = orders(frame.end);
    result.ledger_checks = checks;
    const auto number = [&](std::string name, std::uint64_t value) {
        recorder.set_attribute({std::move(name), "", static_cast<std::int64_t>(value), false});
    };
    recorder.set_attribute({"digest", fmt::format("{:016x}", result.report.digest.total), 0, true});
    for (const auto* desk : desks)
        result.demand_digest += desk->demand_digest();
    recorder.set_attribute({"demand_digest", fmt::format("{:016x}", result.demand_digest), 0, true});
    if (!frame.peaks.is_empty()) {
        recorder.set_attribute({"peaks_every_us", "", frame.peaks.step().us, false});
        recorder.add_static(peaks.table());
    }
    number("events", result.report.events);
    number("orders", result.orders);
}

}  // namespace spate::models
