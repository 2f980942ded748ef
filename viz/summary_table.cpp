#include "viz/summary_table.hpp"

namespace spate::viz {

SummaryTable::SummaryTable(const sim::TraceReader& trace,
                           std::string path,
                           std::vector<std::size_t> entity_of,
                           std::size_t count)
    : trace_(trace)
    , path_(std::move(path))
    , entity_of_(std::move(entity_of))
    , count_(count) {}

std::vector<double> SummaryTable::sum(const std::string& column) const {
    std::vector<double> sums(count_);
    const auto values = trace_.numbers(path_ + "/" + column);
    for (std::size_t row = 0; row < values.size(); ++row)
        sums.at(entity_of_.at(row)) += values[row];
    return sums;
}

std::vector<bool> SummaryTable::present() const {
    std::vector<bool> result(count_);
    for (const std::size_t entity : entity_of_)
        result.at(entity) = true;
    return result;
}

std::vector<std::size_t> row_numbers(const sim::TraceReader& trace, const std::string& path) {
    const auto numbers = trace.integers(path);
    return {numbers.begin(), numbers.end()};
}

std::size_t row_count(const sim::TraceReader& trace, const std::string& table) {
    const auto* info = trace.find(table);
    return info == nullptr || info->columns.empty() ? 0 : info->columns.front().shape.at(0);
}

}  // namespace spate::viz
