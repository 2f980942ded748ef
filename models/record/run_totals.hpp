#pragma once

#include <vector>

#include "models/desk/order_desk.hpp"

/// Totals of a whole run that are added up over its processes.
namespace spate::models {

/// Writes the delivery times of all desks, and how many orders with a promise it lies in: /summary/delivery_time.
void write_delivery_times(const std::vector<OrderDesk*>& desks, sim::TableId table, Time end, sim::TraceWriter& writer);

/// Writes what every lane carried and cost: /summary/lanes.
void write_lane_totals(const ModelSpec& spec,
                       const std::vector<Site*>& sites,
                       const std::vector<OrderDesk*>& desks,
                       sim::TableId table,
                       Time end,
                       sim::TraceWriter& writer);

}  // namespace spate::models
