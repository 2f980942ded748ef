#include "sim/trace/chunk_packer.hpp"

#include <algorithm>
#include <utility>

namespace spate::sim {

namespace {

constexpr std::size_t limit_for_each_thread = 16;
constexpr std::size_t most_spare_chunks = 16;

}  // namespace

ChunkPacker::ChunkPacker(unsigned threads, Sink sink)
    : sink_(std::move(sink)) {
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

ChunkPacker::~ChunkPacker() {
    {
        const std::lock_guard lock(mutex_);
        is_ended_ = true;
        unpacked_.clear();
        has_work_.notify_all();
    }
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

unsigned ChunkPacker::default_threads() {
    return std::clamp(std::thread::hardware_concurrency() / 4, 1U, 4U);
}

void ChunkPacker::submit(Chunk chunk) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::make_unique<Job>());
        jobs_.back()->chunk = std::move(chunk);
        unpacked_.push_back(jobs_.back().get());
        has_work_.notify_one();
    }
    reduce_to(limit_for_each_thread * threads_.size());
}

void ChunkPacker::drain() {
    reduce_to(0);
}

/// Delivers what is ready, and works until no more than `most` chunks are left.
void ChunkPacker::reduce_to(std::size_t most) {
    std::unique_lock lock(mutex_);
    while (!jobs_.empty()) {
        if (jobs_.front()->is_done) {
            deliver_front(lock);
        } else if (jobs_.size() <= most) {
            return;
        } else if (!unpacked_.empty()) {
            pack_next(lock, codec_);
        } else {
            has_result_.wait(lock);
        }
    }
}

void ChunkPacker::deliver_front(std::unique_lock<std::mutex>& lock) {
    const std::unique_ptr<Job> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    if (job->failure != nullptr) {
        std::rethrow_exception(job->failure);
    }
    sink_(job->chunk);
    lock.lock();
    if (spares_.size() < most_spare_chunks) {
        job->chunk.values.clear();
        spares_.push_back(std::move(job->chunk.values));
    }
}

std::vector<std::byte> ChunkPacker::take_spare() {
    const std::lock_guard lock(mutex_);
    if (spares_.empty()) {
        return {};
    }
    std::vector<std::byte> spare = std::move(spares_.back());
    spares_.pop_back();
    return spare;
}

void ChunkPacker::work() {
    ChunkCodec codec;
    std::unique_lock lock(mutex_);
    for (;;) {
        has_work_.wait(lock, [&] { return is_ended_ || !unpacked_.empty(); });
        if (is_ended_) {
            return;
        }
        pack_next(lock, codec);
    }
}

void ChunkPacker::pack_next(std::unique_lock<std::mutex>& lock, ChunkCodec& codec) {
    Job& job = *unpacked_.front();
    unpacked_.pop_front();
    lock.unlock();
    try {
        Chunk& chunk = job.chunk;
        const auto stored = codec.encode(chunk.values, chunk.element_size, chunk.element_size > 1);
        chunk.stored.assign(stored.begin(), stored.end());
    } catch (...) {
        job.failure = std::current_exception();
    }
    lock.lock();
    job.is_done = true;
    has_result_.notify_one();
}

}  // namespace spate::sim
