#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/trace/reader.hpp"
#include "sim/trace/row_batch.hpp"
#include "sim/trace/table.hpp"

namespace spate::sim {

/// A trace that is no file: what a recorder in memory was told, for a reader. Answers as the file would, to the last
/// bit; stored sizes are 0 and the attributes of the file format itself are absent.
/// Threads: any number may read at once.
class MemoryTrace {
  public:
    /// The parts in the order in which they would be in a file.
    void add_text(const std::string& path, const std::string& text, const std::string& description);
    void add(const StaticTable& table);
    /// `rows`: all of the table, in the order of the writers. Throws: std::logic_error for an incomplete grid.
    void add(const TableSchema& table, const RowBatch& rows);

    void set_attributes(std::vector<Attribute> attributes) { attributes_ = std::move(attributes); }

    const std::vector<TableInfo>& tables() const { return tables_; }

    const TableInfo* find(const std::string& path) const;
    std::optional<std::string> text_attribute(const std::string& name) const;
    std::optional<std::int64_t> integer_attribute(const std::string& name) const;
    std::vector<std::pair<std::string, std::string>> attributes() const;

    /// Rows [first, first + count) of the leading axis; without a count all from `first`.
    std::vector<double> numbers(const std::string& path,
                                std::uint64_t first = 0,
                                std::optional<std::uint64_t> count = {}) const;
    std::vector<std::int64_t> integers(const std::string& path) const;
    std::vector<std::string> texts(const std::string& path) const;

  private:
    struct Dataset {
        bool is_text = false, is_real = false;
        double scale = 1;
        std::uint64_t row_cells = 1;  ///< entities of a grid
        std::vector<Cell> cells;
        std::vector<std::string> texts;  ///< values, or the codes of an enumeration
    };

    void add_dataset(const std::string& table, DatasetInfo info, Dataset dataset);
    void add_numbers(const std::string& table, const Column& column, std::uint32_t entities, std::vector<Cell> cells);
    void describe(const std::string& table, const std::string& description);
    TableInfo& table(const std::string& path);
    const Dataset& dataset(const std::string& path) const;
    const Dataset& dataset_of_numbers(const std::string& path) const;

    std::vector<TableInfo> tables_;
    std::map<std::string, std::size_t> table_numbers_;
    std::map<std::string, Dataset> datasets_;
    std::vector<Attribute> attributes_;
};

}  // namespace spate::sim
