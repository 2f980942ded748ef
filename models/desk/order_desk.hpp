#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "models/base/cancellation.hpp"
#include "models/demand/baskets.hpp"
#include "models/demand/order_source.hpp"
#include "models/desk/desk_prices.hpp"
#include "models/desk/grade_book.hpp"
#include "models/desk/group_book.hpp"
#include "models/desk/open_baskets.hpp"
#include "models/desk/open_orders.hpp"
#include "models/desk/pickup_book.hpp"
#include "models/desk/presale_book.hpp"
#include "models/desk/session_sales.hpp"
#include "models/desk/source_choice.hpp"
#include "models/quality/sold_batches.hpp"
#include "models/returns/return_messages.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

/// The order desk of one channel in one market: takes customers' orders, chooses the site that ships each, tells the
/// customer what to expect, keeps the score of what became of the orders.
///
/// It sells on its own copies of the sites' stock, which lag the truth (StockView::cached), so two desks can promise
/// the same unit: overselling emerges. With StockView::pushed the copies are kept up change by change. Or it asks site
/// after site and waits for the answer (StockView::reserved, or StockView::live at no delay). With a live view, which
/// site is asked first depends on nothing that happens, so orders are announced to it ahead of time, many in one batch:
/// the site serves each when it is placed.
class OrderDesk final : public sim::Process {
  public:
    OrderDesk(const RunFrame& frame,
              Index market,
              Index channel,
              std::uint32_t index,
              const BaseDemand& base,
              sim::TraceWriter& writer);

    /// A site that can deliver here, nearest first. The first view is the opening stock.
    sim::Output<OrderBatch>& add_source(Site& site, std::uint32_t slot, Index lane);

    void set_opening_view(std::size_t source, std::shared_ptr<const StockSnapshot> stock) {
        sources_[source].set_view(std::move(stock));
        if (is_told_changes(channel_))
            sources_[source].make_own();
    }

    void start(sim::Context& context) override;
    void on_event(sim::Context& context, sim::Event& event) override;
    void finish(Time end) override;
    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
    /// Another demand, or other waves, may want an earlier release than the one that is due.
    void on_loaded(sim::Context& context) override;

    /// Before save_state: draws the customers before `now`, so that a fork cannot change who has ordered already.
    void settle(Time now) { customers_.settle(now); }

    /// Closes a sample period: posts its deliveries and writes the desk's row of the series. Called between windows by
    /// one thread, with all events before `at` handled and none after.
    void sample(Time at);

    /// What happened in each step of the running sample period, if it is a peak. After sample(), before start_period().
    std::span<const DeskStep> steps() const { return steps_.all(); }

    /// Orders placed in steps of peaks that are over and released since the last sample. Forgets them.
    std::vector<PlacedEarlier> take_placed_earlier() { return std::exchange(placed_earlier_, {}); }

    /// A sample period begins, and another was a peak or this one is. After sample().
    void start_period(Time at);

    /// Orders neither delivered nor lost nor cancelled nor withdrawn nor given up, at the last sample.
    std::int64_t orders_open() const {
        return placed_ - lost_total_ - cancelled_total_ - withdrawn_total_ - given_up_total_ - delivered_total_;
    }

    /// At the end of the run, before finish(): what a site had done with orders of this desk when it was over, of which
    /// the news was still to come. Orders that it refused stay open: where they would have gone is not known.
    void hear_last(const OutcomeBatch& batch);

    // After the run.

    /// An order of this desk still waits for stock.
    void note_waiting(const Order& order);

    /// So many orders of one line, placed in the measured time, had waited for stock and are still in work.
    void note_waited(std::int64_t orders) {
        score_.backordered += orders;
        score_.waited_in_work += orders;
    }

    /// A line of an order of several has its goods and is still in work; `waits`: it waits for others of its parcel.
    void note_waited_line(const Order& line, bool waits);
    /// Counts what is known of orders whose lines have not all come to an end. After all notes.
    void close_open_baskets();
    /// Units delivered by each lane to this market since time zero.
    std::map<Index, Units> delivered_by_lane() const;
    /// Writes the desk's row of /summary/desks.
    void write_summary(Time end) const;

    const Ledger& ledger() const { return ledger_; }

    /// Orders placed before `at`. Requires: all events before `at` are handled, none after.
    std::int64_t orders_placed(Time at) const;

    /// Orders handed to sites, and outcomes got back.
    std::int64_t orders_sent() const { return orders_sent_; }

    std::int64_t outcomes_received() const { return outcomes_received_; }

    /// Orders that are with no site any more or never were: lost, cancelled, or not yet released.
    std::int64_t orders_closed_here() const { return closed_here_; }

    /// Orders that wait here for a payment or a cut-off.
    std::int64_t orders_kept() const;

    /// Fingerprint of all customers' orders so far (OrderSource::digest).
    std::uint64_t demand_digest() const { return customers_.digest(); }

    std::int64_t orders_shipped() const { return shipped_total_; }

    /// Units whose customer has started to return them since time zero; those in the books lag by a sample period.
    Units units_return_started() const { return units_return_started_; }

    /// Units that customers did not collect in time, up to the last sample.
    Units units_expired() const { return pickup_ ? pickup_->units_expired() : 0; }

    /// Some of its orders are returned, or not fetched in time.
    bool sends_back() const { return has_returns_ || (channel_.pickup && channel_.pickup->expires); }

    /// Where it is asked for (has_rich_sessions()); else nothing.
    const SessionSales& session_sales() const { return session_sales_; }

    /// To the return centre; not connected: goods that are returned arrive nowhere.
    sim::Output<ReturnBatch>& returns_output() { return returns_output_; }

    /// From now on its turnover is told with the returns, for a fund of the return centre. Before the run.
    void tell_turnover() { tells_turnover_ = notes_outcomes_ = true; }

    /// From now on it knows which batches its customers have. Before the run.
    SoldBatches& follow_batches();

    /// Lines beyond the first of orders of several lines. The four numbers above count lines.
    std::int64_t further_lines() const { return further_lines_; }

    /// Delivery times of the measured orders, in bins of delivery_bin; the last bin takes everything above.
    const std::vector<std::uint32_t>& delivery_times() const { return delivery_times_; }

    /// Adds the delivered orders with a promise to the bin of the promised time.
    void add_promised_times(std::vector<std::int64_t>& bins) const;

    static constexpr Duration delivery_bin = sim::minute * 15;
    static constexpr std::size_t delivery_bins = 30 * 96 + 1;

  private:
    struct Promise {
        std::int32_t position;
        std::uint32_t units;
    };

    struct Source {
        sim::Output<OrderBatch> output;
        Index site = 0;
        const Site* there = nullptr;  ///< the same, to be looked at by samples only
        std::uint32_t slot = 0;
        Index lane = 0;
        Units delivered = 0;  ///< units that came by the lane before the end of the run
        bool is_unlimited = false;
        /// The first source further on with another assortment: neighbours often keep the same products.
        std::uint32_t next_kind = 0;
        std::shared_ptr<const Assortment> assortment;
        const std::int32_t* available = nullptr;  ///< of `view`, by position
        const std::int32_t* withheld = nullptr;   ///< likewise: there, but not for this channel; null: nothing is
        std::shared_ptr<const StockSnapshot> view;
        std::vector<std::int32_t> own, own_withheld;  ///< changes are told: the desk's copy, instead of `view`
        /// Units promised that the view does not know of yet, oldest first from first_promise on. They are searched
        /// only where their sum over positions that look alike could matter.
        std::vector<Promise> promises;
        std::size_t first_promise = 0;
        std::vector<std::uint64_t> promised;  ///< units, by position modulo the size, a power of two; empty: none ever
        std::uint64_t promises_known = 0;     ///< promises the view accounts for
        std::unique_ptr<OrderBatch> pending;

        void set_view(std::shared_ptr<const StockSnapshot> stock) {
            view = std::move(stock);
            available = view ? view->available.data() : nullptr;
            withheld = view && !view->withheld.empty() ? view->withheld.data() : nullptr;
        }

        /// Keeps the numbers of the view as its own, to be changed one by one.
        void make_own();
        void point_at_own();

        void promise(const Promise& promise);
        /// The stock seen accounts for so many promises, the oldest ones: they need no longer be subtracted.
        void forget_promises(std::uint64_t seen);

        std::uint64_t& promised_near(std::int32_t position) {
            return promised[static_cast<std::size_t>(position) & (promised.size() - 1)];
        }

        template <class Archive>
        void serialize(Archive& archive);

        std::uint64_t promised_near(std::int32_t position) const {
            return promised[static_cast<std::size_t>(position) & (promised.size() - 1)];
        }

        /// Units of a position that the view does not know to be promised.
        std::int64_t promised_units(std::int32_t position) const;
    };

    /// Deliveries in one step of a peak.
    struct Deliveries {
        std::uint32_t orders = 0, late = 0;
    };

    /// What happened between two samples.
    struct Flow {
        std::int64_t delivered = 0, late = 0, units = 0;
        std::int64_t returns = 0, units_returned = 0;  ///< returns started
        std::vector<Deliveries> steps;                 ///< of a peak to come; empty: none

        template <class Archive>
        void serialize(Archive& archive) {
            archive(delivered, late, units, returns, units_returned);
            sim::block(archive, steps);
        }
    };

    /// Counts over the orders placed in the measured time.
    struct Score {
        std::int64_t units_filled = 0;  ///< of shipped orders that did not wait for stock
        std::int64_t units_known = 0;   ///< of all orders but those still in work
        std::int64_t placed = 0, units = 0, filled = 0, backordered = 0, lost = 0, cancelled = 0, refused = 0,
                     shipped = 0, delivered = 0, promised = 0, late = 0, waiting = 0, returns = 0, units_returned = 0;
        std::int64_t given_up = 0, group_failed = 0;
        std::int64_t withdrawn = 0, too_late = 0;  ///< cancelled by the customer: before packing, after it
        std::int64_t withdrawn_waiting = 0;        ///< of the first, those that had to wait for stock
        std::int64_t missing = 0, offered = 0,
                     substituted = 0;  ///< lines: nowhere to be had; substitute offered, taken
        /// Of those lost and refused: a site had the goods, but not for this channel; the customer had been shown them.
        std::int64_t withheld = 0, units_withheld = 0, stale = 0;
        Wide delivery_us = 0;
        std::int64_t perfect = 0;         ///< delivered complete from stock, and not late
        std::int64_t short_of = 0;        ///< shipped without some of their lines
        std::int64_t returned_early = 0;  ///< a line is returned, others are still on their way at the end
        std::int64_t waited_in_work = 0;  ///< had to wait for stock, and are in work at the end
        /// Lines and parcels of orders of several lines, less one for each such order counted above.
        std::int64_t further_lines = 0, further_filled = 0, further_known = 0, further_parcels = 0;
    };

    /// How well the stock is known, summed over samples of the measured time.
    struct Knowledge {
        std::int64_t samples = 0;
        std::int64_t stocks = 0, known = 0;  ///< products at sites; those known to within the tolerance
        Units hidden = 0;                    ///< there, of products that the desk takes as sold out
        Units excess = 0;                    ///< more than there are, in the desk's view
    };

    template <class Archive>
    void serialize(Archive& archive);

    void on_desk_tick(sim::Context& context, std::uint64_t which);
    void on_tick(sim::Context& context);
    void on_unsold(sim::Context& context);
    Time next_tick() const;
    void schedule_tick(sim::Context& context);
    Time next_release(Time now) const;
    void take_wave(sim::Context& context, Time end);
    void release_wave(sim::Context& context, Time end);
    void keep_buyers();
    void on_grades(sim::Context& context, sim::Event& event);
    void on_prices(sim::Context& context, sim::Event& event);
    void announce(sim::Context& context);
    void count_placed(Time at, std::size_t until);
    void note_placed(Time released, std::size_t until);
    void note_delivery(Time now, Time at, bool is_late);
    std::size_t placed_before(Time at) const;
    std::size_t next_keeping(Index product, std::size_t from, std::int32_t& position) const;
    void prefetch_views(Index product);
    void number(Order& order, const CustomerOrder& customer, std::uint8_t line = 0, std::uint8_t lines = 1);
    void take_order(sim::Context& context, const Order& order);
    void place(sim::Context& context, const Order& order, std::size_t first_source);
    std::size_t first_keeping(const Order& order) const;
    std::size_t find_source(const Order& order, std::size_t first, std::uint8_t& tries) const;
    bool has_stock(const Source& source, std::int32_t position, std::uint32_t quantity) const;
    bool waits_where_it_asks(const Order& order, std::uint8_t tries, std::size_t s) const;
    void promise(sim::Context& context, const Order& order, std::uint8_t tries, std::size_t source);
    void wait_or_lose(sim::Context& context, const Order& order, std::size_t source, bool was_promised);
    template <class Change>
    void send(sim::Context& context, const Order& order, std::size_t source, Change&& change);
    void flush(sim::Context& context);
    void lose(Time now, const Order& order, bool was_promised);
    void note_lost(const Order& order);
    void post_lost_sale(const Order& order);
    bool is_withheld(const Order& order) const;
    void on_outcomes(sim::Context& context, sim::Event& event);
    void on_shipped(Time now, const OrderOutcome& outcome, Index site);
    std::int64_t sample_period_of(Time at) const;
    Flow& flow_at(Time at);

    struct Return {
        Time at;
        ReturnReason reason;
    };

    std::optional<Return> draw_return(const OrderOutcome& outcome) const;
    void start_return(const OrderOutcome& outcome, const Return& back, bool is_first);
    void send_notices(sim::Context& context);
    void note_outcomes(sim::Context& context, const OutcomeBatch& batch);
    void on_recall(sim::Context& context, sim::Event& event);
    void on_cancelled(Time now, const OrderOutcome& outcome);
    void on_view(sim::Context& context, sim::Event& event);
    void on_changes(sim::Context& context, sim::Event& event);
    void compare_views();
    void compare_view(const Source& source, std::span<const std::int32_t> there);
    void write_view_summary(Time end) const;

    using Candidates = std::vector<SourceChoice::Candidate>;

    // order_desk_sources.cpp: sites ranked by a rule
    std::size_t first_to_ask(const Order& order);
    std::size_t find_ranked(const Order& order, std::uint8_t& tries);
    void rank(std::span<const Order> lines);
    Units stock_in_view(const Source& source, std::int32_t position) const;
    void note_refusal(const Order& order);
    void forget_refusals(const Order& order);
    bool has_refused(std::span<const Order> lines, std::uint32_t source) const;

    // order_desk_lines.cpp: orders of several lines
    void take_basket(sim::Context& context, const CustomerOrder& customer);
    std::span<const Order> number_basket(const CustomerOrder& customer);
    void place_lines(sim::Context& context, std::vector<Order> lines);
    Candidates open_candidates(std::span<const Order> lines);
    bool has_line(const SourceChoice::Candidate& candidate, const Order& line) const;
    bool keeps_line(const SourceChoice::Candidate& candidate, const Order& line) const;
    void send_line(sim::Context& context, const Order& line, std::uint32_t source);
    void split(sim::Context& context, std::vector<Order> lines, const Candidates& open);
    void place_whole(sim::Context& context, std::span<const Order> lines, const Candidates& open);
    void leave_out(Time now, const Order& gift);
    void strand_whole(sim::Context& context, std::span<const Order> lines);
    std::size_t on_lines(sim::Context& context, const OutcomeBatch& batch, std::size_t first);
    std::size_t hear_last_lines(const OutcomeBatch& batch, std::size_t first);
    void hear_last_refused(Time now, std::span<const OrderOutcome> refused);
    bool goes_on(const Order& order, std::span<const Order> lines);
    void on_parcel(Time now, std::span<const OrderOutcome> lines, Index site);
    void on_line_lost(Time now, const Order& order, OrderStatus status, Time released);
    void close_basket(Time now, const Order& line, const OpenBasket& basket);
    void close_shipped(Time now, const Order& line, const OpenBasket& basket);

    bool is_measured(const Order& order) const { return order.placed >= frame_.measured_from(); }

    bool is_sampled(const Order& order) const {
        if (sample_below_ == 0 || sample_below_ == UINT64_MAX)
            return sample_below_ != 0;
        return sim::mix(order.key, 0x0DDE) < sample_below_;
    }

    /// When what happened to an order; no_time: it did not.
    struct Times {
        Time released{no_time}, shipped{no_time}, delivered{no_time}, returned{no_time};
    };

    void record(
        Time now, const Order& order, Index site, const Times& times, OrderStatus status, std::uint32_t lines = 1);
    void note_quoted(const Order& order);
    void note_unreleased(const Order& order);

    // order_desk_withdrawals.cpp: customers who cancel
    bool is_withdrawn(Time now, const Order& order) const;
    void place_unless_withdrawn(sim::Context& context, const Order& order);
    bool close_if_withdrawn(Time now, const OrderOutcome& outcome);
    void close_withdrawn(Time now, const Order& order, Time released);
    void count_withdrawn(Time now, const Order& order);
    bool is_too_late(const Order& order, Time delivered) const;

    // order_desk_substitutes.cpp: something else instead
    bool offer_substitute(sim::Context& context, const Order& order);
    void substitute(sim::Context& context, const Order& order, const SubstituteSpec& by);
    bool is_somewhere(Index product, std::uint32_t quantity) const;

    // order_desk_terms.cpp: presale, groups, pick-up points
    void take_on_terms(sim::Context& context, const Order& order);
    void schedule_terms(sim::Context& context);
    void on_terms(sim::Context& context);
    void close_groups(sim::Context& context);
    void settle_kept(sim::Context& context);
    void close_unpaid(Time now, const Order& order, const DepositFate& fate, const Times& times);
    void give_up(Time now, const Order& order, const Times& times, OrderStatus status);
    void give_money_back(Time now, const Order& order);
    bool is_unpaid(Time now, const OrderOutcome& outcome);
    Time paid_at(const Order& order, Time now) const;
    Time counts_from(const Order& order) const;
    void note_terms(const OrderOutcome& outcome, bool is_delivered, bool is_late);
    void sample_terms(Time at);
    void write_terms(Time end) const;

    static constexpr std::uint64_t terms_tick = 2;  ///< DeskTick: a group closes, or a deposit is settled

    const RunFrame& frame_;
    const ChannelSpec& channel_;
    std::uint32_t index_;         ///< row in /network/desks
    bool asks_;                   ///< sites are asked for every order: the desk has no copy of their stock
    bool looks_;                  ///< it looks at a copy first: to sell on it, or to show it
    bool waits_at_once_;          ///< see waits_where_it_asks()
    bool announces_;              ///< orders go to the first site ahead of time
    bool has_baskets_ = false;    ///< some customers order several products
    std::uint32_t most_sources_;  ///< as many are looked at for an order
    bool is_ranked_;              ///< by another rule than nearest first
    OrderSource customers_;
    Baskets baskets_;
    sim::TraceWriter& writer_;
    std::vector<Source> sources_;
    SourceChoice choice_;
    Candidates candidates_;     ///< as ranked last
    std::vector<Order> lines_;  ///< of the basket taken last
    Ledger ledger_;
    std::vector<CustomerOrder> batch_;  ///< the last wave, or the last customers announced
    std::size_t counted_ = 0;           ///< of these, announced: how many are counted as placed
    Duration span_ = sim::hour;         ///< how far customers are announced at a time
    std::deque<Order> unsold_;          ///< announced orders that no site keeps: lost when they are placed
    Time due_{sim::end_of_time};        ///< when the next release or announcement is scheduled
    std::uint32_t numbered_ = 0;
    std::unique_ptr<PresaleBook> presale_;  ///< these three: of a channel with such terms
    std::unique_ptr<GroupBook> groups_;
    std::unique_ptr<PickupBook> pickup_;
    std::unique_ptr<Cancellation> cancellation_;  ///< of a channel whose customers cancel
    TickTimes term_ticks_;

    std::int64_t placed_ = 0, orders_sent_ = 0, outcomes_received_ = 0, closed_here_ = 0;
    std::int64_t placed_since_ = 0, lost_since_ = 0, cancelled_since_ = 0, given_up_since_ = 0, withdrawn_since_ = 0;
    StepCounts<DeskStep> steps_;  ///< of the running sample period
    std::vector<PlacedEarlier> placed_earlier_;
    std::int64_t lost_total_ = 0, cancelled_total_ = 0, given_up_total_ = 0, delivered_total_ = 0, shipped_total_ = 0;
    std::int64_t withdrawn_total_ = 0;
    std::deque<Flow> flows_;   ///< deliveries by sample period; the front is the running one
    std::int64_t period_ = 0;  ///< number of the running sample period
    Score score_;
    Knowledge knowledge_;
    std::vector<std::int64_t> known_;  ///< scratch of compare_view()
    std::vector<std::int32_t> there_;  ///< likewise
    std::vector<std::uint32_t> delivery_times_;
    std::uint64_t sample_below_ = 0;
    OpenOrders sampled_open_;
    sim::Output<ReturnBatch> returns_output_;
    std::vector<ReturnNotice> notices_;          ///< of the batch of outcomes at hand
    std::unique_ptr<SoldBatches> sold_batches_;  ///< where something may be recalled
    Money turnover_ = 0;                         ///< of the batch of outcomes at hand, for the return centre
    bool tells_turnover_ = false, notes_outcomes_ = false;
    Units units_return_started_ = 0;
    std::unique_ptr<GradeBook> grades_;   ///< where products are graded
    std::unique_ptr<DeskPrices> prices_;  ///< where prices follow the stock
    bool has_parts_;                      ///< some of the stock is for some channels only
    bool has_returns_;                    ///< some orders are returned
    bool counts_sessions_;
    SessionSales session_sales_;
    std::int64_t further_lines_ = 0;
    std::map<std::uint32_t, OpenBasket> open_baskets_;  ///< by number of the first line
    /// Sources that have refused an order, by its number; kept where the rank may change, and for lines.
    std::map<std::uint32_t, std::vector<std::uint16_t>> refusals_;
    bool quotes_ = false;                      ///< customers are told a time of their own
    std::vector<std::uint32_t> quoted_times_;  ///< quoted promises of the measured, delivered orders, by delivery_bin
};

}  // namespace spate::models
