#include "sim/trace/chunk_codec.hpp"

#include <cstdint>
#include <cstring>
#include <new>

#include <libdeflate.h>

#include "sim/base/check.hpp"

namespace spate::sim {

namespace {

constexpr int deflate_level = 1;

using Word = std::uint64_t;

/// Exchanges the bits of `high` picked by mask with those of `low` picked by mask << shift.
void exchange(Word& low, Word& high, unsigned shift, Word mask) {
    const Word difference = ((low >> shift) ^ high) & mask;
    high ^= difference;
    low ^= difference << shift;
}

/// Eight words as an 8 × 8 matrix of bytes, transposed: blocks of 4, then 2, then 1 (Warren, Hacker's Delight, 2nd
/// ed., section 7-3, with bytes instead of bits).
void transpose(Word (&rows)[8]) {
    for (unsigned i = 0; i < 4; ++i) {
        exchange(rows[i], rows[i + 4], 32, 0x00000000FFFFFFFFU);
    }
    for (const unsigned i : {0U, 1U, 4U, 5U}) {
        exchange(rows[i], rows[i + 2], 16, 0x0000FFFF0000FFFFU);
    }
    for (unsigned i = 0; i < 8; i += 2) {
        exchange(rows[i], rows[i + 1], 8, 0x00FF00FF00FF00FFU);
    }
}

template <std::size_t element_size>
void shuffle_plain(const std::byte* from, std::size_t first, std::size_t count, std::byte* to) {
    for (std::size_t i = first; i < count; ++i) {
        for (std::size_t j = 0; j < element_size; ++j) {
            to[j * count + i] = from[i * element_size + j];
        }
    }
}

void shuffle_words(const std::byte* from, std::size_t count, std::byte* to) {
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        Word rows[8];
        std::memcpy(rows, from + i * 8, sizeof rows);
        transpose(rows);
        for (std::size_t j = 0; j < 8; ++j) {
            std::memcpy(to + j * count + i, &rows[j], 8);
        }
    }
    shuffle_plain<8>(from, i, count, to);
}

constexpr std::size_t most_alike = 256;

/// Whether all elements are the same, which a column that differs shows at once.
bool is_alike(std::span<const std::byte> chunk, std::size_t element_size) {
    return element_size <= sizeof(std::uint64_t) && chunk.size() >= element_size
           && std::memcmp(chunk.data(), chunk.data() + element_size, chunk.size() - element_size) == 0;
}

}  // namespace

struct ChunkCodec::Streams {
    libdeflate_compressor* compressor = libdeflate_alloc_compressor(deflate_level);
    libdeflate_decompressor* decompressor = libdeflate_alloc_decompressor();

    Streams() = default;
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    ~Streams() {
        libdeflate_free_compressor(compressor);
        libdeflate_free_decompressor(decompressor);
    }
};

ChunkCodec::ChunkCodec()
    : streams_(std::make_unique<Streams>()) {
    if (streams_->compressor == nullptr || streams_->decompressor == nullptr) {
        throw std::bad_alloc();
    }
}

ChunkCodec::~ChunkCodec() = default;

void shuffle_bytes(std::span<const std::byte> from, std::size_t element_size, std::span<std::byte> to) {
    SPATE_EXPECT(element_size == 4 || element_size == 8);
    const std::size_t count = from.size() / element_size;
    if (element_size == 8) {
        shuffle_words(from.data(), count, to.data());
    } else {
        shuffle_plain<4>(from.data(), 0, count, to.data());
    }
}

void unshuffle_bytes(std::span<const std::byte> from, std::size_t element_size, std::span<std::byte> to) {
    SPATE_EXPECT(element_size == 4 || element_size == 8);
    const std::size_t count = from.size() / element_size;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < element_size; ++j) {
            to[i * element_size + j] = from[j * count + i];
        }
    }
}

std::span<const std::byte> ChunkCodec::encode(std::span<const std::byte> chunk,
                                              std::size_t element_size,
                                              bool shuffle) {
    if (!is_alike(chunk, element_size)) {
        return pack(chunk, element_size, shuffle);
    }
    std::uint64_t element = 0;
    std::memcpy(&element, chunk.data(), element_size);
    if (alike_.size() >= most_alike) {
        alike_.clear();
    }
    const auto [known, is_new] = alike_.try_emplace({element, element_size, chunk.size(), shuffle});
    if (is_new) {
        const auto stored = pack(chunk, element_size, shuffle);
        known->second.assign(stored.begin(), stored.end());
    }
    return known->second;
}

std::span<const std::byte> ChunkCodec::pack(std::span<const std::byte> chunk, std::size_t element_size, bool shuffle) {
    if (shuffle) {
        shuffled_.resize(chunk.size());
        shuffle_bytes(chunk, element_size, shuffled_);
        chunk = shuffled_;
    }
    packed_.resize(libdeflate_zlib_compress_bound(streams_->compressor, chunk.size()));
    const std::size_t size =
        libdeflate_zlib_compress(streams_->compressor, chunk.data(), chunk.size(), packed_.data(), packed_.size());
    SPATE_ASSERT(size > 0);
    return {packed_.data(), size};
}

std::span<const std::byte> ChunkCodec::decode(std::span<const std::byte> stored,
                                              std::size_t size,
                                              std::size_t element_size,
                                              bool shuffle) {
    packed_.resize(size);
    std::size_t found = 0;
    if (libdeflate_zlib_decompress(
            streams_->decompressor, stored.data(), stored.size(), packed_.data(), packed_.size(), &found)
            != LIBDEFLATE_SUCCESS
        || found != size) {
        return {};
    }
    if (!shuffle) {
        return packed_;
    }
    shuffled_.resize(size);
    unshuffle_bytes(packed_, element_size, shuffled_);
    return shuffled_;
}

}  // namespace spate::sim
