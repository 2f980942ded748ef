#include <algorithm>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/engine/event_queue.hpp"

#include "tests/support/toy_processes.hpp"

namespace spate::test {

namespace {

auto key_of(const Event& event) {
    return std::tuple(event.time.us,
                      std::uint64_t{event.depth},
                      std::uint64_t{event.priority},
                      event.source.value(),
                      std::uint64_t{event.sequence});
}

/// Random events whose times, priorities and sources often coincide; sequences are unique.
Event random_event(ToyDraws& draws, std::uint64_t sequence, std::uint64_t times) {
    Event event;
    event.time = Time{static_cast<std::int64_t>(draws.below(times))};
    event.priority = draws.below(3) & 255U;
    event.depth = draws.below(2) & 15U;
    event.source = ProcessId(draws.below(4));
    event.sequence = sequence & 0xFFFF'FFFF;
    event.words[0] = mix(sequence, 5);
    return event;
}

}  // namespace

TEST_CASE("the order of events is the order of their keys") {
    ToyDraws draws(3);
    for (int round = 0; round < 20'000; ++round) {
        const Event a = random_event(draws, draws.below(3), 3);
        const Event b = random_event(draws, draws.below(3), 3);
        REQUIRE(comes_before(a, b) == (key_of(a) < key_of(b)));
        REQUIRE(comes_before(b, a) == (key_of(b) < key_of(a)));
    }
}

TEST_CASE("a queue pops in sorted order, whatever the order of insertion") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        ToyDraws draws(seed);
        std::vector<Event> events;
        const std::uint64_t times = 1 + draws.below(seed % 3 == 0 ? 1'000'000 : 20);
        for (std::uint64_t i = 0; i < 1 + draws.below(500); ++i)
            events.push_back(random_event(draws, i, times));
        std::vector<Event> sorted = events;
        std::ranges::sort(sorted, {}, key_of);
        for (std::size_t i = events.size() - 1; i > 0; --i)
            std::swap(events[i], events[draws.below(i + 1)]);
        EventQueue queue;
        for (const Event& event : events)
            queue.push(event);
        for (const Event& expected : sorted) {
            const Event event = queue.pop();
            REQUIRE(key_of(event) == key_of(expected));
            REQUIRE(event.words == expected.words);
        }
        REQUIRE(queue.empty());
    }
}

TEST_CASE("pushes between pops keep a queue sorted") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        ToyDraws draws(seed);
        EventQueue queue;
        std::vector<Event> model;
        for (std::uint64_t i = 0; i < 2'000; ++i) {
            if (model.empty() || draws.below(100) < 52) {
                const Event event = random_event(draws, i, 40);
                queue.push(event);
                model.push_back(event);
            } else {
                const auto first = std::ranges::min_element(model, {}, key_of);
                REQUIRE(queue.next_time() == first->time);
                REQUIRE(key_of(queue.pop()) == key_of(*first));
                model.erase(first);
            }
            REQUIRE(queue.size() == model.size());
        }
    }
}

TEST_CASE("a process handles its events in key order, except what it schedules behind the clock") {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        Engine engine;
        auto& process = engine.add(std::make_unique<Scripted>("alone"));
        ToyDraws draws(seed);
        process.on_start = [&](Context& context) {
            for (int i = 0; i < 300; ++i) {
                const Time at{static_cast<std::int64_t>(draws.below(50))};
                draws.below(2) == 0 ? context.schedule(at, Token{}) : context.schedule(at, Urgent{});
            }
        };
        engine.run_until(Time{50});
        REQUIRE(process.handled.size() == 300);
        REQUIRE(std::ranges::is_sorted(process.handled, {}, key_of));
    }
}

}  // namespace spate::test
