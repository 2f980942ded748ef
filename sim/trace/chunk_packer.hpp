#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/trace/chunk_codec.hpp"

namespace spate::sim {

/// Rows of one column on their way to the file: as they are, then as they are stored.
struct Chunk {
    std::uint32_t column = 0;  ///< over all tables
    std::uint64_t first_row = 0;
    std::uint64_t rows = 0;
    std::size_t element_size = 1;  ///< [bytes]; elements of more than one byte are shuffled
    std::vector<std::byte> values;
    std::vector<std::byte> stored;
};

/// Compresses chunks on threads of its own and gives them to a sink in the order in which they came.
///
/// Threads: all calls by one thread, which calls the sink too. That thread helps when the others are behind, so it
/// never waits without working, and at most `limit` chunks are held. What the sink gets does not depend on `threads`.
class ChunkPacker {
  public:
    using Sink = std::function<void(const Chunk&)>;

    /// With no threads all work is done by the caller.
    ChunkPacker(unsigned threads, Sink sink);
    ~ChunkPacker();  ///< chunks that the sink has not got are dropped
    ChunkPacker(const ChunkPacker&) = delete;
    ChunkPacker& operator=(const ChunkPacker&) = delete;

    /// Throws: what the sink throws.
    void submit(Chunk chunk);
    /// Gives the sink all that is left.
    void drain();
    /// Memory of a former chunk, empty.
    std::vector<std::byte> take_spare();

    /// A quarter of the processors, at least 1 and at most 4: one packs some five million rows of ten columns a second.
    static unsigned default_threads();

  private:
    struct Job {
        Chunk chunk;
        bool is_done = false;
        std::exception_ptr failure;
    };

    void work();
    void pack_next(std::unique_lock<std::mutex>& lock, ChunkCodec& codec);
    void reduce_to(std::size_t most);
    void deliver_front(std::unique_lock<std::mutex>& lock);

    Sink sink_;
    ChunkCodec codec_;  ///< of the calling thread
    std::mutex mutex_;
    std::condition_variable has_work_;
    std::condition_variable has_result_;
    std::deque<std::unique_ptr<Job>> jobs_;  ///< in order of submission
    std::deque<Job*> unpacked_;
    std::vector<std::vector<std::byte>> spares_;
    bool is_ended_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace spate::sim
