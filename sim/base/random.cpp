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

}  // namespace spate::sim
