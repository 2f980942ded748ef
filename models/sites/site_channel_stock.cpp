// Site: parts of the stock are set apart for channels, or may not be sold by them.

#include <algorithm>

#include "models/sites/site.hpp"

namespace spate::models {

/// Units that an order can have here.
Units Site::free_to(const Order& order, std::int32_t position, Time now) {
    const Units available = obtainable(position, order.quantity, now);
    return parts_ ? parts_->free_to(desks_[order.slot].channel, position, available, order) : available;
}

/// Somebody waits whom the order would overtake. Units set apart for its channel are for it and those of its channel
/// who wait; what is shared is for who has waited longest, but for those who may not have it.
bool Site::has_queue_ahead(const Order& order, std::int32_t position) const {
    const auto found = waiting_.find(position);
    if (found == waiting_.end())
        return false;
    const Index channel = desks_[order.slot].channel;
    if (!parts_ || !parts_->has(position)) {
        const ChannelSpec& terms = frame_.spec.channels[channel];
        // Announced orders are served as of other times and do not overtake until more goods come.
        return spec_.allocate != SiteSpec::Allocate::priority || terms.view == StockView::live
               || priority_of(found->second.at(found->second.first())) <= terms.priority;
    }
    if (parts_->own(channel, position) < order.quantity && is_shared_wanted(position))
        return true;
    return found->second.claims().contains({true, channel});
}

/// Somebody waits for units that are shared. A channel's first who waits for its next quota holds up only those of the
/// channel.
bool Site::is_shared_wanted(std::int32_t position) const {
    const auto found = waiting_.find(position);
    if (found == waiting_.end() || !parts_ || !parts_->has(position))
        return found != waiting_.end();
    const WaitingQueue& queue = found->second;
    return std::any_of(queue.claims().begin(), queue.claims().end(), [&](const auto& each) {
        const auto& [who, claim] = each;
        return !who.is_customer || !parts_->is_at_quota(who.number, position, queue.at(claim.first).quantity);
    });
}

/// The order is refused: because of what belongs to others, or of a quota?
void Site::note_withheld(Order& refused) {
    const std::int32_t position = assortment_->position(refused.product);
    const Index channel = desks_[refused.slot].channel;
    const Units available = room_.cell(position).available();
    if (available < refused.quantity || parts_->free_to(channel, position, available, refused) >= refused.quantity)
        return;
    refused.withheld = true;
    if (is_measuring_)
        parts_->note_refused(channel, position, available, refused.quantity);
}

/// As serve_in_turn(), but who comes first blocks only those of the same channel, and everybody as to what is shared,
/// unless he waits for the next quota. Those whose patience has ended leave when it would be their turn.
void Site::serve_waiting_by_channel(sim::Context& context, std::int32_t position, WaitingQueue& queue) {
    bool is_shared_taken = false;
    queue.serve_in_turn([&](WaitingQueue::Place place, std::size_t) {
        if (!cancel_until(context, position, queue, place))
            return true;
        const bool is_customer = queue.at(place).is_customer;
        const Index channel = is_customer ? desks_[queue.at(place).order.slot].channel : no_row;
        const Units available = room_.cell(position).available();
        Units most = is_customer ? parts_->free_to(channel, position, available) : parts_->shared(position, available);
        if (is_shared_taken)
            most = is_customer ? std::min(most, parts_->own(channel, position)) : 0;
        if (give(context, position, queue, place, most))
            return true;
        is_shared_taken |= !is_customer || !parts_->is_at_quota(channel, position, queue.at(place).quantity);
        return false;
    });
    cancel_until(context, position, queue, WaitingQueue::none);
}

/// After something that may have brought the next release nearer.
void Site::schedule_release(sim::Context& context, Time after) {
    if (!parts_)
        return;
    const Time next = parts_->next(after);
    if (next < frame_.end && release_ticks_.ask(next))
        context.schedule(next, ReleaseStockTick{});
}

void Site::on_release(sim::Context& context) {
    release_ticks_.fired(context.now());
    const auto touched = parts_->release(context.now());
    if (!touched.empty())
        ++version_;
    for (const std::int32_t position : touched) {
        room_.note_change(position);
        serve_waiting(context, position);
        note_change(context, position);
    }
    flush_outcomes(context);
    schedule_release(context, context.now());
}

std::span<const std::int32_t> Site::available_to(Index channel, std::vector<std::int32_t>& scratch) const {
    if (!parts_)
        return room_.available();
    scratch.assign(room_.available().begin(), room_.available().end());
    for (std::size_t p = 0; p < scratch.size(); ++p)
        scratch[p] = static_cast<std::int32_t>(parts_->free_to(channel, static_cast<std::int32_t>(p), scratch[p]));
    return scratch;
}

std::shared_ptr<const StockSnapshot> Site::snapshot_for(Index channel) {
    if (!parts_)
        return snapshot();
    auto snapshot = free_snapshot();
    static_cast<void>(available_to(channel, snapshot->available));
    const auto available = room_.available();
    snapshot->withheld.resize(available.size());
    std::uint64_t digest = sim::mix(version_, channel);
    for (std::size_t p = 0; p < available.size(); ++p) {
        snapshot->withheld[p] = available[p] - snapshot->available[p];
        digest = sim::mix(digest, static_cast<std::uint64_t>(snapshot->available[p]));
    }
    snapshot->digest = digest;
    return snapshot;
}

/// What is new for one channel at some positions; into changes_ and withheld_.
void Site::note_told_to(Index channel, std::span<const std::int32_t> positions) {
    auto& told = told_to_.at(channel);
    changes_.clear();
    withheld_.clear();
    for (const auto position : positions) {
        const auto p = static_cast<std::size_t>(position);
        const std::int32_t available = room_.available()[p];
        const auto free = static_cast<std::int32_t>(parts_->free_to(channel, position, available));
        if (free != told[p])
            changes_.push_back({position, free - told[p]});
        told[p] = free;
        if (parts_->has(position))
            withheld_.push_back({position, available - free});
    }
}

void Site::write_channel_stock(Time end) const {
    if (!parts_)
        return;
    for (const Index channel : parts_->channels()) {
        const auto& counts = parts_->counts(channel);
        writer_.row(frame_.tables.channel_stock_summary,
                    end,
                    {std::int64_t{index_},
                     std::int64_t{channel},
                     counts.opening,
                     counts.set_apart,
                     counts.sold_own,
                     counts.sold_shared,
                     counts.released,
                     counts.recalled,
                     parts_->left(channel),
                     counts.refused,
                     counts.at_quota});
    }
}

}  // namespace spate::models
