#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace spate::sim {

/// Compresses chunks exactly as HDF5's filters shuffle and deflate 1 do, outside the library and its lock.
/// Threads: one codec per thread.
class ChunkCodec {
  public:
    ChunkCodec();
    ~ChunkCodec();
    ChunkCodec(const ChunkCodec&) = delete;
    ChunkCodec& operator=(const ChunkCodec&) = delete;

    /// The stored form of a chunk of elements of `element_size` bytes; shuffled first if `shuffle`. The result is valid
    /// until the next call.
    std::span<const std::byte> encode(std::span<const std::byte> chunk, std::size_t element_size, bool shuffle);

  private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
    std::vector<std::byte> shuffled_;
    std::vector<std::byte> packed_;
};

/// Puts the first bytes of all elements first, then all second bytes, and so on (the HDF5 filter `shuffle`).
void shuffle_bytes(std::span<const std::byte> from, std::size_t element_size, std::span<std::byte> to);

}  // namespace spate::sim
