#pragma once

#include <cstdint>
#include <deque>

#include "sim/trace/recorder.hpp"
#include "models/base/ledger.hpp"
#include "models/base/wide.hpp"
#include "models/record/tables.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Money that a return centre has put aside for refunds. A refund that it cannot pay waits, first come, first served,
/// until enough has come in. All money in it is in the account `refund_fund` of the centre's ledger.
/// Docs: docs/models/returns.md.
class RefundFund {
  public:
    /// A refund that waits for money.
    struct Waiting {
        Time due;
        std::uint32_t slot = 0, unused = 0;
        Money amount = 0;
    };

    /// Requires: `spec` and `ledger` outlive this.
    RefundFund(const RefundFundSpec& spec, Ledger& ledger)
        : spec_(spec)
        , ledger_(ledger) {}

    /// The money it begins with. Once, at the start of the run.
    void open();

    bool pays(ReturnReason reason) const { return spec_.pays[static_cast<std::size_t>(reason)]; }

    /// Puts aside its share of a turnover, exactly to the smallest unit of money in the long run.
    void put_aside(Money turnover, bool is_measured);

    /// Pays, if nobody waits before and the money is there; else the refund waits. True: paid.
    bool pay(const Waiting& refund, bool is_measured);

    /// The next refund that waited and can be paid now is taken off the queue and paid. Null: none.
    const Waiting* pay_next(Time now, bool is_measured);

    Money balance() const { return ledger_.balance(MoneyAccount::refund_fund); }

    std::int64_t waiting() const { return static_cast<std::int64_t>(waiting_.size()); }

    void start_measuring() {
        totals_ = {};
        totals_.opening = balance();
    }

    /// Writes the row of /summary/refund_funds.
    void write_summary(Time end, std::uint32_t centre, sim::TableId table, sim::TraceWriter& writer) const;

    template <class Archive>
    void serialize(Archive& archive);

  private:
    struct Totals {
        Money opening = 0, put_aside = 0, paid = 0;
        std::int64_t refunds = 0, waited = 0;
        Wide wait_us = 0;  ///< of those that waited and were paid
    };

    void note_paid(Money amount, bool is_measured);

    const RefundFundSpec& spec_;
    Ledger& ledger_;
    std::deque<Waiting> waiting_;
    Waiting paid_;                    ///< what pay_next() gave last
    Money turnover_ = 0, aside_ = 0;  ///< since time zero: seen; put aside of it
    Totals totals_;
};

}  // namespace spate::models
