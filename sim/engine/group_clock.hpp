#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/executive.hpp"
#include "sim/engine/partition.hpp"

namespace spate::sim {

/// The earliest pending event of every group, with the minima of each block of groups, so that a window looks only at
/// blocks where something happened or will happen.
/// Threads: different groups may be set by different threads; a block is marked and refreshed by one thread at a time.
class GroupClock {
  public:
    static constexpr std::size_t block_size = 16;

    explicit GroupClock(std::span<const ProcessGroup> groups)
        : next_(groups.size(), end_of_time)
        , lookahead_(groups.size())
        , blocks_((groups.size() + block_size - 1) / block_size) {
        std::ranges::transform(groups, lookahead_.begin(), &ProcessGroup::lookahead);
    }

    std::size_t blocks() const { return blocks_.size(); }

    /// Sets a group's earliest event; counts after its block is refreshed.
    void set(std::uint32_t group, Time next) { next_[group] = next; }

    /// Moves a group's earliest event forward if `time` is before it.
    void lower(std::uint32_t group, Time time) { next_[group] = std::min(next_[group], time); }

    void mark(std::uint32_t group) { blocks_[group / block_size].is_stale = true; }

    void mark_all() {
        for (Block& block : blocks_)
            block.is_stale = true;
    }

    /// Brings the minima of the marked blocks in [first, last) up to date.
    void refresh(std::size_t first, std::size_t last) {
        for (std::size_t block = first; block < last; ++block) {
            if (blocks_[block].is_stale)
                refresh(block);
        }
    }

    /// Earliest pending event of all groups. Requires: no block is marked.
    Time next_event() const {
        Time least = end_of_time;
        for (const Block& block : blocks_)
            least = std::min(least, block.next);
        return least;
    }

    /// Smallest sum of a group's earliest event and its lookahead. Requires: no block is marked.
    Time safe_time() const {
        Time least = end_of_time;
        for (const Block& block : blocks_)
            least = std::min(least, block.safe);
        return least;
    }

    /// Calls visit(group) for every group with an event before `boundary`, in ascending order.
    template <class Visit>
    void for_each_before(Time boundary, Visit visit) const {
        for (std::size_t block = 0; block < blocks_.size(); ++block) {
            if (blocks_[block].next >= boundary)
                continue;
            const std::size_t last = std::min((block + 1) * block_size, next_.size());
            for (std::size_t group = block * block_size; group < last; ++group) {
                if (next_[group] < boundary)
                    visit(static_cast<std::uint32_t>(group));
            }
        }
    }

  private:
    struct Block {
        Time next = end_of_time;
        Time safe = end_of_time;
        bool is_stale = false;
    };

    void refresh(std::size_t block) {
        const std::size_t last = std::min((block + 1) * block_size, next_.size());
        Block fresh;
        for (std::size_t group = block * block_size; group < last; ++group) {
            fresh.next = std::min(fresh.next, next_[group]);
            fresh.safe = std::min(fresh.safe, saturating_add(next_[group], lookahead_[group]));
        }
        blocks_[block] = fresh;
    }

    std::vector<Time> next_;
    std::vector<Duration> lookahead_;
    std::vector<Block> blocks_;
};

}  // namespace spate::sim
