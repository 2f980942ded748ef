#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <vector>

#include "sim/trace/row_batch.hpp"

namespace spate::sim {

/// Carries batches from the thread that simulates to the thread that writes. Holds at most `limit` bytes (or one
/// batch).
class BatchQueue {
  public:
    explicit BatchQueue(std::size_t limit)
        : limit_(limit) {}

    /// Waits while the queue is full. Throws: what the writing thread failed with.
    void push(RowBatch batch);
    /// Waits for a batch; nothing after end() when all is taken. The batch taken before counts as done.
    std::optional<RowBatch> pop();
    /// Waits until all batches are done. The writing thread then touches nothing until the next push().
    /// Throws: what the writing thread failed with.
    void wait_until_done();
    /// An empty batch, with the memory of a used one if there is one.
    RowBatch take_spare();
    void give_spare(RowBatch batch);

    /// No more batches will come.
    void end();
    /// No more batches will come, and those in the queue are dropped.
    void drop_all();
    /// Called by the writing thread: drops all batches, and makes push() and rethrow_failure() throw.
    void fail(std::exception_ptr failure);
    void rethrow_failure() const;

  private:
    mutable std::mutex mutex_;
    std::condition_variable has_batch_;
    std::condition_variable has_space_;
    std::condition_variable is_done_;
    std::deque<RowBatch> batches_;
    std::vector<RowBatch> spares_;
    std::size_t limit_;
    std::size_t bytes_ = 0;
    bool is_ended_ = false;
    bool is_busy_ = false;  ///< the writing thread works on a batch
    std::exception_ptr failure_;
};

}  // namespace spate::sim
