#include "models/demand/arrival_calendar.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace spate::models {

ArrivalCalendar::ArrivalCalendar(std::size_t streams, sim::Duration width, sim::Time from)
    : width_us_(width.us)
    , cursor_(width.us > 0 ? from.us / width.us : 0)
    , ring_(ring_size, no_block) {
    static_assert(sizeof(Block) == 64);
    SPATE_EXPECT(width.us > 0 && from.us >= 0 && streams < no_block);
    blocks_.reserve(std::min<std::size_t>(streams, ring_size));
}

sim::Time ArrivalCalendar::bucket_end(std::int64_t bucket) const {
    return bucket >= INT64_MAX / width_us_ - 1 ? sim::end_of_time : sim::Time{(bucket + 1) * width_us_};
}

void ArrivalCalendar::set(std::uint32_t stream, sim::Time at) {
    if (at == sim::end_of_time)
        return;
    SPATE_ASSERT(bucket_of(at) >= cursor_);
    insert({at, stream});
}

void ArrivalCalendar::append(std::uint32_t& list, Arrival arrival) {
    std::uint32_t used = list == no_block ? per_block : blocks_[list].used();
    if (used == per_block) {
        std::uint32_t fresh = free_;
        if (fresh == no_block) {
            fresh = static_cast<std::uint32_t>(blocks_.size());
            blocks_.emplace_back();
        } else {
            free_ = blocks_[fresh].next;
        }
        blocks_[fresh].next = list;
        blocks_[fresh].stream.fill(no_block);
        list = fresh;
        used = 0;
    }
    blocks_[list].at[used] = arrival.at.us;
    blocks_[list].stream[used] = arrival.stream;
}

void ArrivalCalendar::insert(Arrival arrival) {
    const std::int64_t bucket = bucket_of(arrival.at);
    // The ring holds the buckets of the cursor's own lap only; everything later waits in `far_` until the lap begins.
    append(bucket < lap_end() ? head(bucket) : far_, arrival);
}

void ArrivalCalendar::drain(std::uint32_t& list, std::vector<Arrival>& out) {
    while (list != no_block) {
        Block& block = blocks_[list];
        for (std::uint32_t i = 0; i < block.used(); ++i)
            out.push_back({{block.at[i]}, block.stream[i]});
        const std::uint32_t following = block.next;
        block.next = free_;
        free_ = list;
        list = following;
    }
}

void ArrivalCalendar::step() {
    ++cursor_;
    if (cursor_ % ring_size != 0)
        return;
    std::vector<Arrival> later;
    drain(far_, later);
    for (const Arrival& arrival : later)
        insert(arrival);
}

std::int64_t ArrivalCalendar::first_filled() const {
    std::int64_t bucket = cursor_;
    while (bucket < lap_end() && ring_[static_cast<std::size_t>(bucket % ring_size)] == no_block)
        ++bucket;
    return bucket;
}

sim::Time ArrivalCalendar::next_bucket_end() const {
    const std::int64_t bucket = first_filled();
    if (bucket < lap_end())
        return bucket_end(bucket);
    const sim::Time at = next();
    return at == sim::end_of_time ? at : bucket_end(bucket_of(at));
}

sim::Time ArrivalCalendar::next() const {
    const std::int64_t bucket = first_filled();
    std::int64_t earliest = sim::end_of_time.us;
    for (std::uint32_t list = bucket < lap_end() ? ring_[static_cast<std::size_t>(bucket % ring_size)] : far_;
         list != no_block;
         list = blocks_[list].next) {
        const Block& block = blocks_[list];
        for (std::uint32_t i = 0; i < block.used(); ++i)
            earliest = std::min(earliest, block.at[i]);
    }
    return {earliest};
}

}  // namespace spate::models
