#include "models/returns/return_centres.hpp"

#include <algorithm>
#include <string>

#include "sim/base/check.hpp"
#include "models/returns/return_tables.hpp"

namespace spate::models {

void ReturnCentres::add(sim::Engine& engine,
                        sim::Recorder& recorder,
                        RunFrame& frame,
                        const std::vector<Site*>& sites,
                        const std::vector<OrderDesk*>& desks) {
    const ModelSpec& spec = frame.spec;
    if (std::any_of(spec.products.begin(), spec.products.end(), [](const auto& p) { return p.return_factor != 1; })) {
        for (const auto& product : spec.products)
            frame.return_factors.push_back(product.return_factor);
    }
    if (spec.return_centres.empty())
        return;
    declare_return_tables(recorder, spec, frame.tables);
    for (Index c = 0; c < spec.return_centres.size(); ++c) {
        const auto& terms = spec.return_centres[c];
        auto& centre = engine.add(std::make_unique<ReturnCentre>(frame, c, recorder.add_writer()));
        centres_.push_back(&centre);
        if (terms.reshelve) {
            Site& site = *sites[terms.reshelve->site];
            engine.connect(centre, centre.shelf(), site, terms.reshelve->transit);
        }
        for (const Index market : terms.markets) {
            for (std::size_t channel = 0; channel < spec.channels.size(); ++channel) {
                OrderDesk& desk = *desks[market * spec.channels.size() + channel];
                if ((desk.sends_back() || terms.fund) && !desk.returns_output().is_connected()) {
                    engine.connect(desk, desk.returns_output(), centre, return_news_lag);
                    if (terms.fund)
                        desk.tell_turnover();
                }
            }
        }
    }
}

void ReturnCentres::sample(Time at) {
    for (auto* centre : centres_)
        centre->sample(at);
}

void ReturnCentres::start_measuring(Time at) {
    for (auto* centre : centres_)
        centre->start_measuring(at);
}

void ReturnCentres::add_to(LedgerTotals& totals) const {
    for (const auto* centre : centres_)
        totals.add(centre->ledger());
}

Units ReturnCentres::check_flows(const LedgerTotals& books, const std::vector<OrderDesk*>& desks) const {
    Units returning = 0, sent = 0;
    for (const auto* desk : desks)
        returning += desk->units_return_started() + desk->units_expired();
    for (const auto* centre : centres_) {
        centre->audit();
        returning -= centre->units_taken();
        sent += centre->units_sent();
    }
    const Units in_books = books.units[static_cast<std::size_t>(UnitAccount::returning)];
    if (returning != in_books) {
        throw sim::InvariantError("units on their way back from customers: " + std::to_string(returning) + " by count, "
                                  + std::to_string(in_books) + " in the ledger");
    }
    return sent;
}

}  // namespace spate::models
