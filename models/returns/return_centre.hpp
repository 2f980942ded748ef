#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/engine/context.hpp"
#include "sim/engine/process.hpp"
#include "sim/trace/recorder.hpp"
#include "models/base/ledger.hpp"
#include "models/base/wide.hpp"
#include "models/returns/refund_fund.hpp"
#include "models/returns/return_messages.hpp"
#include "models/sites/site.hpp"
#include "models/sites/stage.hpp"
#include "models/sites/tick_times.hpp"

namespace spate::models {

/// A place that takes goods back: unloads, inspects and grades them, and sends each on by rule. All units of an order
/// come back together and get one grade.
///
///   notice from a desk ──▶ way back ──▶ dock ──▶ inspection ──▶ grade ──▶ re-shelving: shipment to a site
///          │                                                          ├──▶ special sale, outlet: sold as seconds
///          ├▶ ticket ──▶ bot or agents ──▶ answer                     ├──▶ repair, then one of those
///          └▶ money only: refunded or refused                         └──▶ scrap
///
/// Queues are stages, so all times are exact and no event is spent on a single return: the centre looks at what is done
/// in waves, at its sales and departures, and at sample times. Docs: docs/models/returns.md.
class ReturnCentre final : public sim::Process {
  public:
    ReturnCentre(const RunFrame& frame, Index centre, sim::TraceWriter& writer);

    /// Re-shelved goods leave by this one.
    sim::Output<Shipment>& shelf() { return shelf_; }

    void start(sim::Context& context) override;
    void on_event(sim::Context& context, sim::Event& event) override;
    void on_loaded(sim::Context& context) override;
    void finish(Time end) override;
    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;

    // Called between windows by one thread, with all events before `at` handled and none after.

    /// Posts what has accrued and writes the row of the series.
    void sample(Time at);
    /// The measured time begins.
    void start_measuring(Time at);

    const Ledger& ledger() const { return ledger_; }

    /// Units that have left the state "returning" here since time zero: received, or kept by the customer.
    Units units_taken() const { return units_taken_; }

    /// Units sent to the site for re-shelving since time zero.
    Units units_sent() const { return units_sent_; }

    /// Compares the returns that are here, one by one, with the ledger. Throws: InvariantError.
    void audit() const;

  private:
    using Moment = ReturnCentreSpec::Moment;
    enum class State : std::uint8_t { on_the_way, before_grade, to_shelf, to_special, to_outlet, in_repair, gone };

    struct Return {
        Order order;  ///< its `slot` is the place in returns_
        Time delivered, started;
        Time received{no_time}, inspected{no_time}, answered{no_time}, refunded{no_time}, closed{no_time};
        Money value = 0, cost = 0;  ///< recovered; spent on it here and on the way [micro-currency]
        std::uint32_t desk = 0;
        ReturnReason reason = ReturnReason::other;
        ReturnGrade true_grade = ReturnGrade::a, grade = ReturnGrade::a;
        ReturnRoute route = ReturnRoute::reshelve;
        State state = State::on_the_way;
        bool is_repaired = false;
        bool is_untrue = false;      ///< a claim of somebody whose goods are all right
        bool is_refund_open = true;  ///< money is still to be paid
        bool is_claim = false;       ///< for money only: the customer keeps the goods
        bool is_refused = false;     ///< such a claim, as soon as it is decided
        bool is_ticket_open = false;
        bool is_by_bot = false;
        bool is_misjudged = false;  ///< put down to the wrong side
        bool is_unfetched = false;  ///< from a pick-up point: nobody has come for it
        std::uint16_t tries = 0;    ///< sales that did not sell it
    };

    /// What happens to a return at a time that is known before.
    struct Due {
        Time at;
        std::uint64_t key = 0;  ///< of the order: ties are broken by it
        std::uint32_t slot = 0;
        std::uint32_t is_refund = 0;
    };

    /// Sums over the measured time.
    struct Totals {
        std::int64_t orders_received = 0, units_received = 0, orders_graded = 0, orders_misgraded = 0, orders_late = 0,
                     orders_closed = 0, units_closed = 0;
        std::array<std::int64_t, return_reasons> started{};  ///< returns begun, by reason
        std::array<std::int64_t, 5> units_by_route{};        ///< closed; repaired ones by where they went then
        std::int64_t units_repaired = 0;
        Money price_closed = 0, value = 0, cost = 0, fixed = 0;  ///< of closed returns but `fixed` [micro-currency]
        Wide grading_us = 0, closing_us = 0, disposal_us = 0, refund_us = 0;
        std::int64_t refunds = 0;
        Money refunded = 0;
        std::int64_t claims = 0, claims_refused = 0, wrongly_refused = 0, claims_true = 0;
        Money abuse_paid = 0;
        std::int64_t tickets = 0, answered = 0, by_bot = 0, in_time = 0, complaints = 0, judged = 0, misjudged = 0;
        Wide answer_us = 0, complaint_us = 0;
        Money claimed = 0;  ///< from suppliers [micro-currency]
    };

    /// Units, orders closed and so on since the last sample.
    struct Flow {
        Units received = 0, closed = 0;
        std::int64_t answered = 0;
    };

    static bool comes_later(const Due& a, const Due& b) {
        return a.at != b.at ? a.at > b.at : a.key != b.key ? a.key > b.key : a.is_refund > b.is_refund;
    }

    void on_notices(sim::Context& context, sim::Event& event);
    void take_notice(const ReturnNotice& notice, bool is_kept, Time now);
    bool asks_for_money_only(const Order& order) const;
    void take_claim(Return& entry);
    void begin(Return& entry, Time at);
    void expect_goods(Return& entry, Time at);
    void on_sale(sim::Context& context, bool is_special);
    void on_reshelve(sim::Context& context);
    void schedule(sim::Context& context, std::uint64_t which);
    void schedule_wave(sim::Context& context);
    Time next_wave(Time now) const;

    // return_flow.cpp: goods pass the stages
    void work_off(Time until, Time stamp);
    void handle_starts(Time until);
    void handle_due(Time until);
    void receive(Return& entry, Time at);
    void refund(Return& entry, Time at);
    void note_refunded(Return& entry, Time at, Money amount);
    Money paid_for(const Return& entry) const;

    bool is_from_fund(const Return& entry) const { return fund_ && fund_->pays(entry.reason); }

    void fill_fund(Money turnover, Time now);
    void plan_refund(Return& entry, Time after, ReturnCentreSpec::Moment moment);
    void grade(Return& entry, Time at);
    void send_on(Return& entry, ReturnRoute route, Time at);
    void repaired(Return& entry, Time at);
    void sell(Return& entry, const SecondsSaleSpec& sale, Time at);
    void scrap(Return& entry, Time at);
    void close(Return& entry, Time at, Money value);
    void release(Return& entry);
    void spend(Return& entry, MoneyAccount account, Money amount);
    bool is_past_window(const Return& entry) const;
    static void push(std::vector<Due>& heap, const Return& entry, Time at, bool is_refund);
    static Due pop(std::vector<Due>& heap);

    // return_service.cpp: customers ask and are answered
    void work_off_tickets(Time until);
    void open_ticket(Return& entry, Time at);
    void answer(Return& entry, Time at);
    void note_answer(const Return& entry, Time at);
    void charge_supplier(Return& entry, Time at);
    void decide_claim(Return& entry, Time at, Time earliest);
    std::int64_t overdue(Time end) const;
    void sample_tickets(Time at);
    void write_tickets(Time end) const;

    // return_books.cpp
    static std::int64_t route_code(const Return& entry);
    void record(const Return& entry);
    void accrue(Time at);
    void write_summary(Time end) const;
    void write_stages(Time end) const;

    Units units_in(State state) const { return units_[static_cast<std::size_t>(state)]; }

    void move(Return& entry, State to) {
        units_[static_cast<std::size_t>(entry.state)] -= entry.order.quantity;
        units_[static_cast<std::size_t>(to)] += entry.order.quantity;
        entry.state = to;
    }

    bool is_measured(Time at) const { return at >= frame_.measured_from(); }

    template <class Archive>
    void serialize(Archive& archive);

    const RunFrame& frame_;
    const ReturnCentreSpec& spec_;
    Index index_;
    sim::TraceWriter& writer_;
    sim::Output<Shipment> shelf_;
    Ledger ledger_;
    std::unique_ptr<RefundFund> fund_;  ///< where it has one

    std::vector<Return> returns_;  ///< by slot
    std::vector<std::uint32_t> free_;
    std::vector<Due> starts_, due_;                         ///< min-heaps: returns to begin; what comes after that
    std::vector<Stage> dock_, inspect_, repair_, service_;  ///< none or one
    JobQueue graded_, repaired_, answered_;                 ///< past the stage: as of `ready`
    std::vector<std::uint32_t> to_shelf_, to_special_, to_outlet_;
    TickTimes waves_;

    std::array<Units, 7> units_{};  ///< by state
    Units units_taken_ = 0, units_sent_ = 0;
    std::int64_t refunds_open_ = 0;
    Flow flow_;
    Totals totals_;
    double fixed_posted_ = 0;
    Time stamp_;  ///< of the rows written now
};

}  // namespace spate::models
