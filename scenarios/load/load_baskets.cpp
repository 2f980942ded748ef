// Orders of several products: what they do not go with.

#include <algorithm>

#include "models/demand/baskets.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

using models::ChannelSpec;
using models::Index;

/// What a channel has that takes orders of one product only; empty: nothing.
std::string single_terms(const ChannelSpec& channel) {
    if (channel.presale) {
        return "`presale`";
    }
    if (channel.group) {
        return "`group`";
    }
    return channel.pickup ? "`pickup`" : "";
}

}  // namespace

void refuse_baskets(Reader& demand, const models::DemandSpec& spec) {
    const Draft& draft = demand.draft();
    for (const Index c : spec.channels) {
        const ChannelSpec& channel = draft.spec.channels[c];
        const std::string id = in_quotes(draft.channels.id(c));
        if (const auto terms = single_terms(channel); !terms.empty()) {
            demand.problem(
                "further",
                "channel " + id + " has " + terms + ", which takes orders of one product. exclude it with `channels`?");
        }
    }
}

void check_baskets(Draft& draft) {
    const models::ModelSpec& spec = draft.spec;
    for (std::size_t d = 0; d < spec.demand.size(); ++d) {
        const auto& demand = spec.demand[d];
        if (!models::has_baskets(demand)) {
            continue;
        }
        const bool is_returned = std::any_of(demand.channels.begin(), demand.channels.end(), [&](Index c) {
            return spec.channels[c].return_share > 0 || spec.channels[c].defect_return > 0;
        });
        const bool goes_by_product =
            !spec.return_centres.empty() || std::any_of(spec.products.begin(), spec.products.end(), [](const auto& p) {
                return p.return_factor != 1;
            });
        if (is_returned && goes_by_product) {
            draft.problems.add(draft.demand_place,
                               "orders of several products (`further`) are returned as a whole: return centres and "
                               "shares of returns by product do not go with them. exclude channels with `returns`?");
        }
    }
}

}  // namespace spate::scenarios
