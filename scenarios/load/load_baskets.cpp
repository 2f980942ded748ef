// Orders of several products: what they do not go with.

#include <algorithm>

#include "models/demand/baskets.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

std::string single_terms(const models::ChannelSpec& channel) {
    if (channel.presale) {
        return "`presale`";
    }
    if (channel.group) {
        return "`group`";
    }
    return channel.pickup ? "`pickup`" : "";
}

void refuse_baskets(Reader& demand, const models::DemandSpec& spec) {
    const Draft& draft = demand.draft();
    for (const models::Index c : spec.channels) {
        const models::ChannelSpec& channel = draft.spec.channels[c];
        const std::string id = in_quotes(draft.channels.id(c));
        if (const auto terms = single_terms(channel); !terms.empty()) {
            demand.problem(
                "further",
                "channel " + id + " has " + terms + ", which takes orders of one product. exclude it with `channels`?");
        }
    }
}

}  // namespace spate::scenarios
