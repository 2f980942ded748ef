#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/engine/context.hpp"
#include "sim/engine/process.hpp"
#include "sim/trace/recorder.hpp"
#include "models/base/ledger.hpp"
#include "models/base/messages.hpp"
#include "models/prices/stock_reports.hpp"
#include "models/quality/quality_book.hpp"
#include "models/record/peak_series.hpp"
#include "models/record/tables.hpp"
#include "models/sites/arrivals.hpp"
#include "models/sites/bookings.hpp"
#include "models/sites/channel_stock.hpp"
#include "models/sites/locked_stock.hpp"
#include "models/sites/parcel.hpp"
#include "models/sites/production.hpp"
#include "models/sites/replenish_rule.hpp"
#include "models/sites/run_frame.hpp"
#include "models/sites/shelf_life.hpp"
#include "models/sites/site_links.hpp"
#include "models/sites/stage.hpp"
#include "models/sites/stock_feed.hpp"
#include "models/sites/stock_room.hpp"
#include "models/sites/tick_times.hpp"
#include "models/sites/waiting_queue.hpp"

namespace spate::models {

/// A supplier, factory, warehouse or store: keeps stock, serves customers' orders and other sites' replenishment
/// orders, reviews its own stock.
///
///   order batch ──▶ serve ──▶ stages (pick, pack, …) ──▶ wave: to the carrier ──▶ outcome batch to the desk
///                    │ short: waits or is refused
///   replenish order ─┴──▶ loading ──▶ departure ──▶ shipment to the other site
///   shipment ──▶ receive stage ──▶ put away ──▶ waiting orders first
///   review or reorder check ──▶ policy ──▶ replenish order to the source
///
/// Desks may announce orders before they are placed. Such orders are served as of the time they are placed, and an
/// event is spent on one only where others could see at that time that it has been served (look_ahead()): else it is
/// served before the next event of the site or the next sample, whichever comes first (catch_up()).
class Site final : public sim::Process {
  public:
    Site(const RunFrame& frame,
         Index site,
         std::shared_ptr<const Assortment> assortment,
         sim::TraceWriter& writer,
         std::uint32_t first_stage);

    // Wiring, before the run.

    /// All lanes that leave here, ascending, whether used or not: the site writes their series. Before those below.
    void set_lanes(const std::vector<Index>& lanes);

    /// A desk that may order here, over a lane to its market. Returns its slot.
    std::uint32_t add_desk(Index lane, Index channel, std::uint32_t source);

    DeskLink& desk(std::uint32_t slot) { return desks_[slot]; }

    /// A lane on which this site supplies another.
    sim::Output<Shipment>& add_lane(Index lane);
    /// A rule by which this site replenishes. `expected_per_day`: mean demand by position of the rule's products.
    /// `row`: of its first source in /network/supply. Returns its sources, to be connected.
    std::deque<RuleSource>& add_rule(const ReplenishSpec& rule,
                                     const std::vector<double>& expected_per_day,
                                     std::uint32_t row);
    /// Sets opening stock: by position.
    void set_opening_stock(const std::vector<Units>& units);

    /// Spans of time in which a channel sells at all: stock views are published only then.
    void set_channel_activity(std::vector<std::vector<std::pair<Time, Time>>> spans) { activity_ = std::move(spans); }

    void start(sim::Context& context) override;
    void on_event(sim::Context& context, sim::Event& event) override;
    void on_loaded(sim::Context& context) override;
    void finish(Time end) override;
    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;

    // Called between windows by one thread, with all events before `now` handled and none after.

    /// Posts what has accrued and writes the site's rows of the series; once a day compares cells, totals and ledger.
    void sample(Time now);

    /// What happened in each step of the running sample period, if it is a peak. After sample(), before start_period().
    std::span<const SiteStep> steps() const { return steps_.all(); }

    /// A sample period begins, and another was a peak or this one is.
    void start_period(Time at) { steps_.start(frame_.peaks, at, frame_.end); }

    /// Units that customers wait for.
    Units units_backordered() const { return room_.levels().customers_waiting; }

    /// The measured time begins.
    void start_measuring(Time now);
    /// Writes what became of every product's stock. After finish().
    void write_stock_summary(Time end) const;

    const Ledger& ledger() const { return ledger_; }

    Ledger& ledger_for_test() { return ledger_; }

    /// Customer orders received, handed back with an outcome, and still here.
    std::int64_t orders_received() const { return orders_received_; }

    /// visit(slot of the desk, orders) for orders of one line that had waited for stock and are still in work, and
    /// visit_line(line, waits) for lines of others; `waits`: for others of its parcel.
    template <class Visit, class VisitLine>
    void for_each_waited(Visit&& visit, VisitLine&& visit_line) const;

    /// visit(slot of the desk, batch) for the outcomes that desks have not been sent.
    template <class Visit>
    void for_each_unsent(Visit&& visit) const;

    std::int64_t outcomes_sent() const { return outcomes_sent_; }

    std::int64_t orders_held() const { return orders_held_; }

    Units units_sent() const { return units_sent_; }

    Units units_arrived() const { return units_arrived_; }

    /// Calls `visit(order)` for every customer's order that waits for stock.
    template <class Visit>
    void for_each_waiting(Visit&& visit) const;

    /// Defective units and inspections; null where there are none.
    QualityBook* quality() const { return quality_.get(); }

    /// What the price office is told; null: nothing.
    StockReports* stock_reports() const { return stock_reports_.get(); }

    /// Compares the cells with their totals and with the ledger. Throws InvariantError.
    void audit() const;

    Index index() const { return index_; }

    const std::shared_ptr<const Assortment>& shared_assortment() const { return assortment_; }

    /// What can be promised now; the desks' first view is taken before the run.
    std::shared_ptr<const StockSnapshot> snapshot();

    /// What a channel may take of it, and apart from that what it may not.
    std::shared_ptr<const StockSnapshot> snapshot_for(Index channel);
    /// What a channel may take, looked at only. `scratch` may be used for it.
    std::span<const std::int32_t> available_to(Index channel, std::vector<std::int32_t>& scratch) const;

    /// Everything that left by each lane, to sites and to markets.
    std::map<Index, LaneTotals> lane_totals() const;

    /// Units that came by each lane since time zero.
    const std::map<Index, Units>& arrived_by_lane() const { return arrivals_by_lane_; }

  private:
    using Rule = ReplenishRule;
    void handle(sim::Context& context, sim::Event& event);

    // site_orders.cpp: customers and other sites are served
    void on_order_batch(sim::Context& context, sim::Event& event);
    void on_replenish_order(sim::Context& context, sim::Event& event);
    void on_serve(sim::Context& context);
    void catch_up(sim::Context& context, Time until);
    void look_ahead(sim::Context& context);
    Time next_visible();
    bool is_quiet(const Order& order);
    void look_at(std::int32_t position);
    Time end_of_sample_period(Time at) const;
    void prefetch(std::span<const Order> orders, std::size_t i) const;
    void recycle_batches(sim::Context& context);
    void serve_customer(sim::Context& context, const Order& order, Time at);
    bool can_have(const Order& order, std::int32_t position, Time at);
    void serve_or_wait(sim::Context& context, const Order& order, Time released, Time at);
    void serve_request(sim::Context& context, const OrderedUnits& request);
    void refuse(sim::Context& context, const Order& order, Time at, Outcome how = Outcome::refused);
    void serve_waiting(sim::Context& context, std::int32_t position);
    void serve_in_turn(sim::Context& context, std::int32_t position, WaitingQueue& queue);
    bool give(sim::Context& context, std::int32_t position, WaitingQueue& queue, WaitingQueue::Place place, Units most);
    void note_received(const Order& order, Time at);
    void take_customer(sim::Context& context, const Order& order, Time released, Time at);
    void send_on(sim::Context& context, const Order& order, Time released, Time at);

    /// At stages by priority.
    std::uint8_t class_of(const Order& order) const;

    void wait(sim::Context& context, std::int32_t position, const Waiting& waiting, Time now);
    void add_waiting(std::int32_t position, Units units, bool is_customer, Time at);
    void cancel(sim::Context& context, std::int32_t position, WaitingQueue& queue, WaitingQueue::Place place);
    bool cancel_until(sim::Context& context, std::int32_t position, WaitingQueue& queue, WaitingQueue::Place last);
    void on_leave(sim::Context& context);
    void schedule_leave(sim::Context& context);
    bool cancel_one(sim::Context& context, std::int32_t position);
    void load(sim::Context& context, std::uint32_t lane, Index product, Units quantity);
    void produce_shortage(sim::Context& context, Index product);
    Units obtainable(std::int32_t position, Units wanted, Time now);

    // site_allocation.cpp: who is served first
    std::uint8_t priority_of(const Waiting& waiting) const;
    std::optional<WaitingQueue::Claimant> claimant_of(std::int32_t position, const Waiting& waiting) const;
    bool has_room_to_wait(const ChannelSpec& channel, std::int32_t position, Units units) const;
    void note_overtaking(std::int32_t position);
    void let_overtake(sim::Context& context);
    void share_out(sim::Context& context, std::int32_t position, WaitingQueue& queue);

    // site_parcels.cpp: orders of several lines
    void note_in_work(const Order& order, int change);
    std::size_t serve_lines(sim::Context& context, std::span<const Order> orders, std::size_t first, Time at);
    bool takes_whole(std::span<const Order> lines, Time at);
    void refuse_together(sim::Context& context, std::span<const Order> lines, Time at, Outcome how);
    void keep(const Order& line, Time released, Time at);
    void note_kept_for(const Order& line, int change);
    void complete(sim::Context& context, const Order& line, Time at);
    void pack(sim::Context& context, Parcel parcel, Time at);
    void pack_overdue(sim::Context& context);
    void ship_parcel(sim::Context& context, const Job& job, Time at, Duration transit);

    // site_withdrawal.cpp: orders that their customers cancel
    Time leaves_at(const Order& order) const;

    bool has_left(const Order& order, Time at) const { return has_cancellation_ && leaves_at(order) <= at; }

    void withdraw_left(sim::Context& context);
    void withdraw_kept(sim::Context& context, const Parcel& parcel, Time at);
    void withdraw(sim::Context& context, const Job& job);
    void put_back(sim::Context& context, const Order& order, const Job& job);

    // site_shipping.cpp: goods leave and arrive
    void advance_stages(Time until);
    void on_wave(sim::Context& context);
    void prefetch_finished(std::size_t ahead) const;
    void hand_over(sim::Context& context, const Job& job, Time at);
    void ship_order(sim::Context& context, const Job& job, Time at, Duration transit);
    GoodsOut post_sale(const Order& order, Time at);
    void post_parcel(DeskLink& desk, Units units, double grams);
    Duration transit_to(const DeskLink& desk, const Order& order) const;
    void add_trip(DeskLink& link);
    void on_market_depart(sim::Context& context, MarketTrip& trip);
    void report(sim::Context&, const Order&, Time released, Time shipped, Time delivered, Outcome, std::uint32_t = 0);
    void flush_outcomes(sim::Context& context);
    void send_outcomes(sim::Context& context);
    void on_report(sim::Context& context);
    void schedule_report(sim::Context& context, Time at);
    void on_depart(sim::Context& context, std::uint32_t lane);
    void post_freight(OutLane& out, const std::vector<ProductQuantity>& lines);
    void post_trip(MarketTrip& trip);
    void on_shipment(sim::Context& context, sim::Event& event);
    void take_in(sim::Context& context, std::unique_ptr<Shipment> shipment);
    void start_receipts(sim::Context& context);
    void on_put_away(sim::Context& context, std::uint32_t receipt);
    void put_away(sim::Context& context, const Shipment& shipment);
    void on_production_done(sim::Context& context, std::uint64_t which);
    void schedule_wave(sim::Context& context, Time at);

    // site_presale.cpp: goods set aside for deposits
    bool lock(sim::Context& context, const Order& order, Time released, Time at);
    void hold(sim::Context& context, const Job& job);
    void settle_at(sim::Context& context, Time time);
    void on_settle(sim::Context& context);
    void settle(sim::Context& context, const Job& job);
    void unlock(sim::Context& context, const Order& order, Time released);
    bool waits_for_payment(sim::Context& context, const Job& job);
    Time promised_from(const Order& order) const;
    Time startable_from(const Order& order, Time released) const;
    Time deadline_of(const Order& order) const;
    void write_locks(Time at);
    void write_lock_summary(Time end);

    // site_booking.cpp: deposits that goods are set aside for when they come in
    bool book(sim::Context& context, const Order& order, Time at);
    void allot(std::int32_t position, Units units);
    void serve_bookings(sim::Context& context, std::int32_t position);
    void settle_bookings(sim::Context& context);

    double part_for_bookings(Index channel) const { return *frame_.spec.channels[channel].presale->capacity; }

    // site_prices.cpp: the price office is told of the stock
    void schedule_price_review(sim::Context& context, std::uint64_t rule, Time after);
    void on_price_review(sim::Context& context, std::uint64_t number);
    // site_quality.cpp: defective units, and the inspection that looks for them
    bool hold_for_inspection(sim::Context& context, std::unique_ptr<Shipment>& shipment);
    void tell_verdicts(sim::Context& context);
    void on_grades(sim::Context& context, sim::Event& event);
    void on_inspected(sim::Context& context, std::uint64_t which);
    void start_tests(sim::Context& context);
    void remove_goods(UnitAccount from, const ProductQuantity& goods, bool sends_back);

    // site_recall.cpp: goods are known by their batch, and are called back
    void name_batches(sim::Context& context, Shipment& shipment);
    void on_recall(sim::Context& context, sim::Event& event);
    bool stop_recalled(sim::Context& context, const Shipment& shipment, const ProductQuantity& line);
    void take_recalled(sim::Context& context, std::int32_t position, const std::vector<ProductQuantity>& parts);
    void give_back(sim::Context& context, std::int32_t position, Units quantity);
    void report_batches(DeskLink& desk);
    void write_recalls(Time end) const;

    // site_expiry.cpp: goods are kept by lot, and leave the shelf when their time is over
    void keep_lots();
    void put_on_shelf(std::int32_t position, const ProductQuantity& line);
    void put_opening(std::int32_t position, Units units);
    Units take_goods(std::int32_t position, Units quantity, std::uint64_t key);
    Units take_for_customer(std::int32_t position, const Order& order);
    void note_parts(const Order& order, Time delivered);
    void cut_by_lot(Shipment& shipment);
    void date_goods(Shipment& shipment, std::uint64_t key);
    void schedule_expiry(sim::Context& context);
    void on_expiry(sim::Context& context);
    void drop_expired(sim::Context& context, std::int32_t position);
    bool stop_expired(sim::Context& context, const Shipment& shipment, const ProductQuantity& line);
    void write_off(UnitAccount from, std::int32_t position, Units units);
    Duration mean_age(std::int32_t position, Time now);
    Units expected_to_expire(std::int32_t position, Time now, double wanted_per_day, double days) const;
    void resume_lots(sim::Context& context);
    void audit_lots() const;
    void write_shelf_life(Time end) const;

    // site_late.cpp: where late orders of the sample lost their time
    static std::uint64_t wait_key(const Order& order) {
        return order.lines > 1 ? sim::mix(order.key, order.line) : order.key;
    }

    void note_wait(const Order& order, std::size_t stage, Time start, Duration waited);
    void note_stock_wait(const Order& order, Time released, Time at);
    void note_departure(Time now, const Order& order, const Departure& times);
    void record_late(Time now, const Order& order, const Departure& times, const OrderWaits& waits);

    // site_replenish.cpp: own stock is reviewed
    void schedule_observation(sim::Context& context, std::uint64_t rule);
    void on_observe(sim::Context& context, std::uint64_t rule);
    void on_review(sim::Context& context, std::uint64_t rule);
    void on_reorder_check(sim::Context& context);
    void decide(sim::Context& context, Rule& rule, std::span<const Index> which);
    void place(sim::Context& context, Rule& rule, std::span<const Index> which);
    void schedule_review(sim::Context& context, std::uint64_t rule, Time after);
    ReviewInput review_input(const Rule& rule, std::span<const Index> which, Time now);
    void set_order_points(Rule& rule, Time now);
    void note_changes(sim::Context& context, const Rule& rule);
    void resume_rules(sim::Context& context);
    void note_change(sim::Context& context, std::int32_t position);
    // site_supply.cpp: sources of a rule that has several are judged
    SupplySource supply_of(Index lane, Index product);
    void note_placed(const ReplenishOrder& order, Time now);
    void note_arrived(const Shipment& shipment, Time now);
    void note_paid_back(const ProductQuantity& goods);
    void schedule_judging(sim::Context& context, std::uint64_t rule, Time after);
    void on_judge(sim::Context& context, std::uint64_t rule);
    void write_supply(Time end) const;

    bool is_asked_by(Index channel) const;
    std::shared_ptr<StockSnapshot> free_snapshot();
    void on_publish(sim::Context& context, std::uint64_t channel);
    void schedule_publish(sim::Context& context, std::uint64_t channel, Time after);

    // site_channel_stock.cpp: which part of the stock is whose
    void note_withheld(Order& refused);
    Units free_to(const Order& order, std::int32_t position, Time now);
    bool has_queue_ahead(const Order& order, std::int32_t position) const;
    bool is_shared_wanted(std::int32_t position) const;
    void serve_waiting_by_channel(sim::Context& context, std::int32_t position, WaitingQueue& queue);
    void schedule_release(sim::Context& context, Time after);
    void on_release(sim::Context& context);
    void note_told_to(Index channel, std::span<const std::int32_t> positions);
    void write_channel_stock(Time end) const;

    // site_views.cpp: channels are told of the stock
    void note_told(std::span<const std::int32_t> positions);
    void start_checks(sim::Context& context);
    void note_push(sim::Context& context);
    void on_push(sim::Context& context);
    void push_corrections(sim::Context& context);
    void note_oversold(const Order& order, std::int32_t position);
    void push(sim::Context& context, Index channel, std::span<const StockChange> changes, std::optional<Duration> lag);
    void publish(sim::Context& context, Index channel, Duration lag);
    void on_check(sim::Context& context, Index channel);
    void on_repair(sim::Context& context, Index channel);
    void write_feed_summary(Time end) const;

    // site_state.cpp: snapshots
    template <class Archive>
    void archive_waiting(Archive& archive);
    template <class Archive>
    void archive_counts(Archive& archive);
    template <class Archive>
    void archive_orders(Archive& archive);
    template <class Archive>
    void archive_links(Archive& archive);
    template <class Archive>
    void archive_goods(Archive& archive);
    template <class Archive>
    void archive_state(Archive& archive);

    // site.cpp: the books
    void write_sample(Time at);
    void write_stages(Time at);
    void write_lanes(Time at);
    std::uint32_t row_of_lane(Index lane) const;
    void accrue(Time now);
    void write_summary(Time end);
    void write_quality(Time end) const;
    void write_stage_summary(Time end);
    Wide carrier_wait(Time end) const;

    const RunFrame& frame_;
    const SiteSpec& spec_;
    Index index_;
    std::uint64_t key_;
    std::shared_ptr<const Assortment> assortment_;
    sim::TraceWriter& writer_;
    std::uint32_t first_stage_;  ///< row of the first stage in /network/stages

    StockRoom room_;
    Ledger ledger_;
    std::vector<DeskLink> desks_;
    std::vector<OutLane> lanes_;
    std::map<Index, std::uint32_t> lane_slots_;
    std::vector<LaneRow> lane_rows_;  ///< by lane
    std::deque<Rule> rules_;
    std::vector<std::pair<std::int32_t, std::uint32_t>> rule_of_;  ///< by position: (rule or -1, index within the rule)
    std::vector<Units> order_points_;  ///< by position, where review is continuous; else INT64_MIN. Or empty: nowhere
    bool has_continuous_rule_ = false, has_split_ = false;
    std::vector<std::vector<std::pair<Time, Time>>> activity_;

    Arrivals arrivals_;                    ///< customers' orders not yet served
    std::vector<OrderedUnits> requested_;  ///< other sites' lines not yet served
    TickTimes serve_ticks_, wave_ticks_, report_ticks_, leave_ticks_;
    bool check_scheduled_ = false;
    std::vector<Announced> announced_;                      ///< scratch of next_visible(): by position
    std::vector<std::int32_t> looked_;                      ///< positions where it has units
    std::map<std::int32_t, WaitingQueue> waiting_;          ///< by position; none is empty
    std::vector<std::pair<Time, std::int32_t>> deadlines_;  ///< min-heap: when somebody may be due, at which position
    std::vector<std::int32_t> overtaken_;                   ///< positions to be looked at when the instant is served
    std::map<std::uint64_t, Parcel> kept_;     ///< by desk and order: lines taken from stock, not yet a parcel
    std::map<std::uint64_t, Parcel> parcels_;  ///< by desk and line: in the stages, or past them
    std::vector<Stage> stages_;
    std::vector<Stage> receive_;  ///< none or one
    JobQueue finished_;
    JobQueue held_;      ///< orders whose deposit is not settled, ready when it is
    Bookings bookings_;  ///< orders that goods are still to come for
    TickTimes settle_ticks_;
    bool has_cancellation_ = false;  ///< customers of a channel cancel
    /// Taken out of a queue since the last wave; `ready`: when. At the wave their goods go back to the shelf.
    std::vector<Job> left_;
    std::unique_ptr<LockedStock> locked_;  ///< where a channel has goods set aside
    std::vector<MarketTrip> trips_;
    std::map<std::uint64_t, OrderWaits> waits_;  ///< by wait_key(): sampled orders in the stages that have waited
    std::vector<std::uint32_t> pending_desks_;   ///< with outcomes to be sent
    bool is_urgent_ = false;                     ///< one of them cannot wait for the end of the sample period
    std::vector<Duration> report_lags_;          ///< how long outcomes are on their way, each value once
    std::map<std::uint32_t, std::unique_ptr<Shipment>> receiving_;
    std::uint32_t receipts_ = 0;
    std::vector<Production> production_;  ///< none or one
    std::map<Index, Units> in_production_;
    std::map<std::uint64_t, FinishedBatch> batches_;
    std::uint64_t batch_count_ = 0;

    std::uint64_t version_ = 1;  ///< counts changes that a stock view would show
    std::uint64_t snapshot_version_ = 0;
    std::shared_ptr<const StockSnapshot> snapshot_;
    std::vector<std::shared_ptr<StockSnapshot>> snapshots_;  ///< all that were made, to be used again
    std::vector<std::uint64_t> published_;                   ///< by channel: version last published
    std::map<Index, StockFeed> feeds_;                       ///< by channel: those that sell on a copy of the stock
    bool pushes_ = false;                                    ///< one of them is told of every change
    std::vector<std::int32_t> told_;                         ///< pushed views: available by position, as was told last
    std::int64_t orders_told_ = 0;                           ///< orders_received_ then
    Time push_at_{sim::end_of_time};                         ///< the tick last asked for
    std::vector<StockChange> changes_, withheld_;            ///< scratch of on_push()
    std::unique_ptr<ChannelStock> parts_;                    ///< none: all of the stock is everybody's
    TickTimes release_ticks_;
    std::map<Index, std::vector<std::int32_t>> told_to_;  ///< instead of told_, by channel, where there are parts
    std::vector<std::int32_t> seen_;                      ///< scratch of on_check()
    /// Pushed views: channels and positions where a promise could not be kept in this instant.
    std::vector<std::pair<Index, std::int32_t>> oversold_;

    std::int64_t orders_received_ = 0, outcomes_sent_ = 0, orders_held_ = 0, units_sent_ = 0, units_arrived_ = 0;
    std::int64_t received_since_ = 0, shipped_since_ = 0, refused_since_ = 0;  ///< since the last sample
    StepCounts<SiteStep> steps_;                                               ///< since the last sample
    std::int64_t orders_placed_ = 0;                                           ///< replenishment order lines, measured
    double holding_posted_ = 0, backorder_posted_ = 0, fixed_posted_ = 0;      ///< accrued cost already in the ledger
    StockRoom::Areas measured_from_areas_;
    Wide carrier_wait_us_ = 0;  ///< of orders shipped in the measured time, from the last stage on, within it
    Time audited_;
    bool is_measuring_ = false;
    Time handled_{-1};  ///< the last event
    std::map<Index, Units> arrivals_by_lane_;
    std::unique_ptr<LotShelf> lots_;         ///< none: goods are not told apart here
    std::unique_ptr<ShelfLife> shelf_life_;  ///< none: all goods keep for ever
    TickTimes expiry_ticks_;
    std::unique_ptr<QualityBook> quality_;  ///< none: no unit can be defective here
    std::unique_ptr<StockReports> stock_reports_;
};

}  // namespace spate::models
