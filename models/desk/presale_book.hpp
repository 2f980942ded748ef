#pragma once

#include <cstdint>

#include "sim/snapshot/archive_fwd.hpp"
#include "sim/trace/recorder.hpp"
#include "models/base/by_period.hpp"
#include "models/base/ledger.hpp"
#include "models/base/messages.hpp"
#include "models/base/presale.hpp"
#include "models/sites/stage.hpp"

namespace spate::models {

struct RunFrame;

/// The deposits of one desk: money taken, paid up, kept and given back, and the score of what became of them.
///
/// Payments are noted in the sample period of their time when the order is taken, and posted at its end: they are known
/// then already (Presale). Only an order that finds no goods later is taken out again.
class PresaleBook {
  public:
    PresaleBook(const ChannelSpec& channel, const RunFrame& frame, Ledger& ledger);

    const Presale& terms() const { return terms_; }

    /// A customer orders and pays the deposit. Requires: terms().holds(order.placed).
    void accept(const Order& order, const DepositFate& fate);
    /// The balance was not paid, and the desk knows.
    void give_up(const Order& order, const DepositFate& fate);
    /// No site has the goods: what has been paid by `now` is given back.
    void give_back(const Order& order, Time now);
    /// Goods were handed to the carrier at `shipped`.
    void note_shipped(const Order& order, Time paid, Time shipped);
    /// Goods came to the customer, or were late.
    void note_delivered(const Order& order, Time delivered, bool is_promised, bool is_late);

    /// An ordinary order of this channel (the window is over): paid in full, which the site expects.
    void take_full(const Order& order);
    void give_back_full(const Order& order);

    /// Orders whose goods are not set aside wait here until the desk knows of the payment, or that there is none.
    JobQueue& kept() { return kept_; }

    const JobQueue& kept() const { return kept_; }

    /// Deposits neither paid up, given up nor given back, at the last sample.
    std::int64_t open() const { return accepted_ - paid_ - given_up_ - returned_; }

    /// Closes a sample period: posts its payments and writes the desk's row of /series/presale.
    void sample(Time at, std::uint32_t desk, sim::TraceWriter& writer);
    /// Writes the desk's row of /summary/presale.
    void write_summary(Time end, std::uint32_t desk, sim::TraceWriter& writer) const;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(terms_, flows_, kept_, accepted_, paid_, given_up_, returned_, accepted_since_, given_up_since_);
        sim::plain(archive, score_);
    }

  private:
    /// Payments of one sample period.
    struct Flow {
        std::int64_t paid = 0;
        Money balance = 0;

        template <class Archive>
        void serialize(Archive& archive) {
            archive(paid, balance);
        }
    };

    /// Counts over the orders placed in the measured time.
    struct Score {
        std::int64_t deposits = 0, units = 0, paid = 0, cancelled = 0, lapsed = 0, returned = 0;
        std::int64_t due = 0;      ///< paid so long before the end that they ought to be shipped
        std::int64_t in_time = 0;  ///< of these, shipped in time
        std::int64_t shipped = 0, delivered = 0, promised = 0, late = 0;
        std::int64_t wait_us = 0;   ///< from payment to shipping, over shipped orders
        std::int64_t order_us = 0;  ///< from deposit to delivery, over delivered orders
        Money deposit_money = 0, kept_money = 0;
    };

    Money price_of(const Order& order) const;
    void count_paid(const Order& order, const DepositFate& fate, int sign);
    bool is_measured(const Order& order) const;
    bool is_due(Time paid) const;

    Presale terms_;
    const RunFrame& frame_;
    Ledger& ledger_;
    ByPeriod<Flow> flows_;
    JobQueue kept_;
    std::int64_t accepted_ = 0, paid_ = 0, given_up_ = 0, returned_ = 0;  ///< orders since time zero
    std::int64_t accepted_since_ = 0, given_up_since_ = 0;                ///< since the last sample
    Score score_;
};

}  // namespace spate::models
