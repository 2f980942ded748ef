#include "models/returns/refund_fund.hpp"

#include <vector>

#include "sim/snapshot/archive.hpp"

namespace spate::models {

void RefundFund::open() {
    ledger_.move_money(MoneyAccount::opening, MoneyAccount::refund_fund, spec_.opening);
    totals_.opening = spec_.opening;
}

void RefundFund::put_aside(Money turnover, bool is_measured) {
    turnover_ += turnover;
    const Money amount = to_money(spec_.share * static_cast<double>(turnover_)) - aside_;
    aside_ += amount;
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::refund_fund, amount);
    totals_.put_aside += is_measured ? amount : 0;
}

void RefundFund::note_paid(Money amount, bool is_measured) {
    ledger_.move_money(MoneyAccount::refund_fund, MoneyAccount::refunds, amount);
    totals_.paid += is_measured ? amount : 0;
    totals_.refunds += is_measured;
}

bool RefundFund::pay(const Waiting& refund, bool is_measured) {
    if (!waiting_.empty() || balance() < refund.amount) {
        waiting_.push_back(refund);
        return false;
    }
    note_paid(refund.amount, is_measured);
    return true;
}

const RefundFund::Waiting* RefundFund::pay_next(Time now, bool is_measured) {
    if (waiting_.empty() || balance() < waiting_.front().amount)
        return nullptr;
    paid_ = waiting_.front();
    waiting_.pop_front();
    note_paid(paid_.amount, is_measured);
    if (is_measured) {
        ++totals_.waited;
        totals_.wait_us += (now - paid_.due).us;
    }
    return &paid_;
}

void RefundFund::write_summary(Time end, std::uint32_t centre, sim::TableId table, sim::TraceWriter& writer) const {
    Money owed = 0;
    for (const auto& refund : waiting_)
        owed += refund.amount;
    writer.row(table,
               end,
               {std::int64_t{centre},
                totals_.opening,
                totals_.put_aside,
                totals_.paid,
                balance(),
                totals_.refunds,
                totals_.waited,
                static_cast<std::int64_t>(totals_.wait_us),
                waiting(),
                owed});
}

template <class Archive>
void RefundFund::serialize(Archive& archive) {
    std::vector<Waiting> waiting(waiting_.begin(), waiting_.end());
    sim::block(archive, waiting);
    waiting_.assign(waiting.begin(), waiting.end());
    archive(turnover_, aside_);
    sim::plain(archive, totals_);
}

template void RefundFund::serialize(sim::StateWriter& archive);
template void RefundFund::serialize(sim::StateReader& archive);

}  // namespace spate::models
