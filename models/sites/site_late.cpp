// Site: where late orders of the sample lost their time.

#include <algorithm>

#include "models/sites/site.hpp"

namespace spate::models {

/// An order of the sample starts in a stage after a wait. What it waited before it was paid is not lost.
void Site::note_wait(const Order& order, std::size_t stage, Time start, Duration waited) {
    if (promise_of(frame_.spec.channels[desks_[order.slot].channel], order) == no_promise)
        return;
    const Duration lost = std::min(waited, start - startable_from(order, start - waited));
    if (lost.us <= 0)
        return;
    auto& waits = waits_[wait_key(order)].stages;
    waits.resize(stages_.size());
    waits[stage] = lost.us;
}

/// An order of the sample that has waited for stock goes to the stages.
void Site::note_stock_wait(const Order& order, Time released, Time at) {
    if (!stages_.empty() && order.is_sampled && order.waited)
        waits_[wait_key(order)].stock = std::max(at - startable_from(order, released), Duration{});
}

/// An order of the sample is handed to the carrier. It counts as late as at its desk: by its delivery, if that is
/// before the end.
void Site::note_departure(Time now, const Order& order, const Departure& times) {
    OrderWaits waits;
    if (const auto found = waits_.find(wait_key(order)); found != waits_.end()) {
        waits = std::move(found->second);
        waits_.erase(found);
    }
    Departure since = times;
    since.released = startable_from(order, times.released);
    if (since.finished <= since.released)
        waits = {};  // packed before the payment: nothing was lost by that
    if (stages_.empty())
        waits.stock = since.finished - since.released;
    const Duration promise = promise_of(frame_.spec.channels[desks_[order.slot].channel], order);
    if (times.delivered - promised_from(order) > promise && times.delivered < frame_.end)
        record_late(now, order, since, waits);
}

void Site::record_late(Time now, const Order& order, const Departure& times, const OrderWaits& waits) {
    const DeskLink& desk = desks_[order.slot];
    const LaneSpec& lane = frame_.spec.lanes[desk.lane];
    const std::int64_t row_of_desk = std::int64_t{lane.to} * static_cast<std::int64_t>(frame_.spec.channels.size())
                                     + static_cast<std::int64_t>(desk.channel);
    const std::int64_t id = (row_of_desk + 1) << 32 | order.number;
    const auto write = [&](LatePart part, std::int64_t stage, Duration lost) {
        if (lost.us == 0 && part != LatePart::desk)
            return;
        writer_.row(frame_.tables.late_orders,
                    now,
                    {id,
                     order.placed.us,
                     std::int64_t{index_},
                     stage,
                     static_cast<std::int64_t>(part),
                     static_cast<double>(lost.us) / 3.6e9});
    };
    constexpr std::int64_t none = no_row;
    write(LatePart::desk, none, times.released - promised_from(order));
    write(LatePart::stock, none, waits.stock);
    const auto first = static_cast<std::int64_t>(first_stage_ + receive_.size());
    for (std::size_t s = 0; s < waits.stages.size(); ++s)
        write(LatePart::stage, first + static_cast<std::int64_t>(s), Duration{waits.stages[s]});
    write(LatePart::carrier, none, times.shipped - times.finished);
    write(LatePart::transit, none, times.delivered - times.shipped - sim::from_seconds(lane.transit.mean()));
}

}  // namespace spate::models
