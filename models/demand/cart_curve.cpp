#include "models/demand/cart_curve.hpp"

#include <algorithm>

namespace spate::models {

CartCurve::CartCurve(const ModelSpec& spec, const BaseDemand& base) {
    for (Index s = 0; s < spec.sessions.size() && spec.trace.carts_every; ++s) {
        if (spec.sessions[s].carts)
            add(spec, base, s);
    }
}

void CartCurve::add(const ModelSpec& spec, const BaseDemand& base, Index session) {
    const Duration every = *spec.trace.carts_every;
    const Time end{(spec.warm_up + spec.horizon).us};
    std::vector<Step> all(static_cast<std::size_t>((end.us - 1) / every.us + 1));
    const auto at = [&](Time t) -> Step& { return all[static_cast<std::size_t>(t.us / every.us)]; };
    for_each_cart(spec, base, session, end, [&](const Cart& cart) {
        Step& made = at(cart.made);
        ++made.carts;
        made.kept += cart.ordered != sim::end_of_time;
        if (cart.ordered < end && cart.ordered < base.closes(session, cart.broadcast))
            ++at(cart.ordered).orders;
    });
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].session = session;
        all[i].end = std::min(Time{} + every * static_cast<std::int64_t>(i + 1), end);
        if (all[i].carts > 0 || all[i].orders > 0)
            steps_.push_back(all[i]);
    }
}

}  // namespace spate::models
