#include "sim/base/random.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "sim/base/wide.hpp"

namespace spate::sim {

std::uint64_t hash_name(std::string_view name) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x00000100000001B3ULL;
    }
    // FNV-1a alone leaves names that differ only at their end close together in the high bits.
    return mix(hash, name.size());
}

namespace {

/// Counters of blocks that are computed together, a word each in a lane of 64 bits; the upper halves mean nothing.
struct Lanes {
    static constexpr std::size_t count = 8;
    alignas(64) std::uint64_t words[4][count];
};

/// As philox(), for all lanes.
void philox_lanes(Lanes& lanes, std::uint32_t key0, std::uint32_t key1) {
    for (std::size_t i = 0; i < Lanes::count; ++i) {
        std::array<std::uint32_t, 4> counter;
        for (std::size_t word = 0; word < 4; ++word)
            counter[word] = static_cast<std::uint32_t>(lanes.words[word][i]);
        const auto block = philox(counter, {key0, key1});
        for (std::size_t word = 0; word < 4; ++word)
            lanes.words[word][i] = block[word];
    }
}

#ifdef SPATE_HAS_WIDE
/// The same, four lanes at once.
SPATE_WIDE void philox_lanes_wide(Lanes& lanes, std::uint32_t key0, std::uint32_t key1) {
    const __m256i first = _mm256_set1_epi64x(0xD2511F53), second = _mm256_set1_epi64x(0xCD9E8D57);
    auto* const words = reinterpret_cast<__m256i*>(lanes.words);
    constexpr std::size_t row = Lanes::count / 4;
    for (std::size_t half = 0; half < row; ++half) {
        __m256i c0 = words[half], c1 = words[row + half], c2 = words[2 * row + half], c3 = words[3 * row + half];
        __m256i k0 = _mm256_set1_epi64x(key0), k1 = _mm256_set1_epi64x(key1);
        for (int round = 0; round < 10; ++round) {
            const __m256i a = _mm256_mul_epu32(first, c0), b = _mm256_mul_epu32(second, c2);  // of the lower halves
            c0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(b, 32), c1), k0);
            c1 = b;
            c2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(a, 32), c3), k1);
            c3 = a;
            k0 = _mm256_add_epi32(k0, _mm256_set1_epi64x(0x9E3779B9));
            k1 = _mm256_add_epi32(k1, _mm256_set1_epi64x(0xBB67AE85));
        }
        words[half] = c0;
        words[row + half] = c1;
        words[2 * row + half] = c2;
        words[3 * row + half] = c3;
    }
}
#endif

/// Fills blocks, a few at a time. `counter(i)`: the counter of block i, in two words of 64 bits.
template <class Counter>
void fill(RunSeed run, std::span<std::array<std::uint32_t, 4>> blocks, Counter&& counter) {
    const std::uint64_t key = mix(run.seed, run.replication);
    const auto key0 = static_cast<std::uint32_t>(key), key1 = static_cast<std::uint32_t>(key >> 32);
    Lanes lanes;
    for (std::size_t from = 0; from < blocks.size(); from += Lanes::count) {
        const std::size_t count = std::min(Lanes::count, blocks.size() - from);
        for (std::size_t i = 0; i < Lanes::count; ++i) {
            const auto [first, second] = counter(from + std::min(i, count - 1));
            lanes.words[0][i] = first;
            lanes.words[1][i] = first >> 32;
            lanes.words[2][i] = second;
            lanes.words[3][i] = second >> 32;
        }
        SPATE_CALL_WIDE(philox_lanes, lanes, key0, key1);
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t word = 0; word < 4; ++word)
                blocks[from + i][word] = static_cast<std::uint32_t>(lanes.words[word][i]);
        }
    }
}

}  // namespace

void random_blocks(RunSeed run,
                   std::uint64_t entity,
                   std::uint16_t purpose,
                   std::uint64_t first,
                   std::span<std::array<std::uint32_t, 4>> blocks) {
    SPATE_EXPECT(first + blocks.size() <= std::uint64_t{1} << 48);
    fill(run, blocks, [=](std::size_t i) { return std::pair{(first + i) | std::uint64_t{purpose} << 48, entity}; });
}

void first_blocks(RunSeed run,
                  std::span<const std::uint64_t> entities,
                  std::uint16_t purpose,
                  std::span<std::array<std::uint32_t, 4>> blocks) {
    SPATE_EXPECT(entities.size() == blocks.size());
    fill(run, blocks, [=](std::size_t i) { return std::pair{std::uint64_t{purpose} << 48, entities[i]}; });
}

}  // namespace spate::sim
