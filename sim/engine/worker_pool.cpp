#include "sim/engine/worker_pool.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

namespace spate::sim {

namespace {

/// The error of the lowest number so far.
class FirstError {
  public:
    void note(std::size_t number, std::exception_ptr error) {
        const std::lock_guard lock(mutex_);
        if (error_ == nullptr || number < number_) {
            number_ = number;
            error_ = std::move(error);
        }
    }

    void rethrow() const {
        if (error_ != nullptr)
            std::rethrow_exception(error_);
    }

  private:
    std::mutex mutex_;
    std::size_t number_ = 0;
    std::exception_ptr error_;
};

}  // namespace

void share_out(WorkerPool& pool, std::size_t count, const std::function<void(std::size_t)>& task) {
    constexpr std::size_t at_once = 8;  // neighbours lie side by side in memory
    FirstError first;
    std::atomic<std::size_t> taken = 0;
    pool.run([&](std::uint32_t) {
        for (std::size_t begin = taken.fetch_add(at_once); begin < count; begin = taken.fetch_add(at_once)) {
            for (std::size_t i = begin; i < std::min(begin + at_once, count); ++i) {
                try {
                    task(i);
                } catch (...) {
                    first.note(i, std::current_exception());
                }
            }
        }
    });
    first.rethrow();
}

}  // namespace spate::sim
