// Site: goods are known by their batch, and are called back.

#include <string>

#include "sim/base/check.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

/// Goods that reach the first site that keeps them get the numbers of their batches; the quality office is told.
void Site::name_batches(sim::Context& context, Shipment& shipment) {
    auto facts = quality_->name_batches(shipment, context.now());
    if (facts.empty())
        return;
    auto news = context.make<QualityNews>();
    news->batches = std::move(facts);
    context.send(quality_->news(), frame_.spec.recall->news, std::move(news));
}

/// What is called back leaves the shelf, but for what is reserved: that is being picked.
void Site::on_recall(sim::Context& context, sim::Event& event) {
    auto notice = event.take<RecallNotice>();
    ++version_;
    for (const auto& each : notice->items) {
        const std::int32_t position = assortment_->position(each.product);
        if (position < 0)
            continue;
        take_recalled(
            context, position, quality_->recall(position, each, room_.cell(position).reserved, context.now()));
    }
    context.recycle(std::move(notice));
}

/// Goods that leave the shelf because they are called back.
void Site::take_recalled(sim::Context& context, std::int32_t position, const std::vector<ProductQuantity>& parts) {
    if (parts.empty())
        return;
    for (const auto& part : parts) {
        room_.add_on_hand(position, -part.quantity, context.now());
        room_.rare_flow(position).recalled += part.quantity;
        remove_goods(UnitAccount::available, part, frame_.spec.recall->sends_back);
    }
    if (parts_)
        parts_->recall(position, room_.cell(position).available());
    produce_shortage(context, parts.front().product);
    note_change(context, position);
}

/// An order does not take its goods after all: they are called back if they were while it had them.
void Site::give_back(sim::Context& context, std::int32_t position, Units quantity) {
    room_.add_reserved(position, -quantity);
    ledger_.move_units(UnitAccount::reserved, UnitAccount::available, quantity);
    ++version_;
    if (quality_ && frame_.spec.recall)
        take_recalled(context, position, quality_->recall_released(position, quantity, room_.cell(position).reserved));
    drop_expired(context, position);
}

/// Goods that were called back while they were on their way, at the dock or under test are not put on the shelf.
bool Site::stop_recalled(sim::Context& context, const Shipment& shipment, const ProductQuantity& line) {
    if (!quality_ || !frame_.spec.recall || !quality_->is_recalled(line, shipment.sent))
        return false;
    const std::int32_t position = assortment_->position(line.product);
    quality_->note_stopped(line);
    if (shipment.lane != no_row)
        room_.add_on_order(position, -line.quantity, context.now());
    remove_goods(UnitAccount::receiving, line, frame_.spec.recall->sends_back);
    note_change(context, position);
    return true;
}

/// The desk is told which batches the order just reported is of.
void Site::report_batches(DeskLink& desk) {
    const auto outcome = static_cast<std::uint32_t>(desk.pending->outcomes.size() - 1);
    for (const auto& part : lots_->parts()) {
        const bool is_recalled = (part.batch & called_back_bit) != 0;
        desk.pending->batches.push_back({part.batch & ~called_back_bit,
                                         outcome,
                                         static_cast<std::uint32_t>(part.quantity) & 0x7FFFFFFFU,
                                         is_recalled});
    }
}

void Site::write_recalls(Time end) const {
    const auto& t = quality_->recall_totals();
    writer_.row(frame_.tables.recall_sites,
                end,
                {std::int64_t{index_}, t.removed, t.stopped, t.removed_bad, t.removed_defective});
}

}  // namespace spate::models
