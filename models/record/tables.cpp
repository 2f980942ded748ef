#include "models/record/tables.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "models/base/ledger.hpp"
#include "models/demand/session_book.hpp"
#include "models/desk/session_sales.hpp"
#include "models/record/columns.hpp"

namespace spate::models {

namespace {

using namespace columns;  // NOLINT(google-build-using-namespace): tables, nothing else

void declare_series(sim::Recorder& recorder, const ModelSpec& spec, const TraceSizes& sizes, TraceTables& tables) {
    tables.site_series = recorder.add_table(
        {"/series/sites",
         "State of every site just before the events of each sample time; flows since the sample before",
         {units("on_hand", "physically there, reserved or not"),
          units("reserved", "promised, not yet gone"),
          money("stock_value", spec.currency, "on hand at standard cost"),
          units("backordered", "customers wait for them"),
          units("on_order", "ordered from the source, not yet received"),
          count("in_process", "customer orders at the site, waiting ones included"),
          count("orders_received", "customer orders that reached the site"),
          count("orders_shipped", "customer orders handed to the carrier"),
          count("orders_refused", "customer orders that found no stock")},
         sizes.sites,
         sites_path});
    if (sizes.stages > 0) {
        tables.stage_series = recorder.add_table(
            {"/series/stages",
             "Queue and servers of every stage just before the events of each sample time; work and "
             "capacity since the sample before",
             {count("waiting", "jobs in the queue"),
              count("in_service", "jobs at the servers"),
              count("completed", "jobs finished since time zero"),
              real("work", "h", "work done since the sample before, in hours of a server"),
              real("capacity", "h", "work the servers could do in that time (0: unlimited servers)")},
             sizes.stages,
             "/network/stages"});
    }
    tables.desk_series = recorder.add_table(
        {"/series/desks",
         "Customer orders of every market and channel between two sample times",
         {count("placed", "orders placed and released"),
          count("lost", "orders not served: no stock"),
          count("cancelled", "orders given up while waiting"),
          count("delivered", "orders delivered"),
          count("late", "of these, later than promised"),
          count("open",
                "orders placed, neither delivered nor lost, cancelled, withdrawn or given up, at the sample time"),
          count("returns", "delivered orders whose customer has started to return them"),
          units("units_returned", "units of these"),
          count("given_up", "orders whose balance was not paid, or whose group failed"),
          count("withdrawn", "orders cancelled by the customer before they were packed")},
         sizes.desks,
         "/network/desks"});
    if (sizes.lanes > 0) {
        tables.lane_series = recorder.add_table({"/series/lanes",
                                                 "Goods that left by every lane between two sample times",
                                                 {units("units", "departed, to a site or to customers")},
                                                 sizes.lanes,
                                                 "/network/lanes"});
    }
    tables.ledger_series = recorder.add_table(
        {"/series/ledger",
         "Balance of every account at each sample time; all units add up to zero, and so does all money",
         {count("balance", "units, or millionths of the currency; see /network/accounts")},
         static_cast<std::uint32_t>(unit_accounts + money_accounts),
         "/network/accounts"});
}

void declare_events(sim::Recorder& recorder, TraceTables& tables) {
    declare_orders(recorder, tables);
    Column kind{"kind",
                ColumnType::u8,
                "1",
                "where: before the site, for stock, in front of a stage, for the carrier, beyond the mean transit time",
                {"desk", "stock", "stage", "carrier", "transit"},
                "",
                1.0};
    tables.late_orders = recorder.add_table(
        {"/late_orders",
         "Where the late orders of the sample lost time: a row for the way to the site, and one for each other place "
         "where it was not 0; written when the order leaves the site",
         {Column{"id", ColumnType::i64, "1", "as in /orders", {}, "", 1.0},
          moment("placed", "customer ordered"),
          row_of("site", sites_path, "site that shipped it"),
          row_of("stage", "/network/stages", "stage waited for (4294967295: none)"),
          kind,
          real("hours", "h", "waited; of transit: more than the mean of the lane, or less")}});
    tables.shipments = recorder.add_table({"/shipments",
                                           "Goods moved between sites, one row per arrival (trace: shipments: true)",
                                           {row_of("lane", "/network/lanes", "lane"),
                                            row_of("from", sites_path, "sending site"),
                                            row_of("to", sites_path, "receiving site"),
                                            count("lines", "number of product lines"),
                                            units("quantity", "units of all lines"),
                                            moment("sent", "departed"),
                                            moment("arrived", "reached the dock")}});
    tables.decisions = recorder.add_table(
        {"/decisions",
         "Replenishment decisions, one row per product looked at (trace: decisions: true)",
         {row_of("site", sites_path, "site that reviewed"),
          row_of("product", "/network/products", "product"),
          real("forecast", "units", "forecast demand per forecast period; NaN where the policy uses none"),
          units("position", "stock position before the decision, less what `expiring` leaves out"),
          units("ordered", "units ordered")}});
}

void declare_stock_summaries(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables) {
    tables.stock_summary =
        recorder.add_table({"/summary/stock",
                            "Units of every product at every site: initial + received + produced + returned = shipped "
                            "+ consumed + scrapped + expired + final; means over the horizon",
                            {row_of("site", sites_path, "site"),
                             row_of("product", "/network/products", "product"),
                             units("initial", "at time zero"),
                             units("received", "put away, or bought by a site with unlimited stock"),
                             units("produced", "made here"),
                             units("returned", "come back from customers"),
                             units("shipped", "gone to customers and other sites"),
                             units("consumed", "used up in production"),
                             units("scrapped", "thrown away or sent back after a recall"),
                             units("expired", "left the shelf because their time was over"),
                             units("final", "on hand at the end"),
                             real("mean_on_hand", "units", "time average on hand"),
                             real("mean_backordered", "units", "time average waited for"),
                             real("mean_on_order", "units", "time average on order")}});
    tables.site_summary =
        recorder.add_table({"/summary/sites",
                            "Time averages of every site over the horizon",
                            {row_of("site", sites_path, "site"),
                             real("mean_on_hand", "units", "on hand"),
                             real("mean_stock_value", spec.currency, "on hand at standard cost"),
                             real("mean_backordered", "units", "customers wait for them"),
                             real("mean_on_order", "units", "on order"),
                             real("mean_orders_waiting", "1", "customer orders that wait for stock"),
                             real("mean_orders_finished", "1", "past the last stage, wait for the carrier"),
                             count("lines_ordered", "replenishment order lines placed")}});
    tables.lane_summary = recorder.add_table(
        {"/summary/lanes",
         "Goods on every lane, to sites and to customers: units since time zero, the rest over the horizon",
         {row_of("lane", "/network/lanes", "lane"),
          units("units_sent", "departed"),
          units("units_arrived", "reached the other end"),
          units("units_in_transit", "on the way at the end"),
          count("departures", "trips, or parcels to customers"),
          count("vehicles", "vehicles used"),
          money("cost", spec.currency, "freight"),
          real("co2", "g", "CO2 equivalent")}});
}

/// How the channels know the stock.
void declare_view_summaries(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables) {
    if (spec.trace.views_within) {
        tables.view_summary = recorder.add_table(
            {"/summary/views",
             "What desks that sell on copies of the stock know of it, summed over the samples of the horizon",
             {row_of("desk", "/network/desks", "market and channel"),
              count("samples", "samples"),
              count("stocks", "products at sites looked at"),
              count("stocks_known", "of these, known to within the tolerance (trace: views)"),
              units("units_hidden", "there, of products that the desk takes as sold out"),
              units("units_excess", "in the desk's view, but not there")}});
    }
    if (has_feeds(spec)) {
        tables.feed_summary = recorder.add_table(
            {"/summary/feeds",
             "Messages about the stock from sites to channels that sell on copies of it, over the horizon",
             {row_of("site", sites_path, "site"),
              row_of("channel", "/network/channels", "channel"),
              count("messages", "sent"),
              count("messages_lost", "of these, lost"),
              real("mean_delay", "s", "of the others: from the change to the channel"),
              count("checks", "times that what the channel was told was compared with the stock"),
              count("incidents", "products found outside the tolerance, once each until put right"),
              count("repaired", "of these, put right by a message")}});
    }
}

/// What of the stock is whose.
void declare_channel_stock(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables) {
    if (has_channel_stock(spec)) {
        tables.channel_stock_summary = recorder.add_table(
            {"/summary/channel_stock",
             "Stock set apart for channels, and their quotas, at every site that has some, over the horizon: opening + "
             "set apart = sold own + released + recalled + left",
             {row_of("site", sites_path, "site"),
              row_of("channel", "/network/channels", "channel"),
              units("units_opening", "set apart when the horizon began"),
              units("units_set_apart", "set apart since, of what has arrived"),
              units("units_sold_own", "sold to the channel of what was set apart for it, of these products"),
              units("units_sold_shared", "sold to the channel of the shared stock, of these products"),
              units("units_released", "not sold in time: shared since"),
              units("units_recalled", "taken off the shelf by a recall, or because their time was over"),
              units("units_left", "set apart at the end"),
              count("orders_withheld", "refused by the site, which had the goods, but not for this channel"),
              count("orders_at_quota", "of these, because of the quota alone")}});
        tables.withheld_summary =
            recorder.add_table({"/summary/withheld",
                                "Orders lost or refused while a site had the goods, but not for their channel",
                                {row_of("desk", "/network/desks", "market and channel"),
                                 count("orders", "orders, or lines of orders of several"),
                                 units("units", "units of these")}});
    }
    const bool reads =
        std::any_of(spec.channels.begin(), spec.channels.end(), [](const auto& channel) { return channel.read; });
    if (reads) {
        tables.read_summary =
            recorder.add_table({"/summary/reads",
                                "Desks whose customers are shown a replica of the stock",
                                {row_of("desk", "/network/desks", "market and channel"),
                                 count("orders_stale", "lost though the customer had been shown the goods")}});
    }
}

void declare_summaries(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables) {
    declare_stock_summaries(recorder, spec, tables);
    declare_view_summaries(recorder, spec, tables);
    declare_channel_stock(recorder, spec, tables);
    tables.stage_summary =
        recorder.add_table({"/summary/stages",
                            "Queueing figures of every stage over the horizon",
                            {row_of("stage", "/network/stages", "stage"),
                             count("arrivals", "jobs that came"),
                             count("completed", "jobs finished"),
                             real("mean_in_system", "1", "time average of jobs waiting and in service"),
                             real("mean_waiting", "1", "time average in the queue"),
                             real("mean_in_service", "1", "time average at the servers"),
                             real("mean_wait", "h", "mean wait of jobs that came and started"),
                             real("mean_time", "h", "mean wait and service of jobs that came and finished"),
                             real("share_waited", "1", "share of jobs that waited at all"),
                             count("max_waiting", "longest queue"),
                             real("utilisation", "1", "mean in service / servers (0: unlimited servers)"),
                             real("work", "h", "work done, in hours of a server at working speed 1"),
                             real("capacity", "h", "work the servers could do while open (0: unlimited servers)"),
                             count("left", "jobs whose customer cancelled while they were in the queue"),
                             real("mean_wait_left", "h", "mean wait of these")}});
    declare_desk_summary(recorder, tables);
    tables.delivery_times = recorder.add_table(
        {"/summary/delivery_time",
         "Histogram of the time from placing to delivery of delivered orders placed in the horizon",
         {real("from", "h", "bin start"),
          real("to", "h", "bin end (infinite for the last)"),
          count("orders", "orders in the bin"),
          count("promised", "the same orders by their promised time; those without a promise left out")}});
    tables.ledger_summary = recorder.add_table({"/summary/ledger",
                                                "Every account at the start and at the end of the horizon",
                                                {row_of("account", "/network/accounts", "account"),
                                                 count("opening", "units or millionths of the currency"),
                                                 count("closing", "units or millionths of the currency")}});
}

void declare_shelf_life(sim::Recorder& recorder, TraceTables& tables) {
    tables.shelf_life_summary = recorder.add_table(
        {"/summary/shelf_life",
         "Products with a shelf life at every site with a limited stock, over the horizon",
         {row_of("site", sites_path, "site"),
          row_of("product", "/network/products", "product"),
          units("expired", "left the shelf because their time was over"),
          units("stopped", "delivered here when it already was: not put on the shelf"),
          units("sold", "left for customers"),
          units("sold_late", "of these, reached the customer after the end of their shelf life"),
          real("mean_left",
               "h",
               "shelf life left when the sold units reach their customers, at least 0; NaN: none sold"),
          real("mean_life", "h", "shelf life of the sold units; NaN: none sold")}});
}

void declare_quality_table(sim::Recorder& recorder, TraceTables& tables) {
    tables.quality_summary = recorder.add_table(
        {"/summary/quality",
         "Defective units and inspections at every site over the horizon",
         {row_of("site", sites_path, "site"),
          units("units_in", "delivered by suppliers whose units may be defective"),
          units("defective_in", "of these, defective on arrival"),
          units("units_replaced", "defective units that the suppliers found and replaced themselves"),
          count("batches", "product lines of deliveries inspected"),
          count("batches_failed", "of these, failed"),
          count("batches_screened", "tested whole because batches before them had failed"),
          units("units_tested", "in samples"),
          units("units_removed", "sent back or scrapped"),
          units("defective_removed", "of these, defective"),
          units("units_out", "shipped to customers"),
          units("defective_out", "of these, defective"),
          count("deliveries", "deliveries whose test was begun"),
          {"bench_wait_sum", ColumnType::i64, "us", "how long these had waited for a test bench", {}, "", 1.0}}});
}

template <class Items, class Get>
std::vector<std::string> texts(const Items& items, Get&& get) {
    std::vector<std::string> values;
    for (const auto& item : items)
        values.push_back(get(item));
    return values;
}

template <class Items, class Get>
std::vector<sim::Cell> cells(const Items& items, Get&& get) {
    std::vector<sim::Cell> values;
    for (const auto& item : items)
        values.push_back(get(item));
    return values;
}

std::string kind_name(SiteKind kind) {
    static const char* const names[] = {"supplier", "factory", "cdc", "rdc", "front", "store"};
    return names[static_cast<std::size_t>(kind)];
}

void describe_places(sim::Recorder& recorder, const ModelSpec& spec) {
    const auto lon = Column{"lon", ColumnType::f64, "degrees_east", "WGS-84 longitude", {}, "", 1.0};
    const auto lat = Column{"lat", ColumnType::f64, "degrees_north", "WGS-84 latitude", {}, "", 1.0};
    recorder.add_static({sites_path,
                         "Sites",
                         {{"id", "key in the scenario", texts(spec.sites, [](const auto& s) { return s.id; })},
                          {"name", "display name", texts(spec.sites, [](const auto& s) { return s.name; })},
                          {"kind", "kind of site", texts(spec.sites, [](const auto& s) { return kind_name(s.kind); })}},
                         {{lon, cells(spec.sites, [](const auto& s) { return s.lon; })},
                          {lat, cells(spec.sites, [](const auto& s) { return s.lat; })}}});
    recorder.add_static(
        {"/network/markets",
         "Markets",
         {{"id", "key in the scenario", texts(spec.markets, [](const auto& m) { return m.id; })},
          {"name", "display name", texts(spec.markets, [](const auto& m) { return m.name; })}},
         {{lon, cells(spec.markets, [](const auto& m) { return m.lon; })},
          {lat, cells(spec.markets, [](const auto& m) { return m.lat; })},
          {count("population", "inhabitants"), cells(spec.markets, [](const auto& m) { return m.population; })}}});
    recorder.add_static({"/network/channels",
                         "Channels",
                         {{"id", "key in the scenario", texts(spec.channels, [](const auto& c) { return c.id; })},
                          {"name", "display name", texts(spec.channels, [](const auto& c) { return c.name; })}},
                         {}});
}

void describe_stages(sim::Recorder& recorder, const ModelSpec& spec) {
    std::vector<std::string> names;
    std::vector<sim::Cell> sites;
    for (std::uint32_t s = 0; s < spec.sites.size(); ++s) {
        const auto add = [&](const StageSpec& stage) {
            names.push_back(stage.name);
            sites.emplace_back(s);
        };
        if (spec.sites[s].receive)
            add(*spec.sites[s].receive);
        for (const auto& stage : spec.sites[s].outbound)
            add(stage);
    }
    recorder.add_static({"/network/stages",
                         "Stages of sites, in the order jobs pass them",
                         {{"name", "stage", names}},
                         {{row_of("site", sites_path, "site"), sites}}});
}

void describe_lanes(sim::Recorder& recorder, const ModelSpec& spec) {
    const auto target = [](const LaneSpec& lane, bool market) { return lane.to_market == market ? lane.to : no_row; };
    recorder.add_static(
        {"/network/lanes",
         "Lanes",
         {{"mode", "how goods travel", texts(spec.lanes, [](const auto& l) { return l.mode; })}},
         {{row_of("from", sites_path, "sending site"), cells(spec.lanes, [](const auto& l) { return l.from; })},
          {row_of("to_site", sites_path, "receiving site (4294967295: a market)"),
           cells(spec.lanes, [&](const auto& l) { return target(l, false); })},
          {row_of("to_market", "/network/markets", "market served (4294967295: a site)"),
           cells(spec.lanes, [&](const auto& l) { return target(l, true); })},
          {real("distance", "km", "length"), cells(spec.lanes, [](const auto& l) { return l.distance_km; })},
          {real("mean_transit", "h", "mean transit time"),
           cells(spec.lanes, [](const auto& l) { return l.transit.mean() / 3600; })}}});
}

void describe_sessions(sim::Recorder& recorder, const ModelSpec& spec) {
    const auto& sessions = spec.sessions;
    recorder.add_static(
        {"/sessions",
         "Live-stream sessions",
         {{"id", "key in the scenario", texts(sessions, [](const auto& s) { return s.id; })},
          {"name", "display name", texts(sessions, [](const auto& s) { return s.name; })},
          {"host", "who sells", texts(sessions, [](const auto& s) { return s.host; })}},
         {{row_of("channel", "/network/channels", "channel of its orders"),
           cells(sessions, [](const auto& s) { return s.channel; })},
          {moment("start", "first broadcast begins"), cells(sessions, [](const auto& s) { return s.start.us; })},
          {count("broadcasts", "broadcasts in all"), cells(sessions, [](const auto& s) { return s.repeat_times; })}}});
}

void describe_accounts(sim::Recorder& recorder) {
    std::vector<std::string> names, kinds;
    for (std::size_t i = 0; i < unit_accounts; ++i) {
        names.emplace_back(name_of(static_cast<UnitAccount>(i)));
        kinds.emplace_back("units");
    }
    std::string expenses;
    for (std::size_t i = 0; i < money_accounts; ++i) {
        const auto account = static_cast<MoneyAccount>(i);
        names.emplace_back(name_of(account));
        kinds.emplace_back("money");
        if (is_expense(account))
            expenses += (expenses.empty() ? "" : ",") + std::string(name_of(account));
    }
    recorder.add_static({"/network/accounts",
                         "Accounts of the ledger; money is debit positive",
                         {{"name", "account", names}, {"kind", "units or money", kinds}},
                         {}});
    recorder.set_attribute({"expense_accounts", expenses, 0, true});
}

}  // namespace

bool has_feeds(const ModelSpec& spec) {
    return std::any_of(spec.channels.begin(), spec.channels.end(), [](const ChannelSpec& channel) {
        return is_told_changes(channel) || channel.view == StockView::cached;
    });
}

bool has_channel_stock(const ModelSpec& spec) {
    return std::any_of(spec.channels.begin(), spec.channels.end(), [](const ChannelSpec& channel) {
        return !channel.dedicated.empty() || !channel.quotas.empty();
    });
}

bool has_shelf_lives(const ModelSpec& spec) {
    return std::any_of(
        spec.products.begin(), spec.products.end(), [](const ProductSpec& product) { return product.shelf_life; });
}

TraceTables declare_tables(sim::Recorder& recorder, const ModelSpec& spec, const TraceSizes& sizes) {
    TraceTables tables;
    declare_series(recorder, spec, sizes, tables);
    declare_events(recorder, tables);
    declare_summaries(recorder, spec, tables);
    tables.terms = declare_term_tables(recorder, spec, sizes);
    if (has_shelf_lives(spec))
        declare_shelf_life(recorder, tables);
    if (!spec.defects.empty())
        declare_quality_table(recorder, tables);
    if (has_supply_splits(spec))
        declare_supply(recorder, spec, tables);
    if (has_rich_sessions(spec))
        tables.session_summary = declare_session_sales(recorder, spec);
    return tables;
}

void describe_model(sim::Recorder& recorder, const ModelSpec& spec) {
    const auto text = [&](std::string name, std::string value) {
        recorder.set_attribute({std::move(name), std::move(value), 0, true});
    };
    const auto number = [&](std::string name, std::int64_t value) {
        recorder.set_attribute({std::move(name), "", value, false});
    };
    text("name", spec.name);
    text("title", spec.title);
    text("start", spec.start);
    text("currency", spec.currency);
    const auto seed = static_cast<std::int64_t>(spec.seed);
    recorder.set_attribute({"seed", "", seed, false, seed < 0});
    number("replication", spec.replication);
    text("orders_share", fmt::format("{}", spec.trace.orders_share));
    text("orders_chosen_by", "hash of the order's key below share * 2^64: a smaller share is a part of a larger one");
    number("warm_up_us", spec.warm_up.us);
    number("horizon_us", spec.horizon.us);
    number("series_every_us", spec.trace.series_every.us);
    recorder.add_text(
        "/run/scenario", spec.scenario_text, "The scenario this run was made from, with everything it includes");
    recorder.add_static({"/network/products",
                         "Products",
                         {{"id", "key in the scenario", texts(spec.products, [](const auto& p) { return p.id; })},
                          {"name", "display name", texts(spec.products, [](const auto& p) { return p.name; })},
                          {"category", "category", texts(spec.products, [](const auto& p) { return p.category; })}},
                         {{money("price", spec.currency, "price of a unit"),
                           cells(spec.products, [](const auto& p) { return p.price; })},
                          {money("cost", spec.currency, "standard cost of a unit"),
                           cells(spec.products, [](const auto& p) { return p.cost; })},
                          {Column{"weight", ColumnType::i64, "g", "weight of a unit", {}, "", 1e-3},
                           cells(spec.products, [](const auto& p) { return p.weight_mg; })},
                          {Column{"volume", ColumnType::i64, "mL", "volume of a unit", {}, "", 1e-3},
                           cells(spec.products, [](const auto& p) { return p.volume_ul; })}}});
    describe_places(recorder, spec);
    describe_stages(recorder, spec);
    describe_lanes(recorder, spec);
    if (has_supply_splits(spec))
        describe_supply(recorder, spec);
    describe_purchase_prices(recorder, spec);
    describe_sessions(recorder, spec);
    describe_accounts(recorder);
}

}  // namespace spate::models
