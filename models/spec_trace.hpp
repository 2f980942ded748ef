#pragma once

#include <optional>

#include "sim/base/time.hpp"

/// What a run writes down, and how often it is kept.
namespace spate::models {

using sim::Duration;

struct TraceSpec {
    Duration series_every = sim::hour;  ///< > 0
    /// Step of the series of the whole network around live-stream sessions (PeakCalendar); none: no such series. > 0,
    /// goes into series_every a whole number of times.
    std::optional<Duration> peaks_every;
    /// Step of the series of carts by session; none: no such series. > 0, goes into series_every a whole number of
    /// times.
    std::optional<Duration> carts_every;
    double orders_share = 0.01;  ///< share of orders recorded one by one, chosen by order id; 0..1
    bool shipments = false;      ///< record every replenishment shipment
    bool decisions = false;      ///< record every replenishment decision
    /// How well the channels know the stock is counted at every sample: known is what they know to within this share.
    std::optional<double> views_within;
};

struct SnapshotSpec {
    std::optional<Duration> every;  ///< a snapshot of the whole state is written so often; none: never; > 0
};

}  // namespace spate::models
