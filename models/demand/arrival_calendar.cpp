#include "models/demand/arrival_calendar.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace spate::models {

ArrivalCalendar::ArrivalCalendar(std::size_t streams, sim::Duration width)
    : width_us_(width.us), at_(streams, sim::end_of_time), link_(streams, none), ring_(ring_size, none) {
    SPATE_EXPECT(width.us > 0 && streams < none);
}

sim::Time ArrivalCalendar::bucket_end(std::int64_t bucket) const {
    return bucket >= INT64_MAX / width_us_ - 1 ? sim::end_of_time : sim::Time{(bucket + 1) * width_us_};
}

void ArrivalCalendar::set(std::uint32_t stream, sim::Time at) {
    at_[stream] = at;
    if (at == sim::end_of_time) return;
    SPATE_ASSERT(bucket_of(at) >= cursor_);
    insert(stream);
}

void ArrivalCalendar::insert(std::uint32_t stream) {
    const std::int64_t bucket = bucket_of(at_[stream]);
    // The ring holds the buckets of the cursor's own lap only; everything later waits in `far_` until the lap begins.
    const bool this_lap = bucket / ring_size == cursor_ / ring_size;
    std::uint32_t& list = this_lap ? head(bucket) : far_;
    link_[stream] = list;
    list = stream;
}

void ArrivalCalendar::step() {
    ++cursor_;
    if (cursor_ % ring_size != 0) return;
    std::uint32_t stream = std::exchange(far_, none);
    while (stream != none) {
        const std::uint32_t following = link_[stream];
        insert(stream);
        stream = following;
    }
}

sim::Time ArrivalCalendar::next() const {
    sim::Time earliest = sim::end_of_time;
    const auto scan = [&](std::uint32_t stream) {
        for (; stream != none; stream = link_[stream]) earliest = std::min(earliest, at_[stream]);
    };
    const std::int64_t lap_end = (cursor_ / ring_size + 1) * ring_size;
    for (std::int64_t bucket = cursor_; bucket < lap_end && earliest == sim::end_of_time; ++bucket) {
        scan(ring_[static_cast<std::size_t>(bucket % ring_size)]);
    }
    if (earliest == sim::end_of_time) scan(far_);
    return earliest;
}

}  // namespace spate::models
