#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "sim/base/random.hpp"

namespace spate::sim {

/// High and low half of the 128-bit product, added: mixes two words in one multiplication (the step of wyhash, Wang Yi
/// 2019). A fingerprint against accidents, not against attackers.
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    __extension__ using Product = unsigned __int128;
    const Product product = static_cast<Product>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Running 64-bit fingerprint of a sequence of values; order matters. Same on every machine and build.
class Digest {
  public:
    void add(std::uint64_t value) {
        state_ = std::rotl(state_ ^ (value * 0x9E3779B97F4A7C15ULL), 29) * 0xBF58476D1CE4E5B9ULL + count_++;
    }

    void add(std::int64_t value) { add(static_cast<std::uint64_t>(value)); }

    void add(std::span<const std::uint64_t> values) {
        for (const auto v : values)
            add(v);
    }

    std::uint64_t value() const { return mix(state_, count_); }

  private:
    std::uint64_t state_ = 0x243F6A8885A308D3ULL;
    std::uint64_t count_ = 0;
};

}  // namespace spate::sim
