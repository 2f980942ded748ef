// A pool of std::jthread.
//
// 1. run() publishes a ticket: (number of the run, next free slot), one 64-bit word.
// 2. Every thread, the caller too, claims slots by compare-and-swap on the ticket. A thread that is late finds another
//    run number or no slot left and does nothing: nobody waits for a thread that has not begun.
// 3. The caller waits until as many slots are done as there are.
//
//        ticket   | run 7 | slot 2 of 4 |          done  2
//                      ^                             ^
//      caller  ── publish ── claim 0, do ── claim 2, do ── wait until done == 4
//      thread  ───── wait ───── claim 1, do ── claim 3, do ── wait for run 8
//
// Waiting is a bounded spin, then a few yields, then a sleep in the kernel.
#include <atomic>
#include <stop_token>
#include <thread>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/engine/worker_pool.hpp"

namespace spate::sim {

namespace {

/// Waits until `word` differs from `seen`.
template <class T>
void wait_for_change(const std::atomic<T>& word, T seen) {
    constexpr int spins = 2'000;
    constexpr int yields = 20;
    for (int i = 0; i < spins; ++i) {
        if (word.load(std::memory_order_acquire) != seen)
            return;
        pause_briefly();
    }
    for (int i = 0; i < yields; ++i) {
        if (word.load(std::memory_order_acquire) != seen)
            return;
        std::this_thread::yield();
    }
    word.wait(seen, std::memory_order_acquire);
}

class StdPool final : public WorkerPool {
  public:
    explicit StdPool(std::uint32_t workers)
        : workers_(workers) {
        threads_.reserve(workers - 1);
        for (std::uint32_t i = 1; i < workers; ++i) {
            threads_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
        }
    }

    ~StdPool() override {
        for (std::jthread& thread : threads_)
            thread.request_stop();
        publish(workers_);
    }

    std::uint32_t workers() const override { return workers_; }

    void run(const std::function<void(std::uint32_t)>& task) override {
        task_ = &task;
        done_.store(0, std::memory_order_relaxed);
        publish(0);
        while (claim_and_do()) {
        }
        for (std::uint32_t done = done_.load(std::memory_order_acquire); done < workers_;
             done = done_.load(std::memory_order_acquire)) {
            wait_for_change(done_, done);
        }
    }

  private:
    /// Opens the next run with its first free slot.
    void publish(std::uint32_t slot) {
        ++run_;
        ticket_.store(run_ << 32 | slot, std::memory_order_release);
        if (workers_ > 1)
            ticket_.notify_all();
    }

    /// False when no slot is left.
    bool claim_and_do() {
        std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
        do {
            if (static_cast<std::uint32_t>(ticket) >= workers_)
                return false;
        } while (
            !ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel, std::memory_order_acquire));
        (*task_)(static_cast<std::uint32_t>(ticket));
        if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 == workers_)
            done_.notify_one();
        return true;
    }

    void serve(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            if (claim_and_do())
                continue;
            const std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
            if (static_cast<std::uint32_t>(ticket) < workers_ || stop.stop_requested())
                continue;
            wait_for_change(ticket_, ticket);
        }
    }

    std::uint32_t workers_;
    std::uint64_t run_ = 0;
    const std::function<void(std::uint32_t)>* task_ = nullptr;
    alignas(64) std::atomic<std::uint64_t> ticket_{UINT32_MAX};
    alignas(64) std::atomic<std::uint32_t> done_{0};
    std::vector<std::jthread> threads_;  // last: the threads use everything above
};

}  // namespace

std::unique_ptr<WorkerPool> make_std_pool(std::uint32_t workers) {
    SPATE_EXPECT(workers > 0);
    return std::make_unique<StdPool>(workers);
}

std::unique_ptr<WorkerPool> make_worker_pool(Workers backend, std::uint32_t workers) {
    return backend == Workers::tbb ? make_tbb_pool(workers) : make_std_pool(workers);
}

}  // namespace spate::sim
