#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "sim/engine/context.hpp"
#include "sim/trace/recorder.hpp"
#include "models/base/ledger.hpp"
#include "models/base/messages.hpp"
#include "models/quality/recall_messages.hpp"

namespace spate::models {

struct RunFrame;

/// What the customers of one desk have of each batch, and what becomes of it when it is called back: a share of them
/// take part, throw the goods away and have their money back. Docs: docs/models/quality.md.
class SoldBatches {
  public:
    SoldBatches(const RunFrame& frame, std::uint32_t desk, std::uint64_t key, Ledger& ledger);

    /// An order is going to be returned: its units are not counted as kept. Before take().
    void note_return(const Order& order, Time at, bool is_quality);

    /// An order lies at the pick-up point until it goes back: its customer never has the goods. Before take().
    void note_unfetched(const Order& order) { unfetched_.insert(order.number); }

    /// Takes in the shipped orders of a batch of outcomes. Returns what the quality office is to hear of returns.
    std::vector<ReturnedUnits> take(const OutcomeBatch& outcomes, Time now);

    /// Goods are called back: customers that take part have their money back at once.
    void recall(const RecallNotice& notice, Time now);

    /// To the quality office.
    sim::Output<QualityNews>& news() { return news_; }

    /// Writes the desk's row of /summary/recall_desks.
    void write_summary(Time end, sim::TraceWriter& writer) const;

    template <class Archive>
    void serialize(Archive& archive);

  private:
    /// Units of one batch that customers have and have not begun to return.
    struct Sold {
        Units units = 0;
        Money paid = 0;  ///< for these [micro-currency]
    };

    using Key = std::pair<Index, std::uint64_t>;  ///< product, batch

    struct Return {
        Time at;
        bool is_quality = false;
    };

    /// Of recalls in the measured time.
    struct Totals {
        Units sold = 0, back = 0, back_bad = 0;  ///< with customers when called back; of these, given up
        Money refunded = 0;
    };

    void call_back(const Key& key, const Sold& sold, Time now);

    const RunFrame& frame_;
    std::uint32_t desk_;
    std::uint64_t key_;
    Ledger& ledger_;
    sim::Output<QualityNews> news_;
    std::map<Key, Sold> sold_;
    std::set<std::uint64_t> recalled_;
    std::map<std::uint32_t, Return> returns_;  ///< by number of the order; of the batch of outcomes at hand
    std::set<std::uint32_t> unfetched_;        ///< by number of the order; likewise
    std::uint64_t draws_ = 0;
    Totals totals_;
};

}  // namespace spate::models
