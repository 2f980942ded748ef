#include "tests/soak/random_terms.hpp"

#include <algorithm>

#include "models/demand/demand_shape.hpp"

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

/// Whether a channel takes orders of several lines; where they are returned, no part of the model goes by product.
bool takes_baskets(const ModelSpec& spec, Index c) {
    const ChannelSpec& channel = spec.channels[c];
    const bool goes_by_product =
        !spec.return_centres.empty()
        || std::any_of(spec.products.begin(), spec.products.end(), [](const auto& p) { return p.return_factor != 1; });
    const bool is_returned = channel.return_share > 0 || channel.defect_return > 0;
    return channel.view == StockView::cached && !channel.presale && !channel.group && !channel.pickup
           && !(is_returned && goes_by_product);
}

void add_baskets(ModelSpec& spec, Dice& dice) {
    for (std::size_t d = 0; d < spec.demand.size(); ++d) {
        DemandSpec& demand = spec.demand[d];
        const bool is_steady = demand.kind == DemandSpec::Kind::renewal && !demand.each && demand.branching == 0
                               && !DemandShape::is_needed(spec, d);
        const bool fits = std::all_of(
            demand.channels.begin(), demand.channels.end(), [&](Index c) { return takes_baskets(spec, c); });
        if (is_steady && fits)
            demand.further = Distribution::poisson(dice.magnitude(0.1, 3));
    }
    for (auto& channel : spec.channels) {
        channel.sources.split =
            dice.one_of({Split::if_needed, Split::always, channel.patience ? Split::never : Split::if_needed});
        if (channel.unmet == Unmet::backorder && channel.sources.split != Split::never && dice.chance(0.5))
            channel.sources.merge_wait = dice.span(sim::minute, sim::day);
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
}

}  // namespace spate::test
