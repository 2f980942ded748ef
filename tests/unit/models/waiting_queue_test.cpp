// Those who wait for a product, with their claims: against a plain list.

#include "models/sites/waiting_queue.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

using namespace spate;
using namespace spate::models;

namespace {

using Place = WaitingQueue::Place;
using Claimant = WaitingQueue::Claimant;

/// Channels 0 to 2, and lanes 0 to 2; the number of the claimant is in `lane`, his own in the order.
Waiting somebody(std::mt19937_64& dice, std::uint32_t number) {
    Waiting waiting;
    waiting.is_customer = dice() % 3 != 0;
    waiting.order.number = number;
    waiting.lane = static_cast<std::uint32_t>(dice() % 3);
    waiting.deadline = waiting.is_customer ? Time{static_cast<std::int64_t>(dice() % 1000)} : sim::end_of_time;
    waiting.quantity = static_cast<Units>(1 + dice() % 5);
    return waiting;
}

Claimant claimant_of(const Waiting& waiting) {
    return {waiting.is_customer, waiting.lane};
}

std::uint8_t priority_of(const Waiting& waiting) {
    return static_cast<std::uint8_t>(waiting.is_customer ? waiting.lane * 3 : 5);
}

struct Case {
    explicit Case(std::uint64_t seed)
        : dice(seed) {}

    void join() {
        const Waiting waiting = somebody(dice, count++);
        queue.join(waiting, priority_of(waiting), claimant_of(waiting));
        auto at = plain.end();
        while (at != plain.begin() && priority_of(waiting) < priority_of(*std::prev(at)))
            --at;
        plain.insert(at, waiting);
    }

    Place place_of(const Waiting& waiting) const {
        Place place = queue.first();
        while (queue.at(place).order.number != waiting.order.number)
            place = queue.next(place);
        return place;
    }

    void leave_or_reduce() {
        const auto who = plain.begin() + static_cast<std::ptrdiff_t>(dice() % plain.size());
        if (who->quantity > 1 && dice() % 2 == 0) {
            queue.reduce(place_of(*who), 1);
            --who->quantity;
        } else {
            queue.leave(place_of(*who));
            plain.erase(who);
        }
    }

    std::mt19937_64 dice;
    WaitingQueue queue;
    std::vector<Waiting> plain;
    std::uint32_t count = 0;
};

/// The plain way of WaitingQueue::serve_in_turn(): all are looked at, who has not been served blocks those of his
/// claim, and those due leave on the way.
template <class Serve>
std::vector<std::uint32_t> serve_plain(std::vector<Waiting>& queue, Time now, Serve&& serve) {
    std::vector<std::uint32_t> left;
    std::map<Claimant, bool> is_blocked;
    for (auto each = queue.begin(); each != queue.end();) {
        const bool is_due = each->deadline <= now;
        if (!is_due && (is_blocked[claimant_of(*each)] || !serve(*each))) {
            is_blocked[claimant_of(*each)] = true;
            ++each;
            continue;
        }
        left.push_back(each->order.number);
        each = queue.erase(each);
    }
    return left;
}

template <class Serve>
std::vector<std::uint32_t> serve_queue(WaitingQueue& queue, Time now, Serve&& serve) {
    std::vector<std::uint32_t> left;
    const auto leave = [&](Place place) {
        left.push_back(queue.at(place).order.number);
        queue.leave(place);
    };
    queue.serve_in_turn([&](Place place, std::size_t) {
        Place due = queue.first_due(now);
        for (; due != WaitingQueue::none && due != place && queue.is_before(due, place); due = queue.first_due(now))
            leave(due);
        if (due != place && !serve(queue.at(place)))
            return false;
        leave(place);
        return true;
    });
    while (queue.first_due(now) != WaitingQueue::none)
        leave(queue.first_due(now));
    return left;
}

void check_same(const Case& c) {
    std::vector<std::pair<std::uint32_t, Units>> found, expected;
    c.queue.for_each([&](const Waiting& w) { found.emplace_back(w.order.number, w.quantity); });
    std::vector<std::pair<Claimant, Units>> claims;
    for (const Waiting& w : c.plain) {
        expected.emplace_back(w.order.number, w.quantity);
        const auto is_his = [&](const auto& each) { return each.first == claimant_of(w); };
        const auto claim = std::find_if(claims.begin(), claims.end(), is_his);
        if (claim == claims.end()) {
            claims.emplace_back(claimant_of(w), w.quantity);
        } else {
            claim->second += w.quantity;
        }
    }
    REQUIRE(found == expected);
    const auto in_turn = c.queue.claims_in_turn();
    REQUIRE(in_turn.size() == claims.size());
    REQUIRE(c.queue.claims().size() == claims.size());
    for (std::size_t i = 0; i < claims.size(); ++i) {
        CHECK(claimant_of(c.queue.at(in_turn[i].first)) == claims[i].first);
        CHECK(in_turn[i].units == claims[i].second);
    }
}

}  // namespace

TEST_CASE("a queue with claims is that of a plain list, whoever joins, leaves or gets a part") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        Case c(seed);
        for (int step = 0; step < 300; ++step) {
            if (c.plain.empty() || c.dice() % 16 < (step < 150 ? 11U : 6U)) {
                c.join();
            } else {
                c.leave_or_reduce();
            }
            check_same(c);
        }
    }
}

TEST_CASE("those of several claims have their turns in the order of the queue, and those due leave on the way") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        Case c(seed);
        for (std::uint64_t i = 0; i < seed % 60; ++i)
            c.join();
        const Time now{static_cast<std::int64_t>(c.dice() % 400)};
        const auto accepts = [seed](const Waiting& w) { return (w.order.number * 7 + seed) % 4 != 0; };
        std::vector<Waiting> plain = c.plain;
        const auto expected = serve_plain(plain, now, accepts);
        CHECK(serve_queue(c.queue, now, accepts) == expected);
        c.plain = plain;
        check_same(c);
    }
}

TEST_CASE("in a queue without claims there are none") {
    WaitingQueue queue;
    queue.join({}, 0, std::nullopt);
    queue.join({}, 0, std::nullopt);
    queue.leave(queue.first());
    CHECK(queue.size() == 1);
    CHECK(queue.claims().empty());
    CHECK(queue.claims_in_turn().empty());
}
