#include "models/sites/channel_stock.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/sites/allocation.hpp"

namespace spate::models {

namespace {

constexpr Units no_limit = INT64_MAX;
constexpr QuotaSpec::Per all_periods[] = {QuotaSpec::Per::day, QuotaSpec::Per::week, QuotaSpec::Per::session};

bool is_named(const std::vector<Index>& list, Index item) {
    return std::binary_search(list.begin(), list.end(), item);
}

template <class Rule>
bool is_for(const std::vector<Rule>& rules, Index site) {
    return std::any_of(rules.begin(), rules.end(), [site](const Rule& rule) { return is_named(rule.sites, site); });
}

/// The last rule for a product at a site; null: none.
template <class Rule>
const Rule* rule_for(const std::vector<Rule>& rules, Index site, Index product) {
    const auto found = std::find_if(rules.rbegin(), rules.rend(), [&](const Rule& rule) {
        return is_named(rule.sites, site) && is_named(rule.products, product);
    });
    return found == rules.rend() ? nullptr : &*found;
}

}  // namespace

bool ChannelStock::is_needed(const ModelSpec& spec, Index site) {
    return std::any_of(spec.channels.begin(), spec.channels.end(), [site](const ChannelSpec& channel) {
        return is_for(channel.dedicated, site) || is_for(channel.quotas, site);
    });
}

void ChannelStock::find_channels(const ModelSpec& spec, Index site) {
    slot_of_.assign(spec.channels.size(), UINT32_MAX);
    for (Index c = 0; c < spec.channels.size(); ++c) {
        if (!is_for(spec.channels[c].dedicated, site) && !is_for(spec.channels[c].quotas, site))
            continue;
        slot_of_[c] = static_cast<std::uint32_t>(channels_.size());
        channels_.push_back(c);
        calendars_.emplace_back(spec, c);
        on_air_.push_back(calendars_.back().broadcast(Time{0}));
    }
    counts_.resize(channels_.size());
    periods_.resize(channels_.size());
}

ChannelStock::ChannelStock(const ModelSpec& spec, Index site, const Assortment& assortment)
    : row_of_(assortment.size(), -1) {
    find_channels(spec, site);
    for (std::size_t p = 0; p < assortment.size(); ++p) {
        std::vector<Part> parts(channels_.size());
        bool is_any = false;
        for (std::size_t k = 0; k < channels_.size(); ++k) {
            const ChannelSpec& channel = spec.channels[channels_[k]];
            parts[k].dedicated = rule_for(channel.dedicated, site, assortment.product(p));
            parts[k].quota = rule_for(channel.quotas, site, assortment.product(p));
            is_any |= parts[k].dedicated != nullptr || parts[k].quota != nullptr;
            if (parts[k].quota != nullptr)
                periods_[k][static_cast<std::size_t>(parts[k].quota->per)] = true;
        }
        if (!is_any)
            continue;
        row_of_[p] = static_cast<std::int32_t>(rows_.size());
        rows_.push_back({static_cast<std::int32_t>(p), 0, 0});
        parts_.insert(parts_.end(), parts.begin(), parts.end());
    }
}

const ChannelStock::Part* ChannelStock::part(Index channel, std::int32_t position) const {
    if (!has(position) || slot_of_[channel] == UINT32_MAX)
        return nullptr;
    return &parts_[row_at(position) * channels_.size() + slot_of_[channel]];
}

ChannelStock::Part* ChannelStock::part(Index channel, std::int32_t position) {
    return const_cast<Part*>(std::as_const(*this).part(channel, position));  // NOLINT: of this object, which is not
}

/// The broadcast whose quota an order is charged to: that in which it was placed, however late it comes. Who has waited
/// is charged to the one that is on, as is who may wait and finds the first used up.
std::uint64_t ChannelStock::charged(const Part& part, std::size_t slot, const Order& order) const {
    if (part.quota == nullptr || part.quota->per != QuotaSpec::Per::session || order.waited)
        return on_air_[slot];
    const std::uint64_t placed_in = calendars_[slot].broadcast(order.placed);
    return order.may_wait && left_of_quota(part, placed_in) < order.quantity ? on_air_[slot] : placed_in;
}

/// Of the broadcasts in which something was sold, the first that is not before this one.
std::size_t ChannelStock::first_from(const Part& part, std::uint64_t broadcast) {
    std::size_t i = part.sold_in.size();
    while (i > 0 && part.sold_in[i - 1].broadcast >= broadcast)
        --i;
    return i;
}

/// `broadcast`: where the quota is one of broadcasts.
Units ChannelStock::left_of_quota(const Part& part, std::uint64_t broadcast) {
    if (part.quota == nullptr)
        return no_limit;
    if (part.quota->per != QuotaSpec::Per::session)
        return std::max<Units>(part.quota->units - part.sold, 0);
    if (broadcast == 0)
        return no_limit;
    const std::size_t i = first_from(part, broadcast);
    const bool is_any = i < part.sold_in.size() && part.sold_in[i].broadcast == broadcast;
    return std::max<Units>(part.quota->units - (is_any ? part.sold_in[i].units : 0), 0);
}

void ChannelStock::charge(Part& part, std::uint64_t broadcast, Units quantity) {
    if (part.quota == nullptr)
        return;
    if (part.quota->per != QuotaSpec::Per::session) {
        part.sold += quantity;
        return;
    }
    if (broadcast == 0)
        return;
    const std::size_t i = first_from(part, broadcast);
    if (i == part.sold_in.size() || part.sold_in[i].broadcast != broadcast)
        part.sold_in.insert(part.sold_in.begin() + static_cast<std::ptrdiff_t>(i), {broadcast, 0});
    part.sold_in[i].units += quantity;
}

Units ChannelStock::shared(std::int32_t position, Units available) const {
    return has(position) ? available - rows_[row_at(position)].kept : available;
}

Units ChannelStock::own(Index channel, std::int32_t position) const {
    const Part* mine = part(channel, position);
    return mine == nullptr ? 0 : mine->kept;
}

Units ChannelStock::free_to(Index channel, std::int32_t position, Units available) const {
    const Units for_all = shared(position, available);
    const Part* mine = part(channel, position);
    if (mine == nullptr)
        return for_all;
    return std::min(for_all + mine->kept, left_of_quota(*mine, on_air_[slot_of_[channel]]));
}

Units ChannelStock::free_to(Index channel, std::int32_t position, Units available, const Order& order) const {
    const Units for_all = shared(position, available);
    const Part* mine = part(channel, position);
    if (mine == nullptr)
        return for_all;
    return std::min(for_all + mine->kept, left_of_quota(*mine, charged(*mine, slot_of_[channel], order)));
}

bool ChannelStock::is_at_quota(Index channel, std::int32_t position, Units quantity) const {
    const Part* mine = part(channel, position);
    return mine != nullptr && left_of_quota(*mine, on_air_[slot_of_[channel]]) < quantity;
}

void ChannelStock::note_refused(Index channel, std::int32_t position, Units available, Units quantity) {
    const Part* mine = part(channel, position);
    if (mine == nullptr)
        return;
    Counts& counts = counts_[slot_of_[channel]];
    ++counts.refused;
    counts.at_quota += shared(position, available) + mine->kept >= quantity;
}

void ChannelStock::take(Index channel, std::int32_t position, const Order& order) {
    Part* mine = part(channel, position);
    if (mine == nullptr)
        return;
    Counts& counts = counts_[slot_of_[channel]];
    const Units quantity = order.quantity;
    charge(*mine, charged(*mine, slot_of_[channel], order), quantity);
    const Units own = std::min(mine->kept, quantity);
    counts.sold_own += own;
    counts.sold_shared += quantity - own;
    take_from(row_at(position), slot_of_[channel], own);
}

/// The oldest first. Requires: the part has so many.
void ChannelStock::take_from(std::size_t row, std::size_t slot, Units units) {
    Part& part = parts_[row * channels_.size() + slot];
    part.kept -= units;
    rows_[row].kept -= units;
    auto lot = part.lots.begin();
    for (; units > 0; lot += lot->units == 0 ? 1 : 0) {
        const Units taken = std::min(units, lot->units);
        lot->units -= taken;
        units -= taken;
    }
    part.lots.erase(part.lots.begin(), lot);
}

void ChannelStock::recall(std::int32_t position, Units available) {
    if (!has(position) || rows_[row_at(position)].kept <= available)
        return;
    const std::size_t row = row_at(position), n = channels_.size();
    std::vector<Units> kept;
    for (std::size_t k = 0; k < n; ++k)
        kept.push_back(parts_[row * n + k].kept);
    const auto gone = allocate(SiteSpec::Allocate::proportional, kept, rows_[row].kept - available);
    for (std::size_t k = 0; k < n; ++k) {
        take_from(row, k, gone[k]);
        counts_[k].recalled += gone[k];
    }
}

/// Fixed numbers come first, by the order of the channels; of what is left the shares of all that ever came, rounded
/// down: what rounding leaves is shared, until a later arrival makes it whole.
void ChannelStock::arrive(std::int32_t position, Units quantity, Time now) {
    if (!has(position))
        return;
    const std::size_t row = row_at(position), n = channels_.size();
    Units left = quantity;
    for (std::size_t k = 0; k < n; ++k) {
        const Part& part = parts_[row * n + k];
        if (part.dedicated == nullptr || part.dedicated->units == 0)
            continue;
        const Units units = std::min(left, part.dedicated->units - part.given);
        set_apart(row, k, units, now);
        left -= units;
    }
    rows_[row].arrived += left;
    constexpr double slack = 1e-9;  // of products like 0.29 × 100
    for (std::size_t k = 0; k < n; ++k) {
        const Part& part = parts_[row * n + k];
        if (part.dedicated == nullptr || part.dedicated->units > 0)
            continue;
        const double due = std::floor(part.dedicated->share * static_cast<double>(rows_[row].arrived) + slack);
        const Units units = std::clamp<Units>(static_cast<Units>(due) - part.given, 0, left);
        set_apart(row, k, units, now);
        left -= units;
    }
}

void ChannelStock::set_apart(std::size_t row, std::size_t slot, Units units, Time now) {
    if (units == 0)
        return;
    Part& part = parts_[row * channels_.size() + slot];
    part.kept += units;
    part.given += units;
    rows_[row].kept += units;
    counts_[slot].set_apart += units;
    const auto after = part.dedicated->release_after;
    const Time until = after ? now + *after : sim::end_of_time;
    if (!part.lots.empty() && part.lots.back().until == until) {
        part.lots.back().units += units;
        return;
    }
    part.lots.push_back({units, until});
    if (!after)
        return;
    due_.emplace_back(until, static_cast<std::uint32_t>(row));
    std::push_heap(due_.begin(), due_.end(), std::greater<>());
}

Time ChannelStock::next(Time after) const {
    Time next = due_.empty() ? sim::end_of_time : due_.front().first;
    for (std::size_t k = 0; k < channels_.size(); ++k) {
        for (const auto per : all_periods) {
            if (periods_[k][static_cast<std::size_t>(per)])
                next = std::min(next, calendars_[k].next(per, after));
        }
    }
    return next;
}

std::span<const std::int32_t> ChannelStock::release(Time now) {
    touched_.clear();
    while (!due_.empty() && due_.front().first <= now) {
        const std::size_t row = due_.front().second;
        std::pop_heap(due_.begin(), due_.end(), std::greater<>());
        due_.pop_back();
        release_row(row, now);
    }
    for (std::size_t k = 0; k < channels_.size(); ++k)
        begin_quotas(k, now);
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    return touched_;
}

void ChannelStock::release_row(std::size_t row, Time now) {
    const std::size_t n = channels_.size();
    for (std::size_t k = 0; k < n; ++k) {
        Part& part = parts_[row * n + k];
        Units units = 0;
        const auto is_due = [&](const Lot& lot) {
            units += lot.until <= now ? lot.units : 0;
            return lot.until <= now;
        };
        std::erase_if(part.lots, is_due);
        if (units == 0)
            continue;
        part.kept -= units;
        rows_[row].kept -= units;
        counts_[k].released += units;
        touched_.push_back(rows_[row].position);
    }
}

void ChannelStock::begin_quotas(std::size_t slot, Time now) {
    const QuotaCalendar& calendar = calendars_[slot];
    const std::uint64_t on_air = calendar.broadcast(now);
    const bool has_changed = on_air != std::exchange(on_air_[slot], on_air);
    bool begins[std::size(all_periods)];
    for (const auto per : all_periods)
        begins[static_cast<std::size_t>(per)] = calendar.begins(per, now);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        Part& part = parts_[row * channels_.size() + slot];
        if (part.quota == nullptr)
            continue;
        const bool is_new = begins[static_cast<std::size_t>(part.quota->per)];
        if (is_new || (has_changed && part.quota->per == QuotaSpec::Per::session))
            touched_.push_back(rows_[row].position);
        part.sold = is_new ? 0 : part.sold;
    }
}

void ChannelStock::start_measuring() {
    std::fill(counts_.begin(), counts_.end(), Counts{});
    for (const Index channel : channels_)
        counts_[slot_of_[channel]].opening = left(channel);
}

void ChannelStock::audit(std::span<const std::int32_t> available) const {
    const std::size_t n = channels_.size();
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        Units kept = 0;
        for (std::size_t k = 0; k < n; ++k) {
            const Part& part = parts_[row * n + k];
            Units in_lots = 0;
            for (const Lot& lot : part.lots)
                in_lots += lot.units;
            if (in_lots != part.kept || part.kept < 0)
                throw sim::InvariantError("stock set apart for a channel does not add up: " + std::to_string(part.kept)
                                          + " units, " + std::to_string(in_lots) + " in lots");
            kept += part.kept;
        }
        const Units there = available[static_cast<std::size_t>(rows_[row].position)];
        if (kept != rows_[row].kept || kept > there)
            throw sim::InvariantError("stock set apart for channels: " + std::to_string(kept) + " units of "
                                      + std::to_string(there) + " available");
    }
    for (const Index channel : channels_) {
        const Counts& c = counts(channel);
        const Units due = c.opening + c.set_apart - c.sold_own - c.released - c.recalled;
        if (due != left(channel))
            throw sim::InvariantError("stock set apart for a channel: " + std::to_string(left(channel))
                                      + " units left, " + std::to_string(due) + " by what came and went");
    }
}

Units ChannelStock::left(Index channel) const {
    Units units = 0;
    for (std::size_t row = 0; row < rows_.size(); ++row)
        units += parts_[row * channels_.size() + slot_of_[channel]].kept;
    return units;
}

template <class Archive>
void ChannelStock::serialize(Archive& archive) {
    sim::block(archive, rows_);
    for (Part& part : parts_) {
        archive(part.kept, part.given, part.sold);
        sim::block(archive, part.lots);
        sim::block(archive, part.sold_in);
    }
    sim::block(archive, counts_);
    archive(on_air_, due_);
}

template void ChannelStock::serialize(sim::StateWriter& archive);
template void ChannelStock::serialize(sim::StateReader& archive);

}  // namespace spate::models
