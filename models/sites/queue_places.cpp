#include "models/sites/queue_places.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

namespace spate::models {

/// The heavier is above. One-to-one, so no two are alike.
std::uint64_t QueuePlaces::weight(Place place) {
    return sim::mix(place, 0);
}

QueuePlaces::Place QueuePlaces::join_last(Time deadline, std::uint8_t priority) {
    return insert(last_, deadline, priority);
}

QueuePlaces::Place QueuePlaces::join(Time deadline, std::uint8_t priority) {
    const bool is_last = is_empty() || nodes_[last_].priority <= priority;
    return insert(is_last ? last_ : last_up_to(priority), deadline, priority);
}

QueuePlaces::Place QueuePlaces::last_up_to(std::uint8_t priority) const {
    Place place = root_;
    while (place != none && nodes_[place].lowest <= priority) {
        const Place right = nodes_[place].right;
        if (right != none && nodes_[right].lowest <= priority) {
            place = right;
        } else if (nodes_[place].priority <= priority) {
            return place;
        } else {
            place = nodes_[place].left;
        }
    }
    return none;
}

QueuePlaces::Place QueuePlaces::first_due(Time now) const {
    Place place = root_;
    while (place != none && nodes_[place].earliest <= now) {
        const Place left = nodes_[place].left;
        if (left != none && nodes_[left].earliest <= now) {
            place = left;
        } else if (nodes_[place].deadline <= now) {
            return place;
        } else {
            place = nodes_[place].right;
        }
    }
    return none;
}

/// `behind` none: in front of all.
QueuePlaces::Place QueuePlaces::insert(Place behind, Time deadline, std::uint8_t priority) {
    const Place place = new_place();
    nodes_[place] = {none, none, none, priority, priority, deadline, deadline};
    hang(place, behind);
    if (behind == last_)
        last_ = place;
    if (behind == none)
        first_ = place;
    while (nodes_[place].parent != none && weight(place) > weight(nodes_[place].parent))
        lift(place);
    look_above(nodes_[place].parent);
    ++size_;
    return place;
}

QueuePlaces::Place QueuePlaces::new_place() {
    if (free_ == none) {
        nodes_.emplace_back();
        SPATE_ASSERT(nodes_.size() < none);
        return static_cast<Place>(nodes_.size() - 1);
    }
    const Place place = free_;
    free_ = nodes_[place].parent;
    return place;
}

/// As a leaf.
void QueuePlaces::hang(Place place, Place behind) {
    if (root_ == none) {
        root_ = place;
        return;
    }
    Place parent = first_;
    Place Node::*side = &Node::left;
    if (behind != none && nodes_[behind].right == none) {
        parent = behind;
        side = &Node::right;
    } else if (behind != none) {
        parent = outermost(nodes_[behind].right, &Node::left);
    }
    nodes_[parent].*side = place;
    nodes_[place].parent = parent;
}

void QueuePlaces::leave(Place place) {
    if (place == first_)
        first_ = next(place);
    if (place == last_)
        last_ = beside(place, &Node::left, &Node::right);
    while (nodes_[place].left != none && nodes_[place].right != none) {
        const Place left = nodes_[place].left, right = nodes_[place].right;
        lift(weight(left) > weight(right) ? left : right);
    }
    const Place parent = nodes_[place].parent;
    replace(place, nodes_[place].left != none ? nodes_[place].left : nodes_[place].right);
    look_above(parent);
    nodes_[place].parent = free_;
    free_ = place;
    --size_;
}

void QueuePlaces::replace(Place child, Place by) {
    const Place parent = nodes_[child].parent;
    if (by != none)
        nodes_[by].parent = parent;
    if (parent == none) {
        root_ = by;
    } else {
        (nodes_[parent].left == child ? nodes_[parent].left : nodes_[parent].right) = by;
    }
}

/// Turns a place and its parent round: the order of all stays.
void QueuePlaces::lift(Place place) {
    const Place parent = nodes_[place].parent;
    const bool is_left = nodes_[parent].left == place;
    Place Node::*near = is_left ? &Node::left : &Node::right;
    Place Node::*far = is_left ? &Node::right : &Node::left;
    replace(parent, place);
    const Place moved = nodes_[place].*far;
    nodes_[parent].*near = moved;
    if (moved != none)
        nodes_[moved].parent = parent;
    nodes_[place].*far = parent;
    nodes_[parent].parent = place;
    look_below(parent);
    look_below(place);
}

/// True if something has changed.
bool QueuePlaces::look_below(Place place) {
    Node& node = nodes_[place];
    Time earliest = node.deadline;
    std::uint8_t lowest = node.priority;
    for (const Place child : {node.left, node.right}) {
        if (child == none)
            continue;
        earliest = std::min(earliest, nodes_[child].earliest);
        lowest = std::min(lowest, nodes_[child].lowest);
    }
    const bool has_changed = earliest != node.earliest || lowest != node.lowest;
    node.earliest = earliest;
    node.lowest = lowest;
    return has_changed;
}

void QueuePlaces::look_above(Place place) {
    while (place != none && look_below(place))
        place = nodes_[place].parent;
}

QueuePlaces::Place QueuePlaces::outermost(Place place, Place Node::*side) const {
    while (nodes_[place].*side != none)
        place = nodes_[place].*side;
    return place;
}

QueuePlaces::Place QueuePlaces::beside(Place place, Place Node::*side, Place Node::*other) const {
    if (nodes_[place].*side != none)
        return outermost(nodes_[place].*side, other);
    Place parent = nodes_[place].parent;
    while (parent != none && nodes_[parent].*side == place) {
        place = parent;
        parent = nodes_[place].parent;
    }
    return parent;
}

QueuePlaces::Place QueuePlaces::next(Place place) const {
    return beside(place, &Node::right, &Node::left);
}

std::size_t QueuePlaces::depth(Place place) const {
    std::size_t depth = 0;
    for (; place != none; place = nodes_[place].parent)
        ++depth;
    return depth;
}

/// Both go up until they meet: from the left, from the right, or who is there already.
bool QueuePlaces::is_before(Place a, Place b) const {
    std::size_t depth_of_a = depth(a), depth_of_b = depth(b);
    int side_of_a = 0, side_of_b = 0;
    const auto go_up = [this](Place& place, std::size_t& depth, int& side) {
        const Place parent = nodes_[place].parent;
        side = nodes_[parent].left == place ? -1 : 1;
        place = parent;
        --depth;
    };
    while (a != b) {
        if (depth_of_a >= depth_of_b) {
            go_up(a, depth_of_a, side_of_a);
        } else {
            go_up(b, depth_of_b, side_of_b);
        }
    }
    return side_of_a < side_of_b;
}

}  // namespace spate::models
