#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/engine/context.hpp"
#include "models/base/cancellation.hpp"
#include "models/base/messages.hpp"
#include "models/base/presale.hpp"
#include "models/base/timetable.hpp"
#include "models/sites/stage.hpp"

namespace spate::models {

/// What a lane did: units since time zero, the rest in the measured time.
struct LaneTotals {
    Units units = 0;
    std::int64_t departures = 0, vehicles = 0;
    Money cost = 0;
    double co2_g = 0;

    void add(const LaneTotals& other) {
        units += other.units;
        departures += other.departures;
        vehicles += other.vehicles;
        cost += other.cost;
        co2_g += other.co2_g;
    }
};

/// A desk that may order here, over a lane to its market.
struct DeskLink {
    sim::Output<OutcomeBatch> outcomes;
    sim::Output<ViewUpdate> views;
    sim::Output<StockChanges> changes;  ///< instead, where the view is pushed
    Index lane = 0, channel = 0;
    std::uint32_t lane_row = 0;  ///< position in lane_rows_
    std::uint32_t source = 0;    ///< this site's position in the desk's list
    /// Orders of one line, placed in the measured time, that have waited for stock and have their goods.
    std::int64_t waited_in_work = 0;
    std::uint64_t promises_seen = 0;
    std::uint64_t promises_told = 0;  ///< pushed: of these, what was sent last
    std::unique_ptr<OutcomeBatch> pending;
    LaneTotals totals;
    bool waits = false;                          ///< customers without stock wait as long as it takes
    std::optional<Duration> transit;             ///< of a lane that always takes the same time
    std::unique_ptr<Presale> presale;            ///< of a channel with one
    std::unique_ptr<Cancellation> cancellation;  ///< of a channel whose customers cancel
    std::int32_t trip = -1;                      ///< position in trips_, where parcels leave together
};

/// Announced orders for a product, and as many units as can be taken without others noticing at once.
struct Announced {
    Units units = 0;   ///< announced so far; 0: the others mean nothing
    Units sure = 0;    ///< these are there
    Units unseen = 0;  ///< no review orders goods for these, and no part of the stock is for some channels
};

/// A lane to another site, and what is being loaded for it.
struct OutLane {
    Index lane = 0;
    sim::Output<Shipment> output;
    Timetable timetable;
    std::vector<ProductQuantity> loading;
    bool is_scheduled = false;
    std::uint64_t departures = 0;
    std::uint64_t key = 0;
    std::uint32_t lane_row = 0;  ///< position in lane_rows_
    LaneTotals totals{};
};

/// Parcels to one market that leave together, on a lane with departures or vehicles.
struct MarketTrip {
    Index lane = 0;
    Timetable timetable;
    std::uint64_t key = 0;
    std::vector<Job> loading{};
    bool is_scheduled = false;
    std::uint64_t departures = 0;
    LaneTotals totals{};  ///< of trips; parcels count in their desk's
};

/// A lane that leaves here, in the series.
struct LaneRow {
    Index lane = 0;
    Units sent = 0;      ///< since time zero, at the last sample
    Units sent_now = 0;  ///< scratch of write_lanes()
};

}  // namespace spate::models
