#include "models/record/run_totals.hpp"

#include <limits>
#include <map>

namespace spate::models {

void write_delivery_times(const std::vector<OrderDesk*>& desks,
                          sim::TableId table,
                          Time end,
                          sim::TraceWriter& writer) {
    std::vector<std::int64_t> bins(OrderDesk::delivery_bins), promised(OrderDesk::delivery_bins);
    for (const auto* desk : desks) {
        desk->add_promised_times(promised);
        for (std::size_t i = 0; i < bins.size(); ++i)
            bins[i] += desk->delivery_times()[i];
    }
    const double width = OrderDesk::delivery_bin.hours();
    for (std::size_t i = 0; i < bins.size(); ++i) {
        const double from = static_cast<double>(i) * width;
        const double to = i + 1 < bins.size() ? from + width : std::numeric_limits<double>::infinity();
        writer.row(table, end, {from, to, bins[i], promised[i]});
    }
}

void write_lane_totals(const ModelSpec& spec,
                       const std::vector<Site*>& sites,
                       const std::vector<OrderDesk*>& desks,
                       sim::TableId table,
                       Time end,
                       sim::TraceWriter& writer) {
    std::map<Index, LaneTotals> lanes;
    std::map<Index, Units> arrived;
    for (const auto* site : sites) {
        const auto totals = site->lane_totals();
        lanes.insert(totals.begin(), totals.end());
        arrived.insert(site->arrived_by_lane().begin(), site->arrived_by_lane().end());
    }
    for (const auto* desk : desks) {
        for (const auto& [lane, units] : desk->delivered_by_lane())
            arrived[lane] += units;
    }
    for (Index l = 0; l < spec.lanes.size(); ++l) {
        const auto& lane = lanes[l];
        writer.row(table,
                   end,
                   {std::int64_t{l},
                    lane.units,
                    arrived[l],
                    lane.units - arrived[l],
                    lane.departures,
                    lane.vehicles,
                    lane.cost,
                    lane.co2_g});
    }
}

}  // namespace spate::models
