#include "sim/base/page_preparer.hpp"

#include <cstdint>

#include "sim/base/large_memory.hpp"

namespace spate::sim {

namespace {

constexpr std::size_t smallest = 4 * large_page;

/// False: the system cannot.
bool make_present([[maybe_unused]] std::uintptr_t page) {
#if defined(MADV_POPULATE_WRITE)
    return madvise(reinterpret_cast<void*>(page), large_page, MADV_POPULATE_WRITE) == 0;
#else
    return false;
#endif
}

}  // namespace

PagePreparer::PagePreparer(void* block, std::size_t bytes) {
    if (bytes < smallest) {
        return;
    }
    const auto begin = (reinterpret_cast<std::uintptr_t>(block) + large_page - 1) / large_page * large_page;
    const auto end = (reinterpret_cast<std::uintptr_t>(block) + bytes) / large_page * large_page;
    thread_ = std::jthread([begin, end](const std::stop_token& is_stopped) {
        auto page = end;
        while (page > begin && !is_stopped.stop_requested() && make_present(page - large_page)) {
            page -= large_page;
        }
    });
}

}  // namespace spate::sim
