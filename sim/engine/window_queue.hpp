#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/base/large_memory.hpp"
#include "sim/engine/event.hpp"

namespace spate::sim {

/// The pending events of many processes, sorted no further than into windows of equal width: "the lookahead is the
/// queue structure". An event is appended to the block list of its window; when the window comes up, it is handed over
/// as a whole, unsorted.
///
/// Windows are kept in a hierarchical wheel (Varghese and Lauck 1987): level 0 has a list for each of 1024 windows,
/// level 1 for each run of 1024 windows, and so on, so that an event is moved at most once per level, however far ahead
/// it is. Blocks are pooled and reused last in, first out. Cost: O(1) per event. Owns the payloads of its events.
class alignas(64) WindowQueue {
  public:
    /// Requires: width > 0.
    explicit WindowQueue(Duration width);
    ~WindowQueue();
    WindowQueue(const WindowQueue&) = delete;
    WindowQueue& operator=(const WindowQueue&) = delete;

    Duration width() const { return {width_}; }

    /// Start of the window that holds `time`.
    Time window_start(Time time) const { return {window_of(time) * width_}; }

    /// Takes the event and the ownership of its payload. Requires: event.time >= every limit given to open().
    void push(const Event& event) { place(event.time) = event; }

    /// Room for an event of this time, to be written at once.
    Event& place(Time time) {
        const std::int64_t window = window_of(time);
        const std::uint64_t difference = static_cast<std::uint64_t>(window ^ current_);
        const unsigned level = difference == 0 ? 0 : (63U - static_cast<unsigned>(__builtin_clzll(difference))) / bits;
        if (level >= levels_.size()) [[unlikely]]
            levels_.resize(level + 1);
        return levels_[level].place(*this, static_cast<std::uint64_t>(window >> (bits * level)) % fan, time);
    }

    /// Time of the first event; end_of_time when there is none.
    Time next_time() const;

    /// Hands over all events of the first window with time < `limit`: visit(event) for each, in no particular order;
    /// they stay in place until release(). False where there is none. bound() is then the end of what was handed over:
    /// the window's end or the limit.
    template <class Visit>
    bool open(Time limit, Visit&& visit) {
        if (!turn_to(limit))
            return false;
        for (Block* block = opened_; block != nullptr; block = block->next) {
            for (std::uint32_t i = 0; i < block->size; ++i) {
                Event& event = block->events[i];
                if (event.time < bound_) [[likely]] {
                    visit(event);
                } else {
                    push(event);
                    event.is_bulk = 0;  // the copy owns the payload now
                }
            }
        }
        return true;
    }

    Time bound() const { return bound_; }

    /// Frees the blocks of the opened window. Requires: their payloads have been taken.
    void release() {
        while (opened_ != nullptr)
            opened_ = free_block(opened_);
    }

    /// Takes everything out: visit(event), which takes the payloads over. Requires: nothing is open.
    template <class Visit>
    void drain(Visit&& visit) {
        for (Level& level : levels_) {
            for (std::size_t i = 0; i < fan; ++i) {
                for (Block* block = level.detach(i); block != nullptr; block = free_block(block)) {
                    for (std::uint32_t k = 0; k < block->size; ++k)
                        visit(block->events[k]);
                }
            }
        }
    }

    /// Number of pending events; counts them.
    std::size_t size() const;

    /// Sorts everything anew into windows of another width. Requires: nothing is open.
    void set_width(Duration width);

  private:
    static constexpr unsigned bits = 10;
    static constexpr std::size_t fan = std::size_t{1} << bits;

    /// 21 events: one kilobyte.
    struct Block {
        Block* next = nullptr;
        std::uint32_t size = 0;
        static constexpr std::uint32_t capacity = 21;
        std::array<Event, capacity> events;
    };

    struct List {
        Block* first = nullptr;
        std::int64_t earliest = end_of_time.us;
    };

    struct Level {
        std::unique_ptr<std::array<List, fan>> lists;
        std::array<std::uint64_t, fan / 64> filled{};

        Event& place(WindowQueue& queue, std::size_t index, Time time) {
            if (!lists) [[unlikely]]
                lists = std::make_unique<std::array<List, fan>>();
            List& list = (*lists)[index];
            Block* block = list.first;
            if (block == nullptr || block->size == Block::capacity) {
                block = queue.new_block(list.first);
                list.first = block;
                filled[index / 64] |= std::uint64_t{1} << (index % 64);
            }
            if (time.us < list.earliest)
                list.earliest = time.us;
            return block->events[block->size++];
        }

        /// Takes a list away.
        Block* detach(std::size_t index);
        /// First list that is not empty; fan if all are.
        std::size_t first_filled() const;
    };

    /// t / width, by multiplication and correction: exact, and faster than a division.
    std::int64_t window_of(Time time) const {
        if (time.us >> 52 != 0) [[unlikely]]
            return time.us / width_;
        const auto window = static_cast<std::int64_t>(static_cast<double>(time.us) * inverse_width_);
        const std::int64_t rest = time.us - window * width_;
        return window + (rest >= width_) - (rest < 0);
    }

    bool turn_to(Time limit);
    Block* new_block(Block* next);
    Block* free_block(Block* block);

    std::int64_t width_;
    double inverse_width_;
    std::int64_t current_ = 0;  ///< no pending event is before this window
    std::vector<Level> levels_;
    Block* opened_ = nullptr;
    Time bound_;
    Block* free_ = nullptr;
    std::vector<std::vector<Block, LargeAllocator<Block>>> arena_;  ///< the last one is being used up
    std::size_t blocks_ = 0;                                        ///< in the arena
};

}  // namespace spate::sim
