#include "sim/engine/worker_pool.hpp"

#include <atomic>
#include <chrono>
#include <set>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/back_ends.hpp"

namespace spate::test {

using namespace sim;

TEST_CASE("every slot of a worker pool is run exactly once, run after run") {
    for (const Workers backend : tested_back_ends()) {
        for (const std::uint32_t workers : {1U, 2U, 4U, 9U}) {
            const auto pool = make_worker_pool(backend, workers);
            REQUIRE(pool->workers() == workers);
            std::vector<std::uint64_t> counts(workers);  // not atomic: the thread sanitizer sees a slot run twice
            for (int round = 0; round < 500; ++round)
                pool->run([&](std::uint32_t slot) { ++counts[slot]; });
            CHECK(counts == std::vector<std::uint64_t>(workers, 500));
        }
    }
}

TEST_CASE("what workers wrote in one run is seen by the others in the next") {
    for (const Workers backend : tested_back_ends()) {
        const auto pool = make_worker_pool(backend, 4);
        std::vector<std::uint64_t> values{1, 2, 3, 4};
        std::vector<std::uint64_t> next(4);
        for (int round = 0; round < 300; ++round) {
            pool->run([&](std::uint32_t slot) { next[slot] = values[(slot + 1) % 4]; });
            pool->run([&](std::uint32_t slot) { values[slot] = next[slot]; });
        }
        CHECK(values == std::vector<std::uint64_t>{1, 2, 3, 4});
    }
}

TEST_CASE("tasks that are shared out are called once each, and the first error is thrown") {
    for (const Workers backend : tested_back_ends()) {
        for (const std::uint32_t workers : {1U, 2U, 5U}) {
            const auto pool = make_worker_pool(backend, workers);
            for (const std::size_t count : {0U, 1U, 7U, 8U, 9U, 1'000U}) {
                std::vector<int> calls(count);
                share_out(*pool, count, [&](std::size_t i) { ++calls[i]; });
                CHECK(calls == std::vector<int>(count, 1));
            }
            std::vector<int> calls(500);
            const auto fail_at_some = [&](std::size_t i) {
                ++calls[i];
                if (i % 100 == 37)
                    throw std::runtime_error("task " + std::to_string(i));
            };
            CHECK_THROWS_WITH(share_out(*pool, calls.size(), fail_at_some), "task 37");
            CHECK(calls == std::vector<int>(500, 1));
        }
    }
}

TEST_CASE("two slots run at the same time") {
    for (const Workers backend : tested_back_ends()) {
        if (!can_run_two_at_once(backend))
            continue;
        const auto pool = make_worker_pool(backend, 2);
        Meeting meeting(2);
        pool->run([&](std::uint32_t) { meeting.arrive_and_wait(); });
        CHECK(meeting.took_place());
    }
}

TEST_CASE("a worker pool runs again after its threads have gone to sleep") {
    for (const Workers backend : tested_back_ends()) {
        const auto pool = make_worker_pool(backend, 3);
        std::atomic<int> runs = 0;
        for (int round = 0; round < 4; ++round) {
            pool->run([&](std::uint32_t) { ++runs; });
            std::this_thread::sleep_for(std::chrono::milliseconds(15));
        }
        CHECK(runs == 12);
    }
}

TEST_CASE("worker pools can be made and dropped many times, used or not") {
    for (const Workers backend : tested_back_ends()) {
        for (int round = 0; round < 50; ++round) {
            const auto pool = make_worker_pool(backend, 4);
            if (round % 2 == 0)
                pool->run([](std::uint32_t) {});
        }
    }
    CHECK_THROWS_AS(make_std_pool(0), std::logic_error);
    CHECK_THROWS_AS(make_tbb_pool(0), std::logic_error);
}

}  // namespace spate::test
