#include "viz/run_data.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/bottleneck.hpp"
#include "analysis/capacity.hpp"
#include "analysis/kpi.hpp"
#include "analysis/kpi_table.hpp"
#include "viz/columns.hpp"
#include "viz/run_parts.hpp"
#include "viz/run_series.hpp"
#include "viz/trace_copy.hpp"

namespace spate::viz {
namespace {

void add_figures(const analysis::KeyFigures& key_figures, sim::Recorder& to) {
    const auto& list = key_figures.figures;
    to.add_static(
        {"/report/figures",
         "Key figures, as the program prints them",
         {texts("name", "key", list, [](const auto& f) { return f.name; }),
          texts("unit", "of the value; 1: a share", list, [](const auto& f) { return f.unit; }),
          texts("text", "the value as printed", list, [](const auto& f) { return analysis::readable_value(f); }),
          texts("meaning", "in words", list, [](const auto& f) { return f.meaning; }),
          texts("reason", "why there is no value", list, [](const auto& f) { return f.reason; })},
         {numbers("value", "", "in its unit; NaN: undefined", list, [](const auto& f) { return f.value; })}});
}

/// cost_per_order_<account>, but for their sum.
void add_costs(const analysis::KeyFigures& key_figures, sim::Recorder& to) {
    constexpr std::string_view prefix = "cost_per_order_";
    std::vector<analysis::KeyFigure> costs;
    for (const auto& figure : key_figures.figures) {
        if (analysis::is_cost_of_account(figure.name) && figure.value)
            costs.push_back(figure);
    }
    if (costs.empty())
        return;
    to.add_static(
        {"/report/costs",
         "Costs by kind",
         {texts("account", "kind of cost", costs, [&](const auto& f) { return f.name.substr(prefix.size()); })},
         {numbers(
             "per_order", costs.front().unit, "by customer order", costs, [](const auto& f) { return f.value; })}});
}

void add_waits(const sim::TraceReader& trace, sim::Recorder& to) {
    constexpr std::size_t shown = 20;
    const auto waits = analysis::longest_waits(trace, shown);
    if (waits.empty())
        return;
    to.add_static({"/report/waits",
                   "Where orders waited, longest first",
                   {texts("site", "site", waits, [](const auto& w) { return w.site; }),
                    texts("place", "stage, or stock, carrier", waits, [](const auto& w) { return w.place; })},
                   {numbers("hours", "h", "waited by all jobs together", waits, [](const auto& w) { return w.hours; }),
                    numbers("jobs", "1", "that came", waits, [](const auto& w) { return w.jobs; }),
                    numbers("mean_h", "h", "mean wait", waits, [](const auto& w) { return w.mean_h; }),
                    numbers("used", "1", "of the capacity", waits, [](const auto& w) { return w.used; })}});
}

/// Where late orders lost their time; the number of orders it rests on as an attribute.
void add_late_waits(const sim::TraceReader& trace, sim::Recorder& to) {
    constexpr std::size_t shown = 20;
    const auto late = analysis::late_waits(trace, shown);
    if (!late.reason.empty() || late.places.empty())
        return;
    to.set_attribute({"late_orders_in_sample", "", static_cast<std::int64_t>(late.orders), false});
    to.add_static(
        {"/report/late_waits",
         "Where late orders lost their time, most first; estimated from those in the sample",
         {texts("site", "site that shipped them", late.places, [](const auto& w) { return w.site; }),
          texts(
              "place", "stage, or desk, stock, carrier, transit", late.places, [](const auto& w) { return w.place; })},
         {numbers("hours", "h", "lost by all late orders", late.places, [](const auto& w) { return w.hours; })}});
}

void add_uses(const sim::TraceReader& trace, sim::Recorder& to, const std::string& prefix) {
    const auto uses = analysis::stage_use(trace);
    if (uses.empty())
        return;
    to.add_static(
        {prefix + "/report/uses",
         "What the stages did, in the order of /network/stages",
         {texts("site", "site", uses, [](const auto& u) { return u.site; }),
          texts("stage", "stage", uses, [](const auto& u) { return u.stage; })},
         {numbers("jobs", "1", "that came", uses, [](const auto& u) { return u.jobs; }),
          numbers("mean_wait_h", "h", "mean wait", uses, [](const auto& u) { return u.mean_wait_h; }),
          numbers("mean_waiting", "1", "time average in the queue", uses, [](const auto& u) { return u.mean_waiting; }),
          numbers("used", "1", "of the capacity; NaN: no limit", uses, [](const auto& u) { return u.used; })}});
}

/// Facts of the run, as they are in the trace.
void copy_attributes(const sim::TraceReader& trace, sim::Recorder& to) {
    for (const char* name : {"name", "title", "start", "currency", "digest", "orders_share"}) {
        if (const auto text = trace.text_attribute(name))
            to.set_attribute({name, *text, 0, true});
    }
    for (const char* name :
         {"seed", "replication", "warm_up_us", "horizon_us", "series_every_us", "events", "orders"}) {
        if (const auto number = trace.integer_attribute(name))
            to.set_attribute({name, "", *number, false, name == std::string_view("seed") && *number < 0});
    }
    // `rows_until` itself belongs to the format of traces.
    if (const auto until = trace.integer_attribute("rows_until"))
        to.set_attribute({"recorded_until_us", "", *until, false});
    if (const auto* products = trace.find("/network/products"))
        to.set_attribute({"products", "", static_cast<std::int64_t>(products->columns.front().shape.front()), false});
}

}  // namespace

void add_network_data(const sim::TraceReader& trace, sim::Recorder& to, const std::string& prefix) {
    for (const char* table : {"/network/sites", "/network/markets", "/network/channels", "/network/stages"})
        copy_table(trace, table, to, prefix + table);
    for (const char* table : {"/network/lanes", "/network/centres", "/network/return_links"})
        copy_table(trace, table, to, prefix + table);
    for (const char* table : {"/summary/lanes", "/summary/delivery_time"})
        copy_table(trace, table, to, prefix + table);
    add_uses(trace, to, prefix);
}

void write_run_data(const sim::TraceReader& trace, const std::string& path) {
    sim::Recorder to(path, true, 0);
    to.set_created("");
    to.set_attribute({"kind", "run", 0, true});
    copy_attributes(trace, to);
    to.add_text("/run/scenario", trace.text("/run/scenario"), "The scenario this run was made from");
    const auto figures = analysis::compute_key_figures(trace);
    add_figures(figures, to);
    add_costs(figures, to);
    add_waits(trace, to);
    add_late_waits(trace, to);
    add_network_data(trace, to, "");
    for (const char* table : {"/sessions", "/series/minutes"})
        copy_table(trace, table, to, table);
    RunSeries series(trace, to);
    RunParts parts(trace, to);
    to.open();
    series.write();
    parts.write();
    to.close();
}

}  // namespace spate::viz
