// Site: lines of one order are served together and leave in one parcel.

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

namespace {

std::uint64_t order_key(const Order& line) {
    return std::uint64_t{line.slot} << 32 | line.first_number();
}

}  // namespace

/// Serves the lines of one order that came together, from `first` on. Returns the position behind them.
std::size_t Site::serve_lines(sim::Context& context, std::span<const Order> orders, std::size_t first, Time at) {
    const Order& head = orders[first];
    std::size_t end = first + 1;
    while (end < orders.size() && orders[end].lines > 1 && order_key(orders[end]) == order_key(head))
        ++end;
    const auto lines = orders.subspan(first, end - first);
    const ChannelSpec& channel = frame_.spec.channels[desks_[head.slot].channel];
    const bool has_gone = has_left(head, at);
    if (leaves_whole(channel, head) && !has_gone && !takes_whole(lines, at)) {
        refuse_together(context, lines, at, Outcome::refused);
        return end;
    }
    for (const Order& line : lines) {
        if (!has_gone && frame_.is_dispensable(line) && !can_have(line, assortment_->position(line.product), at)) {
            refuse_together(context, {&line, 1}, at, Outcome::left_out);
        } else {
            serve_customer(context, line, at);
        }
    }
    complete(context, head, at);
    return end;
}

/// Whether an order that is not split is taken: each of its lines is here, or may wait for it, or is a gift that it
/// goes without.
bool Site::takes_whole(std::span<const Order> lines, Time at) {
    const ChannelSpec& channel = frame_.spec.channels[desks_[lines.front().slot].channel];
    return std::all_of(lines.begin(), lines.end(), [&](const Order& line) {
        const std::int32_t position = assortment_->position(line.product);
        return frame_.is_dispensable(line) || can_have(line, position, at)
               || (line.may_wait && has_room_to_wait(channel, position, line.quantity));
    });
}

/// Puts a line with those of its order that are here. Its units are reserved.
void Site::keep(const Order& line, Time released, Time at) {
    Parcel& parcel = kept_[order_key(line)];
    if (parcel.lines.empty()) {
        parcel.released = released;
        const ChannelSpec& channel = frame_.spec.channels[desks_[line.slot].channel];
        parcel.until =
            leaves_whole(channel, line) ? sim::end_of_time : at + channel.sources.merge_wait.value_or(Duration{0});
    }
    parcel.lines.push_back(line);
}

/// One more, or one less, line of an order waits for stock here.
void Site::note_kept_for(const Order& line, int change) {
    Parcel& parcel = kept_[order_key(line)];
    parcel.waiting += static_cast<std::uint32_t>(change);
    if (parcel.waiting == 0 && parcel.lines.empty())
        kept_.erase(order_key(line));
}

/// Something has happened to a line: what there is of its order leaves, unless it is kept for lines that wait.
void Site::complete(sim::Context& context, const Order& line, Time at) {
    const auto found = kept_.find(order_key(line));
    if (found == kept_.end() || found->second.lines.empty())
        return;
    Parcel& parcel = found->second;
    const bool has_gone = has_left(parcel.lines.front(), at);
    if (!has_gone && parcel.waiting > 0 && parcel.until > at) {
        schedule_wave(context, at);
        return;
    }
    const std::uint32_t waiting = parcel.waiting;
    Parcel packed = std::exchange(parcel, {});
    parcel.waiting = waiting;
    if (waiting == 0)
        kept_.erase(found);
    if (has_gone) {
        withdraw_kept(context, packed, at);
    } else {
        pack(context, std::move(packed), at);
    }
}

/// Lines that were kept back long enough leave without those they were kept for.
void Site::pack_overdue(sim::Context& context) {
    std::vector<Order> overdue;
    for (const auto& [key, parcel] : kept_) {
        if (parcel.lines.empty())
            continue;
        if (parcel.until <= context.now() || has_left(parcel.lines.front(), context.now()))
            overdue.push_back(parcel.lines.front());
    }
    for (const Order& line : overdue)
        complete(context, line, context.now());
}

/// Lines become one piece of work: as one order with the units of all.
void Site::pack(sim::Context& context, Parcel parcel, Time at) {
    std::sort(parcel.lines.begin(), parcel.lines.end(), [](const Order& a, const Order& b) { return a.line < b.line; });
    Order head = parcel.lines.front();
    head.quantity = 0;
    for (const Order& line : parcel.lines) {
        head.quantity += line.quantity;
        head.waited |= line.waited;
    }
    const Time released = parcel.released;
    parcels_[std::uint64_t{head.slot} << 32 | head.number] = std::move(parcel);
    note_stock_wait(head, released, at);
    send_on(context, head, released, at);
}

}  // namespace spate::models
