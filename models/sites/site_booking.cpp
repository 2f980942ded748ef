// Site: deposits that goods are set aside for when they come in.

#include "models/sites/site.hpp"

namespace spate::models {

/// Books an order on goods that are still to come: it takes none of those on the shelf. False: it is served as others
/// are, for its channel books nothing, or its deposit is settled.
bool Site::book(sim::Context& context, const Order& order, Time at) {
    const auto& terms = desks_[order.slot].presale;
    if (!terms || !terms->spec().capacity || spec_.unlimited_stock || !terms->holds(order.placed))
        return false;
    const Time until = terms->known_at_site(terms->fate(order.key, order.placed));
    if (until <= at)
        return false;
    const std::int32_t position = assortment_->position(order.product);
    bookings_.add({order, position, desks_[order.slot].channel, at, until});
    add_waiting(position, order.quantity, false, at);
    produce_shortage(context, order.product);
    note_change(context, position);
    settle_at(context, until);
    return true;
}

/// Goods of a product have come: a part is for those who have booked.
void Site::allot(std::int32_t position, Units units) {
    bookings_.credit(position, units, [this](Index channel) { return part_for_bookings(channel); });
}

/// Those who have booked a product are served, as far as their parts and the stock go.
void Site::serve_bookings(sim::Context& context, std::int32_t position) {
    while (const auto booking = bookings_.take(position, room_.cell(position).available())) {
        add_waiting(position, -Units{booking->order.quantity}, false, context.now());
        take_customer(context, booking->order, booking->released, context.now());
    }
}

/// Who has paid and got nothing is served like others from now on; who gives up is no longer waited for.
void Site::settle_bookings(sim::Context& context) {
    while (const auto booking = bookings_.take_due(context.now())) {
        const Order& order = booking->order;
        add_waiting(booking->position, -Units{order.quantity}, false, context.now());
        if (desks_[order.slot].presale->fate(order.key, order.placed).pays()) {
            serve_or_wait(context, order, booking->released, context.now());
        } else {
            report(context, order, booking->released, context.now(), context.now(), Outcome::cancelled);
            note_change(context, booking->position);
        }
        serve_bookings(context, booking->position);  // who was behind may want less
    }
}

}  // namespace spate::models
