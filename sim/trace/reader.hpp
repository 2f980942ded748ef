#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/table.hpp"

namespace spate::sim {

/// What is known of a dataset without reading it.
struct DatasetInfo {
    std::string name;                  ///< last part of the path
    std::vector<std::uint64_t> shape;  ///< rows, or rows × entities
    std::string type;                  ///< "int64", "float64", "uint32", "enum", "text", …
    std::string unit;
    std::string description;
    std::vector<std::string> codes;  ///< for an enumeration
    std::string reference;
    double scale = 1.0;
    std::uint64_t stored_bytes = 0;  ///< on disk, compressed
};

/// A group with datasets: one table of the trace.
struct TableInfo {
    std::string path;
    std::string description;
    std::vector<DatasetInfo> columns;
};

class MemoryTrace;
class Recorder;

/// Reads a trace back, mostly from a file. Throws FileError for a file that is not one, is incomplete, or has an
/// unknown major version; the message says which. Threads: any number at once, though files are read by one after the
/// other (the HDF5 library is not thread safe).
class TraceReader {
  public:
    explicit TraceReader(const std::string& path);
    /// Reads what was recorded in memory. Requires: a closed recorder of that kind; otherwise std::logic_error. Need
    /// not outlive this.
    explicit TraceReader(const Recorder& recorder);
    ~TraceReader();
    TraceReader(TraceReader&&) noexcept;

    /// All tables in file order (creation order).
    const std::vector<TableInfo>& tables() const;
    const TableInfo* find(const std::string& path) const;
    /// Whether there is such a table with such a column.
    bool has(const std::string& table, const std::string& column) const;

    std::optional<std::string> text_attribute(const std::string& name) const;
    /// The bits of an unsigned one.
    std::optional<std::int64_t> integer_attribute(const std::string& name) const;
    /// Names and values of all root attributes, in order.
    std::vector<std::pair<std::string, std::string>> attributes() const;

    /// A whole numeric dataset "/orders/placed", scaled by its scale factor; a grid comes row by row (time major).
    std::vector<double> numbers(const std::string& path) const;
    /// The same as stored integers, unscaled.
    std::vector<std::int64_t> integers(const std::string& path) const;
    /// Rows [first, first + count) of the leading axis.
    std::vector<double> numbers(const std::string& path, std::uint64_t first, std::uint64_t count) const;
    /// A text dataset or the code names of an enumeration column.
    std::vector<std::string> texts(const std::string& path) const;
    /// A scalar text such as /run/scenario.
    std::string text(const std::string& path) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;                 ///< of a file; else null
    std::shared_ptr<const MemoryTrace> memory_;  ///< of a trace in memory; else null
};

}  // namespace spate::sim
