#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "models/sites/queue_places.hpp"
#include "models/sites/waiting.hpp"

namespace spate::models {

/// Those who wait for one product at a site, in the order in which they are served. Where goods are shared out, it also
/// knows for whom they wait: customers of a channel, or another site.
///
/// Time: joining, leaving and finding somebody O(log n) expected (QueuePlaces), however many wait; going through all of
/// them O(n). Threads: owned by one process.
class WaitingQueue {
  public:
    using Place = QueuePlaces::Place;
    static constexpr Place none = QueuePlaces::none;

    /// A channel, or the lane to another site.
    struct Claimant {
        bool is_customer = false;
        std::uint32_t number = 0;

        auto operator<=>(const Claimant&) const = default;
    };

    struct Claim {
        Place first = none, last = none;
        Units units = 0;  ///< wanted by all of them
    };

    WaitingQueue() = default;
    WaitingQueue(const WaitingQueue&) = delete;  // those who wait point to their claims
    WaitingQueue& operator=(const WaitingQueue&) = delete;

    /// Behind the last who has the same priority or a lower one. `claimant`: where goods are shared out. Requires:
    /// those of one claimant have the same priority.
    void join(const Waiting& waiting, std::uint8_t priority, std::optional<Claimant> claimant) {
        enter(places_.join(waiting.deadline, priority), waiting, claimant);
    }

    /// Behind all, whatever their priority.
    void join_last(const Waiting& waiting, std::uint8_t priority, std::optional<Claimant> claimant) {
        enter(places_.join_last(waiting.deadline, priority), waiting, claimant);
    }

    void leave(Place place);

    /// Has got so many units of what he waits for. Requires: not all.
    void reduce(Place place, Units units);

    bool is_empty() const { return places_.is_empty(); }

    std::size_t size() const { return places_.size(); }

    const Waiting& at(Place place) const { return entries_[place].waiting; }

    /// Requires: not empty.
    Place first() const { return places_.first(); }

    /// none: nobody behind.
    Place next(Place place) const { return places_.next(place); }

    /// The first whose deadline is not after `now`; none: nobody's.
    Place first_due(Time now) const { return places_.first_due(now); }

    /// Requires: two different ones.
    bool is_before(Place a, Place b) const { return places_.is_before(a, b); }

    /// Those who wait here, by claimant; none is empty.
    const std::map<Claimant, Claim>& claims() const { return claims_; }

    /// The same by who is first of them in the queue.
    std::vector<Claim> claims_in_turn() const;

    /// Calls `serve(place, number)` for those of all claims (claims_in_turn(), with their number there) in the order of
    /// the queue. True: he has been served and has left, so who comes next of his claim has his turn too. Others may
    /// leave meanwhile if they are in front of him and it is not their turn any more. Time: O(log n) for each call.
    template <class Serve>
    void serve_in_turn(Serve&& serve);

    /// In the order of the queue.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (Place place = first(); place != none; place = next(place))
            visit(at(place));
    }

  private:
    struct Entry {
        Waiting waiting;
        Place next = none, previous = none;  ///< of the same claim
        std::pair<const Claimant, Claim>* claim = nullptr;
    };

    void enter(Place place, const Waiting& waiting, std::optional<Claimant> claimant);

    QueuePlaces places_;
    std::vector<Entry> entries_;  ///< by place
    std::map<Claimant, Claim> claims_;
};

template <class Serve>
void WaitingQueue::serve_in_turn(Serve&& serve) {
    struct Turn {
        Place place;
        std::size_t number;
    };

    const auto is_later = [this](const Turn& a, const Turn& b) { return is_before(b.place, a.place); };
    std::vector<Turn> turns;  // a min-heap; in order at first
    for (const Claim& claim : claims_in_turn())
        turns.push_back({claim.first, turns.size()});
    while (!turns.empty()) {
        std::pop_heap(turns.begin(), turns.end(), is_later);
        const Turn turn = turns.back();
        turns.pop_back();
        const Place next = entries_[turn.place].next;
        if (!serve(turn.place, turn.number) || next == none)
            continue;
        turns.push_back({next, turn.number});
        std::push_heap(turns.begin(), turns.end(), is_later);
    }
}

}  // namespace spate::models
