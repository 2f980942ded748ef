#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/reader.hpp"

#include "cli/calendar.hpp"

namespace spate::cli {

/// One cell of a trace table as a person reads it, and as a script does.
struct ShownCell {
    std::string text;              ///< "2025-11-11 20:00:00", "rdc-east", "12.50"; "–" if there is no value
    std::optional<double> number;  ///< scaled; none: `text` is the value (names), or it is missing
    bool is_missing = false;
};

/// The names of the rows of the tables that others refer to: an id, or the parts that make a row up ("rdc-east/pick").
class RowNames {
  public:
    explicit RowNames(const sim::TraceReader& trace)
        : trace_(trace) {}

    /// Name of row `row` of `table`; none: there is no such row.
    std::optional<std::string> name(const std::string& table, double row);
    /// All names of a table, in row order; empty if it has nothing to name rows by.
    const std::vector<std::string>& names(const std::string& table);

  private:
    std::vector<std::string> read(const std::string& table);

    const sim::TraceReader& trace_;
    std::map<std::string, std::vector<std::string>> known_;
};

/// The first rows of one table of a trace, made readable: dates, names for codes and references, money in currency.
/// A grid (time × entity) becomes one row per time and entity.
class TableView {
  public:
    /// `trace` and `table` must outlive the view. Throws: FileError if columns differ in length.
    TableView(const sim::TraceReader& trace, const sim::TableInfo& table);

    std::uint64_t row_count() const { return samples_ * entities_; }

    const std::vector<const sim::DatasetInfo*>& columns() const { return columns_; }

    /// Column by column, at most `count` rows.
    std::vector<std::vector<ShownCell>> first_rows(std::uint64_t count);

  private:
    void check_shapes() const;
    bool is_entity_axis(const sim::DatasetInfo& column) const;
    std::vector<ShownCell> cells_of(const sim::DatasetInfo& column, std::uint64_t count);
    ShownCell cell(const sim::DatasetInfo& column, double value, std::uint64_t row);
    ShownCell time_cell(const sim::DatasetInfo& column, double value) const;
    void find_money_rows();

    const sim::TraceReader& trace_;
    const sim::TableInfo& table_;
    Calendar calendar_;
    RowNames names_;
    std::vector<const sim::DatasetInfo*> columns_;
    std::uint64_t samples_ = 0, entities_ = 1;
    bool is_grid_ = false;
    std::vector<bool> is_money_account_;  ///< by row of /network/accounts, for tables of account balances
    std::vector<double> accounts_;        ///< account of each shown row, ditto
};

/// True for a dataset that is one text and not a column, such as /run/scenario.
bool is_single_text(const sim::DatasetInfo& column);

}  // namespace spate::cli
