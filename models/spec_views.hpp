#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/time.hpp"
#include "models/base/units.hpp"

/// What channels know of the stock, and what of it is theirs. Parts of ModelSpec (models/spec.hpp).
/// Formulas: docs/models/order-desk.md, docs/models/channel-stock.md.
namespace spate::models {

enum class StockView : std::uint8_t {
    cached,   ///< the desk sells on its last copy of the sites' stock; can oversell
    live,     ///< the desk asks the site for every order, at no delay; cannot oversell
    pushed,   ///< like cached, but every change of the stock is sent as it happens; can oversell
    reserved  ///< the desk asks the site for every order and waits for the answer; cannot oversell
};

/// A site compares what a channel was told of its stock with the stock, and puts it right.
struct ViewCheckSpec {
    sim::Duration every;   ///< > 0
    double tolerance = 0;  ///< a gap of more than this share of the stock is an incident, >= 0
    sim::Duration repair;  ///< from finding it to sending what is right
    /// Instead of the products found, all of the view goes back so far and is brought forward by what has happened
    /// since: errors that are older stay. > 0 (pushed).
    std::optional<sim::Duration> roll_back{};
};

/// Customers are shown a replica of the stock, which lags; orders are confirmed on the stock itself.
struct ReplicaSpec {
    sim::Distribution lag = sim::Distribution::constant(0);  ///< of a change [seconds]
    sim::Duration at_least;                                  ///< the shortest, > 0; a constant lag: the same
};

/// A part of a site's stock that is set apart for a channel as goods arrive. Of a site and product the last one counts.
struct DedicatedSpec {
    std::vector<std::uint32_t> sites, products;  ///< ascending
    double share = 0;                            ///< of what arrives, 0..1; where `units` is 0
    Units units = 0;                             ///< instead: of what arrives, until so many were set apart in all
    std::optional<sim::Duration> release_after;  ///< units not sold by then become shared stock, > 0
};

/// The most that a channel may sell of each product at each site. Of a site and product the last one counts.
struct QuotaSpec {
    enum class Per : std::uint8_t {
        day,     ///< from local midnight
        week,    ///< from Monday 00:00, local time
        session  ///< from the start of a broadcast of the channel to its end; there is no cap otherwise
    } per = Per::day;
    std::vector<std::uint32_t> sites, products;  ///< ascending
    Units units = 0;                             ///< >= 0
};

}  // namespace spate::models
