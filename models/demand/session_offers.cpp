#include "models/demand/session_offers.hpp"

#include <algorithm>

namespace spate::models {

SessionOffers::SessionOffers(const ModelSpec& spec, const Broadcasts& broadcasts) {
    if (std::none_of(spec.sessions.begin(), spec.sessions.end(), has_offers))
        return;
    for (std::size_t s = 0; s < spec.sessions.size(); ++s) {
        const SessionSpec& session = spec.sessions[s];
        Offer& offer = offers_.emplace_back();
        offer.gifts = broadcasts.gifts(s);
        if (!session.price && session.discount <= 0)
            continue;
        offer.prices.resize(spec.products.size());
        for (const Index p : session.products) {
            const double reduced = static_cast<double>(spec.products[p].price) * (1 - session.discount);
            offer.prices[p] = session.price.value_or(to_money(reduced));
        }
    }
}

bool has_offers(const SessionSpec& session) {
    const bool is_scripted = std::any_of(
        session.script.begin(), session.script.end(), [](const ScriptSpec& event) { return event.gift.has_value(); });
    return session.price || session.discount > 0 || session.gift || is_scripted;
}

}  // namespace spate::models
