#include "sim/base/random.hpp"

namespace spate::sim {

std::uint64_t hash_name(std::string_view name) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x00000100000001B3ULL;
    }
    // FNV-1a alone leaves names that differ only at their end close together in the high bits.
    return mix(hash, name.size());
}

void random_blocks(RunSeed run,
                   std::uint64_t entity,
                   std::uint16_t purpose,
                   std::uint64_t first,
                   std::span<std::array<std::uint32_t, 4>> blocks) {
    SPATE_EXPECT(first + blocks.size() <= std::uint64_t{1} << 48);
    const std::uint64_t mixed = mix(run.seed, run.replication);
    const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(mixed), static_cast<std::uint32_t>(mixed >> 32)};
    const auto low = static_cast<std::uint32_t>(entity), high = static_cast<std::uint32_t>(entity >> 32);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const std::uint64_t block = first + i;
        const auto top = static_cast<std::uint32_t>(block >> 32) | std::uint32_t{purpose} << 16;
        blocks[i] = philox({static_cast<std::uint32_t>(block), top, low, high}, key);
    }
}

}  // namespace spate::sim
