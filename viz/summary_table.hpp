#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/trace/reader.hpp"

namespace spate::viz {

/// Columns of a table of a trace, added up over the rows that belong to the same entity: desks of a channel, say.
class SummaryTable {
  public:
    /// Each row its own entity, `count` of them: `entity_of[row]`. Requires: every entity_of < count.
    SummaryTable(const sim::TraceReader& trace,
                 std::string path,
                 std::vector<std::size_t> entity_of,
                 std::size_t count);

    /// Sums by entity, in the unit of the column.
    std::vector<double> sum(const std::string& column) const;
    /// Whether an entity has any row.
    std::vector<bool> present() const;

  private:
    const sim::TraceReader& trace_;
    std::string path_;
    std::vector<std::size_t> entity_of_;
    std::size_t count_;
};

/// Row numbers in a column of a trace ("/summary/views/desk").
std::vector<std::size_t> row_numbers(const sim::TraceReader& trace, const std::string& path);

/// Rows of a table; 0 if there is none.
std::size_t row_count(const sim::TraceReader& trace, const std::string& table);

}  // namespace spate::viz
