#include "analysis/text_table.hpp"

#include <algorithm>
#include <numeric>
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
    const auto widths = max_width > 0 ? narrowed(this->widths(), indent, max_width) : this->widths();
    std::string result;
    for (const auto& row : rows_) {
        std::string line(indent, ' ');
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) {
                line += "  ";
            }
            const std::string cell = fit_width(row[i], widths[i]);
            line += columns_[i] == Align::left ? pad_right(cell, widths[i]) : pad_left(cell, widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        result += (max_width > 0 ? fit_width(line, max_width) : line) + "\n";
    }
    return result;
}

std::vector<std::size_t> TextTable::narrowed(std::vector<std::size_t> widths,
                                             std::size_t indent,
                                             std::size_t max_width) const {
    constexpr std::size_t least = 8;  ///< columns of a text that can still be told from others
    std::size_t total = std::accumulate(widths.begin(), widths.end(), indent + 2 * widths.size() - 2);
    while (total > max_width) {
        std::size_t widest = 0, width = least;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (columns_[i] == Align::left && widths[i] > width) {
                widest = i;
                width = widths[i];
            }
        }
        if (width == least) {
            return widths;
        }
        --widths[widest];
        --total;
    }
    return widths;
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
