#include "analysis/bottleneck.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analysis/capacity.hpp"
#include "analysis/kpi.hpp"
#include "analysis/number_text.hpp"
#include "analysis/text_table.hpp"

namespace spate::analysis {
namespace {

void add_stages(const sim::TraceReader& trace, double hours, std::vector<Wait>& waits) {
    for (const auto& stage : stage_use(trace)) {
        waits.push_back(
            {stage.site, stage.stage, stage.mean_waiting * hours, stage.jobs, stage.mean_wait_h, stage.used});
    }
}

/// Waits that are the time average of a number of orders at each site.
void add_sites(const sim::TraceReader& trace,
               const std::string& column,
               const std::string& place,
               double hours,
               std::vector<Wait>& waits) {
    const auto* table = trace.find("/summary/sites");
    if (table == nullptr || trace.find("/network/sites") == nullptr
        || std::none_of(
            table->columns.begin(), table->columns.end(), [&](const auto& c) { return c.name == column; })) {
        return;
    }
    const auto names = trace.texts("/network/sites/name");
    const auto sites = trace.integers("/summary/sites/site");
    const auto means = trace.numbers("/summary/sites/" + column);
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const std::string& name = names.at(static_cast<std::size_t>(sites[i]));
        waits.push_back({name, place, means[i] * hours, std::nullopt, std::nullopt, std::nullopt});
    }
}

std::string text_of(const std::optional<double>& value, std::string (*write)(double)) {
    return value ? write(*value) : "–";
}

std::string count_text(double value) {
    return with_thousands(std::llround(value));
}

/// The share of the orders in the sample; 0 where the trace does not say.
double sampled_share(const sim::TraceReader& trace) {
    return std::atof(trace.text_attribute("orders_share").value_or("0").c_str());
}

/// Hours of the late orders of the horizon in the sample, by site and place, in the order of the trace.
void add_late(const sim::TraceReader& trace, LateWaits& late) {
    const std::int64_t from = trace.integer_attribute("warm_up_us").value_or(0);
    const auto sites = trace.texts("/network/sites/name"), kinds = trace.texts("/late_orders/kind");
    const auto ids = trace.integers("/late_orders/id"), placed = trace.integers("/late_orders/placed"),
               site = trace.integers("/late_orders/site"), stage = trace.integers("/late_orders/stage");
    const auto hours = trace.numbers("/late_orders/hours");
    const auto stages =
        trace.find("/network/stages") ? trace.texts("/network/stages/name") : std::vector<std::string>{};
    std::set<std::int64_t> orders;
    std::map<std::tuple<std::string, std::int64_t, std::int64_t>, std::size_t> known;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (placed[i] < from)
            continue;
        orders.insert(ids[i]);
        const auto [found, is_new] = known.try_emplace({kinds[i], site[i], stage[i]}, late.places.size());
        if (is_new) {
            const bool is_stage = kinds[i] == "stage";
            late.places.push_back({sites.at(static_cast<std::size_t>(site[i])),
                                   is_stage ? stages.at(static_cast<std::size_t>(stage[i])) : kinds[i],
                                   0});
        }
        late.places[found->second].hours += hours[i] / late.share;
    }
    late.orders = orders.size();
}

}  // namespace

std::vector<Wait> longest_waits(const sim::TraceReader& trace, std::size_t count) {
    const double hours = static_cast<double>(trace.integer_attribute("horizon_us").value_or(0)) / microseconds_per_hour;
    std::vector<Wait> waits;
    add_stages(trace, hours, waits);
    add_sites(trace, "mean_orders_waiting", "stock", hours, waits);
    add_sites(trace, "mean_orders_finished", "carrier", hours, waits);
    std::erase_if(waits, [](const Wait& wait) { return !(wait.hours > 0); });
    std::stable_sort(waits.begin(), waits.end(), [](const Wait& a, const Wait& b) { return a.hours > b.hours; });
    waits.resize(std::min(waits.size(), count));
    return waits;
}

std::string wait_table(const std::vector<Wait>& waits, std::size_t max_width) {
    TextTable table({Align::left, Align::left, Align::right, Align::right, Align::right, Align::right});
    table.add_row({"site", "for", "hours waited", "jobs", "mean wait, h", "capacity used"});
    for (const auto& wait : waits) {
        table.add_row({wait.site,
                       wait.place,
                       readable_number(wait.hours),
                       text_of(wait.jobs, count_text),
                       text_of(wait.mean_h, readable_number),
                       text_of(wait.used, percentage)});
    }
    return table.text(2, max_width);
}

LateWaits late_waits(const sim::TraceReader& trace, std::size_t count) {
    LateWaits late;
    late.share = sampled_share(trace);
    if (trace.find("/late_orders") == nullptr) {
        late.reason = "the trace does not say where late orders waited";
        return late;
    }
    if (!(late.share > 0)) {
        late.reason = "the trace has no single orders (trace: orders: 0 %)";
        return late;
    }
    add_late(trace, late);
    if (late.orders == 0) {
        late.reason = "no order in the sample was late";
        return late;
    }
    auto& places = late.places;
    std::erase_if(places, [](const LateWait& place) { return !(place.hours > 0); });
    std::stable_sort(
        places.begin(), places.end(), [](const LateWait& a, const LateWait& b) { return a.hours > b.hours; });
    places.resize(std::min(places.size(), count));
    return late;
}

std::string late_table(const LateWaits& waits, std::size_t max_width) {
    if (!waits.reason.empty())
        return "  – (" + waits.reason + ")\n";
    TextTable table({Align::left, Align::left, Align::right, Align::right});
    table.add_row({"site", "in", "hours lost", "per late order, h"});
    const double orders = static_cast<double>(waits.orders) / waits.share;
    for (const auto& place : waits.places)
        table.add_row({place.site, place.place, readable_number(place.hours), readable_number(place.hours / orders)});
    return table.text(2, max_width) + "  (from " + with_thousands(static_cast<std::int64_t>(waits.orders))
           + " late orders, a sample of " + percentage(waits.share) + ")\n";
}

}  // namespace spate::analysis
