#include "analysis/bottleneck.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/capacity.hpp"
#include "analysis/number_text.hpp"
#include "analysis/text_table.hpp"

namespace spate::analysis {
namespace {

constexpr double microseconds_per_hour = 3.6e9;

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

}  // namespace spate::analysis
