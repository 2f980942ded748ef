#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/phold_node.hpp"

/// PHOLD written straight down: one heap, no engine, no processes, no messages. What the engine takes beyond this is
/// the price of its services.
namespace spate::bench::reference {

/// A token on its way. Tokens of one instant are handled in the engine's order: by sender, then as they were sent.
struct TokenEntry {
    std::int64_t time;
    std::uint32_t source, sequence, target;

    friend bool comes_before(const TokenEntry& a, const TokenEntry& b) {
        if (a.time != b.time)
            return a.time < b.time;
        return a.source != b.source ? a.source < b.source : a.sequence < b.sequence;
    }
};

template <template <class> class Heap>
class Phold {
  public:
    explicit Phold(const PholdSettings& settings)
        : settings_(settings) {
        nodes_.reserve(settings.nodes);
        for (std::uint32_t n = 0; n < settings.nodes; ++n) {
            PholdNode& node = nodes_.emplace_back(n, settings);
            for (std::uint32_t token = 0; token < settings.tokens; ++token) {
                const auto delay = node.first();
                heap_.push({delay.us, n, node.sent(), n});
            }
        }
    }

    /// Handles every event before the end. Returns their number.
    std::uint64_t run() {
        std::uint64_t events = 0;
        for (; heap_.top().time < settings_.end.us; ++events) {
            const TokenEntry entry = heap_.top();
            PholdNode& node = nodes_[entry.target];
            const auto [delay, target] = node.handle({entry.time});
            heap_.replace_top({entry.time + delay.us, entry.target, node.sent(), target});
        }
        return events;
    }

    std::uint64_t digest() const {
        sim::Digest digest;
        for (const auto& node : nodes_)
            digest.add(node.digest());
        return digest.value();
    }

  private:
    const PholdSettings& settings_;
    std::vector<PholdNode> nodes_;
    Heap<TokenEntry> heap_;
};

}  // namespace spate::bench::reference
