#include "models/base/presale.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_presale = 24;

}  // namespace

Presale::Presale(const ChannelSpec& channel, sim::RunSeed run)
    : channel_(channel)
    , spec_(*channel.presale)
    , run_(run) {}

DepositFate Presale::fate(std::uint64_t key, Time placed) const {
    SPATE_EXPECT(holds(placed));
    const Time opens = spec_.opens ? std::max(*spec_.opens, placed) : placed + spec_.opens_after;
    const Time closes = spec_.closes.value_or(opens + spec_.within);
    sim::RandomStream random(run_, key, purpose_presale);
    const double which = random.uniform();
    if (which < spec_.paid)
        return {Settlement::paid, time_of_payment(opens, closes, random)};
    if (which < spec_.paid + spec_.cancelled) {
        const double share = random.uniform();
        const auto after = static_cast<std::int64_t>(share * static_cast<double>((opens - placed).us));
        return {Settlement::cancelled, placed + Duration{after}};
    }
    return {Settlement::lapsed, closes};
}

/// Within the window: what is drawn beyond its end is drawn again, at last it is the end.
Time Presale::time_of_payment(Time opens, Time closes, sim::RandomStream& random) const {
    constexpr int most_draws = 64;
    const double length = (closes - opens).seconds();
    if (!spec_.pays_after) {
        const auto after = static_cast<std::int64_t>(random.uniform() * static_cast<double>((closes - opens).us));
        return opens + Duration{after};
    }
    for (int i = 0; i < most_draws; ++i) {
        const double seconds = spec_.pays_after->sample(random);
        if (seconds >= 0 && seconds < length)
            return opens + sim::from_seconds(seconds);
    }
    return closes;
}

Time Presale::known_at_desk(const DepositFate& fate) const {
    const Duration every = channel_.release_every;
    return every.us == 0 ? fate.at : sim::next_on_grid(fate.at + sim::microsecond, every);
}

Money Presale::deposit_of(Money price) const {
    return static_cast<Money>(std::llround(static_cast<double>(price) * spec_.deposit));
}

}  // namespace spate::models
