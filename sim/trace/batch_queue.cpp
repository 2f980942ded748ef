#include "sim/trace/batch_queue.hpp"

#include <utility>

namespace spate::sim {

namespace {

constexpr std::size_t max_spares = 4;

}  // namespace

void BatchQueue::push(RowBatch batch) {
    const std::size_t bytes = batch.bytes();
    std::unique_lock lock(mutex_);
    has_space_.wait(lock, [&] { return failure_ != nullptr || bytes_ == 0 || bytes_ + bytes <= limit_; });
    if (failure_ != nullptr) {
        std::rethrow_exception(failure_);
    }
    bytes_ += bytes;
    batches_.push_back(std::move(batch));
    has_batch_.notify_one();
}

std::optional<RowBatch> BatchQueue::pop() {
    std::unique_lock lock(mutex_);
    is_busy_ = false;
    if (batches_.empty()) {
        is_done_.notify_one();
    }
    has_batch_.wait(lock, [&] { return is_ended_ || !batches_.empty(); });
    if (batches_.empty()) {
        return std::nullopt;
    }
    RowBatch batch = std::move(batches_.front());
    batches_.pop_front();
    bytes_ -= batch.bytes();
    is_busy_ = true;
    has_space_.notify_one();
    return batch;
}

void BatchQueue::wait_until_done() {
    std::unique_lock lock(mutex_);
    is_done_.wait(lock, [&] { return failure_ != nullptr || (batches_.empty() && !is_busy_); });
    if (failure_ != nullptr) {
        std::rethrow_exception(failure_);
    }
}

RowBatch BatchQueue::take_spare() {
    const std::lock_guard lock(mutex_);
    if (spares_.empty()) {
        return {};
    }
    RowBatch batch = std::move(spares_.back());
    spares_.pop_back();
    return batch;
}

void BatchQueue::give_spare(RowBatch batch) {
    batch.clear();
    const std::lock_guard lock(mutex_);
    if (spares_.size() < max_spares) {
        spares_.push_back(std::move(batch));
    }
}

void BatchQueue::end() {
    const std::lock_guard lock(mutex_);
    is_ended_ = true;
    has_batch_.notify_one();
}

void BatchQueue::drop_all() {
    const std::lock_guard lock(mutex_);
    is_ended_ = true;
    batches_.clear();
    bytes_ = 0;
    has_batch_.notify_one();
}

void BatchQueue::fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
    batches_.clear();
    bytes_ = 0;
    has_space_.notify_one();
    is_done_.notify_one();
}

void BatchQueue::rethrow_failure() const {
    const std::lock_guard lock(mutex_);
    if (failure_ != nullptr) {
        std::rethrow_exception(failure_);
    }
}

}  // namespace spate::sim
