#include "sim/trace/chunk_codec.hpp"

#include <new>

#include <zlib.h>

#include "sim/base/check.hpp"

namespace spate::sim {

namespace {

constexpr int deflate_level = 1;

template <std::size_t element_size>
void shuffle_fixed(const std::byte* from, std::size_t count, std::byte* to) {
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < element_size; ++j) {
            to[j * count + i] = from[i * element_size + j];
        }
    }
}

}  // namespace

struct ChunkCodec::Stream {
    z_stream z = {};
};

ChunkCodec::ChunkCodec()
    : stream_(std::make_unique<Stream>()) {
    if (deflateInit(&stream_->z, deflate_level) != Z_OK) {
        throw std::bad_alloc();
    }
}

ChunkCodec::~ChunkCodec() {
    deflateEnd(&stream_->z);
}

void shuffle_bytes(std::span<const std::byte> from, std::size_t element_size, std::span<std::byte> to) {
    const std::size_t count = from.size() / element_size;
    if (element_size == 8) {
        shuffle_fixed<8>(from.data(), count, to.data());
    } else {
        SPATE_EXPECT(element_size == 4);
        shuffle_fixed<4>(from.data(), count, to.data());
    }
}

std::span<const std::byte> ChunkCodec::encode(std::span<const std::byte> chunk,
                                              std::size_t element_size,
                                              bool shuffle) {
    if (shuffle) {
        shuffled_.resize(chunk.size());
        shuffle_bytes(chunk, element_size, shuffled_);
        chunk = shuffled_;
    }
    z_stream& z = stream_->z;
    deflateReset(&z);
    packed_.resize(deflateBound(&z, chunk.size()));
    z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(chunk.data()));
    z.avail_in = static_cast<uInt>(chunk.size());
    z.next_out = reinterpret_cast<Bytef*>(packed_.data());
    z.avail_out = static_cast<uInt>(packed_.size());
    SPATE_ASSERT(deflate(&z, Z_FINISH) == Z_STREAM_END);
    return {packed_.data(), static_cast<std::size_t>(z.total_out)};
}

}  // namespace spate::sim
