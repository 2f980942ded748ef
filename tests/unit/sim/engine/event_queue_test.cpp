#include "sim/engine/event_queue.hpp"

#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/toy_processes.hpp"

namespace spate::test {

namespace {

Event event_at(std::int64_t time, std::uint16_t priority = 0, std::size_t source = 0, std::uint64_t sequence = 0) {
    Event event;
    event.time = Time{time};
    event.priority = priority & 255U;
    event.source = ProcessId(source);
    event.sequence = sequence & 0xFFFF'FFFF;
    return event;
}

}  // namespace

TEST_CASE("an empty event queue has no next time and refuses to pop") {
    EventQueue queue;
    CHECK(queue.empty());
    CHECK(queue.next_time() == end_of_time);
    CHECK_THROWS_AS(queue.pop(), std::logic_error);
}

TEST_CASE("equal times are served by priority, then source, then sequence") {
    const std::vector<Event> expected{
        event_at(4, 9, 9, 9), event_at(5, 1, 9, 9), event_at(5, 2, 3, 9), event_at(5, 2, 4, 0), event_at(5, 2, 4, 1)};
    EventQueue queue;
    for (const std::size_t i : {3, 1, 4, 0, 2})
        queue.push(expected[i]);
    for (const Event& event : expected) {
        CHECK(queue.next_time() == event.time);
        const Event popped = queue.pop();
        CHECK_FALSE(comes_before(popped, event));
        CHECK_FALSE(comes_before(event, popped));
    }
    CHECK(queue.empty());
}

TEST_CASE("an event queue keeps the content of its events") {
    EventQueue queue;
    for (std::int64_t i = 0; i < 100; ++i) {
        Event event = event_at(100 - i);
        event.type = static_cast<std::uint64_t>(i) & 1023U;
        event.words = {static_cast<std::uint64_t>(i), 2, 3};
        queue.push(event);
    }
    for (std::int64_t i = 99; i >= 0; --i) {
        const Event event = queue.pop();
        CHECK(event.type == i);
        CHECK(event.words == std::array<std::uint64_t, 3>{static_cast<std::uint64_t>(i), 2, 3});
    }
}

TEST_CASE("an event queue frees the payloads it still holds, and only those") {
    const auto before = Load::alive.load();
    {
        EventQueue queue;
        for (std::int64_t i = 0; i < 10; ++i) {
            Event event = event_at(i);
            event.type = Load::type;
            event.set_payload(std::make_unique<Load>().release());
            queue.push(event);
        }
        Event first = queue.pop();
        const auto taken = first.take<Load>();
        EventQueue moved = std::move(queue);
        EventQueue assigned;
        assigned = std::move(moved);
        CHECK(assigned.size() == 9);
        CHECK(Load::alive == before + 10);
    }
    CHECK(Load::alive == before);
}

}  // namespace spate::test
