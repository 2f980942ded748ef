#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"

namespace spate::viz {

/// A matrix time × entity, time major.
struct Matrix {
    std::size_t width = 0;  ///< entities
    std::vector<double> values;

    std::span<const double> row(std::size_t r) const { return {values.data() + r * width, width}; }

    std::span<double> row(std::size_t r) { return {values.data() + r * width, width}; }

    std::size_t height() const { return width == 0 ? 0 : values.size() / width; }
};

/// A grid of a trace: samples of many entities.
class Series {
  public:
    /// Nothing if the trace has no such grid, or one without samples or entities.
    static std::optional<Series> find(const sim::TraceReader& trace, const std::string& path);

    const std::vector<std::int64_t>& times() const { return times_; }

    std::size_t entities() const { return entities_; }

    bool has(const std::string& column) const;
    /// Scaled values.
    Matrix column(const std::string& name) const;
    /// Sum over the entities, by sample.
    std::vector<double> total(const std::string& name) const;

  private:
    Series(const sim::TraceReader& trace, std::string path)
        : trace_(&trace)
        , path_(std::move(path)) {}

    const sim::TraceReader* trace_;
    std::string path_;
    std::vector<std::int64_t> times_;
    std::size_t entities_ = 0;
};

/// Adds up the entities of each group; group_of[e] = group_count: none.
Matrix group_sums(const Matrix& matrix, std::span<const std::size_t> group_of, std::size_t group_count);

/// The samples at which a map is drawn: evenly spaced, at most `at_most` and the last one.
struct Frames {
    std::vector<std::size_t> samples;  ///< numbers of samples, increasing

    /// Chooses among samples that lie at multiples of `every` [us], and some in between.
    static Frames choose(std::span<const std::int64_t> times, std::int64_t every, std::size_t at_most);

    std::vector<std::int64_t> times(std::span<const std::int64_t> of_samples) const;
    /// The state at each frame.
    Matrix states(const Matrix& samples_by_entity) const;
    /// What flowed since the frame before: the sum of the samples after it.
    Matrix flows(const Matrix& samples_by_entity) const;
};

/// A grid to be written: declared before the recorder is open, filled after.
class GridOutput {
  public:
    struct Field {
        sim::Column column;
        Matrix values;
    };

    /// Requires: all matrices have a row for each time and equal widths > 0.
    GridOutput(sim::Recorder& recorder,
               std::string path,
               std::string description,
               std::string entity_reference,
               std::vector<std::int64_t> times,
               std::vector<Field> fields);
    /// Requires: the recorder is open.
    void write() const;

  private:
    sim::TableId table_;
    sim::TraceWriter* writer_;
    std::vector<std::int64_t> times_;
    std::vector<Field> fields_;
};

}  // namespace spate::viz
