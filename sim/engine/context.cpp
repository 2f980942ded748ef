#include "sim/engine/context.hpp"

#include <algorithm>
#include <string>

#include "sim/base/check.hpp"
#include "sim/engine/clock_text.hpp"

namespace spate::sim {

void PayloadPools::level(std::span<PayloadPools* const> pools) {
    std::size_t types = 0;
    for (const PayloadPools* pool : pools)
        types = std::max(types, pool->free_.size());
    for (std::size_t type = 0; type < types; ++type) {
        std::size_t total = 0;
        for (PayloadPools* pool : pools)
            total += pool->slot(static_cast<std::uint16_t>(type)).size();
        const std::size_t share = total / pools.size() + 1;
        std::vector<std::unique_ptr<Payload>> surplus;
        for (PayloadPools* pool : pools) {
            auto& free = pool->free_[type];
            while (free.size() > share) {
                surplus.push_back(std::move(free.back()));
                free.pop_back();
            }
        }
        for (PayloadPools* pool : pools) {
            auto& free = pool->free_[type];
            while (free.size() < share && !surplus.empty()) {
                free.push_back(std::move(surplus.back()));
                surplus.pop_back();
            }
        }
    }
}

void Context::fail_link(const Link& link, Duration delay) const {
    const std::string where = self_->process->name() + " at " + clock_text(now_) + ": ";
    if (!link.is_connected())
        throw InvariantError(where + "sent on an output that is not connected");
    if (link.source() != self_->id)
        throw InvariantError(where + "sent on a link of another process (number "
                             + std::to_string(link.source().value()) + ")");
    if (delay < link.lookahead()) {
        throw InvariantError(where + "sent a message with a delay of " + clock_text(delay)
                             + ", below the declared lookahead of " + clock_text(link.lookahead()));
    }
    throw InvariantError(where + "sent a message with a delay of " + clock_text(delay) + ", beyond the end of time");
}

void Context::fail_target(ProcessId target, Time at) const {
    throw InvariantError(self_->process->name() + " at " + clock_text(now_) + ": sent a message to process number "
                         + std::to_string(target.value()) + " for " + clock_text(at)
                         + ", but there is none of that number or it may be ahead of that time");
}

void Context::fail_past(Time at) const {
    throw InvariantError(self_->process->name() + " at " + clock_text(now_) + ": scheduled an event into the past, at "
                         + clock_text(at));
}

}  // namespace spate::sim
