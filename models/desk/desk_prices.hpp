#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/snapshot/archive_fwd.hpp"
#include "sim/trace/recorder.hpp"
#include "models/base/messages.hpp"
#include "models/demand/customer_order.hpp"
#include "models/prices/price_messages.hpp"
#include "models/sites/run_frame.hpp"

namespace spate::models {

/// What one desk knows of the prices that follow the stock, who pays them, and what they brought.
/// Docs: docs/models/prices.md.
class DeskPrices {
  public:
    /// Requires: the model has rules of prices. The frame must outlive this.
    explicit DeskPrices(const RunFrame& frame);

    /// Products have other prices from `now` on. Requires: later customers come no earlier than those asked so far.
    void note(const PriceNotice& notice, Time now);

    /// Whether a customer orders at the price of the time he comes. Customers of sessions do at any. With a lower price
    /// the same ones do, and more. Counts those who make the difference to the normal price.
    bool takes(const CustomerOrder& customer);

    /// Gives an order, or a line of one, the step of its product's price when the customer came, and counts it.
    void mark(Order& order);

    /// An order has become one of another product at this time: it has that one's price.
    void exchange(const Order& before, Order& after, Time now);

    /// The goods of an order, or of a line of one, were handed to the carrier.
    void note_shipped(const Order& order);

    /// The desk's rows of /summary/desk_prices.
    void write_summary(Time end, std::uint32_t desk, sim::TraceWriter& writer) const;

    template <class Archive>
    void serialize(Archive& archive);

  private:
    /// At one step of one rule, of customers outside of sessions in the measured time.
    struct Counts {
        std::int64_t gained = 0, lost = 0, placed = 0;
        Units shipped = 0;
        Money paid = 0, normal = 0;
    };

    struct State {
        Time from;
        std::uint64_t step = 0;
    };

    std::uint8_t step(Index product, Time at) const;

    bool counts(const Order& order) const {
        return order.session == 0 && order.placed >= frame_.measured_from() && frame_.ladders.has_rule(order.product);
    }

    Counts& of(Index product, std::size_t step) {
        return counts_[(frame_.ladders.rule(product) * (most_price_steps + 1)) + step];
    }

    const RunFrame& frame_;
    sim::RunSeed seed_;
    Time asked_;                                  ///< when the last customer came who was asked
    std::map<Index, std::vector<State>> states_;  ///< of products whose price has changed, by time, from then on
    std::vector<Counts> counts_;                  ///< by rule and step
};

}  // namespace spate::models
