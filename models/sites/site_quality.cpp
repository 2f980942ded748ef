// Site: units may be defective; deliveries of suppliers are inspected.

#include <algorithm>
#include <string>

#include "sim/base/check.hpp"
#include "models/sites/purchases.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

namespace {

/// So many units of a line.
ProductQuantity taken_of(ProductQuantity line, Units units) {
    line.quantity = units;
    return line;
}

}  // namespace

/// Draws what a supplier's delivery is like. True if it has to wait for its inspection: then the site has taken it.
bool Site::hold_for_inspection(sim::Context& context, std::unique_ptr<Shipment>& shipment) {
    if (shipment->lane == no_row)
        return false;
    const Index from = frame_.spec.lanes[shipment->lane].from;
    for (auto& line : shipment->lines)
        line.supplier = line.supplier == no_row ? from : line.supplier;
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::quality_checks, quality_->draw_defects(*shipment));
    if (frame_.spec.recall)
        name_batches(context, *shipment);
    if (!quality_->inspects(from))
        return false;
    quality_->hold(std::move(shipment), context.now());
    start_tests(context);
    return true;
}

/// Deliveries that a test bench can take now.
void Site::start_tests(sim::Context& context) {
    quality_->start_tests(context.now(),
                          [&](std::uint64_t number, Time end) { context.schedule(end, InspectionDone{number}); });
}

void Site::on_inspected(sim::Context& context, std::uint64_t which) {
    start_tests(context);
    auto shipment = quality_->release(which);
    const Index from = frame_.spec.lanes[shipment->lane].from;
    for (auto& line : shipment->lines) {
        const auto verdict = quality_->inspect(from, line, context.now());
        ledger_.move_money(MoneyAccount::cash, MoneyAccount::quality_checks, verdict.cost);
        if (const auto from_split = supply_of(shipment->lane, line.product); from_split.split != nullptr) {
            from_split.split->note_test(from_split.source,
                                        {verdict.tested, verdict.found, verdict.is_failed, verdict.counts});
        }
        if (verdict.removed == 0)
            continue;
        const std::int32_t position = assortment_->position(line.product);
        room_.add_on_order(position, -verdict.removed, context.now());
        remove_goods(UnitAccount::receiving, taken_of(line, verdict.removed), quality_->sends_back());
        note_change(context, position);
    }
    take_in(context, std::move(shipment));
    if (frame_.spec.grades)
        tell_verdicts(context);
}

void Site::tell_verdicts(sim::Context& context) {
    auto verdicts = quality_->take_verdicts();
    if (verdicts.empty())
        return;
    auto news = context.make<VerdictNews>();
    news->items = std::move(verdicts);
    context.send(quality_->verdicts(), frame_.spec.grades->news, std::move(news));
}

void Site::on_grades(sim::Context& context, sim::Event& event) {
    auto notice = event.take<GradeNotice>();
    quality_->regrade(*notice);
    context.recycle(std::move(notice));
}

/// Goods that failed, or were called back, go to their supplier, who pays for them, or are scrapped.
void Site::remove_goods(UnitAccount from, const ProductQuantity& goods, bool sends_back) {
    if (sends_back) {
        post_sent_back(ledger_, frame_.spec, from, goods);
        note_paid_back(goods);
        return;
    }
    ledger_.move_units(from, UnitAccount::scrapped, goods.quantity);
    ledger_.move_money(MoneyAccount::inventory, MoneyAccount::scrap_loss, standard_cost(frame_.spec, goods));
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
                 t.defective_out,
                 t.deliveries,
                 static_cast<std::int64_t>(t.bench_wait_us)});
    if (frame_.spec.recall)
        write_recalls(end);
}

}  // namespace spate::models
