#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"

namespace spate::models {

using sim::Time;

/// Who stands where in a queue, with a priority and a deadline each. A place is a number below the longest that the
/// queue has ever been; it is its holder's until he leaves, wherever others join, and then somebody else's.
///
/// A treap (Seidel and Aragon, "Randomized search trees", 1996) of which every node knows the first deadline and the
/// lowest priority below it. Weights follow from the numbers of the places: nothing depends on what was before.
/// Time: O(log n) expected; at the ends of the queue mostly less. Threads: owned by one process.
class QueuePlaces {
  public:
    using Place = std::uint32_t;
    static constexpr Place none = UINT32_MAX;

    /// Behind all.
    Place join_last(Time deadline, std::uint8_t priority);

    /// Behind the last who has the same priority or a lower one; in front of all if nobody has.
    Place join(Time deadline, std::uint8_t priority);

    void leave(Place place);

    bool is_empty() const { return root_ == none; }

    std::size_t size() const { return size_; }

    /// none: nobody.
    Place first() const { return first_; }

    /// none: nobody behind.
    Place next(Place place) const;

    /// The first whose deadline is not after `now`; none: nobody's.
    Place first_due(Time now) const;

    /// Requires: two different ones.
    bool is_before(Place a, Place b) const;

    /// How many are looked at on the way from a place to the root.
    std::size_t depth(Place place) const;

  private:
    struct Node {
        Place left = none, right = none;
        Place parent = none;  ///< of a free one: the next free one
        std::uint8_t priority = 0;
        std::uint8_t lowest = 0;  ///< priority, of all below too
        Time deadline;
        Time earliest;  ///< deadline, of all below too
    };

    static_assert(sizeof(Node) == 32);

    static std::uint64_t weight(Place place);
    Place last_up_to(std::uint8_t priority) const;
    Place insert(Place behind, Time deadline, std::uint8_t priority);
    Place new_place();
    void hang(Place place, Place behind);
    void replace(Place child, Place by);
    void lift(Place place);
    bool look_below(Place place);
    void look_above(Place place);
    Place outermost(Place place, Place Node::*side) const;
    Place beside(Place place, Place Node::*side, Place Node::*other) const;

    std::vector<Node> nodes_;  ///< by place
    Place root_ = none, first_ = none, last_ = none, free_ = none;
    std::uint32_t size_ = 0;
};

}  // namespace spate::models
