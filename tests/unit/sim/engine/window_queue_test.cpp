#include "sim/engine/window_queue.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/toy_processes.hpp"

namespace spate::test {

namespace {

Event event_at(std::int64_t time, std::uint64_t mark = 0) {
    Event event;
    event.time = Time{time};
    event.words[0] = mark;
    return event;
}

}  // namespace

TEST_CASE("an empty window queue has no next time and opens nothing") {
    WindowQueue queue(Duration{10});
    CHECK(queue.next_time() == end_of_time);
    CHECK_FALSE(queue.open(end_of_time, [](Event&) {}));
    CHECK_THROWS_AS(WindowQueue(Duration{0}), std::logic_error);
}

TEST_CASE("windows are handed over in order, whole up to the limit, nothing lost, nothing early") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        ToyDraws draws(seed);
        const auto width = static_cast<std::int64_t>(1 + draws.below(seed % 4 == 0 ? 1'000'000 : 50));
        WindowQueue queue{Duration{width}};
        std::vector<std::int64_t> pending;
        std::int64_t now = 0;
        for (int step = 0; step < 400; ++step) {
            for (std::uint64_t i = 0; i < draws.below(12); ++i) {
                const std::uint64_t kind = draws.below(20);
                const std::uint64_t span = kind == 0 ? 1ULL << draws.below(61) : kind < 5 ? 2'000'000 : 500;
                const std::int64_t time = now + static_cast<std::int64_t>(draws.below(span));
                queue.push(event_at(time));
                pending.push_back(time);
            }
            const auto first = pending.empty() ? end_of_time.us : *std::min_element(pending.begin(), pending.end());
            REQUIRE(queue.next_time().us == first);
            const std::int64_t limit =
                now + static_cast<std::int64_t>(draws.below(draws.below(10) == 0 ? 5'000'000 : 300));
            std::vector<std::int64_t> seen;
            while (queue.open(Time{limit}, [&](Event& event) { seen.push_back(event.time.us); })) {
                REQUIRE(queue.bound() <= Time{limit});
                REQUIRE(*std::max_element(seen.begin(), seen.end()) < queue.bound().us);
                queue.release();
            }
            for (const std::int64_t time : seen) {
                REQUIRE(time < limit);
                const auto found = std::find(pending.begin(), pending.end(), time);
                REQUIRE(found != pending.end());
                pending.erase(found);
            }
            REQUIRE(std::none_of(pending.begin(), pending.end(), [&](std::int64_t time) { return time < limit; }));
            now = std::max(now, limit);
        }
    }
}

TEST_CASE("a window can be refilled while it is being handled") {
    WindowQueue queue(Duration{100});
    queue.push(event_at(10, 1));
    queue.push(event_at(60, 2));
    std::vector<std::uint64_t> seen;
    const auto note = [&](Event& event) { seen.push_back(event.words[0]); };
    REQUIRE(queue.open(Time{50}, note));
    CHECK(queue.bound() == Time{50});
    queue.push(event_at(55, 3));
    queue.release();
    CHECK(seen == std::vector<std::uint64_t>{1});
    CHECK(queue.next_time() == Time{55});
    REQUIRE(queue.open(Time{500}, note));
    CHECK(queue.bound() == Time{100});
    queue.release();
    std::sort(seen.begin(), seen.end());
    CHECK(seen == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("a window queue frees the payloads it still holds, and only those") {
    const auto before = Load::alive.load();
    std::unique_ptr<Load> taken;
    {
        WindowQueue queue(Duration{10});
        for (std::int64_t i = 0; i < 100; ++i) {
            Event event = event_at(i * 7);
            event.type = Load::type;
            event.set_payload(std::make_unique<Load>().release());
            queue.push(event);
        }
        CHECK(queue.open(Time{5}, [&](Event& event) { taken = event.take<Load>(); }));
        queue.release();
        CHECK(Load::alive == before + 100);
    }
    CHECK(Load::alive == before + 1);
    taken.reset();
    CHECK(Load::alive == before);
}

TEST_CASE("draining gives everything out once") {
    WindowQueue queue(Duration{3});
    for (std::int64_t i = 0; i < 5'000; ++i)
        queue.push(event_at(i * i, static_cast<std::uint64_t>(i)));
    std::vector<bool> seen(5'000);
    queue.drain([&](const Event& event) {
        CHECK_FALSE(seen[event.words[0]]);
        seen[event.words[0]] = true;
    });
    CHECK(std::count(seen.begin(), seen.end(), true) == 5'000);
    CHECK(queue.next_time() == end_of_time);
}

}  // namespace spate::test
