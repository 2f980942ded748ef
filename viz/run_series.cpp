#include "viz/run_series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "viz/columns.hpp"

namespace spate::viz {
namespace {

using sim::Column;
using sim::ColumnType;

constexpr std::int64_t day = 86'400'000'000;
constexpr std::size_t most_frames = 400, most_cells = 2'000'000;

std::vector<std::size_t> rows(const sim::TraceReader& trace, const std::string& path) {
    const auto numbers = trace.integers(path);
    return {numbers.begin(), numbers.end()};
}

/// Days the stock on hand lasts at the mean outflow of the last seven days. NaN: less than a day to judge by, or no
/// outflow.
Matrix cover(const std::vector<std::int64_t>& times, const Matrix& on_hand, const Matrix& sent) {
    Matrix result{on_hand.width, std::vector<double>(on_hand.values.size(), std::numeric_limits<double>::quiet_NaN())};
    std::vector<double> in_window(on_hand.width);
    std::size_t first = 0;  // outflow of the samples after it is in the window
    for (std::size_t t = 1; t < times.size(); ++t) {
        for (std::size_t k = 0; k < on_hand.width; ++k)
            in_window[k] += sent.row(t)[k];
        for (; times[t] - times[first] > 7 * day && first + 1 < t; ++first) {
            for (std::size_t k = 0; k < on_hand.width; ++k)
                in_window[k] -= sent.row(first + 1)[k];
        }
        const double days = static_cast<double>(times[t] - times[first]) / day;
        for (std::size_t k = 0; k < on_hand.width; ++k) {
            if (days >= 1 && in_window[k] > 0)
                result.row(t)[k] = on_hand.row(t)[k] / (in_window[k] / days);
        }
    }
    return result;
}

/// part / whole where there is a whole.
Matrix shares(const Matrix& part, const Matrix& whole) {
    Matrix result{part.width, std::vector<double>(part.values.size(), std::numeric_limits<double>::quiet_NaN())};
    for (std::size_t i = 0; i < part.values.size(); ++i) {
        if (whole.values[i] > 0)
            result.values[i] = part.values[i] / whole.values[i];
    }
    return result;
}

}  // namespace

/// What is read of the trace.
struct RunSeries::Source {
    explicit Source(const sim::TraceReader& t)
        : trace(t)
        , sites(Series::find(t, "/series/sites"))
        , stages(Series::find(t, "/series/stages"))
        , desks(Series::find(t, "/series/desks"))
        , lanes(Series::find(t, "/series/lanes"))
        , every(std::max<std::int64_t>(1, t.integer_attribute("series_every_us").value_or(1))) {}

    Frames frames(const Series& series) const {
        const std::size_t fit = std::max<std::size_t>(24, most_cells / series.entities());
        return Frames::choose(series.times(), every, std::min(most_frames, fit));
    }

    const sim::TraceReader& trace;
    std::optional<Series> sites, stages, desks, lanes;
    std::int64_t every;
};

RunSeries::RunSeries(const sim::TraceReader& trace, sim::Recorder& to)
    : to_(to) {
    const Source source(trace);
    add_total(source);
    if (source.desks) {
        add_channels(source);
        add_market_frames(source);
    }
    if (source.sites) {
        add_kinds(source);
        add_site_frames(source);
    }
    if (source.stages)
        add_stage_frames(source);
    if (source.lanes)
        add_lane_frames(source);
}

void RunSeries::write() const {
    for (const auto& grid : grids_)
        grid->write();
}

void RunSeries::add_total(const Source& source) {
    struct Field {
        const std::optional<Series>& series;
        const char* from;
        Column column;
    };

    const std::string currency = source.trace.text_attribute("currency").value_or("");
    const std::array<Field, 15> fields{
        Field{source.desks, "placed", whole("placed", "orders", "placed since the sample before")},
        Field{source.desks, "lost", whole("lost", "orders", "not served: no stock")},
        Field{source.desks, "cancelled", whole("cancelled", "orders", "given up while waiting")},
        Field{source.desks,
              "withdrawn",
              whole("withdrawn", "orders", "cancelled by the customer before they were packed")},
        Field{source.desks, "delivered", whole("delivered", "orders", "delivered")},
        Field{source.desks, "late", whole("late", "orders", "of these, later than promised")},
        Field{source.sites, "orders_refused", whole("refused", "orders", "found no stock at the site")},
        Field{source.sites, "orders_received", whole("received", "orders", "reached a site")},
        Field{source.sites, "orders_shipped", whole("shipped", "orders", "handed to the carrier")},
        Field{source.desks, "open", whole("open", "orders", "neither delivered nor lost nor cancelled")},
        Field{source.sites, "in_process", whole("in_process", "orders", "at the sites")},
        Field{source.sites, "backordered", whole("backordered", "units", "customers wait for them")},
        Field{source.sites, "on_hand", whole("on_hand", "units", "at the sites")},
        Field{source.sites, "on_order", whole("on_order", "units", "ordered, not yet received")},
        Field{source.sites, "stock_value", real("stock_value", currency, "at standard cost")}};
    const auto& leading = source.desks ? source.desks : source.sites;
    if (!leading)
        return;
    sim::StaticTable table{"/series/total", "All places together, at every sample", {}, {}};
    table.numbers.push_back({whole("time", "us", "since the start of the run"), {}});
    for (const std::int64_t time : leading->times())
        table.numbers.back().values.emplace_back(time);
    for (const Field& field : fields) {
        if (!field.series || !field.series->has(field.from) || field.series->times() != leading->times())
            continue;
        auto& column = table.numbers.emplace_back(sim::NumberColumn{field.column, {}});
        for (const double value : field.series->total(field.from)) {
            const bool is_real = field.column.type == ColumnType::f64;
            column.values.push_back(is_real ? sim::Cell(value) : sim::Cell(std::int64_t{std::llround(value)}));
        }
    }
    to_.add_static(std::move(table));
}

void RunSeries::add_channels(const Source& source) {
    const auto channels = source.trace.find("/network/channels")->columns.front().shape.front();
    const auto channel_of = rows(source.trace, "/network/desks/channel");
    grids_.push_back(std::make_unique<GridOutput>(
        to_,
        "/series/channels",
        "Orders by channel",
        "/network/channels",
        source.desks->times(),
        std::vector{GridOutput::Field{whole("placed", "orders", "since the sample before"),
                                      group_sums(source.desks->column("placed"), channel_of, channels)}}));
}

void RunSeries::add_market_frames(const Source& source) {
    const auto markets = source.trace.find("/network/markets")->columns.front().shape.front();
    const auto market_of = rows(source.trace, "/network/desks/market");
    const Frames frames = source.frames(*source.desks);
    const auto by_market = [&](const char* column) {
        return group_sums(source.desks->column(column), market_of, markets);
    };
    std::vector<GridOutput::Field> fields;
    fields.push_back({whole("placed", "orders", "since the frame before"), frames.flows(by_market("placed"))});
    fields.push_back({whole("open", "orders", "under way"), frames.states(by_market("open"))});
    fields.push_back(
        {whole("late", "orders", "delivered late since the frame before"), frames.flows(by_market("late"))});
    grids_.push_back(std::make_unique<GridOutput>(to_,
                                                  "/frames/markets",
                                                  "Markets at the frames of the map",
                                                  "/network/markets",
                                                  frames.times(source.desks->times()),
                                                  std::move(fields)));
}

void RunSeries::add_kinds(const Source& source) {
    // Upstream first.
    constexpr std::array usual{"supplier", "factory", "cdc", "rdc", "front", "store"};
    const auto kind_of_site = source.trace.texts("/network/sites/kind");
    std::vector<std::string> kinds;
    for (const char* kind : usual) {
        if (std::find(kind_of_site.begin(), kind_of_site.end(), kind) != kind_of_site.end())
            kinds.emplace_back(kind);
    }
    std::vector<std::size_t> group;
    for (const auto& kind : kind_of_site)
        group.push_back(static_cast<std::size_t>(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin()));
    to_.add_static({"/report/kinds", "Kinds of sites, upstream first", {{"kind", "of the site", kinds}}, {}});

    const Series& sites = *source.sites;
    const auto by_kind = [&](const char* column) { return group_sums(sites.column(column), group, kinds.size()); };
    std::vector<GridOutput::Field> fields;
    fields.push_back({whole("on_hand", "units", "at the sites"), by_kind("on_hand")});
    fields.push_back({real("stock_value", source.trace.text_attribute("currency").value_or(""), "at standard cost"),
                      by_kind("stock_value")});
    fields.push_back({whole("in_process", "orders", "customer orders at the sites"), by_kind("in_process")});
    if (source.lanes && source.lanes->times() == sites.times()) {
        std::vector<std::size_t> lane_group;
        for (const std::size_t site : rows(source.trace, "/network/lanes/from"))
            lane_group.push_back(group.at(site));
        const Matrix sent = group_sums(source.lanes->column("units"), lane_group, kinds.size());
        fields.push_back({whole("sent", "units", "since the sample before"), sent});
        fields.push_back({real("cover", "d", "on hand by the mean units sent a day in the last seven days"),
                          cover(sites.times(), fields.front().values, sent)});
    }
    grids_.push_back(std::make_unique<GridOutput>(
        to_, "/series/kinds", "Sites by kind", "/report/kinds", sites.times(), std::move(fields)));
}

void RunSeries::add_site_frames(const Source& source) {
    const Series& sites = *source.sites;
    const Frames frames = source.frames(sites);
    std::vector<GridOutput::Field> fields;
    fields.push_back({whole("on_hand", "units", "at the site"), frames.states(sites.column("on_hand"))});
    fields.push_back({whole("in_process", "orders", "at the site"), frames.states(sites.column("in_process"))});
    fields.push_back(
        {whole("backordered", "units", "customers wait for them"), frames.states(sites.column("backordered"))});
    fields.push_back(
        {whole("received", "orders", "since the frame before"), frames.flows(sites.column("orders_received"))});
    fields.push_back(
        {whole("shipped", "orders", "since the frame before"), frames.flows(sites.column("orders_shipped"))});
    grids_.push_back(std::make_unique<GridOutput>(to_,
                                                  "/frames/sites",
                                                  "Sites at the frames of the map",
                                                  "/network/sites",
                                                  frames.times(sites.times()),
                                                  std::move(fields)));
}

void RunSeries::add_stage_frames(const Source& source) {
    const Series& stages = *source.stages;
    const Frames frames = source.frames(stages);
    std::vector<GridOutput::Field> fields;
    fields.push_back({whole("waiting", "1", "jobs in the queue"), frames.states(stages.column("waiting"))});
    if (stages.has("work") && stages.has("capacity")) {
        fields.push_back({real("used", "1", "of the capacity since the frame before; NaN: no limit, or closed"),
                          shares(frames.flows(stages.column("work")), frames.flows(stages.column("capacity")))});
    }
    grids_.push_back(std::make_unique<GridOutput>(to_,
                                                  "/frames/stages",
                                                  "Stages at the frames of the map",
                                                  "/network/stages",
                                                  frames.times(stages.times()),
                                                  std::move(fields)));
}

void RunSeries::add_lane_frames(const Source& source) {
    const Series& lanes = *source.lanes;
    const Frames frames = source.frames(lanes);
    grids_.push_back(std::make_unique<GridOutput>(
        to_,
        "/frames/lanes",
        "Lanes at the frames of the map",
        "/network/lanes",
        frames.times(lanes.times()),
        std::vector{GridOutput::Field{whole("units", "units", "sent since the frame before"),
                                      frames.flows(lanes.column("units"))}}));
}

}  // namespace spate::viz
