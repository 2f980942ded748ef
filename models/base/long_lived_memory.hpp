#pragma once

#include <memory_resource>

#include "sim/base/large_memory.hpp"

namespace spate::models {

/// Memory for what is made at set-up and lives as long as the model, touched at random by orders: side by side in large
/// pages. Nothing is given back before the end. Threads: set-up only, by one thread.
class LongLivedMemory {
  public:
    std::pmr::memory_resource* resource() { return &packed_; }

  private:
    struct LargePages final : std::pmr::memory_resource {
        void* do_allocate(std::size_t bytes, std::size_t) override { return sim::allocate_large(bytes); }

        void do_deallocate(void* memory, std::size_t, std::size_t) override { sim::free_large(memory); }

        bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }
    };

    LargePages pages_;
    std::pmr::monotonic_buffer_resource packed_{sim::large_page / 64, &pages_};
};

}  // namespace spate::models
