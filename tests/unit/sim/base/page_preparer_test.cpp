#include "sim/base/page_preparer.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "sim/base/large_memory.hpp"
#include "models/base/long_lived_memory.hpp"

using namespace spate;

TEST_CASE("a block that is being prepared holds what its owner writes") {
    const std::size_t bytes = 16 * sim::large_page + GENERATE(0U, 100U);
    auto* const block = static_cast<unsigned char*>(sim::allocate_large(bytes));
    sim::PagePreparer preparer(block, bytes);
    const auto value = [](std::size_t i) { return static_cast<unsigned char>(i * 31 + i / 4096); };
    for (std::size_t i = 0; i < bytes; ++i) {
        block[i] = value(i);
    }
    preparer.stop();
    bool is_kept = true;
    for (std::size_t i = 0; i < bytes; ++i) {
        is_kept = is_kept && block[i] == value(i);
    }
    CHECK(is_kept);
    sim::free_large(block);
}

TEST_CASE("long-lived memory lasts for what is expected and for more") {
    const std::size_t expected = GENERATE(std::size_t{0}, std::size_t{1000}, std::size_t{20} << 20);
    models::LongLivedMemory memory(expected);
    std::vector<std::pmr::vector<std::uint64_t>> parts;
    for (std::uint64_t i = 0; i < 40; ++i) {
        parts.emplace_back(100'000, i, memory.resource());
    }
    for (std::uint64_t i = 0; i < 40; ++i) {
        CHECK(std::count(parts[i].begin(), parts[i].end(), i) == 100'000);
    }
}
