#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace spate::analysis {

enum class Align { left, right };

/// Rows of texts laid out in columns, aligned by display width, two blanks apart.
/// Cells are cleaned of control characters; the last column is cut so that lines are at most `max_width` columns.
class TextTable {
  public:
    explicit TextTable(std::vector<Align> columns)
        : columns_(std::move(columns)) {}

    /// Requires: as many cells as columns.
    void add_row(std::vector<std::string> cells);
    /// All rows, each with a newline, without trailing blanks. `max_width` 0: as wide as needed. Where lines are too
    /// wide, the widest texts are cut, then the ends of lines.
    std::string text(std::size_t indent = 0, std::size_t max_width = 0) const;

  private:
    std::vector<std::size_t> widths() const;
    /// Texts cut until a line fits, as far as that goes; columns aligned to the right are numbers and stay whole.
    std::vector<std::size_t> narrowed(std::vector<std::size_t> widths, std::size_t indent, std::size_t max_width) const;

    std::vector<Align> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace spate::analysis
