#pragma once

#include <cstdint>
#include <vector>

#include "sim/snapshot/archive.hpp"
#include "sim/trace/recorder.hpp"
#include "models/base/messages.hpp"
#include "models/base/units.hpp"

namespace spate::models {

struct RunFrame;

/// What was sold in each session: orders placed in the measured time, how many of them were shipped, for what money.
/// One for each desk, added up at the end.
/// Threads: owned by one process.
class SessionSales {
  public:
    /// A customer has ordered, or a line of an order is noted. Requires: order.session > 0.
    void note_placed(const RunFrame& frame, const Order& order);
    /// The goods of an order, or of a line of one, were handed to the carrier. Requires: order.session > 0.
    void note_shipped(const RunFrame& frame, const Order& order);

    /// An order was shipped without its gift of another product, which had run out. Requires: order.session > 0.
    void note_gift_missed(const RunFrame& frame, const Order& order, std::uint32_t units, bool was_promised);

    void add(const SessionSales& other);

    /// Writes a row of /summary/sessions for each session of the scenario.
    void write(const RunFrame& frame, Time end, sim::TraceWriter& writer) const;

    template <class Archive>
    void serialize(Archive& archive) {
        sim::block(archive, rows_);
    }

  private:
    struct Row {
        std::int64_t orders_placed = 0, units_placed = 0, orders_shipped = 0, units_shipped = 0;
        std::int64_t units_given = 0;  ///< of those shipped, as a gift
        Money revenue = 0, cost = 0;   ///< of those shipped
        /// Of those shipped: orders without their gift, its units, and of the orders those that had been promised it.
        std::int64_t without_gift = 0, gifts_missed = 0, promises_broken = 0;
    };

    Row& row(const Order& order);

    std::vector<Row> rows_;  ///< by session, as far as any has sold
};

/// Declares /summary/sessions.
sim::TableId declare_session_sales(sim::Recorder& recorder, const ModelSpec& spec);

}  // namespace spate::models
