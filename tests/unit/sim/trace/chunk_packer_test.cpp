#include "sim/trace/chunk_packer.hpp"

#include <random>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "sim/base/check.hpp"

using namespace spate::sim;

namespace {

std::vector<std::byte> random_bytes(std::mt19937& random, std::size_t size) {
    std::vector<std::byte> bytes(size);
    for (std::byte& byte : bytes) {
        byte = static_cast<std::byte>(random() % 7 * 31);
    }
    return bytes;
}

}  // namespace

TEST_CASE("shuffling puts byte j of element i at place j · n + i, and is reversed") {
    std::mt19937 random(3);
    for (const std::size_t element : {std::size_t{4}, std::size_t{8}}) {
        for (std::size_t count = 0; count < 40; ++count) {
            const std::vector<std::byte> from = random_bytes(random, count * element);
            std::vector<std::byte> to(from.size());
            std::vector<std::byte> back(from.size());
            shuffle_bytes(from, element, to);
            for (std::size_t i = 0; i < from.size(); ++i) {
                REQUIRE(to[i % element * count + i / element] == from[i]);
            }
            unshuffle_bytes(to, element, back);
            REQUIRE(back == from);
        }
    }
}

TEST_CASE("what is encoded is decoded; other bytes or another size give nothing") {
    std::mt19937 random(4);
    ChunkCodec codec;
    for (const std::size_t element : {std::size_t{1}, std::size_t{4}, std::size_t{8}}) {
        const std::vector<std::byte> values = random_bytes(random, 1000 * element);
        const auto encoded = codec.encode(values, element, element > 1);
        const std::vector<std::byte> stored(encoded.begin(), encoded.end());
        CHECK(stored.size() < values.size());
        const auto decoded = codec.decode(stored, values.size(), element, element > 1);
        CHECK(std::equal(values.begin(), values.end(), decoded.begin(), decoded.end()));
        CHECK(codec.decode(stored, values.size() - 8, element, element > 1).empty());
        CHECK(codec.decode(stored, values.size() + 8, element, element > 1).empty());
        CHECK(codec.decode(std::span(stored).first(stored.size() / 2), values.size(), element, element > 1).empty());
    }
}

TEST_CASE("a chunk whose elements are alike is stored as any other, the first time and the next") {
    ChunkCodec codec;
    for (int round = 0; round < 2; ++round) {
        for (std::uint64_t i = 0; i < 600; ++i) {
            const std::size_t element = i % 3 == 0 ? 1 : i % 3 == 1 ? 4 : 8;
            std::vector<std::byte> values;
            for (std::size_t b = 0; b < (10 + i % 7) * element; ++b) {
                values.push_back(static_cast<std::byte>((i / 21 * 0x0102030405060708) >> (b % element * 8)));
            }
            if (i % 5 == 4) {
                values.back() ^= std::byte{1};
            }
            const auto encoded = codec.encode(values, element, element > 1);
            const std::vector<std::byte> stored(encoded.begin(), encoded.end());
            const auto anew = ChunkCodec().encode(values, element, element > 1).size();
            REQUIRE(stored.size() == anew);
            const auto decoded = codec.decode(stored, values.size(), element, element > 1);
            REQUIRE(std::equal(values.begin(), values.end(), decoded.begin(), decoded.end()));
        }
    }
}

TEST_CASE("chunks come out in the order in which they went in, whatever the number of threads") {
    const unsigned threads = GENERATE(0U, 1U, 4U);
    std::mt19937 random(5);
    std::vector<std::uint64_t> order;
    std::vector<std::vector<std::byte>> sent;
    std::vector<std::vector<std::byte>> received;
    ChunkCodec codec;
    ChunkPacker packer(threads, [&](const Chunk& chunk) {
        order.push_back(chunk.first_row);
        const auto values = codec.decode(chunk.stored, sent[chunk.first_row].size(), 8, true);
        received.emplace_back(values.begin(), values.end());
    });
    for (std::uint64_t i = 0; i < 300; ++i) {
        sent.push_back(random_bytes(random, 8 * (random() % 5000)));
        packer.submit({.column = 0, .first_row = i, .rows = 1, .element_size = 8, .values = sent.back(), .stored = {}});
    }
    packer.drain();
    CHECK(std::is_sorted(order.begin(), order.end()));
    CHECK(received == sent);
}

TEST_CASE("what the sink throws reaches the caller") {
    const unsigned threads = GENERATE(0U, 2U);
    ChunkPacker packer(threads, [](const Chunk&) { throw FileError("disk full"); });
    // A chunk that is packed at once is delivered while it is submitted.
    const auto submit_and_drain = [&] {
        packer.submit({.column = 0, .first_row = 0, .rows = 1, .element_size = 1, .values = {}, .stored = {}});
        packer.drain();
    };
    CHECK_THROWS_AS(submit_and_drain(), FileError);
}
