#include "models/demand/session_gifts.hpp"

#include <algorithm>

#include "sim/base/random.hpp"
#include "models/demand/customer_order.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_mean_units = 68;

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

std::uint32_t SessionGifts::with_gift(Time placed, std::uint32_t paid) const {
    const GiftSpec& gift = at(placed);
    const std::uint64_t units = paid + std::uint64_t{gift.units} * (paid / gift.each);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(units, most_units));
}

std::uint32_t SessionGifts::paid(Time placed, std::uint32_t units) const {
    const GiftSpec& gift = at(placed);
    const std::uint64_t bundle = std::uint64_t{gift.each} + gift.units;
    const std::uint64_t rest = std::min<std::uint64_t>(units % bundle, gift.each);
    return static_cast<std::uint32_t>(units / bundle * gift.each + rest);
}

double mean_units(const SessionSpec& session) {
    if (!session.gift || session.gift->units == 0)
        return session.quantity.mean();
    const SessionGifts gifts(*session.gift, {});
    if (session.quantity.is_constant())
        return gifts.with_gift(Time{}, whole_units(session.quantity.mean()));
    constexpr int draws = 20'000;
    double sum = 0;
    for (int i = 0; i < draws; ++i) {
        const auto entity = sim::mix(sim::hash_name("mean units"), static_cast<std::uint64_t>(i));
        sim::RandomStream random({1, 0}, entity, purpose_mean_units);
        sum += gifts.with_gift(Time{}, whole_units(session.quantity.sample(random)));
    }
    return sum / draws;
}

}  // namespace spate::models
