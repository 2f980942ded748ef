#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

namespace spate::sim {

/// Compresses chunks as HDF5's filters shuffle and deflate do (zlib streams), outside the library and its lock.
/// Threads: one codec per thread. The result depends on the bytes only.
class ChunkCodec {
  public:
    ChunkCodec();
    ~ChunkCodec();
    ChunkCodec(const ChunkCodec&) = delete;
    ChunkCodec& operator=(const ChunkCodec&) = delete;

    /// The stored form of a chunk of elements of `element_size` bytes; shuffled first if `shuffle`. The result is valid
    /// until the next call.
    std::span<const std::byte> encode(std::span<const std::byte> chunk, std::size_t element_size, bool shuffle);

    /// Reverses encode(): `size` bytes, or fewer or none if `stored` is not such a stream. The result is valid until
    /// the next call.
    std::span<const std::byte> decode(std::span<const std::byte> stored,
                                      std::size_t size,
                                      std::size_t element_size,
                                      bool shuffle);

  private:
    struct Streams;
    /// A chunk whose elements are all alike: the element, its size, the chunk's size, whether it is shuffled.
    using Alike = std::tuple<std::uint64_t, std::size_t, std::size_t, bool>;

    std::span<const std::byte> pack(std::span<const std::byte> chunk, std::size_t element_size, bool shuffle);

    std::unique_ptr<Streams> streams_;
    std::vector<std::byte> shuffled_;
    std::vector<std::byte> packed_;
    std::map<Alike, std::vector<std::byte>> alike_;  ///< their stored forms: many columns hold one value throughout
};

/// Puts the first bytes of all elements first, then all second bytes, and so on (the HDF5 filter `shuffle`).
/// Requires: elements of 4 or 8 bytes.
void shuffle_bytes(std::span<const std::byte> from, std::size_t element_size, std::span<std::byte> to);
/// Reverses shuffle_bytes().
void unshuffle_bytes(std::span<const std::byte> from, std::size_t element_size, std::span<std::byte> to);

}  // namespace spate::sim
