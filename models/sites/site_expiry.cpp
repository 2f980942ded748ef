// Site: goods are kept by lot, and leave the shelf when their time is over.

#include <algorithm>
#include <limits>
#include <string>

#include "sim/base/check.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_age = 82, purpose_expiry = 83;

Units units_of(const std::vector<LotShelf::Part>& parts, Units LotShelf::Part::*number) {
    Units sum = 0;
    for (const auto& part : parts)
        sum += part.*number;
    return sum;
}

}  // namespace

/// Makes the shelf by lot, where somebody has to know.
void Site::keep_lots() {
    if (const auto kept = LotShelf::kept_at(frame_.spec, index_, *assortment_); !kept.empty())
        lots_ = std::make_unique<LotShelf>(kept);
    if (lots_ && ShelfLife::is_needed(frame_.spec, *assortment_))
        shelf_life_ = std::make_unique<ShelfLife>(frame_.spec, *assortment_);
}

/// Everything that comes onto the shelf is noted here.
void Site::put_on_shelf(std::int32_t position, const ProductQuantity& line) {
    if (quality_)
        quality_->note_came(position, line.defective);
    if (!lots_ || !lots_->keeps(position))
        return;
    lots_->put(position, line);
    if (shelf_life_ && shelf_life_->has(position))
        shelf_life_->note_came(position, line.made);
}

/// Opening stock with a shelf life is evenly 0 … SiteSpec::initial_oldest old: as many lots as that has days.
void Site::put_opening(std::int32_t position, Units units) {
    const Index product = assortment_->product(static_cast<std::size_t>(position));
    const std::int64_t lots = std::max<std::int64_t>((spec_.initial_oldest.us + sim::day.us - 1) / sim::day.us, 1);
    if (!shelf_life_ || !shelf_life_->has(position)) {
        put_on_shelf(position, {.product = product, .quantity = units});
        return;
    }
    for (std::int64_t k = 0; k < lots; ++k) {  // the oldest comes first
        const auto part = [&](std::int64_t n) { return static_cast<Units>(static_cast<Wide>(units) * n / lots); };
        const auto age =
            static_cast<std::int64_t>(static_cast<Wide>(spec_.initial_oldest.us) * (2 * (lots - k) - 1) / (2 * lots));
        put_on_shelf(position, {.product = product, .quantity = part(k + 1) - part(k), .made = Time{-age}});
    }
}

/// Units leave the shelf; returns the defective ones. What they are of is in LotShelf::parts() where that is kept.
Units Site::take_goods(std::int32_t position, Units quantity, std::uint64_t key) {
    if (quality_)
        return quality_->take(position, room_.cell(position).on_hand, quantity, key);
    if (lots_ && lots_->keeps(position)) {
        sim::RandomStream none(frame_.seed(), key, purpose_expiry);
        lots_->take(position, quantity, none);
    }
    return 0;
}

Units Site::take_for_customer(std::int32_t position, const Order& order) {
    const Units defective = take_goods(position, order.quantity, wait_key(order));
    if (quality_)
        quality_->note_shipped(order.quantity, defective);
    return defective;
}

/// The goods of an order have been reported to its desk as shipped.
void Site::note_parts(const Order& order, Time delivered) {
    const std::int32_t position = assortment_->position(order.product);
    if (shelf_life_ && shelf_life_->has(position))
        shelf_life_->note_sold(position, lots_->parts(), delivered);
    if (frame_.spec.recall)
        report_batches(desks_[order.slot]);
    lots_->clear_parts();
}

/// The lines of a delivery to another site, cut up by lot.
void Site::cut_by_lot(Shipment& shipment) {
    std::vector<ProductQuantity> lines;
    auto next = lots_->parts().begin();
    for (const auto& line : shipment.lines) {
        if (!lots_->keeps(assortment_->position(line.product))) {
            lines.push_back(line);
            continue;
        }
        for (Units left = line.quantity; left > 0; ++next) {
            lines.push_back(*next);
            left -= next->quantity;
        }
    }
    shipment.lines = std::move(lines);
    lots_->clear_parts();
}

/// Goods of a site with unlimited stock are as old as it says when they leave.
void Site::date_goods(Shipment& shipment, std::uint64_t key) {
    for (auto& line : shipment.lines) {
        if (!frame_.spec.products[line.product].shelf_life)
            continue;
        sim::RandomStream random(frame_.seed(), sim::mix(key, line.product), purpose_age);
        const double age = spec_.age.is_constant() ? spec_.age.mean() : spec_.age.sample(random);
        line.made = shipment.sent - sim::from_seconds(std::max(age, 0.0));
    }
}

void Site::schedule_expiry(sim::Context& context) {
    if (!shelf_life_ || shelf_life_->next() == sim::end_of_time)
        return;
    const Time next = std::max(shelf_life_->next(), context.now());
    if (next < frame_.end && expiry_ticks_.ask(next))
        context.schedule(next, ExpiryTick{});
}

void Site::on_expiry(sim::Context& context) {
    expiry_ticks_.fired(context.now());
    for (const std::int32_t position : shelf_life_->take_due(context.now()))
        drop_expired(context, position);
    schedule_expiry(context);
}

/// What may not be sold any more leaves the shelf, but for what reserved orders cannot have instead of it.
void Site::drop_expired(sim::Context& context, std::int32_t position) {
    if (!shelf_life_ || !shelf_life_->has(position) || room_.cell(position).available() <= 0)
        return;
    sim::RandomStream random(frame_.seed(), sim::mix(key_, shelf_life_->next_draw()), purpose_expiry);
    const auto parts = lots_->expire(
        position, shelf_life_->made_by(position, context.now()), room_.cell(position).available(), random);
    const Units units = units_of(parts, &LotShelf::Part::quantity);
    if (units == 0)
        return;
    ++version_;
    if (quality_)
        quality_->note_went(position, units_of(parts, &LotShelf::Part::defective));
    room_.add_on_hand(position, -units, context.now());
    room_.rare_flow(position).expired += units;
    write_off(UnitAccount::available, position, units);
    shelf_life_->note_expired(position, units);
    if (parts_)
        parts_->recall(position, room_.cell(position).available());
    produce_shortage(context, assortment_->product(static_cast<std::size_t>(position)));
    note_change(context, position);
}

/// Goods that are too old when they arrive are not put on the shelf.
bool Site::stop_expired(sim::Context& context, const Shipment& shipment, const ProductQuantity& line) {
    const std::int32_t position = assortment_->position(line.product);
    if (!shelf_life_ || !shelf_life_->has(position) || line.made > shelf_life_->made_by(position, context.now()))
        return false;
    shelf_life_->note_stopped(position, line.quantity);
    if (shipment.lane != no_row)
        room_.add_on_order(position, -line.quantity, context.now());
    write_off(UnitAccount::receiving, position, line.quantity);
    note_change(context, position);
    return true;
}

/// At cost, and what it costs to throw them away.
void Site::write_off(UnitAccount from, std::int32_t position, Units units) {
    const auto& product = frame_.spec.products[assortment_->product(static_cast<std::size_t>(position))];
    ledger_.move_units(from, UnitAccount::expired, units);
    ledger_.move_money(MoneyAccount::inventory, MoneyAccount::expiry_loss, room_.value_of(position, units));
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::expiry_loss, multiply(product.disposal, units));
}

/// Mean age of what can be promised, for prices: since it was made where that is known, else since it came.
Duration Site::mean_age(std::int32_t position, Time now) {
    if (!shelf_life_ || !shelf_life_->has(position))
        return room_.mean_age(position, now);
    Wide age = 0;
    Units units = 0;
    for (const auto& lot : lots_->unreserved(position, room_.cell(position).reserved)) {
        age += static_cast<Wide>(lot.quantity) * (now - lot.made).us;
        units += lot.quantity;
    }
    return units == 0 ? Duration{} : Duration{static_cast<std::int64_t>(age / units)};
}

/// By how much a rule that expects goods to expire takes a stock position as lower.
Units Site::expected_to_expire(std::int32_t position, Time now, double wanted_per_day, double days) const {
    if (!shelf_life_ || !shelf_life_->has(position))
        return 0;
    return shelf_life_->expected_to_expire(
        position, lots_->unreserved(position, room_.cell(position).reserved), now, wanted_per_day, days);
}

void Site::write_shelf_life(Time end) const {
    if (!shelf_life_)
        return;
    shelf_life_->for_each([&](std::int32_t position, const ShelfLife::Counts& counts) {
        const auto mean_hours = [&](Wide sum) {
            return counts.sold == 0 ? std::numeric_limits<double>::quiet_NaN()
                                    : static_cast<double>(sum) * 1e-6 / 3600 / static_cast<double>(counts.sold);
        };
        writer_.row(frame_.tables.shelf_life_summary,
                    end,
                    {std::int64_t{index_},
                     std::int64_t{assortment_->product(static_cast<std::size_t>(position))},
                     counts.expired,
                     counts.stopped,
                     counts.sold,
                     counts.sold_late,
                     mean_hours(counts.left_us),
                     mean_hours(counts.life_us)});
    });
}

/// The shelf holds what there is.
void Site::audit_lots() const {
    for (std::size_t i = 0; lots_ && i < room_.size(); ++i) {
        const auto position = static_cast<std::int32_t>(i);
        if (!lots_->keeps(position))
            continue;
        Units units = 0, defective = 0;
        for (const auto& lot : lots_->lots(position)) {
            units += lot.quantity;
            defective += lot.defective;
        }
        if (units != room_.cell(position).on_hand || (quality_ && defective != quality_->defective(position)))
            throw sim::InvariantError(name() + ": the lots of a product do not add up to its stock");
    }
}

/// A saved run goes on, perhaps with other shelf lives.
void Site::resume_lots(sim::Context& context) {
    if (!shelf_life_ || !shelf_life_->has_other_lives())
        return;
    shelf_life_->for_each([&](std::int32_t position, const ShelfLife::Counts&) {
        for (const auto& lot : lots_->lots(position))
            shelf_life_->note_came(position, lot.made);
    });
    schedule_expiry(context);
}

}  // namespace spate::models
