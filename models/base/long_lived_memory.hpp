#pragma once

#include <memory_resource>

#include "sim/base/large_memory.hpp"
#include "sim/base/page_preparer.hpp"

namespace spate::models {

/// Memory for what is made at set-up and lives as long as the model, touched at random by orders: side by side in large
/// pages. Nothing is given back before the end. Threads: set-up only, by one thread.
class LongLivedMemory {
  public:
    /// `expected`: what will be asked for in all [bytes]; the system begins to prepare it. More is taken when it does
    /// not suffice.
    explicit LongLivedMemory(std::size_t expected = 0)
        : first_(expected > 0 ? sim::allocate_large(expected) : nullptr)
        , packed_(first_, expected, &pages_)
        , preparer_(first_, expected) {}

    ~LongLivedMemory() {
        preparer_.stop();
        sim::free_large(first_);
    }

    LongLivedMemory(const LongLivedMemory&) = delete;
    LongLivedMemory& operator=(const LongLivedMemory&) = delete;

    std::pmr::memory_resource* resource() { return &packed_; }

  private:
    struct LargePages final : std::pmr::memory_resource {
        void* do_allocate(std::size_t bytes, std::size_t) override { return sim::allocate_large(bytes); }

        void do_deallocate(void* memory, std::size_t, std::size_t) override { sim::free_large(memory); }

        bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }
    };

    LargePages pages_;
    void* first_;
    std::pmr::monotonic_buffer_resource packed_;
    sim::PagePreparer preparer_;
};

}  // namespace spate::models
