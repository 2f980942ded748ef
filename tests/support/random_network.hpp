#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/toy_processes.hpp"

namespace spate::test {

/// A random network of busybodies, the same for the same seed: 2 to 41 processes, sparse or dense, slow or fast links,
/// about every third network with zero-lookahead links, one in five with none but positive ones of a microsecond.
inline void build_random_network(Engine& engine, std::uint64_t seed, std::vector<Busybody*>& nodes) {
    ToyDraws draws(seed);
    const Duration grid{static_cast<std::int64_t>(1 + draws.below(40))};
    const std::uint64_t size = 2 + draws.below(40);
    const std::uint64_t zero_one_in = draws.below(3) == 0 ? 1 + draws.below(4) : 0;
    const std::uint64_t longest = draws.below(5) == 0 ? 1 : 1 + draws.below(200);
    for (std::uint64_t i = 0; i < size; ++i) {
        nodes.push_back(&engine.add(std::make_unique<Busybody>("n" + std::to_string(i), draws.bits(), grid)));
    }
    const auto lookahead = [&] {
        if (zero_one_in > 0 && draws.below(zero_one_in) == 0)
            return Duration{0};
        return Duration{static_cast<std::int64_t>(1 + draws.below(longest))};
    };
    for (Busybody* node : nodes) {
        node->tokens.resize(draws.below(4));
        node->loads.resize(draws.below(3));
        for (auto& output : node->tokens)
            engine.connect(*node, output, *nodes[draws.below(size)], lookahead());
        for (auto& output : node->loads)
            engine.connect(*node, output, *nodes[draws.below(size)], lookahead());
    }
}

}  // namespace spate::test
