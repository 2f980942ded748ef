#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sim/base/check.hpp"

namespace spate::sim {

/// Stable 64-bit hash of a name, the same on every machine and build. Used to key random streams by entity, so that
/// draws do not depend on declaration order. FNV-1a over the bytes, then mixed with the length.
std::uint64_t hash_name(std::string_view name);

/// Mixes two 64-bit values into one; not commutative. One-to-one in either argument while the other is fixed.
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    std::uint64_t z = a + 0x9E3779B97F4A7C15ULL * (b + 1);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/// One block of the counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
/// easy as 1, 2, 3", SC 2011). Four 32-bit words from a 128-bit counter and a 64-bit key.
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
    auto [c0, c1, c2, c3] = counter;
    auto [k0, k1] = key;
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53} * c0;
        const std::uint64_t b = std::uint64_t{0xCD9E8D57} * c2;
        c0 = static_cast<std::uint32_t>(b >> 32) ^ c1 ^ k0;
        c1 = static_cast<std::uint32_t>(b);
        c2 = static_cast<std::uint32_t>(a >> 32) ^ c3 ^ k1;
        c3 = static_cast<std::uint32_t>(a);
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
    return {c0, c1, c2, c3};
}

/// What all streams of one run share: the seed and the number of the replication.
struct RunSeed {
    std::uint64_t seed = 1;
    std::uint32_t replication = 0;

    bool operator==(const RunSeed&) const = default;
};

/// A stream of random numbers, a pure function of (seed, replication, entity, purpose, draw number): never of threads
/// or of what other entities do. 48 bytes, copied freely; a copy goes on from the same place. Order: words 0..3 of
/// block n, then block n + 1. A stream has 2^48 blocks.
///
/// Counter and key of a block:
///     counter = { block 0..31, block 32..47 | purpose << 16, entity 0..31, entity 32..63 }
///     key     = mix(seed, replication)
/// The counter holds block, purpose and entity in full. The key is one-to-one in the seed and in the replication alone;
/// two pairs (s, r) and (s', r') share it only if s - s' = 0x9E3779B97F4A7C15 · (r' - r) modulo 2^64, which no two
/// pairs with seeds < 2^32 and replications < 2^30 do (the golden ratio is badly approximated by fractions).
class RandomStream {
  public:
    RandomStream() = default;

    /// Requires: first_block < 2^48.
    RandomStream(RunSeed run, std::uint64_t entity, std::uint16_t purpose, std::uint64_t first_block = 0)
        : entity_(entity)
        , purpose_(purpose) {
        const std::uint64_t key = mix(run.seed, run.replication);
        key_ = {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
        seek(first_block);
    }

    /// A stream at the first word of block `block`, whose words are known (from random_blocks()).
    RandomStream(RunSeed run,
                 std::uint64_t entity,
                 std::uint16_t purpose,
                 std::uint64_t block,
                 const std::array<std::uint32_t, 4>& words)
        : RandomStream(run, entity, purpose, block + 1) {
        words_ = words;
        used_ = 0;
    }

    /// Next 32 bits.
    std::uint32_t bits32() {
        if (used_ == 4) {
            refill();
        }
        return words_[used_++];
    }

    /// Next 64 bits: the first word is the high half.
    std::uint64_t bits64() {
        if (used_ > 2) {
            const std::uint64_t first = bits32();
            return (first << 32) | bits32();
        }
        const std::uint64_t high = words_[used_];
        const std::uint64_t low = words_[used_ + 1];
        used_ += 2;
        return (high << 32) | low;
    }

    /// Uniform in [0, 1), 53 bits; takes two words.
    double uniform() { return static_cast<double>(high_bits(53)) * 0x1p-53; }

    /// Uniform in (0, 1], 53 bits: safe as an argument of a logarithm.
    double uniform_positive() { return 1.0 - uniform(); }

    /// Uniform in (0, 1), the middles of 2^52 equal cells, so symmetric about 1/2: for inverse distribution functions.
    double uniform_open() { return (static_cast<double>(high_bits(52)) + 0.5) * 0x1p-52; }

    /// Uniform integer in [0, n), without bias (Lemire 2019). Takes one word, seldom more. Requires: n > 0.
    std::uint32_t below(std::uint32_t n) {
        SPATE_EXPECT(n > 0);
        std::uint64_t product = std::uint64_t{bits32()} * n;
        if (static_cast<std::uint32_t>(product) < n) {
            const std::uint32_t surplus = (0U - n) % n;  // 2^32 mod n
            while (static_cast<std::uint32_t>(product) < surplus) {
                product = std::uint64_t{bits32()} * n;
            }
        }
        return static_cast<std::uint32_t>(product >> 32);
    }

    /// Moves to the first word of a block: the draws of the n-th customer do not depend on those of the others.
    /// Requires: block < 2^48.
    void seek(std::uint64_t block) {
        SPATE_EXPECT(block >> 48 == 0);
        block_ = block;
        used_ = 4;
    }

    /// Index in the whole stream of the next 32-bit word. A stream built anew is brought to position p by
    /// seek(p / 4) and p % 4 calls of bits32().
    std::uint64_t position() const { return block_ * 4 + used_ - 4; }

  private:
    /// The high bits of the next 64, signed: processors turn signed numbers into doubles much faster.
    std::int64_t high_bits(int count) { return static_cast<std::int64_t>(bits64() >> (64 - count)); }

    void refill() {
        const auto high = static_cast<std::uint32_t>((block_ >> 32) & 0xFFFF) | (std::uint32_t{purpose_} << 16);
        words_ = philox({static_cast<std::uint32_t>(block_),
                         high,
                         static_cast<std::uint32_t>(entity_),
                         static_cast<std::uint32_t>(entity_ >> 32)},
                        key_);
        ++block_;
        used_ = 0;
    }

    std::array<std::uint32_t, 2> key_{};
    std::uint64_t entity_ = 0;
    std::uint64_t block_ = 0;  ///< next block to compute, 48 bits
    std::array<std::uint32_t, 4> words_{};
    std::uint32_t used_ = 4;
    std::uint16_t purpose_ = 0;
};

/// The words of blocks first, first + 1, … of a stream: the same as RandomStream gives, without an object for each.
/// Requires: first + blocks.size() <= 2^48.
void random_blocks(RunSeed run,
                   std::uint64_t entity,
                   std::uint16_t purpose,
                   std::uint64_t first,
                   std::span<std::array<std::uint32_t, 4>> blocks);

/// The words of block 0 of the stream of each entity. Requires: as many entities as blocks.
void first_blocks(RunSeed run,
                  std::span<const std::uint64_t> entities,
                  std::uint16_t purpose,
                  std::span<std::array<std::uint32_t, 4>> blocks);

}  // namespace spate::sim
