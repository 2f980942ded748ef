#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/load/problems.hpp"

namespace spate::scenarios {

/// Reads comma-separated values row by row (RFC 4180): cells in double quotes may hold commas, line breaks and doubled
/// quotes. Blank lines are skipped.
class CsvReader {
  public:
    struct Cell {
        std::string text;
        Place place;
    };

    /// `text` must have passed check_text() and must outlive the reader.
    CsvReader(const std::string& text, std::uint32_t file, Problems& problems);

    /// The next row's cells; false at the end, or after a problem that makes the rest unreadable.
    bool next(std::vector<Cell>& row);

  private:
    bool read_cell(Cell& cell);
    bool read_quoted(Cell& cell);
    void step();

    bool at_end() const { return i_ >= text_.size(); }

    bool at_line_end() const;

    const std::string& text_;
    Problems& problems_;
    Place here_;
    std::size_t i_ = 0;
};

}  // namespace spate::scenarios
