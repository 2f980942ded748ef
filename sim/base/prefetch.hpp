#pragma once

namespace spate::sim {

/// Fetches the cache line at an address that will be read or written soon. A function that did nothing else would look
/// to GCC 12 as if it had no effect, and its calls would be removed; the empty statement keeps them.
inline void prefetch(const void* address) {
    __builtin_prefetch(address);
    asm volatile("");
}

}  // namespace spate::sim
