// Places in a queue: against a plain list, and how far they are from the root.

#include "models/sites/queue_places.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

using namespace spate;
using namespace spate::models;

namespace {

using Place = QueuePlaces::Place;

/// The same as a list, looked through from one end to the other.
struct PlainQueue {
    struct Who {
        Place place = 0;
        int priority = 0;
        Time deadline;
    };

    void join(const Who& who) {
        auto at = list.end();
        while (at != list.begin() && who.priority < std::prev(at)->priority)
            --at;
        list.insert(at, who);
    }

    Place first_due(Time now) const {
        const auto found = std::find_if(list.begin(), list.end(), [&](const Who& who) { return who.deadline <= now; });
        return found == list.end() ? QueuePlaces::none : found->place;
    }

    std::vector<Place> places() const {
        std::vector<Place> places;
        for (const Who& who : list)
            places.push_back(who.place);
        return places;
    }

    std::vector<Who> list;
};

std::vector<Place> all_of(const QueuePlaces& queue) {
    std::vector<Place> places;
    for (Place place = queue.first(); place != QueuePlaces::none; place = queue.next(place))
        places.push_back(place);
    return places;
}

std::size_t greatest_depth(const QueuePlaces& queue) {
    std::size_t depth = 0;
    for (Place place = queue.first(); place != QueuePlaces::none; place = queue.next(place))
        depth = std::max(depth, queue.depth(place));
    return depth;
}

/// Joins and leaves of all kinds, `joins` of 16 of them to join.
void try_out(std::mt19937_64& dice, unsigned joins, QueuePlaces& queue, PlainQueue& plain) {
    if (dice() % 16 < joins || plain.list.empty()) {
        PlainQueue::Who who{0, static_cast<int>(1 + dice() % 9), Time{static_cast<std::int64_t>(dice() % 1000)}};
        const auto priority = static_cast<std::uint8_t>(who.priority);
        const bool is_last = dice() % 4 == 0;  // as they come from a snapshot of a run with other priorities
        who.place = is_last ? queue.join_last(who.deadline, priority) : queue.join(who.deadline, priority);
        is_last ? plain.list.push_back(who) : plain.join(who);
        return;
    }
    const std::size_t which = dice() % 3 == 0 ? 0 : dice() % plain.list.size();
    queue.leave(plain.list[which].place);
    plain.list.erase(plain.list.begin() + static_cast<std::ptrdiff_t>(which));
}

}  // namespace

TEST_CASE("places of a queue are those of a plain list, whoever joins and leaves") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 dice(seed);
        QueuePlaces queue;
        PlainQueue plain;
        for (int step = 0; step < 600; ++step) {
            try_out(dice, step < 300 ? 11 : 5, queue, plain);
            REQUIRE(all_of(queue) == plain.places());
            REQUIRE(queue.size() == plain.list.size());
            REQUIRE(queue.is_empty() == plain.list.empty());
            for (const std::int64_t now : {-1, 10, 300, 1000})
                REQUIRE(queue.first_due(Time{now}) == plain.first_due(Time{now}));
            for (std::size_t a = 0, b = plain.list.size(); a + 1 < b; ++a, --b) {
                REQUIRE(queue.is_before(plain.list[a].place, plain.list[b - 1].place));
                REQUIRE_FALSE(queue.is_before(plain.list[b - 1].place, plain.list[a].place));
            }
        }
    }
}

TEST_CASE("a place is given away again when its holder has left") {
    QueuePlaces queue;
    std::vector<Place> places;
    for (int i = 0; i < 100; ++i)
        places.push_back(queue.join_last(Time{i}, 1));
    for (int round = 0; round < 1000; ++round) {
        queue.leave(queue.first());
        REQUIRE(queue.join_last(Time{round}, 1) < 100);
    }
    CHECK(queue.size() == 100);
}

TEST_CASE("nobody is far from the root, however many wait and in whatever order they come and go") {
    // In 200,000 a depth of 4.311 ln n = 52 is expected of the deepest (Devroye, "A note on the height of binary search
    // trees", 1986), and of the others 2 ln n.
    constexpr int many = 200'000;
    const double limit = 4.311 * std::log(many);
    std::mt19937_64 dice(7);
    for (const bool is_by_priority : {false, true}) {
        CAPTURE(is_by_priority);
        QueuePlaces queue;
        std::vector<Place> places;
        const auto join = [&] {
            const int priority = is_by_priority ? static_cast<int>(1 + dice() % 9) : 1;
            return queue.join(Time{static_cast<std::int64_t>(dice() % 1000)}, static_cast<std::uint8_t>(priority));
        };
        for (int i = 0; i < many; ++i)
            places.push_back(join());
        CHECK(static_cast<double>(greatest_depth(queue)) < limit);
        for (int i = 0; i < many; ++i) {  // places change hands in no order
            Place& place = places[dice() % places.size()];
            queue.leave(place);
            place = join();
        }
        CHECK(static_cast<double>(greatest_depth(queue)) < limit);
        for (int i = 0; i < many - 1000; ++i)
            queue.leave(queue.first());
        CHECK(static_cast<double>(greatest_depth(queue)) < limit);
    }
}
