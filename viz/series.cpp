#include "viz/series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace spate::viz {

std::optional<Series> Series::find(const sim::TraceReader& trace, const std::string& path) {
    const auto* info = trace.find(path);
    if (info == nullptr)
        return std::nullopt;
    Series series(trace, path);
    for (const auto& column : info->columns) {
        if (column.shape.size() == 2)
            series.entities_ = column.shape[1];
    }
    if (series.entities_ == 0)
        return std::nullopt;
    series.times_ = trace.integers(path + "/time");
    return series.times_.empty() ? std::nullopt : std::optional(std::move(series));
}

bool Series::has(const std::string& column) const {
    return trace_->has(path_, column);
}

Matrix Series::column(const std::string& name) const {
    return {entities_, trace_->numbers(path_ + "/" + name)};
}

std::vector<double> Series::total(const std::string& name) const {
    const Matrix matrix = column(name);
    std::vector<double> sums(times_.size());
    for (std::size_t t = 0; t < sums.size(); ++t) {
        const auto row = matrix.row(t);
        sums[t] = std::accumulate(row.begin(), row.end(), 0.0);
    }
    return sums;
}

Matrix group_sums(const Matrix& matrix, std::span<const std::size_t> group_of, std::size_t group_count) {
    Matrix sums{group_count, std::vector<double>(matrix.height() * group_count)};
    for (std::size_t t = 0; t < matrix.height(); ++t) {
        const auto from = matrix.row(t);
        const auto to = sums.row(t);
        for (std::size_t e = 0; e < from.size(); ++e) {
            if (group_of[e] < group_count)
                to[group_of[e]] += from[e];
        }
    }
    return sums;
}

Frames Frames::choose(std::span<const std::int64_t> times, std::int64_t every, std::size_t at_most) {
    // Multiples that people count in: hours to half days, days, weeks where samples are hourly.
    constexpr std::array<std::int64_t, 18> usual{
        1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336, 720, 1440, 4320, 10080, 43200, 525600};
    const std::int64_t span = times.back() - times.front();
    const auto fits = [&](std::int64_t k) { return span / (every * k) < static_cast<std::int64_t>(at_most); };
    const auto found = std::find_if(usual.begin(), usual.end(), fits);
    const std::int64_t factor = found != usual.end() ? *found : span / every / static_cast<std::int64_t>(at_most) + 1;
    Frames frames;
    for (std::size_t t = 0; t < times.size(); ++t) {
        if ((times[t] - times.front()) % (every * factor) == 0 || t + 1 == times.size())
            frames.samples.push_back(t);
    }
    return frames;
}

std::vector<std::int64_t> Frames::times(std::span<const std::int64_t> of_samples) const {
    std::vector<std::int64_t> result;
    for (const std::size_t sample : samples)
        result.push_back(of_samples[sample]);
    return result;
}

Matrix Frames::states(const Matrix& samples_by_entity) const {
    Matrix result{samples_by_entity.width, {}};
    for (const std::size_t sample : samples) {
        const auto row = samples_by_entity.row(sample);
        result.values.insert(result.values.end(), row.begin(), row.end());
    }
    return result;
}

Matrix Frames::flows(const Matrix& samples_by_entity) const {
    Matrix result{samples_by_entity.width, std::vector<double>(samples.size() * samples_by_entity.width)};
    std::size_t next = 0;
    for (std::size_t f = 0; f < samples.size(); ++f) {
        const auto to = result.row(f);
        for (; next <= samples[f]; ++next) {
            const auto from = samples_by_entity.row(next);
            for (std::size_t e = 0; e < to.size(); ++e)
                to[e] += from[e];
        }
    }
    return result;
}

GridOutput::GridOutput(sim::Recorder& recorder,
                       std::string path,
                       std::string description,
                       std::string entity_reference,
                       std::vector<std::int64_t> times,
                       std::vector<Field> fields)
    : writer_(&recorder.add_writer())
    , times_(std::move(times))
    , fields_(std::move(fields)) {
    sim::TableSchema schema{std::move(path), std::move(description), {}, 0, std::move(entity_reference)};
    for (const Field& field : fields_) {
        schema.entities = static_cast<std::uint32_t>(field.values.width);
        schema.columns.push_back(field.column);
    }
    table_ = recorder.add_table(std::move(schema));
}

void GridOutput::write() const {
    std::vector<sim::Cell> cells(fields_.size());
    for (std::size_t t = 0; t < times_.size(); ++t) {
        for (std::size_t e = 0; e < fields_.front().values.width; ++e) {
            for (std::size_t f = 0; f < fields_.size(); ++f) {
                const double value = fields_[f].values.row(t)[e];
                const bool is_real = fields_[f].column.type == sim::ColumnType::f64;
                cells[f] = is_real ? sim::Cell(value) : sim::Cell(std::int64_t{std::llround(value)});
            }
            writer_->row(table_, sim::Time{times_[t]}, static_cast<std::uint32_t>(e), cells);
        }
    }
}

}  // namespace spate::viz
