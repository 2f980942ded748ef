#include "analysis/text_table.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"
#include "analysis/text_width.hpp"

namespace spate::analysis {

void TextTable::add_row(std::vector<std::string> cells) {
    SPATE_EXPECT(cells.size() == columns_.size());
    for (auto& cell : cells) {
        cell = one_line(cell);
    }
    rows_.push_back(std::move(cells));
}

std::string TextTable::text(std::size_t indent, std::size_t max_width) const {
    const auto widths = this->widths();
    std::string result;
    for (const auto& row : rows_) {
        std::string line(indent, ' ');
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) {
                line += "  ";
            }
            line += columns_[i] == Align::left ? pad_right(row[i], widths[i]) : pad_left(row[i], widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        result += (max_width > 0 ? fit_width(line, max_width) : line) + "\n";
    }
    return result;
}

std::vector<std::size_t> TextTable::widths() const {
    std::vector<std::size_t> result(columns_.size(), 0);
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            result[i] = std::max(result[i], display_width(row[i]));
        }
    }
    return result;
}

}  // namespace spate::analysis
