#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/time.hpp"
#include "models/base/units.hpp"
#include "models/base/weekly_profile.hpp"
#include "models/demand/shape_spec.hpp"
#include "models/spec_order_changes.hpp"
#include "models/spec_prices.hpp"
#include "models/spec_quality.hpp"
#include "models/spec_sessions.hpp"
#include "models/spec_supply.hpp"
#include "models/spec_trace.hpp"
#include "models/spec_views.hpp"

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
    Money price = 0;                     ///< what a customer pays for one unit [micro-currency]
    Money cost = 0;                      ///< standard cost of one unit, the value of stock [micro-currency]
    std::int64_t weight_mg = 0;          ///< [milligrams]
    std::int64_t volume_ul = 0;          ///< [microlitres]
    double popularity = 1.0;             ///< relative share of base orders, >= 0
    double return_factor = 1.0;          ///< all shares of returned orders are multiplied by this, >= 0
    std::optional<Duration> shelf_life;  ///< from when a unit is made, > 0; none: it keeps for ever
    Duration min_remaining;              ///< with less of that left, goods leave the shelf; >= 0, < shelf_life
    Money disposal = 0;                  ///< cost of throwing a unit away whose time is over [micro-currency]
};

struct MarketSpec {
    std::string id, name;
    double lon = 0, lat = 0;  ///< WGS-84 [degrees]
    std::int64_t population = 0;
    double weight = 1.0;  ///< relative share of base orders, >= 0
};

enum class SiteKind : std::uint8_t { supplier, factory, cdc, rdc, front, store };

/// One step that every piece passes in a site: a queue with servers.
struct StageSpec {
    std::string name;  ///< "receive", "pick", "pack", "sort", …; unique within the site
    enum class Per : std::uint8_t { order, unit } per = Per::order;
    std::uint32_t servers = 1;                      ///< 0: unlimited, no queue ever
    Distribution work = Distribution::constant(0);  ///< time of one piece on one server at calendar value 1 [seconds]
    WeeklyProfile calendar;                         ///< working speed over the week; 0: closed
    bool by_priority = false;  ///< channels by ChannelSpec::priority, then first come, first served; else only that
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
    /// Which goods of a product leave first, where it matters: those with a shelf life, or that may be called back.
    enum class Issue : std::uint8_t {
        fefo,  ///< first expiring, first out
        fifo,  ///< first in, first out
        lifo   ///< last in, first out
    } issue = Issue::fefo;
    Distribution age = Distribution::constant(0);  ///< unlimited stock: of goods with a shelf life that leave [seconds]
    std::vector<Index> assortment;                 ///< products kept, ascending
    std::vector<Money> purchase_prices;  ///< per assortment position: of units bought or made here; empty: their cost
    std::vector<Units> initial_units;    ///< per assortment position, used where initial_cover is empty
    std::optional<Duration> initial_cover;  ///< initial stock = expected demand over this time
    Duration initial_oldest;                ///< initial stock with a shelf life is evenly 0 … this old, in whole days
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
    std::int64_t vehicle_mg = 0, vehicle_ul = 0;
    Money cost_per_vehicle = 0;  ///< of one trip (distance included) [micro-currency]
    Money cost_per_order = 0;    ///< per parcel (market lanes) or per line (site lanes)
    Money cost_per_unit = 0;
    double cost_per_g = 0;         ///< [micro-currency / g]
    double co2_g_per_vehicle = 0;  ///< of one trip [g CO2e]
    double co2_g_per_g = 0;        ///< per gram of goods, distance included [g CO2e / g]
    double co2_g_per_order = 0;    ///< per parcel
};

enum class Unmet : std::uint8_t { lose, backorder };

/// Orders with a deposit: the balance is due in a window, and goods leave after it is paid.
struct PresaleSpec {
    double deposit = 0;  ///< share of the price, 0..1
    /// The window of all orders; an order placed within it has the rest of it. Neither: the next two hold.
    std::optional<Time> opens, closes;
    Duration opens_after, within;            ///< window of an order: this long after the deposit; its length, > 0
    double paid = 1, cancelled = 0;          ///< shares of deposits: balance paid; given up before the window opens
    std::optional<Distribution> pays_after;  ///< from the opening to the payment [seconds]; none: evenly in the window
    bool keeps_deposit = true;               ///< of customers who do not pay
    bool locks_stock = false;                ///< the site sets the goods aside from the deposit on
    /// With locks_stock: not of what lies there, but of what comes in later, at most this part of it; 0..1.
    std::optional<double> capacity;
    bool express = false;                ///< goods set aside are picked and packed before the payment
    Duration dispatch = sim::hour * 24;  ///< shipped later than this after the payment: not in time
};

/// Orders that are gathered until a cut-off and released together, if they are enough.
struct GroupSpec {
    TimetableSpec cut_off;      ///< closes all groups of the channel; no offsets: `after` holds
    Duration after;             ///< a group closes this long after its first order, > 0
    std::int64_t at_least = 1;  ///< orders or units of one product in one market, for the group to come about
    bool counts_units = false;  ///< `at_least` is in units
};

/// Goods wait at a pick-up point for the customer.
struct PickupSpec {
    Distribution collect = Distribution::constant(0);  ///< from the arrival until the customer comes [seconds]
    std::optional<Duration> expires;                   ///< goods that nobody has fetched by then go back, > 0
};

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
    Duration view_every = sim::minute * 10;  ///< how often sites publish their stock, > 0 (cached)
    Duration view_lag = sim::minute;  ///< how long a copy is on its way, at least (cached, pushed: > 0), or a request,
                                      ///< and as long its answer (reserved)
    Distribution push_lag = Distribution::constant(0);  ///< pushed: how long a change is on its way [seconds]
    double view_loss = 0;                     ///< chance that a message about the stock is lost, 0..1 (cached, pushed)
    double view_updates_per_second = 0;       ///< that a site can send to the channel; 0: any number (pushed)
    Units hold_back = 0;                      ///< units of every stock that the channel leaves alone (cached, pushed)
    std::optional<ViewCheckSpec> view_check;  ///< (cached, pushed)
    std::optional<ReplicaSpec> read;          ///< (live, reserved)
    std::vector<DedicatedSpec> dedicated;
    std::vector<QuotaSpec> quotas;
    Duration release_every = sim::minute * 10;  ///< orders are released to sites in waves; 0: each order at once
    Duration release_lag = sim::minute;         ///< how long a wave is on its way to the site (reserved: view_lag)
    Unmet unmet = Unmet::lose;
    std::optional<Duration> patience;  ///< how long a backordered customer waits; none: for ever
    std::optional<Units> backlog;      ///< most units of a product that customers may wait for at a site; none: any
    std::uint8_t priority = 5;         ///< for goods and at stages: lower first; other sites' orders have 5
    std::optional<Duration> promise;   ///< delivered later than this after the order: late
    /// Instead: the customer is quoted the expected delivery from the chosen site plus this, in whole minutes.
    std::optional<Duration> quote_margin;
    std::vector<PromiseStep> promise_by_km;  ///< instead: by the lane of the chosen site; ascending; beyond: the last
    SourcingSpec sources;
    Money lost_sale_penalty = 0;    ///< per unit not sold [micro-currency]
    double return_share = 0;        ///< of the delivered orders: the customer starts a return; 0..1
    double return_quality = 0;      ///< part of return_share: the goods are bad
    double return_expectation = 0;  ///< part of return_share: the goods are not what was shown
    Distribution return_after = Distribution::constant(0);  ///< from delivery to that [seconds], >= 0
    std::optional<PresaleSpec> presale;
    std::optional<GroupSpec> group;
    std::optional<PickupSpec> pickup;
    std::optional<CancelSpec> cancel;  ///< not with presale or group
    double defect_return = 0;  ///< chance that an order with defective units in it (DefectSpec) is returned; 0..1
};

/// Every change of the stock is sent to the channel: to be sold on, or shown to customers.
inline bool is_told_changes(const ChannelSpec& channel) {
    return channel.view == StockView::pushed || channel.read;
}

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
    ShapeSpec shape;                ///< renewal: a factor on that in absolute time
    double branching = 0;           ///< Poisson renewal: mean number of orders that one order brings about, < 1
    Duration branching_delay;       ///< mean time until such an order (exponential), > 0 where branching > 0
    /// Further products in a customer's basket, rounded, 0..99: drawn by popularity among `products`, each with units
    /// as in `quantity`; one that is drawn again adds to its line.
    Distribution further = Distribution::constant(0);

    struct Recorded {
        Time at;
        Index market, product;
        Units quantity;
    };

    std::vector<Recorded> recorded;  ///< sorted by time; placed in the first of `channels`
    double scale = 1;                ///< recorded: mean number of orders for each row
    /// recorded: the run is filled with blocks of whole days of the list, chosen at random by the day of the week they
    /// begin on; a multiple of a day. The list may then begin before time zero.
    std::optional<Duration> bootstrap;
};

/// A live-stream session: extra orders on chosen products. Extra rate = (lift - 1) × mean base rate × shape, with the
/// shape rising linearly from 0 to 1 during `rise`, staying 1 until `lasts` after the start, then decaying as
/// exp(-t/decay), cut off at 8 decay times.
struct SessionSpec {
    std::string id, name;
    std::string host;          ///< a label, where the scenario lists no hosts
    std::vector<Index> hosts;  ///< who may host it, ascending; none: nobody in particular
    Index channel = 0;
    std::vector<Index> products, markets;
    Time start;
    Duration rise, lasts, decay;
    double lift = 1.0;             ///< > 1 where used
    std::optional<double> orders;  ///< instead of lift: mean number of extra orders of one broadcast
    Distribution quantity = Distribution::constant(1);  ///< units per order, as in DemandSpec
    std::optional<Duration> repeat_every;               ///< next start after this long
    std::uint32_t repeat_times = 1;                     ///< number of broadcasts in all
    SessionTier tier = SessionTier::daily;
    double luck_cv = 0;  ///< coefficient of variation of each broadcast's own factor of the rate; 0: always 1
    std::vector<ScriptSpec> script;
    std::optional<Units> cap;  ///< units of one broadcast that are offered in all, gifts included; none: no limit
    std::optional<CartSpec> carts;
    std::optional<Money> price;  ///< of one unit, instead of the catalogue's [micro-currency]
    double discount = 0;         ///< instead: part of the catalogue's price that is taken off, 0..1
    std::optional<GiftSpec> gift;
    double to_base = 0;         ///< of the orders of a cancelled broadcast, that come as base orders instead; 0..1
    Index to_base_channel = 0;  ///< where
    Duration to_base_over;      ///< spread over so long from its start on, > 0 where to_base > 0
};

inline constexpr std::size_t most_sessions = 65'534;  ///< an order carries the number of its session in two bytes

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

/// How one site replenishes some of its products, from one source unless there is a `split`.
struct ReplenishSpec {
    Index site = 0;
    std::vector<Index> products;  ///< ascending, subset of the site's assortment
    Index lane = 0;               ///< the lane goods come by; its `from` is the source, or the first one
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

    std::vector<Planned> plan;           ///< sorted by time: when the order is placed
    std::optional<PrepareSpec> prepare;  ///< base_stock under periodic review only
    /// What is expected to expire before an order of now and one of the next review arrive counts as gone.
    bool expects_expiry = false;  ///< not with continuous reviews, not of kind plan

    /// Units on top of a product's level for a while.
    struct Prepared {
        Time from, to;
        Index product;
        Units quantity;
    };

    std::vector<Prepared> prepared;  ///< what the model makes of `prepare`, by time; not part of the scenario

    std::optional<SenseSpec> sense;  ///< only with kind plan: the model makes its plan, from what is heard in sessions
    std::vector<Planned> alarms;     ///< that plan, by time; not part of the scenario

    std::optional<SupplySplitSpec> split;  ///< several sources; none: all is ordered over `lane`

    /// The lanes it orders over, and the part of the units that is agreed for each.
    std::vector<SupplySplitSpec::Source> sources() const {
        return split ? split->sources : std::vector<SupplySplitSpec::Source>{{lane, 1}};
    }

    /// What is ordered when, of kind plan.
    const std::vector<Planned>& planned() const { return sense ? alarms : plan; }
};

/// How long the news of a return is on its way from the desk to the centre.
inline constexpr Duration return_news_lag = sim::minute;

/// Why a customer sends goods back.
enum class ReturnReason : std::uint8_t { quality, expectation, other };
inline constexpr std::size_t return_reasons = 3;
/// State of returned goods: as new, light defect, functional defect, worthless.
enum class ReturnGrade : std::uint8_t { a, b, c, d };
inline constexpr std::size_t return_grades = 4;
/// What is done with returned goods.
enum class ReturnRoute : std::uint8_t { reshelve, special, outlet, repair, scrap };

/// Sales of returned goods as seconds: at offset, offset + every, … all that lies there is offered.
struct SecondsSaleSpec {
    Duration every = sim::week, offset;  ///< every > 0
    double price = 1;                    ///< part of the product's price, 0..1
    double loses = 0;                    ///< part of `price` lost with each day since the start of the return, 0..1
    double sold = 1;                     ///< chance that an offered return is sold at one sale, 0..1
    std::uint32_t tries = 4;  ///< after so many sales it goes on: from the special sale to the outlet, else to scrap
};

/// A place that customers of some markets send their returns to.
struct ReturnCentreSpec {
    std::string id, name;
    double lon = 0, lat = 0;  ///< WGS-84 [degrees]
    std::vector<Index> markets;
    Distribution transit = Distribution::constant(0);  ///< from the customer to here [seconds]
    Duration min_transit = sim::day;                   ///< transit times below this are raised to it, > 0
    Money freight_per_order = 0;                       ///< paid for a return by the seller [micro-currency]
    std::optional<StageSpec> dock;                     ///< unloading and registering
    StageSpec inspect;
    double accuracy = 1;       ///< share of the returns that get their true grade; the others one beside it; 0..1
    Money claim_per_unit = 0;  ///< cost of a unit graded better than it is [micro-currency]
    double grades[return_reasons][return_grades] = {{1, 0, 0, 0}, {1, 0, 0, 0}, {1, 0, 0, 0}};  ///< rows add up to 1
    std::optional<Duration> window;  ///< goods that come back later than this after delivery cannot be sold as new
    enum class Moment : std::uint8_t { started, received, inspected, answered };
    Moment window_until = Moment::started;  ///< what must happen within the window; not `answered`
    ReturnRoute routes[return_grades] = {
        ReturnRoute::reshelve, ReturnRoute::outlet, ReturnRoute::outlet, ReturnRoute::scrap};
    ReturnRoute late_route = ReturnRoute::outlet;  ///< instead of re-shelving, past the window
    Duration wave = sim::minute * 10;              ///< how often the centre looks at what is done, > 0

    struct Reshelve {
        Index site = 0;
        Duration every = sim::day, transit;  ///< departures, and the way there; > 0
        Money cost_per_unit = 0;             ///< [micro-currency]
    };

    std::optional<Reshelve> reshelve;
    std::optional<SecondsSaleSpec> special, outlet;
    std::optional<StageSpec> repair;
    Money repair_per_unit = 0;                     ///< [micro-currency]
    ReturnRoute repaired = ReturnRoute::reshelve;  ///< where repaired goods go: reshelve, special or outlet
    Money scrap_per_unit = 0;                      ///< [micro-currency]
    Money handling_per_order = 0, handling_per_unit = 0, fixed_per_day = 0;  ///< [micro-currency]

    Moment refund_after = Moment::inspected;
    Duration refund_plus;                    ///< the refund is paid so long after that, >= 0
    double refund_only = 0;                  ///< share of the returns that ask for money without sending goods, 0..1
    std::optional<Money> refund_only_up_to;  ///< dearer goods are always sent back [micro-currency]
    double abuse = 0;                        ///< share of the claims for money only that are not true, 0..1
    double caught = 0, wrongly_caught = 0;   ///< chance that an untrue and a true such claim is refused, 0..1
    std::optional<RefundFundSpec> fund;
    std::optional<StageSpec> service;  ///< agents; by_priority: bad goods first. None: nobody asks, and nobody answers
    TicketSpec tickets;                ///< where there is a service
};

struct ModelSpec {
    std::string name, title, currency = "CNY";
    std::string start;            ///< ISO 8601 with offset: simulated time zero
    Duration week_time_at_start;  ///< local time since Monday 00:00 at time zero
    Duration warm_up, horizon;    ///< the run lasts warm_up + horizon; key figures cover the horizon
    std::uint64_t seed = 1;
    std::uint32_t replication = 0;
    /// By which rich sessions were drawn until a fork (Model::forked), ascending. No scenario file states them.
    std::vector<EarlierSeed> earlier_seeds;

    std::vector<ProductSpec> products;
    std::vector<MarketSpec> markets;
    std::vector<SiteSpec> sites;
    std::vector<LaneSpec> lanes;
    std::vector<ChannelSpec> channels;
    std::vector<DemandSpec> demand;
    std::vector<SessionSpec> sessions;
    std::vector<HostSpec> hosts;
    HostPolicySpec host_policy;
    std::optional<AlertSpec> alerts;
    std::vector<SubstituteSpec> substitutes;     ///< by product; of one product in the order in which they are offered
    std::vector<PriceChangeSpec> price_changes;  ///< no two of one product at one time
    std::vector<PriceRuleSpec> price_rules;      ///< no two of one product, none of a product of `price_changes`
    std::vector<CompetitorPriceSpec> competitor_prices;  ///< by product and time, none twice, all before the end
    std::vector<ReplenishSpec> replenish;
    /// A desk tries sites that keep the product and have a lane to its market, nearest first; at most so many, 1..255.
    std::uint32_t max_sources = 4;
    std::vector<DefectSpec> defects;               ///< of a supplier and product the last one counts
    std::vector<InspectionSpec> inspections;       ///< at most one for a site
    std::optional<RecallSpec> recall;              ///< only with defects
    std::optional<GradesSpec> grades;              ///< only with inspections
    std::vector<ReturnCentreSpec> return_centres;  ///< none: returns are started and never arrive anywhere
    TraceSpec trace;
    SnapshotSpec snapshot;

    std::string scenario_text;  ///< the merged scenario, for the trace
};

}  // namespace spate::models
