#include "scenarios/load/csv.hpp"

namespace spate::scenarios {

CsvReader::CsvReader(const std::string& text, std::uint32_t file, Problems& problems)
    : text_(text)
    , problems_(problems)
    , here_{file, 1, 1} {}

bool CsvReader::at_line_end() const {
    return text_[i_] == '\n' || (text_[i_] == '\r' && i_ + 1 < text_.size() && text_[i_ + 1] == '\n');
}

void CsvReader::step() {
    if (text_[i_] == '\n') {
        ++here_.line;
        here_.column = 1;
    } else if (text_[i_] != '\r' && (static_cast<unsigned char>(text_[i_]) & 0xC0U) != 0x80) {
        ++here_.column;
    }
    ++i_;
}

bool CsvReader::next(std::vector<Cell>& row) {
    row.clear();
    while (!at_end() && at_line_end()) {
        step();
    }
    if (at_end()) {
        return false;
    }
    for (;;) {
        Cell& cell = row.emplace_back();
        cell.place = here_;
        if (!read_cell(cell)) {
            return false;
        }
        if (at_end()) {
            return true;
        }
        const bool more = text_[i_] == ',';
        step();
        if (!more) {
            if (text_[i_ - 1] == '\r') {
                step();
            }
            return true;
        }
    }
}

bool CsvReader::read_cell(Cell& cell) {
    if (!at_end() && text_[i_] == '"') {
        return read_quoted(cell);
    }
    while (!at_end() && text_[i_] != ',' && !at_line_end()) {
        if (text_[i_] == '"') {
            problems_.add(
                here_,
                "a quote inside a cell (a cell with quotes must begin with one, and inside it they are doubled)");
            i_ = text_.size();
            return false;
        }
        cell.text += text_[i_];
        step();
    }
    const auto last = cell.text.find_last_not_of(" \t");
    cell.text.erase(last == std::string::npos ? 0 : last + 1);
    cell.text.erase(0, cell.text.find_first_not_of(" \t"));
    return true;
}

bool CsvReader::read_quoted(Cell& cell) {
    step();
    while (!at_end()) {
        if (text_[i_] == '"') {
            step();
            if (at_end() || text_[i_] == ',' || at_line_end()) {
                return true;
            }
            if (text_[i_] != '"') {
                problems_.add(here_, "text after a closing quote (a quote inside a cell is written twice)");
                i_ = text_.size();
                return false;
            }
        }
        cell.text += text_[i_];
        step();
    }
    problems_.add(cell.place, "a quote that is not closed");
    return false;
}

}  // namespace spate::scenarios
