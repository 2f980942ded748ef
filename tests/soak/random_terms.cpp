#include "tests/soak/random_terms.hpp"

#include <algorithm>

#include "tests/soak/dice.hpp"

namespace spate::test {

namespace {

using namespace models;
using Split = SourcingSpec::Split;

void add_cancellation(ChannelSpec& channel, Dice& dice) {
    if (channel.presale || channel.group || !dice.chance(0.6))
        return;
    const double after = dice.magnitude(60, 200'000);
    const auto kind = dice.whole(0, 2);
    channel.cancel = CancelSpec{dice.real(0, 1),
                                kind == 0   ? Distribution::constant(after)
                                : kind == 1 ? Distribution::exponential(after)
                                            : Distribution::normal(after, after)};
}

void add_substitutes(ModelSpec& spec, Dice& dice) {
    for (Index p = 0; p < spec.products.size(); ++p) {
        while (dice.chance(0.3)) {
            const Index other = dice.whole(0, static_cast<Index>(spec.products.size()) - 1);
            if (other != p)
                spec.substitutes.push_back({p, other, dice.real(0, 1), static_cast<std::uint8_t>(dice.whole(0, 100))});
        }
    }
}

/// Whether a channel takes orders of several lines.
bool takes_baskets(const ModelSpec& spec, Index c) {
    const ChannelSpec& channel = spec.channels[c];
    return !channel.presale && !channel.group && !channel.pickup;
}

void add_baskets(ModelSpec& spec, Dice& dice) {
    for (DemandSpec& demand : spec.demand) {
        const bool fits = std::all_of(
            demand.channels.begin(), demand.channels.end(), [&](Index c) { return takes_baskets(spec, c); });
        if (demand.kind == DemandSpec::Kind::renewal && !demand.each && fits && dice.chance(0.4))
            demand.further = Distribution::poisson(dice.magnitude(0.1, 3));
    }
    for (auto& channel : spec.channels) {
        channel.sources.split =
            dice.one_of({Split::if_needed, Split::always, channel.patience ? Split::never : Split::if_needed});
        if (channel.unmet == Unmet::backorder && channel.sources.split != Split::never && dice.chance(0.5))
            channel.sources.merge_wait = dice.span(sim::minute, sim::day);
    }
}

void add_priorities(ModelSpec& spec, Dice& dice) {
    for (auto& channel : spec.channels)
        channel.priority = static_cast<std::uint8_t>(dice.chance(0.5) ? 5 : dice.whole(1, 9));
    for (auto& site : spec.sites) {
        for (auto& stage : site.outbound)
            stage.by_priority = dice.chance(0.3);
    }
}

}  // namespace

void add_order_changes(ModelSpec& spec, std::uint64_t seed) {
    Dice dice(sim::mix(seed, 0x7E45));
    for (auto& channel : spec.channels)
        add_cancellation(channel, dice);
    const bool has_presale =
        std::any_of(spec.channels.begin(), spec.channels.end(), [](const auto& c) { return c.presale.has_value(); });
    if (!has_presale)
        add_substitutes(spec, dice);
    add_baskets(spec, dice);
    add_priorities(spec, dice);
}

}  // namespace spate::test
