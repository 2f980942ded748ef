#include "viz/run_parts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "viz/columns.hpp"
#include "viz/summary_table.hpp"
#include "viz/trace_copy.hpp"

namespace spate::viz {
namespace {

using sim::NumberColumn;
using sim::StaticTable;

constexpr std::size_t most_grid_cells = 2'000'000;
constexpr double microseconds_per_hour = 3.6e9;

/// A static table in the making: entities that are shown, and columns of numbers by entity.
class Rows {
  public:
    Rows(std::string path, std::string description, std::vector<bool> is_shown)
        : table_{std::move(path), std::move(description), {}, {}}
        , is_shown_(std::move(is_shown)) {}

    Rows& text(const char* name, const char* description, const std::vector<std::string>& values) {
        sim::TextColumn column{name, description, {}};
        for (std::size_t i = 0; i < is_shown_.size(); ++i) {
            if (is_shown_[i])
                column.values.push_back(values.at(i));
        }
        table_.texts.push_back(std::move(column));
        return *this;
    }

    Rows& number(const char* name,
                 const std::string& unit,
                 const char* description,
                 const std::vector<double>& values) {
        NumberColumn column{real(name, unit, description), {}};
        for (std::size_t i = 0; i < is_shown_.size(); ++i) {
            if (is_shown_[i])
                column.values.emplace_back(values.at(i));
        }
        table_.numbers.push_back(std::move(column));
        return *this;
    }

    /// Nothing without rows.
    void add_to(sim::Recorder& to) {
        if (std::find(is_shown_.begin(), is_shown_.end(), true) != is_shown_.end())
            to.add_static(std::move(table_));
    }

  private:
    StaticTable table_;
    std::vector<bool> is_shown_;
};

/// part / whole; NaN where there is no whole.
std::vector<double> ratios(const std::vector<double>& part, const std::vector<double>& whole) {
    std::vector<double> result;
    for (std::size_t i = 0; i < part.size(); ++i)
        result.push_back(whole[i] > 0 ? part[i] / whole[i] : unknown);
    return result;
}

/// Sums of a table that has a row for each of some desks, by channel or by market.
SummaryTable by_desks(const sim::TraceReader& trace, const std::string& path, const std::string& entity) {
    const auto of_desk = row_numbers(trace, "/network/desks/" + entity);
    std::vector<std::size_t> entities;
    for (const std::size_t desk : row_numbers(trace, path + "/desk"))
        entities.push_back(of_desk.at(desk));
    return {trace, path, std::move(entities), row_count(trace, "/network/" + entity + "s")};
}

std::vector<bool> positive(const std::vector<double>& values) {
    std::vector<bool> result;
    for (const double value : values)
        result.push_back(value > 0);
    return result;
}

/// The sums over entities of some columns of one or more grids, as one table over time.
class SumsOverTime {
  public:
    explicit SumsOverTime(const sim::TraceReader& trace)
        : trace_(trace) {}

    /// Adds a column of a grid summed over those of its entities that are `of`; all if empty.
    void add(const std::string& grid, const char* from, sim::Column column, const std::vector<std::size_t>& of = {}) {
        const auto series = Series::find(trace_, grid);
        if (!series || !series->has(from) || (!times_.empty() && times_ != series->times()))
            return;
        times_ = series->times();
        std::vector<std::size_t> group(series->entities(), of.empty() ? 0 : 1);
        for (const std::size_t entity : of)
            group.at(entity) = 0;
        NumberColumn sums{std::move(column), {}};
        for (const double value : group_sums(series->column(from), group, 1).values)
            sums.values.emplace_back(std::int64_t{std::llround(value)});
        columns_.push_back(std::move(sums));
    }

    void add_to(sim::Recorder& to, const char* path, const char* description) {
        if (columns_.empty())
            return;
        StaticTable table{path, description, {}, {}};
        table.numbers.push_back({whole("time", "us", "since the start of the run"), {}});
        for (const std::int64_t time : times_)
            table.numbers.back().values.emplace_back(time);
        for (auto& column : columns_)
            table.numbers.push_back(std::move(column));
        to.add_static(std::move(table));
    }

  private:
    const sim::TraceReader& trace_;
    std::vector<std::int64_t> times_;
    std::vector<NumberColumn> columns_;
};

void add_terms(const sim::TraceReader& trace, sim::Recorder& to) {
    SumsOverTime sums(trace);
    sums.add(
        "/series/presale", "deposits", whole("deposits", "orders", "taken with a deposit since the sample before"));
    sums.add("/series/presale", "paid", whole("paid", "orders", "balance paid"));
    sums.add("/series/presale", "given_up", whole("given_up", "orders", "balance not going to be paid"));
    sums.add("/series/presale", "open", whole("deposits_open", "orders", "neither paid up, given up nor given back"));
    sums.add("/series/locks", "locked", whole("locked", "units", "set aside for deposits"));
    if (row_count(trace, "/summary/groups") > 0) {
        const auto desks = row_numbers(trace, "/summary/groups/desk");
        sums.add("/series/desks", "placed", whole("group_orders", "orders", "in channels with groups"), desks);
        sums.add("/series/desks", "given_up", whole("group_failed", "orders", "of groups that failed"), desks);
    }
    sums.add("/series/pickup", "waiting", whole("waiting", "units", "at pick-up points"));
    sums.add("/series/pickup", "collected", whole("collected", "orders", "fetched since the sample before"));
    sums.add("/series/pickup", "expired", whole("expired", "orders", "not fetched in time, sent back"));
    sums.add_to(to, "/series/terms", "Deposits, groups and pick-up points of all channels together");
}

void add_presale(const sim::TraceReader& trace, sim::Recorder& to) {
    const std::string path = "/summary/presale";
    if (row_count(trace, path) == 0)
        return;
    const auto sums = by_desks(trace, path, "channel");
    Rows rows("/report/presale", "Deposits of the orders placed in the horizon", sums.present());
    rows.text("channel", "name", trace.texts("/network/channels/name"));
    for (const char* name : {"deposits", "paid", "cancelled", "lapsed", "returned", "open"})
        rows.number(name, "orders", "as in /summary/presale", sums.sum(name));
    rows.number("in_time",
                "1",
                "paid orders shipped in time after the payment; NaN: none was due",
                ratios(sums.sum("dispatched_in_time"), sums.sum("dispatch_due")));
    rows.add_to(to);
}

void add_groups(const sim::TraceReader& trace, sim::Recorder& to) {
    const std::string path = "/summary/groups";
    if (row_count(trace, path) == 0)
        return;
    const auto sums = by_desks(trace, path, "market");
    Rows rows("/report/groups", "Groups closed in the horizon, by market", sums.present());
    rows.text("market", "name", trace.texts("/network/markets/name"));
    rows.number("groups", "1", "closed", sums.sum("groups"));
    rows.number("failed", "1", "of these, too small", sums.sum("failed"));
    rows.number("orders", "orders", "in groups that came about", sums.sum("orders"));
    rows.number("orders_failed", "orders", "in groups that failed", sums.sum("orders_failed"));
    rows.add_to(to);
}

/// What the channels were told of the stock.
void add_feeds(const sim::TraceReader& trace, Rows& rows, std::size_t channels) {
    const std::string path = "/summary/feeds";
    if (row_count(trace, path) == 0)
        return;
    const SummaryTable feeds(trace, path, row_numbers(trace, path + "/channel"), channels);
    rows.number("messages", "1", "of stock changes, from all sites", feeds.sum("messages"));
    rows.number("messages_lost", "1", "of these, lost", feeds.sum("messages_lost"));
    rows.number("checks", "1", "of what the channel was told", feeds.sum("checks"));
    rows.number("incidents", "1", "wrong stocks that checks found", feeds.sum("incidents"));
}

void add_views(const sim::TraceReader& trace, sim::Recorder& to) {
    if (row_count(trace, "/summary/desks") == 0)
        return;
    const auto desks = by_desks(trace, "/summary/desks", "channel");
    const auto refused = desks.sum("orders_refused"), placed = desks.sum("orders_placed");
    const bool has_views = row_count(trace, "/summary/views") > 0;
    if (!has_views && std::none_of(refused.begin(), refused.end(), [](double orders) { return orders > 0; }))
        return;
    Rows rows("/report/views", "What channels sold beyond the stock, and what they knew of it", positive(placed));
    rows.text("channel", "name", trace.texts("/network/channels/name"));
    rows.number("orders", "orders", "placed in the horizon", placed);
    rows.number("oversold", "orders", "of these, promised and then refused for want of stock", refused);
    rows.number("oversold_share", "1", "part of the orders", ratios(refused, placed));
    if (has_views) {
        const auto views = by_desks(trace, "/summary/views", "channel");
        const auto of_views = [&](const char* part, const char* all) {
            return ratios(views.sum(part), views.sum(all));
        };
        rows.number(
            "accuracy", "1", "looks that were right to within the tolerance", of_views("stocks_known", "stocks"));
        rows.number("hidden",
                    "units",
                    "there, but shown as sold out; mean of samples and desks",
                    of_views("units_hidden", "samples"));
        rows.number("excess",
                    "units",
                    "in the view, but not there; mean of samples and desks",
                    of_views("units_excess", "samples"));
    }
    add_feeds(trace, rows, placed.size());
    rows.add_to(to);
}

void add_quality(const sim::TraceReader& trace, sim::Recorder& to) {
    const std::string path = "/summary/quality";
    if (row_count(trace, path) == 0)
        return;
    const SummaryTable sums(trace, path, row_numbers(trace, path + "/site"), row_count(trace, "/network/sites"));
    Rows rows("/report/quality", "Defective units and inspections at sites over the horizon", sums.present());
    rows.text("site", "name", trace.texts("/network/sites/name"));
    for (const char* name : {"units_in",
                             "defective_in",
                             "units_replaced",
                             "units_tested",
                             "units_removed",
                             "defective_removed",
                             "units_out",
                             "defective_out"})
        rows.number(name, "units", "as in /summary/quality", sums.sum(name));
    for (const char* name : {"batches", "batches_failed", "batches_screened"})
        rows.number(name, "1", "as in /summary/quality", sums.sum(name));
    rows.add_to(to);
}

/// What became of orders by the grade of the product, and the suppliers that were black-listed.
void add_grades(const sim::TraceReader& trace, sim::Recorder& to) {
    const std::string path = "/summary/grades", desks = "/summary/desk_grades", list = "/summary/black_list";
    const std::size_t levels = row_count(trace, path);
    if (levels == 0)
        return;
    const SummaryTable sums(trace, desks, row_numbers(trace, desks + "/grade"), levels);
    Rows rows(
        "/report/grades", "Orders by the grade of the product, over the horizon", std::vector<bool>(levels, true));
    rows.text("grade", "name, the best first", trace.texts(path + "/grade"));
    rows.number("product_days", "d", "products times days in it", trace.numbers(path + "/product_days"));
    for (const char* name : {"unseen", "placed", "delivered", "late", "returned"})
        rows.number(name, "orders", "as in /summary/desk_grades", sums.sum(name));
    rows.add_to(to);
    const SummaryTable listed(trace, list, row_numbers(trace, list + "/site"), row_count(trace, "/network/sites"));
    Rows black("/report/black_list", "Suppliers that were on the black list", positive(listed.sum("days")));
    black.text("site", "name", trace.texts("/network/sites/name"));
    black.number("listings", "1", "times", listed.sum("listings"));
    black.number("days", "d", "on it", listed.sum("days"));
    black.add_to(to);
}

void add_recalls(const sim::TraceReader& trace, sim::Recorder& to) {
    const std::string path = "/summary/recall_sites";
    if (row_count(trace, path) == 0)
        return;
    const SummaryTable sums(trace, path, row_numbers(trace, path + "/site"), row_count(trace, "/network/sites"));
    Rows rows("/report/recalls", "What recalls took off at sites", positive(sums.sum("removed")));
    rows.text("site", "name", trace.texts("/network/sites/name"));
    for (const char* name : {"removed", "stopped", "removed_bad", "removed_defective"})
        rows.number(name, "units", "as in /summary/recall_sites", sums.sum(name));
    rows.add_to(to);
}

/// Stock set apart for channels.
void add_channel_stock(const sim::TraceReader& trace, sim::Recorder& to) {
    const std::string path = "/summary/channel_stock", withheld = "/summary/withheld";
    if (row_count(trace, path) == 0)
        return;
    const std::size_t channels = row_count(trace, "/network/channels");
    const SummaryTable sums(trace, path, row_numbers(trace, path + "/channel"), channels);
    Rows rows("/report/channel_stock", "Stock set apart for channels, over the horizon", sums.present());
    rows.text("channel", "name", trace.texts("/network/channels/name"));
    for (const char* name : {"opening", "set_apart", "sold_own", "sold_shared", "released", "recalled", "left"})
        rows.number(name, "units", "as in /summary/channel_stock", sums.sum(std::string("units_") + name));
    if (row_count(trace, withheld) > 0)
        rows.number("withheld",
                    "orders",
                    "lost while others had the goods",
                    by_desks(trace, withheld, "channel").sum("orders"));
    rows.add_to(to);
}

void add_funds(const sim::TraceReader& trace, sim::Recorder& to, const std::vector<std::string>& names) {
    const std::string path = "/summary/refund_funds";
    if (row_count(trace, path) == 0)
        return;
    const SummaryTable sums(trace, path, row_numbers(trace, path + "/centre"), names.size());
    Rows rows("/report/refund_funds", "Refund funds of return centres, over the horizon", sums.present());
    rows.text("centre", "name", names);
    for (const char* name : {"opening", "put_aside", "paid", "closing", "owed"})
        rows.number(
            name, trace.text_attribute("currency").value_or("CNY"), "as in /summary/refund_funds", sums.sum(name));
    for (const char* name : {"refunds", "waited", "waiting"})
        rows.number(name, "1", "as in /summary/refund_funds", sums.sum(name));
    rows.add_to(to);
}

void add_return_centres(const sim::TraceReader& trace, sim::Recorder& to, const std::vector<std::string>& names) {
    const std::string path = "/summary/returns";
    const SummaryTable sums(trace, path, row_numbers(trace, path + "/centre"), names.size());
    Rows rows("/report/return_centres", "Return centres over the horizon", sums.present());
    rows.text("centre", "name", names);
    for (const char* name : {"orders_received", "orders_graded", "orders_closed", "orders_misgraded", "refunds"})
        rows.number(name, "1", "as in /summary/returns", sums.sum(name));
    for (const char* name :
         {"units_received", "units_closed", "units_reshelved", "units_special", "units_outlet", "units_scrapped"})
        rows.number(name, "units", "as in /summary/returns", sums.sum(name));
    const auto mean = [&](const char* hours, const char* by) { return ratios(sums.sum(hours), sums.sum(by)); };
    rows.number("grading_h", "h", "from reaching the centre to the grade", mean("grading_hours", "orders_graded"));
    rows.number("closing_h", "h", "from the start to leaving the centre", mean("closing_hours", "orders_closed"));
    rows.number("refund_h", "h", "from the start to the refund", mean("refund_hours", "refunds"));
    rows.add_to(to);
}

void add_return_stages(const sim::TraceReader& trace, sim::Recorder& to, const std::vector<std::string>& names) {
    const std::string path = "/summary/return_stages";
    if (row_count(trace, path) == 0)
        return;
    const auto read = [&](const char* column) { return trace.numbers(path + "/" + column); };
    std::vector<std::string> centres;
    for (const std::size_t centre : row_numbers(trace, path + "/centre"))
        centres.push_back(names.at(centre));
    Rows rows("/report/return_stages",
              "Steps of the return centres over the horizon",
              std::vector<bool>(centres.size(), true));
    rows.text("centre", "name", centres).text("stage", "step", trace.texts(path + "/stage"));
    for (const char* name : {"arrivals", "mean_waiting", "max_waiting"})
        rows.number(name, "1", "as in /summary/return_stages", read(name));
    rows.number("mean_wait", "h", "of jobs that came and started", read("mean_wait"));
    rows.number("used", "1", "of the capacity; NaN: no limit", ratios(read("work"), read("capacity")));
    rows.add_to(to);
}

/// Refund times are known of the returns in the sample only.
void add_refund_times(const sim::TraceReader& trace, sim::Recorder& to, std::int64_t warm_up) {
    constexpr std::size_t most_bins = 24 * 120;
    const auto started = trace.integers("/returns/started"), refunded = trace.integers("/returns/refunded");
    std::vector<std::size_t> bins;
    for (std::size_t row = 0; row < started.size(); ++row) {
        if (refunded[row] < warm_up)
            continue;
        const double hours = static_cast<double>(refunded[row] - started[row]) / microseconds_per_hour;
        const auto bin = std::min(most_bins - 1, static_cast<std::size_t>(std::max(0.0, hours)));
        bins.resize(std::max(bins.size(), bin + 1));
        ++bins[bin];
    }
    if (bins.empty())
        return;
    std::vector<double> from(bins.size());
    std::iota(from.begin(), from.end(), 0.0);
    to.add_static(
        {"/report/refund_times",
         "From the start of a return to the refund; returns of the sample, refunds in the horizon",
         {},
         {numbers("from", "h", "bin start", from, [](double hours) { return hours; }),
          numbers("to", "h", "bin end", from, [](double hours) { return hours + 1; }),
          numbers("refunds", "1", "in the bin", bins, [](std::size_t n) { return static_cast<double>(n); })}});
}

/// So are grades with their routes.
void add_return_routes(const sim::TraceReader& trace, sim::Recorder& to, std::int64_t warm_up) {
    const auto inspected = trace.integers("/returns/inspected"), quantity = trace.integers("/returns/quantity");
    const auto grade = trace.texts("/returns/grade"), route = trace.texts("/returns/route");
    std::map<std::pair<std::string, std::string>, std::int64_t> units;
    for (std::size_t row = 0; row < inspected.size(); ++row) {
        if (inspected[row] >= warm_up)
            units[{grade[row], route[row]}] += quantity[row];
    }
    if (units.empty())
        return;
    const auto count = [](const auto& item) { return static_cast<double>(item.second); };
    to.add_static({"/report/return_routes",
                   "Units by what the inspection found and where they went; returns of the sample",
                   {texts("grade", "found", units, [](const auto& item) { return item.first.first; }),
                    texts("route", "taken", units, [](const auto& item) { return item.first.second; })},
                   {numbers("units", "units", "graded in the horizon", units, count)}});
}

void add_returns(const sim::TraceReader& trace, sim::Recorder& to) {
    if (row_count(trace, "/summary/returns") == 0)
        return;
    const auto names = trace.texts("/network/centres/name");
    add_return_centres(trace, to, names);
    add_return_stages(trace, to, names);
    add_funds(trace, to, names);
    if (row_count(trace, "/returns") == 0)
        return;
    const std::int64_t warm_up = trace.integer_attribute("warm_up_us").value_or(0);
    add_refund_times(trace, to, warm_up);
    add_return_routes(trace, to, warm_up);
}

}  // namespace

RunParts::RunParts(const sim::TraceReader& trace, sim::Recorder& to)
    : trace_(trace)
    , to_(to) {
    for (const char* table : {"/hosts", "/broadcasts", "/alerts", "/summary/absences"})
        copy_table(trace, table, to, table);
    add_terms(trace, to);
    add_presale(trace, to);
    add_groups(trace, to);
    add_views(trace, to);
    add_returns(trace, to);
    add_quality(trace, to);
    add_grades(trace, to);
    add_recalls(trace, to);
    add_channel_stock(trace, to);
    add_grid("/series/sessions",
             "Customers of every session",
             "/sessions",
             {{"carts", "1", "made since the sample before", true},
              {"orders", "orders", "placed since the sample before", true},
              {"turned_away", "orders", "came when the cap was sold", true}});
    add_grid("/series/returns",
             "Return centres",
             "/network/centres",
             {{"received", "units", "came in since the sample before", true},
              {"closed", "units", "left since the sample before", true},
              {"before_grade", "units", "at the dock or in inspection", false},
              {"in_repair", "units", "in repair or waiting for it", false},
              {"to_shelf", "units", "graded, wait to go back to a site", false},
              {"to_special", "units", "wait for the special sale", false},
              {"to_outlet", "units", "wait for the outlet", false},
              {"refunds_open", "1", "returns known to the centre, refund neither paid nor refused", false}});
}

void RunParts::write() const {
    for (const auto& grid : grids_)
        grid->write();
}

void RunParts::add_grid(const std::string& path,
                        const char* description,
                        const char* reference,
                        const std::vector<Field>& fields) {
    const auto series = Series::find(trace_, path);
    if (!series)
        return;
    const std::int64_t every = std::max<std::int64_t>(1, trace_.integer_attribute("series_every_us").value_or(1));
    const std::size_t fit = std::max<std::size_t>(24, most_grid_cells / series->entities());
    const Frames frames = Frames::choose(series->times(), every, fit);
    std::vector<GridOutput::Field> columns;
    for (const Field& field : fields) {
        if (!series->has(field.name))
            continue;
        const Matrix samples = series->column(field.name);
        columns.push_back({whole(field.name, field.unit, field.description),
                           field.is_flow ? frames.flows(samples) : frames.states(samples)});
    }
    grids_.push_back(std::make_unique<GridOutput>(
        to_, path, description, reference, frames.times(series->times()), std::move(columns)));
}

}  // namespace spate::viz
