#include "models/demand/session_gifts.hpp"

#include <algorithm>

#include "sim/base/random.hpp"
#include "models/demand/customer_order.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_mean_units = 68;

/// Whether one of a session's gifts, its own or of its script, is as asked.
template <class Predicate>
bool has_gift(const SessionSpec& session, Predicate&& is_such) {
    const auto has = [&](const std::optional<GiftSpec>& gift) { return gift && is_such(*gift); };
    return has(session.gift) || std::any_of(session.script.begin(), session.script.end(), [&](const ScriptSpec& event) {
               return has(event.gift);
           });
}

}  // namespace

SessionGifts::SessionGifts(GiftSpec always, std::span<const Span> said)
    : always_(always) {
    std::vector<Time> times;
    for (const auto& span : said) {
        times.push_back(span.from);
        times.push_back(span.to);
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        const auto last = std::find_if(
            said.rbegin(), said.rend(), [&](const Span& span) { return span.from <= times[i] && times[i] < span.to; });
        if (last != said.rend())
            spans_.push_back({times[i], times[i + 1], last->gift});
    }
}

const GiftSpec& SessionGifts::at(Time placed) const {
    const auto after =
        std::partition_point(spans_.begin(), spans_.end(), [placed](const Span& span) { return span.from <= placed; });
    if (after != spans_.begin() && placed < std::prev(after)->to)
        return std::prev(after)->gift;
    return always_;
}

/// Units that a gift adds to an order of the product itself.
std::uint32_t SessionGifts::units_on_top(const GiftSpec& gift, Index product) const {
    return gift.product.value_or(product) == product ? gift.units : 0;
}

std::uint32_t SessionGifts::with_gift(Time placed, Index product, std::uint32_t paid) const {
    const GiftSpec& gift = at(placed);
    const std::uint64_t units = paid + std::uint64_t{units_on_top(gift, product)} * (paid / gift.each);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(units, most_units));
}

std::uint32_t SessionGifts::paid(std::uint32_t units, std::uint32_t each, std::uint32_t on_top) {
    const std::uint64_t bundle = std::uint64_t{each} + on_top;
    const std::uint64_t rest = std::min<std::uint64_t>(units % bundle, each);
    return static_cast<std::uint32_t>(units / bundle * each + rest);
}

std::uint32_t SessionGifts::paid(Time placed, Index product, std::uint32_t units) const {
    const GiftSpec& gift = at(placed);
    return paid(units, gift.each, units_on_top(gift, product));
}

std::uint32_t SessionGifts::paid_of_substitute(Time placed, std::uint32_t units) const {
    const GiftSpec& gift = at(placed);
    return paid(units, gift.each, gift.units);
}

SessionGifts::Line SessionGifts::further(Time placed, Index product, std::uint32_t units) const {
    const GiftSpec& gift = at(placed);
    if (gift.product.value_or(product) == product)
        return {};
    const std::uint64_t given = std::uint64_t{gift.units} * (units / gift.each);
    return {*gift.product, static_cast<std::uint32_t>(std::min<std::uint64_t>(given, most_units))};
}

bool is_further(const GiftSpec& gift, const SessionSpec& session) {
    return gift.units > 0 && gift.product
           && std::any_of(
               session.products.begin(), session.products.end(), [&](Index p) { return p != *gift.product; });
}

bool has_further_gifts(const SessionSpec& session) {
    return has_gift(session, [&](const GiftSpec& gift) { return is_further(gift, session); });
}

bool has_dispensable_gifts(const SessionSpec& session) {
    return has_gift(session, [&](const GiftSpec& gift) {
        return gift.when_out == GiftSpec::WhenOut::without && is_further(gift, session);
    });
}

MeanUnits mean_units(const SessionSpec& session) {
    if (!session.gift || session.gift->units == 0)
        return {whole_units_of(session.quantity).mean, 0};
    const auto given = [&](std::uint32_t paid) {
        return static_cast<double>(std::uint64_t{session.gift->units} * (paid / session.gift->each));
    };
    if (session.quantity.is_constant()) {
        const std::uint32_t paid = whole_units(session.quantity.mean());
        return {static_cast<double>(paid), given(paid)};
    }
    constexpr int draws = 20'000;
    MeanUnits sum;
    for (int i = 0; i < draws; ++i) {
        const auto entity = sim::mix(sim::hash_name("mean units"), static_cast<std::uint64_t>(i));
        sim::RandomStream random({1, 0}, entity, purpose_mean_units);
        const std::uint32_t paid = whole_units(session.quantity.sample(random));
        sum.paid += paid;
        sum.given += given(paid);
    }
    return {sum.paid / draws, sum.given / draws};
}

}  // namespace spate::models
