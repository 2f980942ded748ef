#include "models/record/peak_series.hpp"

#include <utility>

namespace spate::models {

void PeakSeries::add(std::span<const SiteStep> steps) {
    sums_.resize(std::max(sums_.size(), steps.size()));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        SiteStep& sum = sums_[i].sites;
        sum.received += steps[i].received;
        sum.shipped += steps[i].shipped;
        sum.refused += steps[i].refused;
        sum.in_process += steps[i].in_process;
        sum.backordered += steps[i].backordered;
    }
}

void PeakSeries::add(std::span<const DeskStep> steps) {
    sums_.resize(std::max(sums_.size(), steps.size()));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        DeskStep& sum = sums_[i].desks;
        sum.placed += steps[i].placed;
        sum.released += steps[i].released;
        sum.lost += steps[i].lost;
        sum.cancelled += steps[i].cancelled;
        sum.given_up += steps[i].given_up;
        sum.withdrawn += steps[i].withdrawn;
        sum.delivered += steps[i].delivered;
        sum.late += steps[i].late;
    }
}

/// States are those at the end, less what has changed since.
void PeakSeries::close(Time at, const State& end) {
    const Time from{(at.us - 1) / calendar_.every().us * calendar_.every().us};
    State state = end;
    for (std::size_t i = sums_.size(); i-- > 0;) {
        Row& row = sums_[i];
        row.at = std::min(from + calendar_.step() * static_cast<std::int64_t>(i + 1), at);
        const SiteStep change = row.sites;
        row.open = state.open;
        row.sites.in_process = state.in_process;
        row.sites.backordered = state.backordered;
        const DeskStep& desks = row.desks;
        state.open -=
            desks.released - desks.lost - desks.cancelled - desks.given_up - desks.withdrawn - desks.delivered;
        state.in_process -= change.in_process;
        state.backordered -= change.backordered;
    }
    for (const Row& row : sums_) {
        if (row.at >= from_)
            rows_.push_back(row);
    }
    sums_.clear();
}

void PeakSeries::add(const PlacedEarlier& earlier) {
    const Time from{earlier.step * calendar_.step().us};
    const auto row =
        std::partition_point(rows_.begin(), rows_.end(), [from](const Row& candidate) { return candidate.at <= from; });
    if (row != rows_.end() && row->at <= from + calendar_.step())
        row->desks.placed += earlier.orders;
}

void PeakSeries::leave_out_before(Time from) {
    from_ = from;
    std::erase_if(rows_, [from](const Row& row) { return row.at < from; });
}

sim::StaticTable PeakSeries::table() const {
    sim::StaticTable table{
        "/series/minutes",
        "The whole network around live-stream sessions, in steps of peaks_every_us: states just before the "
        "events of each time, flows since the step before",
        {},
        {}};
    const auto add = [&](const char* name, const char* unit, const char* text, auto&& value) {
        sim::NumberColumn column{{name, sim::ColumnType::i64, unit, text, {}, "", 1.0}, {}};
        for (const Row& row : rows_)
            column.values.emplace_back(std::int64_t{value(row)});
        table.numbers.push_back(std::move(column));
    };
    add("time", "us", "time since the start of the run", [](const Row& r) { return r.at.us; });
    add("placed", "1", "orders placed by customers", [](const Row& r) { return r.desks.placed; });
    add("released", "1", "orders released by their desk", [](const Row& r) { return r.desks.released; });
    add("delivered", "1", "orders delivered", [](const Row& r) { return r.desks.delivered; });
    add("lost", "1", "orders not served: no stock", [](const Row& r) { return r.desks.lost; });
    add("cancelled", "1", "orders given up while waiting", [](const Row& r) { return r.desks.cancelled; });
    add("given_up", "1", "orders whose balance was not paid, or whose group failed", [](const Row& r) {
        return r.desks.given_up;
    });
    add("withdrawn", "1", "orders cancelled by the customer before they were packed", [](const Row& r) {
        return r.desks.withdrawn;
    });
    add("late", "1", "delivered orders later than promised", [](const Row& r) { return r.desks.late; });
    add("open", "1", "orders released, neither delivered nor lost, cancelled, withdrawn or given up", [](const Row& r) {
        return r.open;
    });
    add("received", "1", "customer orders that reached a site", [](const Row& r) { return r.sites.received; });
    add("shipped", "1", "customer orders handed to the carrier", [](const Row& r) { return r.sites.shipped; });
    add("refused", "1", "customer orders that found no stock at a site", [](const Row& r) { return r.sites.refused; });
    add("in_process", "1", "customer orders at sites, waiting ones included", [](const Row& r) {
        return r.sites.in_process;
    });
    add("backordered", "units", "customers wait for them", [](const Row& r) { return r.sites.backordered; });
    return table;
}

}  // namespace spate::models
