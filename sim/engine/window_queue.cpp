#include "sim/engine/window_queue.hpp"

#include <algorithm>

#include "sim/engine/roster.hpp"

namespace spate::sim {

WindowQueue::WindowQueue(Duration width)
    : width_(width.us)
    , inverse_width_(1.0 / static_cast<double>(width.us)) {
    SPATE_EXPECT(width > Duration{0});
    static_assert(sizeof(Block) == 1024);
}

WindowQueue::~WindowQueue() {
    release();
    drain([](Event& event) { drop_payload(event); });
}

WindowQueue::Block* WindowQueue::new_block(Block* next) {
    Block* block = free_;
    if (block != nullptr) {
        free_ = block->next;
    } else {
        if (arena_.empty() || arena_.back().size() == arena_.back().capacity()) {
            // An eighth more, so that little lies idle; whole large pages where there is much.
            const std::size_t more = std::max<std::size_t>(blocks_ / 8, 16);
            arena_.emplace_back().reserve(more < 1024 ? more : 2048);
            blocks_ += arena_.back().capacity();
        }
        block = &arena_.back().emplace_back();
    }
    block->next = next;
    block->size = 0;
    return block;
}

/// Returns the block behind it.
WindowQueue::Block* WindowQueue::free_block(Block* block) {
    Block* const next = block->next;
    block->next = free_;
    free_ = block;
    return next;
}

WindowQueue::Block* WindowQueue::Level::detach(std::size_t index) {
    if (!lists)
        return nullptr;
    List& list = (*lists)[index];
    Block* const first = list.first;
    list = List{};
    filled[index / 64] &= ~(std::uint64_t{1} << (index % 64));
    return first;
}

std::size_t WindowQueue::Level::first_filled() const {
    for (std::size_t word = 0; word < filled.size(); ++word) {
        if (filled[word] != 0)
            return word * 64 + static_cast<std::size_t>(__builtin_ctzll(filled[word]));
    }
    return fan;
}

// Lists before the current window are empty on every level, so the first one that is not is the earliest of its level,
// and everything on a level comes before everything on the next.
Time WindowQueue::next_time() const {
    for (const Level& level : levels_) {
        const std::size_t index = level.first_filled();
        if (index < fan)
            return {(*level.lists)[index].earliest};
    }
    return end_of_time;
}

std::size_t WindowQueue::size() const {
    std::size_t events = 0;
    for (const Level& level : levels_) {
        for (std::size_t i = 0; level.lists && i < fan; ++i) {
            for (const Block* block = (*level.lists)[i].first; block != nullptr; block = block->next)
                events += block->size;
        }
    }
    return events;
}

void WindowQueue::set_width(Duration width) {
    SPATE_EXPECT(width > Duration{0} && opened_ == nullptr);
    Block* all = nullptr;
    for (Level& level : levels_) {
        for (std::size_t i = 0; i < fan; ++i) {
            for (Block* block = level.detach(i); block != nullptr;) {
                Block* const next = block->next;
                block->next = all;
                all = block;
                block = next;
            }
        }
    }
    width_ = width.us;
    inverse_width_ = 1.0 / static_cast<double>(width.us);
    current_ = 0;
    for (; all != nullptr; all = free_block(all)) {
        for (std::uint32_t i = 0; i < all->size; ++i)
            push(all->events[i]);
    }
}

/// Detaches the first window if it has an event before `limit`; spreads lists of higher levels on the way.
bool WindowQueue::turn_to(Time limit) {
    for (;;) {
        unsigned level = 0;
        std::size_t index = fan;
        for (; level < levels_.size(); ++level) {
            index = levels_[level].first_filled();
            if (index < fan)
                break;
        }
        if (index == fan || (*levels_[level].lists)[index].earliest >= limit.us)
            return false;
        const unsigned shift = bits * level;
        const std::int64_t lap = current_ >> shift >> bits;
        current_ = (lap << bits | static_cast<std::int64_t>(index)) << shift;
        Block* block = levels_[level].detach(index);
        if (level == 0) {
            opened_ = block;
            const std::int64_t end = current_ >= (INT64_MAX / width_) - 1 ? INT64_MAX : (current_ + 1) * width_;
            bound_ = std::min(limit, Time{end});
            return true;
        }
        for (; block != nullptr; block = free_block(block)) {
            for (std::uint32_t i = 0; i < block->size; ++i)
                push(block->events[i]);
        }
    }
}

}  // namespace spate::sim
