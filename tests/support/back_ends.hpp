#pragma once

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "sim/engine/engine.hpp"

namespace spate::test {

using sim::EngineOptions;
using sim::Workers;

/// The thread sanitizer cannot see through TBB and reports races that are none.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool has_thread_sanitizer = true;
#else
inline constexpr bool has_thread_sanitizer = false;
#endif

inline std::vector<Workers> tested_back_ends() {
    if (has_thread_sanitizer)
        return {Workers::std};
    return {Workers::tbb, Workers::std};
}

/// TBB starts no more threads than the machine has processors.
inline bool can_run_two_at_once(Workers backend) {
    return backend == Workers::std || std::thread::hardware_concurrency() > 1;
}

/// Options for a parallel run in which even the smallest round is shared, and every process may have its own shard.
inline EngineOptions parallel_options(Workers backend, std::uint32_t workers, std::uint32_t shards = 0) {
    EngineOptions options;
    options.workers = workers;
    options.backend = backend;
    options.shards = shards;
    options.share_rounds_above_ns = 0;
    return options;
}

/// One heap for everything: events are handled strictly in their order. The reference for all others.
inline EngineOptions one_heap() {
    EngineOptions options;
    options.queue = sim::QueueKind::heap;
    return options;
}

/// Both kinds of queues on one worker, several cuts, and several workers.
inline std::vector<EngineOptions> all_executives() {
    std::vector<EngineOptions> all(2);
    all[0] = one_heap();
    all.push_back(parallel_options(sim::default_workers(), 1, 5));
    for (const Workers backend : tested_back_ends()) {
        for (const std::uint32_t workers : {2U, 4U, 8U})
            all.push_back(parallel_options(backend, workers));
        all.push_back(parallel_options(backend, 3, 20));
    }
    return all;
}

/// Several threads wait for each other, ten seconds at most.
class Meeting {
  public:
    explicit Meeting(int expected)
        : expected_(expected) {}

    void arrive_and_wait() {
        ++arrived_;
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (arrived_ < expected_ && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
        if (arrived_ < expected_)
            is_missed_ = true;
    }

    bool took_place() const { return arrived_ == expected_ && !is_missed_; }

  private:
    int expected_;
    std::atomic<int> arrived_ = 0;
    std::atomic<bool> is_missed_ = false;
};

}  // namespace spate::test
