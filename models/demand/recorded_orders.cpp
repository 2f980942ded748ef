#include "models/demand/recorded_orders.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_block = 22, purpose_scale = 23;

using Rows = std::vector<DemandSpec::Recorded>;

std::int64_t day_of(const ModelSpec& spec, Time t) {
    const std::int64_t us = t.us + spec.week_time_at_start.us, rest = us % sim::day.us;
    return (us - (rest < 0 ? rest + sim::day.us : rest)) / sim::day.us;
}

Time start_of(const ModelSpec& spec, std::int64_t day) {
    return Time{0} - spec.week_time_at_start + sim::day * day;
}

/// Appends the rows of [from, from + length), moved by `later`.
void copy_block(const Rows& rows, Time from, Duration length, Duration later, Rows& out) {
    auto row = std::lower_bound(rows.begin(), rows.end(), from, [](const auto& r, Time t) { return r.at < t; });
    for (; row != rows.end() && row->at < from + length; ++row) {
        if ((row->at + later).us < 0)
            continue;
        out.push_back(*row);
        out.back().at += later;
    }
}

Rows resampled(const ModelSpec& spec, std::size_t entry, const Rows& rows) {
    const DemandSpec& demand = spec.demand[entry];
    const RecordedDays days = recorded_days(spec, demand);
    const Duration block = *demand.bootstrap;
    const std::int64_t length = block / sim::day;
    SPATE_EXPECT(days.end - days.first >= fewest_recorded_days(block));
    const std::uint64_t entity = sim::mix(sim::hash_name("bootstrap"), entry);
    const Time end = Time{0} + spec.warm_up + spec.horizon;
    Rows all;
    std::uint64_t number = 0;
    for (std::int64_t day = day_of(spec, Time{0}); start_of(spec, day) < end; day += length, ++number) {
        const std::int64_t first = days.first + ((day - days.first) % 7 + 7) % 7;
        const auto choices = static_cast<std::uint32_t>((days.end - length - first) / 7 + 1);
        sim::RandomStream random({spec.seed, spec.replication}, entity, purpose_block, number);
        const std::int64_t chosen = first + 7 * std::int64_t{random.below(choices)};
        copy_block(rows, start_of(spec, chosen), block, sim::day * (day - chosen), all);
    }
    return all;
}

Rows scaled(const ModelSpec& spec, std::size_t entry, Index market, const Rows& rows) {
    const double scale = spec.demand[entry].scale, whole = std::floor(scale);
    const std::uint64_t entity =
        sim::mix(sim::mix(sim::hash_name("scale"), entry), sim::hash_name(spec.markets[market].id));
    Rows all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        sim::RandomStream random({spec.seed, spec.replication}, entity, purpose_scale, i);
        const auto times = static_cast<std::size_t>(whole) + (random.uniform() < scale - whole ? 1 : 0);
        all.insert(all.end(), times, rows[i]);
    }
    return all;
}

}  // namespace

RecordedDays recorded_days(const ModelSpec& spec, const DemandSpec& demand) {
    SPATE_EXPECT(!demand.recorded.empty());
    return {day_of(spec, demand.recorded.front().at), day_of(spec, demand.recorded.back().at) + 1};
}

std::vector<DemandSpec::Recorded> orders_of_run(const ModelSpec& spec, std::size_t entry, Index market) {
    const DemandSpec& demand = spec.demand[entry];
    Rows rows;
    std::copy_if(demand.recorded.begin(), demand.recorded.end(), std::back_inserter(rows), [&](const auto& row) {
        return row.market == market && row.quantity > 0;
    });
    if (demand.bootstrap)
        rows = resampled(spec, entry, rows);
    return demand.scale == 1 ? rows : scaled(spec, entry, market, rows);
}

}  // namespace spate::models
