#include "models/desk/pickup_book.hpp"

#include <algorithm>

#include "models/sites/site.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_collect = 25;

}  // namespace

PickupBook::PickupBook(const PickupSpec& spec, const RunFrame& frame, Ledger& ledger)
    : spec_(spec)
    , frame_(frame)
    , ledger_(ledger)
    , flows_(frame.spec.trace.series_every) {}

Time PickupBook::note_arrival(const Order& order, Time delivered) {
    sim::RandomStream random(frame_.seed(), order.key, purpose_collect);
    const Duration comes = sim::from_seconds(std::clamp(spec_.collect.sample(random), 0.0, 1e10));
    const bool is_collected = !spec_.expires || comes <= *spec_.expires;
    const Time leaves = delivered + (is_collected ? comes : *spec_.expires);
    const Time from = std::max(delivered, frame_.measured_from()), to = std::min(leaves, frame_.end);
    if (from < to)
        score_.unit_us += static_cast<Wide>((to - from).us) * order.quantity;
    const bool is_measured = order.placed >= frame_.measured_from();
    score_.arrived += is_measured;
    if (leaves >= frame_.end)
        return Time{no_time};
    Flow& flow = flows_.at(leaves);
    (is_collected ? flow.collected : flow.expired) += 1;
    (is_collected ? flow.units_collected : flow.units_expired) += order.quantity;
    if (is_measured) {
        ++(is_collected ? score_.collected : score_.expired);
        score_.wait_us += is_collected ? comes.us : 0;
    }
    return is_collected ? Time{no_time} : leaves;
}

void PickupBook::sample(Time at, std::uint32_t desk, sim::TraceWriter& writer) {
    const Flow flow = flows_.close(at);
    ledger_.move_units(UnitAccount::at_pickup, UnitAccount::at_customer, flow.units_collected);
    ledger_.move_units(UnitAccount::at_pickup, UnitAccount::returning, flow.units_expired);
    units_expired_ += flow.units_expired;
    const sim::Cell cells[] = {flow.collected, flow.expired, ledger_.balance(UnitAccount::at_pickup)};
    writer.row(frame_.tables.terms.pickup_series, at, desk, cells);
}

void PickupBook::write_summary(Time end, std::uint32_t desk, sim::TraceWriter& writer) const {
    writer.row(frame_.tables.terms.pickup_summary,
               end,
               {std::int64_t{desk},
                score_.arrived,
                score_.collected,
                score_.expired,
                score_.wait_us,
                static_cast<double>(score_.unit_us) / 8.64e10});
}

}  // namespace spate::models
