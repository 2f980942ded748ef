#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"

namespace spate::models {

/// The next arrival of each of many streams, found in time order: a ring of time buckets, each a chain of small blocks
/// of (time, stream), so that setting and taking an arrival touch one cache line however many streams there are.
///
/// Order: take_before() visits buckets in time order but the arrivals of one bucket in no particular order; callers
/// sort.
class ArrivalCalendar {
  public:
    /// `width`: time span of a bucket, about the step of the calls to take_before(). Nothing arrives before `from`.
    /// Requires: width > 0, from >= 0.
    ArrivalCalendar(std::size_t streams, sim::Duration width, sim::Time from = {});

    /// Sets the next arrival of a stream. Requires: the stream has none, at >= every time given to take_before().
    /// sim::end_of_time: the stream has ended.
    void set(std::uint32_t stream, sim::Time at);
    /// Earliest arrival of all; sim::end_of_time if none.
    sim::Time next() const;
    /// End of the first bucket with an arrival: at most one width after next(), and cheaper. sim::end_of_time if none.
    sim::Time next_bucket_end() const;

    /// Calls `visit(stream, at)` for every arrival, in no particular order.
    template <class Visit>
    void for_each(Visit&& visit) const {
        const auto chain = [&](std::uint32_t list) {
            for (; list != no_block; list = blocks_[list].next) {
                for (std::uint32_t i = 0; i < blocks_[list].used(); ++i)
                    visit(blocks_[list].stream[i], sim::Time{blocks_[list].at[i]});
            }
        };
        for (const std::uint32_t list : ring_)
            chain(list);
        chain(far_);
    }

    /// Takes all arrivals with time < `end`: `take(stream, at)` is called for each and returns the stream's following
    /// arrival, which may again lie before `end`. `ahead(stream)` is called a few arrivals earlier, to fetch its state.
    template <class Take, class Ahead>
    void take_before(sim::Time end, Take&& take, Ahead&& ahead) {
        while (bucket_of({end.us - 1}) >= cursor_) {
            take_bucket(end, take, ahead);
            if (bucket_end(cursor_) > end)
                break;
            step();
        }
    }

    template <class Take>
    void take_before(sim::Time end, Take&& take) {
        take_before(end, take, [](std::uint32_t) {});
    }

  private:
    static constexpr std::int64_t ring_size = 1024;
    static constexpr std::uint32_t per_block = 5;
    static constexpr std::uint32_t no_block = UINT32_MAX;

    /// Up to five arrivals: one cache line. Only the first block of a chain has free places; they hold `no_block`.
    struct alignas(64) Block {
        std::array<std::int64_t, per_block> at;
        std::array<std::uint32_t, per_block> stream;
        std::uint32_t next;

        std::uint32_t used() const {
            std::uint32_t n = 0;
            while (n < per_block && stream[n] != no_block)
                ++n;
            return n;
        }
    };

    struct Arrival {
        sim::Time at;
        std::uint32_t stream;
    };

    /// First bucket of this lap with an arrival, from the cursor on; the lap's end if none.
    std::int64_t first_filled() const;

    std::int64_t lap_end() const { return (cursor_ / ring_size + 1) * ring_size; }

    std::int64_t bucket_of(sim::Time t) const { return t.us / width_us_; }

    sim::Time bucket_end(std::int64_t bucket) const;

    std::uint32_t& head(std::int64_t bucket) { return ring_[static_cast<std::size_t>(bucket % ring_size)]; }

    void append(std::uint32_t& list, Arrival arrival);
    void insert(Arrival arrival);
    void step();
    /// Moves the arrivals of a chain to `out` and frees its blocks.
    void drain(std::uint32_t& list, std::vector<Arrival>& out);

    template <class Take, class Ahead>
    void take_bucket(sim::Time end, Take& take, Ahead& ahead) {
        // A taken stream may land in this bucket again, so the chain is drained until nothing is added.
        kept_.clear();
        while (head(cursor_) != no_block) {
            drained_.clear();
            drain(head(cursor_), drained_);
            constexpr std::size_t distance = 6;
            for (std::size_t i = 0; i < drained_.size() && i < distance; ++i)
                ahead(drained_[i].stream);
            for (std::size_t i = 0; i < drained_.size(); ++i) {
                if (i + distance < drained_.size())
                    ahead(drained_[i + distance].stream);
                const Arrival arrival = drained_[i];
                if (arrival.at < end) {
                    set(arrival.stream, take(arrival.stream, arrival.at));
                } else {
                    kept_.push_back(arrival);
                }
            }
        }
        for (const Arrival& arrival : kept_)
            append(head(cursor_), arrival);
    }

    std::int64_t width_us_;
    std::int64_t cursor_ = 0;  ///< first bucket that may hold an arrival
    std::vector<Block> blocks_;
    std::uint32_t free_ = no_block;
    std::vector<std::uint32_t> ring_;
    std::uint32_t far_ = no_block;  ///< arrivals beyond the ring
    std::vector<Arrival> drained_, kept_;
};

}  // namespace spate::models
