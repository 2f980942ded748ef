#pragma once

#include <cstddef>
#include <thread>

namespace spate::sim {

/// Has the system find and clear the pages of a large block on a thread of its own, from the end of the block towards
/// its beginning, while the caller fills it from the beginning on. What the block holds does not change.
///
/// The first touch of a large page clears two megabytes, and in a virtual machine the host may have to find them first.
/// Where the system cannot prepare pages, they are cleared at the first touch, as without this class.
/// Threads: one. The block must live until stop().
class PagePreparer {
  public:
    /// Blocks of less than some megabytes are left alone.
    PagePreparer(void* block, std::size_t bytes);

    /// Waits for the page that is being prepared, and leaves the others.
    void stop() { thread_ = {}; }

  private:
    std::jthread thread_;
};

}  // namespace spate::sim
