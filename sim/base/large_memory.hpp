#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace spate::sim {

inline constexpr std::size_t large_page = std::size_t{2} << 20;

/// Memory for what is touched at random and large: from a megabyte on it is aligned for large pages, and the system is
/// asked for them. A run of a million processes spends much of its time finding pages otherwise.
/// Throws: std::bad_alloc. Free with free_large().
inline void* allocate_large(std::size_t bytes) {
    const bool is_large = bytes >= large_page / 2;
    const std::size_t unit = is_large ? large_page : 64;
    const std::size_t rounded = (bytes + unit - 1) / unit * unit;
    void* const memory = std::aligned_alloc(unit, rounded);
    if (memory == nullptr)
        throw std::bad_alloc();
#if defined(__linux__)
    if (is_large)
        static_cast<void>(madvise(memory, rounded, MADV_HUGEPAGE));  // a wish; refused where it cannot be
#endif
    return memory;
}

inline void free_large(void* memory) {
    std::free(memory);
}

/// For containers of such memory.
template <class T>
struct LargeAllocator {
    using value_type = T;

    LargeAllocator() = default;

    template <class U>
    LargeAllocator(const LargeAllocator<U>&) {}

    T* allocate(std::size_t n) { return static_cast<T*>(allocate_large(n * sizeof(T))); }

    void deallocate(T* memory, std::size_t) { free_large(memory); }

    friend bool operator==(LargeAllocator, LargeAllocator) { return true; }
};

}  // namespace spate::sim
