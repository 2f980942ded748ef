// Site: units may be defective; deliveries of suppliers are inspected.

#include <string>

#include "sim/base/check.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

/// Draws what a supplier's delivery is like. True if it has to wait for its inspection: then the site has taken it.
bool Site::hold_for_inspection(sim::Context& context, std::unique_ptr<Shipment>& shipment) {
    if (shipment->lane == no_row)
        return false;
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::quality_checks, quality_->draw_defects(*shipment));
    if (!quality_->inspects(frame_.spec.lanes[shipment->lane].from))
        return false;
    const std::uint64_t number = quality_->hold(std::move(shipment));
    context.schedule(context.now() + quality_->inspection_time(), InspectionDone{number});
    return true;
}

void Site::on_inspected(sim::Context& context, std::uint64_t which) {
    auto shipment = quality_->release(which);
    const Index from = frame_.spec.lanes[shipment->lane].from;
    for (auto& line : shipment->lines) {
        const auto verdict = quality_->inspect(from, line, context.now());
        ledger_.move_money(MoneyAccount::cash, MoneyAccount::quality_checks, verdict.cost);
        if (verdict.removed > 0)
            remove_failed(context, line, verdict.removed);
    }
    take_in(context, std::move(shipment));
}

/// Units that failed are no longer expected: a rule that misses them orders others.
void Site::remove_failed(sim::Context& context, const ProductQuantity& line, Units removed) {
    const std::int32_t position = assortment_->position(line.product);
    const bool sends_back = quality_->sends_back();
    room_.add_on_order(position, -removed, context.now());
    ledger_.move_units(UnitAccount::receiving, sends_back ? UnitAccount::sent_back : UnitAccount::scrapped, removed);
    ledger_.move_money(MoneyAccount::inventory,
                       sends_back ? MoneyAccount::cash : MoneyAccount::scrap_loss,
                       room_.value_of(position, removed));
    note_change(context, position);
}

Units Site::take_for_customer(std::int32_t position, const Order& order) {
    const Units defective = quality_->take(position, room_.cell(position).on_hand, order.quantity, wait_key(order));
    quality_->note_shipped(order.quantity, defective);
    return defective;
}

void Site::write_quality(Time end) const {
    if (quality_->unaccounted() != 0) {
        throw sim::InvariantError(name() + ": " + std::to_string(quality_->unaccounted())
                                  + " defective units have appeared or vanished");
    }
    const auto& t = quality_->totals();
    writer_.row(frame_.tables.quality_summary,
                end,
                {std::int64_t{index_},
                 t.units_in,
                 t.defective_in,
                 t.replaced,
                 t.batches,
                 t.batches_failed,
                 t.batches_screened,
                 t.tested,
                 t.removed,
                 t.removed_defective,
                 t.units_out,
                 t.defective_out});
}

}  // namespace spate::models
