#include "scenarios/load/draft.hpp"

namespace spate::scenarios {

bool Registry::add(const std::string& id, Place place, Problems& problems) {
    const auto [at, added] = by_id_.emplace(id, static_cast<models::Index>(ids_.size()));
    if (!added) {
        problems.add(place,
                     "duplicate " + std::string(what_) + " id " + in_quotes(id) + " (first at "
                         + problems.describe(places_[at->second]) + "). give it another id?");
        return false;
    }
    ids_.push_back(id);
    places_.push_back(place);
    return true;
}

std::optional<models::Index> Registry::find(const std::string& id) const {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace spate::scenarios
