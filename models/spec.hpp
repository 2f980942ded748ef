#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/time.hpp"
#include "models/base/units.hpp"
#include "models/base/weekly_profile.hpp"

/// A complete, checked description of a model: what the scenario loader produces and build_model() turns into
/// processes. Plain data. Everything is resolved: globs are lists of indices, units are base units, defaults are filled
/// in. Indices are positions in the vectors of ModelSpec.
namespace spate::models {

using sim::Distribution;
using sim::Duration;
using sim::Time;

using Index = std::uint32_t;

struct ProductSpec {
    std::string id, name, category;
    Money price = 0;             ///< what a customer pays for one unit [micro-currency]
    Money cost = 0;              ///< standard cost of one unit, the value of stock [micro-currency]
    std::int64_t weight_g = 0;   ///< [grams]
    std::int64_t volume_ml = 0;  ///< [millilitres]
    double popularity = 1.0;     ///< relative share of base orders, >= 0
};

struct MarketSpec {
    std::string id, name;
    double lon = 0, lat = 0;  ///< WGS-84 [degrees]
    std::int64_t population = 0;
    double weight = 1.0;  ///< relative share of base orders, >= 0
};

enum class SiteKind : std::uint8_t { supplier, factory, cdc, rdc, front, store };

/// One step that every piece passes in a site: a first-come-first-served queue with servers.
struct StageSpec {
    std::string name;  ///< "receive", "pick", "pack", "sort", …; unique within the site
    enum class Per : std::uint8_t { order, unit } per = Per::order;
    std::uint32_t servers = 1;                      ///< 0: unlimited, no queue ever
    Distribution work = Distribution::constant(0);  ///< time of one piece on one server at calendar value 1 [seconds]
    WeeklyProfile calendar;                         ///< working speed over the week; 0: closed
};

/// Lines that make products in batches.
struct ProductionSpec {
    std::uint32_t lines = 1;
    double units_per_second = 0;  ///< of one line, > 0
    Units batch = 1;              ///< quantities are rounded up to a multiple of this
    Duration set_up;              ///< before a run of another product than the line's last
    WeeklyProfile calendar;
};

struct SiteSpec {
    std::string id, name;
    SiteKind kind = SiteKind::rdc;
    double lon = 0, lat = 0;
    bool unlimited_stock = false;  ///< ships anything at once (suppliers, queueing models)
    /// What a line of another site's order gets that is larger than the stock.
    enum class Fill : std::uint8_t {
        partial,  ///< what there is; the rest waits
        whole     ///< nothing: it waits until all of it is there, and those behind it wait too
    } fill = Fill::partial;
    /// Who is served first of those who wait for a product when goods of it come.
    enum class Allocate : std::uint8_t {
        first_come,    ///< who has waited longest
        priority,      ///< the channel with the least ChannelSpec::priority, then who has waited longest
        proportional,  ///< channels and sites by what they wait for
        fair_share     ///< channels and sites alike, as far as each waits for so much
    } allocate = Allocate::first_come;
    std::vector<Index> assortment;          ///< products kept, ascending
    std::vector<Units> initial_units;       ///< per assortment position, used where initial_cover is empty
    std::optional<Duration> initial_cover;  ///< initial stock = expected demand over this time
    std::vector<StageSpec> outbound;        ///< stages of customer orders, in order
    std::optional<StageSpec> receive;       ///< stage of arriving goods, per unit
    Duration wave = sim::minute * 10;       ///< how often finished orders are handed to the carrier, > 0
    std::optional<ProductionSpec> production;

    double holding_per_unit_second = 0;    ///< fixed amount [micro-currency / unit / s]
    double holding_share_per_second = 0;   ///< share of the product's cost [1/s]
    double backorder_per_unit_second = 0;  ///< penalty for customers' waiting units [micro-currency / unit / s]
    Money handling_per_order = 0, handling_per_unit = 0;  ///< customer orders [micro-currency]
    Money order_cost = 0;     ///< of each product line ordered from a source [micro-currency]
    Money fixed_per_day = 0;  ///< [micro-currency / d]
};

/// Departures: at `offsets` within every `period`. Empty offsets: goods leave at once.
struct TimetableSpec {
    Duration period = sim::day;
    std::vector<Duration> offsets;  ///< local time since Monday 00:00 (period = week) or since midnight (period = day
                                    ///< or less), ascending, < period
};

struct LaneSpec {
    Index from = 0;  ///< site
    bool to_market = false;
    Index to = 0;      ///< site or market
    std::string mode;  ///< "truck", "courier", …: a label
    double distance_km = 0;
    Distribution transit = Distribution::constant(0);  ///< [seconds]
    Duration min_transit = sim::minute;  ///< random transit times below this are raised to it: it is the link's
                                         ///< lookahead; not applied to constants
    TimetableSpec departures;
    /// Vehicles: a departure uses as many as the load needs. 0: no limit (one vehicle).
    std::int64_t vehicle_g = 0, vehicle_ml = 0;
    Money cost_per_vehicle = 0;  ///< of one trip (distance included) [micro-currency]
    Money cost_per_order = 0;    ///< per parcel (market lanes) or per line (site lanes)
    Money cost_per_unit = 0;
    double cost_per_g = 0;         ///< [micro-currency / g]
    double co2_g_per_vehicle = 0;  ///< of one trip [g CO2e]
    double co2_g_per_g = 0;        ///< per gram of goods, distance included [g CO2e / g]
    double co2_g_per_order = 0;    ///< per parcel
};

enum class StockView : std::uint8_t {
    cached,  ///< the desk sells on its last copy of the sites' stock; can oversell
    live     ///< the desk asks the site for every order, at no delay; cannot oversell
};
enum class Unmet : std::uint8_t { lose, backorder };

/// How a desk ranks the sites that can ship an order, best first; ties: nearest first.
struct SourcingSpec {
    enum class Rule : std::uint8_t {
        nearest,     ///< shortest lane
        cheapest,    ///< least handling and freight for this order, and its CO2e at `carbon_price`
        fastest,     ///< earliest expected delivery
        most_stock,  ///< most units in the desk's view
        ratio,       ///< first choices are shared out by `shares`
        priority     ///< least rank
    } rule = Rule::nearest;
    std::uint32_t at_most = 0;  ///< in place of ModelSpec::max_sources, if not 0
    /// Sites whose expected delivery keeps the promise come first; the others follow, fastest first.
    bool within_promise = false;
    double carbon_price = 0;           ///< [micro-currency / g CO2e]
    std::vector<double> shares;        ///< ratio: by site, >= 0, not all 0; else empty
    std::vector<std::uint32_t> ranks;  ///< priority: by site; else empty

    /// What becomes of an order of several lines that no site can ship whole.
    enum class Split : std::uint8_t {
        never,      ///< it is not split: it waits or is lost
        if_needed,  ///< as few parcels as the greedy rule finds
        always      ///< every line goes to its own first choice
    } split = Split::if_needed;
    std::optional<Duration> merge_wait;  ///< a site holds what it has of an order so long for the lines that wait there

    bool operator==(const SourcingSpec&) const = default;
};

/// Promised time by the length of the lane: up to `km` this, `within`.
struct PromiseStep {
    double km = 0;
    Duration within;
};

struct ChannelSpec {
    std::string id, name;
    double share = 1.0;  ///< relative share of base orders
    StockView view = StockView::cached;
    Duration view_every = sim::minute * 10;     ///< how often sites publish their stock, > 0 (cached)
    Duration view_lag = sim::minute;            ///< how long a copy is on its way, > 0 (cached)
    Duration release_every = sim::minute * 10;  ///< orders are released to sites in waves; 0: each order at once
    Duration release_lag = sim::minute;         ///< how long a wave is on its way to the site (cached: > 0)
    Unmet unmet = Unmet::lose;
    std::optional<Duration> patience;  ///< how long a backordered customer waits; none: for ever
    std::optional<Units> backlog;      ///< most units of a product that customers may wait for at a site; none: any
    std::uint8_t priority = 5;         ///< when goods are allocated: lower first; other sites' orders have 5
    std::optional<Duration> promise;   ///< delivered later than this after the order: late
    /// Instead: the customer is quoted the expected delivery from the chosen site plus this, in whole minutes.
    std::optional<Duration> quote_margin;
    std::vector<PromiseStep> promise_by_km;  ///< instead: by the lane of the chosen site; ascending; beyond: the last
    SourcingSpec sources;
    Money lost_sale_penalty = 0;  ///< per unit not sold [micro-currency]
    double return_share = 0;      ///< of the delivered orders: the customer starts a return; 0..1
    Distribution return_after = Distribution::constant(0);  ///< from delivery to that [seconds], >= 0
};

/// One source of customer orders.
struct DemandSpec {
    enum class Kind : std::uint8_t { renewal, periodic, recorded } kind = Kind::renewal;
    std::vector<Index> channels, markets, products;  ///< what it draws on, ascending
    /// renewal: mean orders per second, of all selected together or (if `each`) of every market × channel × product.
    double orders_per_second = 0;
    bool each = false;
    Distribution gap = Distribution::exponential(1);  ///< time between orders in units of its mean; mean 1
    /// periodic: one order of every market × channel × product at offset, offset + every, … (quantity 0: none).
    Duration every, offset;
    Distribution quantity =
        Distribution::constant(1);  ///< units per order, rounded to the nearest whole number; below 0 counts as 0
    WeeklyProfile profile;          ///< shape of the rate over the week; normalised to mean 1 by the model
    /// Further products in a customer's basket, rounded, 0..99: drawn by popularity among `products`, each with units
    /// as in `quantity`; one that is drawn again adds to its line.
    Distribution further = Distribution::constant(0);

    struct Recorded {
        Time at;
        Index market, product;
        Units quantity;
    };

    std::vector<Recorded> recorded;  ///< sorted by time; placed in the first of `channels`
};

/// A live-stream session: extra orders on chosen products. Extra rate = (lift - 1) × mean base rate × shape, with the
/// shape rising linearly from 0 to 1 during `rise`, staying 1 until `lasts` after the start, then decaying as
/// exp(-t/decay), cut off at 8 decay times.
struct SessionSpec {
    std::string id, name, host;
    Index channel = 0;
    std::vector<Index> products, markets;
    Time start;
    Duration rise, lasts, decay;
    double lift = 1.0;             ///< > 1 where used
    std::optional<double> orders;  ///< instead of lift: mean number of extra orders of one broadcast
    Distribution quantity = Distribution::constant(1);  ///< units per order, as in DemandSpec
    std::optional<Duration> repeat_every;               ///< next start after this long
    std::uint32_t repeat_times = 1;                     ///< number of broadcasts in all
};

struct ForecastSpec {
    enum class Kind : std::uint8_t {
        expected,        ///< the scenario's own mean demand, seasonless
        moving_average,  ///< mean of the last `window` periods
        linear           ///< intercept + slope × last period's demand + trend_slope × trend
    } kind = Kind::moving_average;
    Duration period = sim::day;                                   ///< length of one observation
    std::uint32_t window = 7;                                     ///< periods
    double intercept = 0, slope = 1, trend_slope = 0, trend = 0;  ///< units per period
};

/// A stock level: fixed units, or the forecast demand over a time span (plus the lead time and review period).
struct LevelSpec {
    std::optional<Units> units;
    std::optional<Duration> cover;
};

/// When a site reorders.
struct ReviewSpec {
    bool continuous = false;  ///< after every change of the stock position
    Duration every = sim::day;
    Duration offset;  ///< local time of day (or since Monday 00:00 if every is a multiple of a week)
};

/// How one site replenishes some of its products from one source.
struct ReplenishSpec {
    Index site = 0;
    std::vector<Index> products;  ///< ascending, subset of the site's assortment
    Index lane = 0;               ///< the lane goods come by; its `from` is the source
    enum class Kind : std::uint8_t {
        base_stock,  ///< at a review, order up to `max`
        min_max,     ///< if the position is at or below `min`, order up to `max`: (s,S)
        plan         ///< quantities of a fixed plan, whatever the stock
    } kind = Kind::base_stock;
    LevelSpec min, max;
    std::optional<double> service;  ///< base_stock by cover: safety stock z(service)·σ·√(lead + review)
    ReviewSpec review;
    ForecastSpec forecast;
    Duration order_lag = sim::minute;  ///< how long an order is on its way to the source; 0 fuses site and source

    struct Planned {
        Time at;
        Index product;
        Units quantity;
    };

    std::vector<Planned> plan;  ///< sorted by time: when the order is placed
};

struct TraceSpec {
    Duration series_every = sim::hour;  ///< > 0
    /// Step of the series of the whole network around live-stream sessions (PeakCalendar); none: no such series. > 0,
    /// goes into series_every a whole number of times.
    std::optional<Duration> peaks_every;
    double orders_share = 0.01;  ///< share of orders recorded one by one, chosen by order id; 0..1
    bool shipments = false;      ///< record every replenishment shipment
    bool decisions = false;      ///< record every replenishment decision
};

struct SnapshotSpec {
    std::optional<Duration> every;  ///< a snapshot of the whole state is written so often; none: never; > 0
};

struct ModelSpec {
    std::string name, title, currency = "CNY";
    std::string start;            ///< ISO 8601 with offset: simulated time zero
    Duration week_time_at_start;  ///< local time since Monday 00:00 at time zero
    Duration warm_up, horizon;    ///< the run lasts warm_up + horizon; key figures cover the horizon
    std::uint64_t seed = 1;
    std::uint32_t replication = 0;

    std::vector<ProductSpec> products;
    std::vector<MarketSpec> markets;
    std::vector<SiteSpec> sites;
    std::vector<LaneSpec> lanes;
    std::vector<ChannelSpec> channels;
    std::vector<DemandSpec> demand;
    std::vector<SessionSpec> sessions;
    std::vector<ReplenishSpec> replenish;
    /// A desk tries the sites that keep the product and have a lane to its market, nearest first; at most this many
    /// (1..255).
    std::uint32_t max_sources = 4;
    TraceSpec trace;
    SnapshotSpec snapshot;

    std::string scenario_text;  ///< the merged scenario, for the trace
};

}  // namespace spate::models
