// Site: channels are told of the stock, whole or change by change, and what they were told is checked.

#include <algorithm>
#include <utility>

#include "models/sites/site.hpp"

namespace spate::models {

/// Sends a channel a copy of the stock.
void Site::publish(sim::Context& context, Index channel, Duration lag) {
    const auto stock = snapshot_for(channel);
    feeds_.at(channel).note_copy(stock);
    for (auto& desk : desks_) {
        if (desk.channel != channel)
            continue;
        auto update = context.make<ViewUpdate>();
        update->source = desk.source;
        update->promises_seen = desk.promises_seen;
        update->stock = stock;
        context.send(desk.views, lag, std::move(update));
    }
}

/// After an event: what it changed is sent at the end of this instant.
void Site::note_push(sim::Context& context) {
    const bool is_due = room_.has_changes() || orders_told_ != orders_received_;
    if (is_due && std::exchange(push_at_, context.now()) != context.now())
        context.schedule(context.now(), PushTick{});
}

/// What is new at some positions, for every channel; into changes_.
void Site::note_told(std::span<const std::int32_t> positions) {
    changes_.clear();
    const auto available = room_.available();
    for (const auto position : positions) {
        const auto p = static_cast<std::size_t>(position);
        if (available[p] == told_[p])
            continue;
        changes_.push_back({position, available[p] - told_[p]});
        told_[p] = available[p];
    }
}

/// Sends every channel with a pushed view what has changed in this instant.
void Site::on_push(sim::Context& context) {
    push_at_ = sim::end_of_time;
    orders_told_ = orders_received_;
    const auto positions = room_.take_changes();
    if (!parts_)
        note_told(positions);
    for (auto& [channel, feed] : feeds_) {
        if (!is_told_changes(feed.channel()))
            continue;
        if (parts_)
            note_told_to(channel, positions);
        const auto has_news = [&, c = channel](const DeskLink& desk) {
            return desk.channel == c && desk.promises_told != desk.promises_seen;
        };
        if (changes_.empty() && withheld_.empty() && std::none_of(desks_.begin(), desks_.end(), has_news))
            continue;
        const auto lag = feed.send(context.now());
        if (!lag)
            feed.note_lost(changes_, context.now());
        push(context, channel, changes_, lag);
    }
    withheld_.clear();
    push_corrections(context);
}

/// A promise that could not be kept shows the channel that it is wrong: what it had not been told it is told now.
void Site::push_corrections(sim::Context& context) {
    for (const auto& [channel, position] : oversold_) {
        StockFeed& feed = feeds_.at(channel);  // that of a copy sent at intervals has nothing to put right
        const StockChange missing{position, feed.take_repair(position)};
        if (missing.units != 0)
            push(context, channel, {&missing, 1}, feed.send_surely(context.now()));
    }
    oversold_.clear();
}

/// Tells the desks of a channel what has changed, and which of their promises the stock accounts for. Without a lag the
/// message is lost; the promises are told with the next one.
void Site::push(sim::Context& context,
                Index channel,
                std::span<const StockChange> changes,
                std::optional<Duration> lag) {
    if (!lag)
        return;
    for (auto& desk : desks_) {
        if (desk.channel != channel
            || (changes.empty() && withheld_.empty() && desk.promises_told == desk.promises_seen))
            continue;
        auto message = context.make<StockChanges>();
        message->source = desk.source;
        message->promises_seen = desk.promises_told = desk.promises_seen;
        message->changes.assign(changes.begin(), changes.end());
        message->withheld.assign(withheld_.begin(), withheld_.end());
        context.send(desk.changes, *lag, std::move(message));
    }
}

/// Sees to it that every check there is has a tick: at the start, and in a fork that checks where the run before did
/// not.
void Site::start_checks(sim::Context& context) {
    for (auto& [channel, feed] : feeds_) {
        const auto& check = feed.channel().view_check;
        if (!check || feed.check_at != sim::end_of_time)
            continue;
        feed.check_at = sim::next_on_grid(context.now() + sim::microsecond, check->every);
        context.schedule(feed.check_at, CheckViewTick{channel});
    }
}

void Site::on_check(sim::Context& context, Index channel) {
    StockFeed& feed = feeds_.at(channel);
    if (feed.check_at != context.now())
        return;
    feed.check_at = sim::end_of_time;
    const auto& check = feed.channel().view_check;
    if (!check)
        return;
    if (feed.check(available_to(channel, seen_)) && feed.repair_at == sim::end_of_time) {
        feed.repair_at = context.now() + check->repair;
        context.schedule(feed.repair_at, RepairViewTick{channel});
    }
    start_checks(context);
}

/// Puts right what checks have found up to now.
void Site::on_repair(sim::Context& context, Index channel) {
    StockFeed& feed = feeds_.at(channel);
    feed.repair_at = sim::end_of_time;
    if (!feed.needs_repair())
        return;
    const auto& check = feed.channel().view_check;
    const auto repairs = check && check->roll_back ? feed.take_roll_back(context.now()) : feed.take_repairs();
    if (feed.channel().view == StockView::cached) {
        published_[channel] = version_;
        publish(context, channel, feed.send_surely(context.now()));
    } else if (!repairs.empty()) {
        push(context, channel, repairs, feed.send_surely(context.now()));
    }
}

void Site::write_feed_summary(Time end) const {
    if (!has_feeds(frame_.spec))
        return;
    for (const auto& [channel, feed] : feeds_) {
        const auto& counts = feed.counts();
        const std::int64_t arrived = counts.messages - counts.lost;
        writer_.row(frame_.tables.feed_summary,
                    end,
                    {std::int64_t{index_},
                     std::int64_t{channel},
                     counts.messages,
                     counts.lost,
                     arrived > 0 ? static_cast<double>(counts.delay_us) * 1e-6 / static_cast<double>(arrived) : 0.0,
                     counts.checks,
                     counts.incidents,
                     counts.repaired});
    }
}

void Site::note_oversold(const Order& order, std::int32_t position) {
    if (pushes_ && order.promised)
        oversold_.emplace_back(desks_[order.slot].channel, position);
}

}  // namespace spate::models
