#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"

namespace spate::models {

/// The next arrival of each of many streams, found in time order. A ring of time buckets with linked lists: setting and
/// taking an arrival cost a few nanoseconds however many streams there are.
///
/// Order: take_before() visits buckets in time order but the arrivals of one bucket in no particular order; callers sort.
class ArrivalCalendar {
  public:
    /// `width`: time span of a bucket, about the step of the calls to take_before(). Requires: width > 0.
    ArrivalCalendar(std::size_t streams, sim::Duration width);

    /// Sets the next arrival of a stream. Requires: the stream has none, at >= every time given to take_before().
    /// sim::end_of_time: the stream has ended.
    void set(std::uint32_t stream, sim::Time at);
    /// Earliest arrival of all; sim::end_of_time if none.
    sim::Time next() const;
    /// Takes all arrivals with time < `end`: `take(stream, at)` is called for each and returns the stream's following
    /// arrival, which may again lie before `end`.
    template <class Take>
    void take_before(sim::Time end, Take&& take) {
        while (bucket_of({end.us - 1}) >= cursor_) {
            take_bucket(end, take);
            if (bucket_end(cursor_) > end) break;
            step();
        }
    }

  private:
    static constexpr std::uint32_t none = UINT32_MAX;
    static constexpr std::int64_t ring_size = 1024;

    std::int64_t bucket_of(sim::Time t) const { return t.us / width_us_; }
    sim::Time bucket_end(std::int64_t bucket) const;
    std::uint32_t& head(std::int64_t bucket) { return ring_[static_cast<std::size_t>(bucket % ring_size)]; }
    void insert(std::uint32_t stream);
    void step();

    template <class Take>
    void take_bucket(sim::Time end, Take& take) {
        // A refilled stream may land in this bucket again, so the list is detached and walked until nothing is added.
        std::uint32_t kept = none;
        while (head(cursor_) != none) {
            std::uint32_t stream = head(cursor_);
            head(cursor_) = none;
            while (stream != none) {
                const std::uint32_t following = link_[stream];
                if (at_[stream] < end) {
                    set(stream, take(stream, at_[stream]));
                } else {
                    link_[stream] = kept;
                    kept = stream;
                }
                stream = following;
            }
        }
        head(cursor_) = kept;
    }

    std::int64_t width_us_;
    std::int64_t cursor_ = 0;  ///< first bucket that may hold an arrival
    std::vector<sim::Time> at_;
    std::vector<std::uint32_t> link_;
    std::vector<std::uint32_t> ring_;
    std::uint32_t far_ = none;  ///< arrivals beyond the ring
};

}  // namespace spate::models
