// Where processes live: side by side in the order in which they are made, in chunks that grow to a large page. The loop
// of a shard walks through them in that order.
#include <cstdint>
#include <mutex>

#include "sim/base/large_memory.hpp"
#include "sim/engine/process.hpp"

namespace spate::sim {

namespace {

/// A chunk is freed with its last process.
struct Chunk {
    std::size_t size = 0, used = 0, processes = 0;
};

struct Chunks {
    std::mutex mutex;  ///< models may be built by several threads at once
    Chunk* current = nullptr;
    std::size_t next_size = std::size_t{64} << 10;
};

constexpr std::size_t header = sizeof(Chunk*), cache_line = 64;

Chunks& chunks() {
    static Chunks all;
    return all;
}

/// Begins with a cache line, so that a process touches, and the loop fetches, as few as can be.
std::size_t place_after(std::size_t used) {
    return (used + header + cache_line - 1) / cache_line * cache_line;
}

Chunk* new_chunk(std::size_t size) {
    auto* const chunk = new (allocate_large(size)) Chunk;
    chunk->size = size;
    chunk->used = sizeof(Chunk);
    return chunk;
}

}  // namespace

void* Process::operator new(std::size_t size) {
    Chunks& all = chunks();
    const std::lock_guard lock(all.mutex);
    Chunk* chunk = all.current;
    if (chunk == nullptr || place_after(chunk->used) + size > chunk->size) {
        const std::size_t wanted = place_after(sizeof(Chunk)) + size;
        chunk = new_chunk(wanted > all.next_size ? wanted : all.next_size);
        if (all.next_size < large_page)
            all.next_size *= 2;
        if (all.current != nullptr && all.current->processes == 0)
            free_large(all.current);
        all.current = chunk;
    }
    char* const place = reinterpret_cast<char*>(chunk) + place_after(chunk->used);
    chunk->used = place_after(chunk->used) + size;
    ++chunk->processes;
    *reinterpret_cast<Chunk**>(place - header) = chunk;
    return place;
}

void Process::operator delete(void* process) {
    Chunks& all = chunks();
    const std::lock_guard lock(all.mutex);
    Chunk* const chunk = *reinterpret_cast<Chunk**>(static_cast<char*>(process) - header);
    if (--chunk->processes > 0)
        return;
    if (chunk == all.current) {
        all.current = nullptr;
        all.next_size = std::size_t{64} << 10;
    }
    free_large(chunk);
}

}  // namespace spate::sim
