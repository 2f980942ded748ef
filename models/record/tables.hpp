#pragma once

#include <cstdint>
#include <limits>

#include "sim/trace/recorder.hpp"
#include "models/base/units.hpp"
#include "models/record/term_tables.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// In integer columns: no such time; no such thing is no_row.
inline constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

/// Codes of the column `status` of /orders.
enum class OrderStatus : std::uint8_t {
    delivered,
    in_delivery,
    open,
    lost,
    refused,
    cancelled,
    given_up,      ///< the balance of the deposit was not paid
    group_failed,  ///< too few orders for the group by the cut-off
    withdrawn      ///< cancelled by the customer before it was packed
};

/// Codes of the column `kind` of /late_orders.
enum class LatePart : std::uint8_t { desk, stock, stage, carrier, transit };

/// The tables of a trace; docs/trace-format.md lists their columns.
struct TraceTables {
    sim::TableId site_series, stage_series, desk_series, lane_series, ledger_series;
    sim::TableId orders, late_orders, shipments, decisions;
    sim::TableId view_summary, feed_summary;                             ///< declared only where they have rows
    sim::TableId channel_stock_summary, withheld_summary, read_summary;  ///< likewise
    sim::TableId desk_summary, delivery_times, stock_summary, site_summary, stage_summary, lane_summary, ledger_summary;
    TermTables terms{};
    sim::TableId returns, return_series, return_summary, return_stages;  ///< only where there are return centres
    sim::TableId refund_fund_series, refund_fund_summary;                ///< only where a centre has a fund
    sim::TableId ticket_series, ticket_summary;                          ///< only where a centre has a service
    sim::TableId shelf_life_summary;                                     ///< only where products have a shelf life
    sim::TableId quality_summary;                                        ///< only where there are defects
    sim::TableId session_summary;                                        ///< only where sessions have more than a pulse
    sim::TableId grades, grade_summary, black_list, desk_grades;         ///< only where products are graded
    sim::TableId prices, price_summary, desk_prices;                     ///< only where prices follow the stock
    sim::TableId supply_shares, supply_summary;                          ///< only where a rule has several sources
    sim::TableId recalls, recall_summary, recall_sites, recall_desks;    ///< only where there are recalls
};

/// Numbers of things a grid needs to know before the run.
struct TraceSizes {
    std::uint32_t sites = 0, stages = 0, desks = 0, lanes = 0;
};

/// True if a channel sells on copies of the stock: /summary/feeds is written.
bool has_feeds(const ModelSpec& spec);

/// True if a product does not keep for ever: /summary/shelf_life is written.
bool has_shelf_lives(const ModelSpec& spec);

/// True if a channel has stock or a quota of its own: /summary/channel_stock and /summary/withheld are written.
bool has_channel_stock(const ModelSpec& spec);

TraceTables declare_tables(sim::Recorder& recorder, const ModelSpec& spec, const TraceSizes& sizes);

/// /network/*: names and properties of everything the other tables refer to, and the facts about the run.
void describe_model(sim::Recorder& recorder, const ModelSpec& spec);

}  // namespace spate::models
