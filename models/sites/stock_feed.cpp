#include "models/sites/stock_feed.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sim/snapshot/archive.hpp"
#include "models/base/messages_archive.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_feed = 44;

}  // namespace

/// When a message sent now arrives, if it does.
Time StockFeed::arrival(Time now, sim::RandomStream& random) {
    Time sent = now;
    if (channel_.view_updates_per_second > 0) {
        const auto service = static_cast<std::int64_t>(std::llround(1e9 / channel_.view_updates_per_second));
        free_at_ns_ = std::max(free_at_ns_, now.us * 1000) + service;
        sent = std::max(now, Time{(free_at_ns_ + 999) / 1000});
    }
    Duration lag = channel_.read ? channel_.read->at_least : channel_.view_lag;
    const auto& drawn = channel_.read ? channel_.read->lag : channel_.push_lag;
    if (is_told_changes(channel_) && !drawn.is_constant())
        lag = std::max(lag, sim::from_seconds(std::clamp(drawn.sample(random), 0.0, 1e10)));
    return std::max(sent + lag, last_arrival_);
}

std::optional<Duration> StockFeed::send(Time now) {
    sim::RandomStream random(seed_, sim::mix(key_, messages_++), purpose_feed);
    ++counts_.messages;
    const bool is_lost = channel_.view_loss > 0 && random.uniform() < channel_.view_loss;
    const Time at = arrival(now, random);
    if (is_lost) {
        ++counts_.lost;
        return std::nullopt;
    }
    last_arrival_ = at;
    counts_.delay_us += (at - now).us;
    return at - now;
}

Duration StockFeed::send_surely(Time now) {
    sim::RandomStream random(seed_, sim::mix(key_, messages_++), purpose_feed);
    ++counts_.messages;
    last_arrival_ = arrival(now, random);
    counts_.delay_us += (last_arrival_ - now).us;
    return last_arrival_ - now;
}

void StockFeed::note_copy(std::shared_ptr<const StockSnapshot> copy) {
    if (channel_.view_check)
        copy_ = std::move(copy);
}

void StockFeed::add_lost(std::int32_t position, std::int64_t units) {
    const auto [entry, is_new] = lost_.try_emplace(position, 0);
    entry->second += units;
    if (entry->second == 0)
        lost_.erase(entry);
}

void StockFeed::note_lost(std::span<const StockChange> changes, Time now) {
    const auto& check = channel_.view_check;
    const bool keeps = check && check->roll_back;
    while (keeps && !losses_.empty() && losses_.front().at < now - *check->roll_back - check->repair)
        losses_.pop_front();
    for (const auto& change : changes) {
        add_lost(change.position, change.units);
        if (keeps)
            losses_.push_back({now, change});
    }
}

std::int64_t StockFeed::gap(std::int32_t position, std::span<const std::int32_t> available) const {
    if (is_told_changes(channel_)) {
        const auto entry = lost_.find(position);
        return entry == lost_.end() ? 0 : -entry->second;
    }
    const auto p = static_cast<std::size_t>(position);
    return copy_ ? std::int64_t{copy_->available[p]} - available[p] : 0;
}

void StockFeed::look_at(std::int32_t position, std::span<const std::int32_t> available, bool& has_new) {
    const double allowed = channel_.view_check->tolerance * available[static_cast<std::size_t>(position)];
    if (static_cast<double>(std::abs(gap(position, available))) <= allowed) {
        found_.erase(position);
    } else if (found_.insert(position).second) {
        ++counts_.incidents;
        has_new = true;
    }
}

bool StockFeed::check(std::span<const std::int32_t> available) {
    ++counts_.checks;
    bool has_new = false;
    if (is_told_changes(channel_)) {
        std::erase_if(found_, [&](std::int32_t position) { return !lost_.contains(position); });
        for (const auto& [position, units] : lost_)
            look_at(position, available, has_new);
    } else {
        for (std::size_t p = 0; p < available.size(); ++p)
            look_at(static_cast<std::int32_t>(p), available, has_new);
    }
    return has_new || (!found_.empty() && !losses_.empty());
}

std::vector<StockChange> StockFeed::take_repairs() {
    std::vector<StockChange> repairs;
    counts_.repaired += static_cast<std::int64_t>(found_.size());
    for (const auto position : found_) {
        if (const auto units = take_repair(position); units != 0)
            repairs.push_back({position, units});
    }
    found_.clear();
    return repairs;
}

std::vector<StockChange> StockFeed::take_roll_back(Time now) {
    const Time from = now - channel_.view_check->repair - *channel_.view_check->roll_back;
    std::map<std::int32_t, std::int32_t> lost;
    for (const auto& [at, change] : losses_) {
        if (at >= from)
            lost[change.position] += change.units;
    }
    losses_.clear();
    std::vector<StockChange> repairs;
    for (const auto& [position, units] : lost) {
        add_lost(position, -std::int64_t{units});
        if (units != 0)
            repairs.push_back({position, units});
    }
    counts_.repaired += static_cast<std::int64_t>(
        std::erase_if(found_, [&](std::int32_t position) { return !lost_.contains(position); }));
    return repairs;
}

std::int32_t StockFeed::take_repair(std::int32_t position) {
    std::erase_if(losses_, [position](const auto& loss) { return loss.change.position == position; });
    const auto entry = lost_.find(position);
    if (entry == lost_.end())
        return 0;
    const auto units = static_cast<std::int32_t>(entry->second);
    lost_.erase(entry);
    return units;
}

template <class Archive>
void StockFeed::serialize(Archive& archive) {
    archive(messages_, free_at_ns_, last_arrival_, lost_, copy_, check_at, repair_at);
    std::vector<std::int32_t> found(found_.begin(), found_.end());
    archive(found);
    found_ = {found.begin(), found.end()};
    std::vector<Loss> losses(losses_.begin(), losses_.end());
    sim::block(archive, losses);
    losses_ = {losses.begin(), losses.end()};
    sim::plain(archive, counts_);
}

template void StockFeed::serialize(sim::StateWriter& archive);
template void StockFeed::serialize(sim::StateReader& archive);

}  // namespace spate::models
