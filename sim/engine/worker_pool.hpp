#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "sim/engine/engine.hpp"

namespace spate::sim {

/// Between two looks at a word that another thread will write.
inline void pause_briefly() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/// Threads that carry out one task together, again and again. The calling thread takes part.
/// Threads: run() is called by one thread at a time. Waiting threads give way to other programs.
class WorkerPool {
  public:
    virtual ~WorkerPool() = default;

    /// Number of slots; not necessarily of threads: a thread that is late has its slot done by another.
    virtual std::uint32_t workers() const = 0;
    /// Calls task(0) … task(workers() - 1), each exactly once, possibly at the same time, and waits for all of them.
    /// What they wrote is visible afterwards. Requires: the task does not throw.
    virtual void run(const std::function<void(std::uint32_t)>& task) = 0;
};

/// Calls task(0) … task(count - 1), each exactly once, shared out among the pool's workers, and waits for all of them.
/// Throws: what the first of them threw, in order of their numbers; the others are called all the same.
void share_out(WorkerPool& pool, std::size_t count, const std::function<void(std::size_t)>& task);

std::unique_ptr<WorkerPool> make_tbb_pool(std::uint32_t workers);
std::unique_ptr<WorkerPool> make_std_pool(std::uint32_t workers);
std::unique_ptr<WorkerPool> make_worker_pool(Workers backend, std::uint32_t workers);

}  // namespace spate::sim
