#include <algorithm>

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include "sim/base/check.hpp"
#include "sim/engine/worker_pool.hpp"

namespace spate::sim {

namespace {

class TbbPool final : public WorkerPool {
  public:
    /// More threads than TBB would start are of no use: those there are share the slots.
    explicit TbbPool(std::uint32_t workers)
        : workers_(workers)
        , arena_(std::min(static_cast<int>(workers), tbb::info::default_concurrency()), 1) {}

    std::uint32_t workers() const override { return workers_; }

    void run(const std::function<void(std::uint32_t)>& task) override {
        arena_.execute([&] {
            tbb::parallel_for(
                std::uint32_t{0}, workers_, [&](std::uint32_t slot) { task(slot); }, tbb::simple_partitioner());
        });
    }

  private:
    std::uint32_t workers_;
    tbb::task_arena arena_;
};

}  // namespace

std::unique_ptr<WorkerPool> make_tbb_pool(std::uint32_t workers) {
    SPATE_EXPECT(workers > 0);
    return std::make_unique<TbbPool>(workers);
}

}  // namespace spate::sim
