#include "models/sites/waiting_queue.hpp"

namespace spate::models {

/// Those of one claim have one priority, so who joins is the last of them.
void WaitingQueue::enter(Place place, const Waiting& waiting, std::optional<Claimant> claimant) {
    if (place == entries_.size())
        entries_.emplace_back();
    Entry& entry = entries_[place];
    entry = {waiting, none, none, nullptr};
    if (!claimant)
        return;
    entry.claim = &*claims_.try_emplace(*claimant).first;
    Claim& claim = entry.claim->second;
    claim.units += waiting.quantity;
    entry.previous = claim.last;
    (claim.last == none ? claim.first : entries_[claim.last].next) = place;
    claim.last = place;
}

void WaitingQueue::leave(Place place) {
    places_.leave(place);
    const Entry& entry = entries_[place];
    if (entry.claim == nullptr)
        return;
    Claim& claim = entry.claim->second;
    claim.units -= entry.waiting.quantity;
    (entry.previous == none ? claim.first : entries_[entry.previous].next) = entry.next;
    (entry.next == none ? claim.last : entries_[entry.next].previous) = entry.previous;
    if (claim.first == none)
        claims_.erase(entry.claim->first);
}

void WaitingQueue::reduce(Place place, Units units) {
    Entry& entry = entries_[place];
    entry.waiting.quantity -= units;
    if (entry.claim != nullptr)
        entry.claim->second.units -= units;
}

std::vector<WaitingQueue::Claim> WaitingQueue::claims_in_turn() const {
    std::vector<Claim> claims;
    for (const auto& [claimant, claim] : claims_)
        claims.push_back(claim);
    std::sort(claims.begin(), claims.end(), [this](const Claim& a, const Claim& b) {
        return a.first != b.first && is_before(a.first, b.first);
    });
    return claims;
}

}  // namespace spate::models
