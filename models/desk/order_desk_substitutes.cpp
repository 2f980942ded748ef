// OrderDesk: something else instead of a product that is nowhere to be had.

#include <algorithm>

#include "models/desk/order_desk.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_substitute = 65;

}  // namespace

/// Offers the customer the product's substitutes, one after the other, those that the view shows in stock; places the
/// order for the first one that is accepted. Each has a draw of its own from the order's key, so a substitute added
/// behind changes no answer to those before it. An order is changed once; one that is not to be split is not changed
/// in part, and of its lines those were missing that the view shows nowhere. True: the order goes on.
bool OrderDesk::offer_substitute(sim::Context& context, const Order& order) {
    const bool is_part = order.lines > 1 && leaves_whole(channel_, order);
    if (order.substitute > 0)
        return false;
    score_.missing += is_measured(order) && !(is_part && is_somewhere(order.product, order.quantity));
    if (is_part)
        return false;
    const auto& all = frame_.spec.substitutes;
    auto next = std::lower_bound(all.begin(), all.end(), order.product, [](const SubstituteSpec& s, Index product) {
        return s.product < product;
    });
    const std::uint64_t key = order.lines > 1 ? sim::mix(order.key, order.line) : order.key;
    sim::RandomStream random(frame_.seed(), key, purpose_substitute);
    bool is_offered = false;
    for (; next != all.end() && next->product == order.product; ++next) {
        const bool would_accept = random.uniform() < next->accept;
        const bool is_shown = !grades_ || grades_->is_seen(order.key, next->instead, context.now());
        if (!is_shown || !is_somewhere(next->instead, order.quantity))
            continue;
        score_.offered += is_measured(order) && !std::exchange(is_offered, true);
        if (!would_accept)
            continue;
        substitute(context, order, *next);
        return true;
    }
    return false;
}

/// The order goes on as one of another product.
void OrderDesk::substitute(sim::Context& context, const Order& order, const SubstituteSpec& by) {
    score_.substituted += is_measured(order);
    forget_refusals(order);
    Order changed = order;
    changed.product = by.instead;
    changed.substitute = static_cast<std::uint8_t>(1 + by.discount);
    changed.refused = changed.promised = changed.was_promised = changed.may_wait = false;
    changed.tries = 0;
    if (grades_) {
        changed.grade = grades_->level(by.instead, context.now()) & 15U;
        if (is_measured(order)) {
            --grades_->counts(order).placed;
            ++grades_->counts(changed).placed;
        }
    }
    if (prices_)
        prices_->exchange(order, changed, context.now());
    if (order.is_sampled) {
        sampled_open_.remove(order.number);
        sampled_open_.add(changed);
    }
    place(context, changed, 0);
}

/// Whether a site has so many units in the view; where sites are asked: whether one keeps the product.
bool OrderDesk::is_somewhere(Index product, std::uint32_t quantity) const {
    std::int32_t position = -1;
    for (std::size_t s = next_keeping(product, 0, position); s < sources_.size();
         s = next_keeping(product, s + 1, position)) {
        if (!looks_ || has_stock(sources_[s], position, quantity))
            return true;
    }
    return false;
}

}  // namespace spate::models
