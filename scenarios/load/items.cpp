#include "scenarios/load/items.hpp"

#include <algorithm>
#include <cstddef>

#include "scenarios/load/csv.hpp"
#include "scenarios/load/reader.hpp"
#include "scenarios/load/suggest.hpp"
#include "scenarios/load/text_guard.hpp"

namespace spate::scenarios {

namespace {

constexpr std::size_t max_csv_bytes = std::size_t{1} << 30U;

struct Column {
    std::string key;   ///< empty: not a field, skipped
    std::string unit;  ///< put behind every cell
};

/// "price [CNY]" → price, CNY.
Column split_header(const std::string& text) {
    const auto open = text.find('[');
    if (open == std::string::npos || !text.ends_with(']')) {
        return {text, ""};
    }
    std::string key = text.substr(0, open);
    key.erase(key.find_last_not_of(' ') + 1);
    return {key, text.substr(open + 1, text.size() - open - 2)};
}

/// Turns rows into maps.
class Table {
  public:
    Table(Draft& draft, std::string_view section, const Node& defaults)
        : draft_(draft)
        , fields_(fields_of(section))
        , defaults_(defaults) {}

    void read_header(const std::vector<CsvReader::Cell>& cells) {
        std::vector<std::string_view> keys;
        for (const auto& f : fields_) {
            if (f.key != "from" || f.type != FieldType::file) {
                keys.push_back(f.key);
            }
        }
        for (const auto& cell : cells) {
            Column column = split_header(cell.text);
            const bool twice = std::any_of(columns_.begin(), columns_.end(), [&](const Column& c) {
                return !c.key.empty() && c.key == column.key;
            });
            if (twice) {
                draft_.problems.add(cell.place, "column " + in_quotes(column.key) + " is there twice. remove one?");
                column.key.clear();
            } else if (std::find(keys.begin(), keys.end(), column.key) == keys.end()) {
                draft_.problems.add(cell.place,
                                    "unknown column " + in_quotes(column.key) + did_you_mean(column.key, keys));
                column.key.clear();
            }
            columns_.push_back(column);
        }
        check_missing(cells.front().place);
    }

    bool is_complete() const { return is_complete_; }

    void read_row(std::vector<CsvReader::Cell>& cells, const std::function<void(const Node&)>& each) {
        if (cells.size() != columns_.size()) {
            draft_.problems.add(cells.front().place,
                                "the row has " + std::to_string(cells.size()) + " cells, the header "
                                    + std::to_string(columns_.size()));
            return;
        }
        Node row = defaults_;
        row.place = cells.front().place;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (columns_[i].key.empty() || cells[i].text.empty()) {
                continue;
            }
            const std::string text = columns_[i].unit.empty() ? cells[i].text : cells[i].text + " " + columns_[i].unit;
            row.set(columns_[i].key, cells[i].place, Node::scalar(cells[i].place, text));
        }
        each(row);
    }

  private:
    void check_missing(Place header) {
        for (const auto& f : fields_) {
            const bool given =
                defaults_.find(f.key) != nullptr
                || std::any_of(columns_.begin(), columns_.end(), [&](const Column& c) { return c.key == f.key; });
            if (f.need == Need::required && !given) {
                draft_.problems.add(header,
                                    "column '" + std::string(f.key) + "' is missing (" + std::string(f.meaning) + ")");
                is_complete_ = false;
            }
        }
    }

    Draft& draft_;
    std::span<const Field> fields_;
    const Node& defaults_;
    std::vector<Column> columns_;
    bool is_complete_ = true;
};

}  // namespace

void for_each_row(Draft& draft,
                  const Node& file,
                  const Node& defaults,
                  std::string_view section,
                  const std::function<void(const Node&)>& each,
                  Encoding encoding) {
    const std::string path = draft.problems.resolve(file.place.file, file.text);
    auto text = read_text_file(path, max_csv_bytes, file.place, draft.problems);
    if (!text) {
        return;
    }
    const auto index = draft.problems.add_file(path);
    if (!to_utf8(*text, encoding, index, draft.problems) || !check_text(*text, index, draft.problems)) {
        return;
    }
    CsvReader reader(*text, index, draft.problems);
    std::vector<CsvReader::Cell> cells;
    if (!reader.next(cells)) {
        draft.problems.add({index, 1, 1}, "the file is empty. the first row names the columns");
        return;
    }
    Table table(draft, section, defaults);
    table.read_header(cells);
    while (table.is_complete() && reader.next(cells)) {
        table.read_row(cells, each);
    }
}

void for_each_item(Draft& draft,
                   const Node& list,
                   std::string_view section,
                   bool files,
                   const std::function<void(const Node&)>& each) {
    const auto one = [&](const Node& item) {
        const Node* from = item.is_map() && files ? item.find("from") : nullptr;
        if (from == nullptr) {
            each(item);
            return;
        }
        if (!from->is_scalar()) {
            draft.problems.add(from->place, "`from` must be the name of a CSV file");
            return;
        }
        Node defaults = item;
        defaults.erase("from");
        for_each_row(draft, *from, defaults, section, each);
    };
    if (list.is_sequence()) {
        std::for_each(list.items.begin(), list.items.end(), one);
    } else {
        one(list);
    }
}

void RowsInRun::add(std::optional<sim::Time> at) {
    const auto& spec = draft_.spec;
    any_ = any_ || (at && at->us >= 0 && *at < sim::Time{} + spec.warm_up + spec.horizon);
}

void RowsInRun::refuse_none_in_run(const Node& file) const {
    if (!any_ && draft_.has_time && draft_.problems.count() == before_) {
        draft_.problems.add(file.place,
                            "no row of " + in_quotes(file.text) + " lies in the simulated time. another year's file?");
    }
}

void refuse_none(Reader& reader, std::string_view key, const Registry& found, std::size_t before) {
    if (found.size() == 0 && reader.draft().problems.count() == before) {
        reader.problem(key,
                       "nobody can order (there is no " + std::string(found.what()) + "). give `" + std::string(key)
                           + "` an item?");
    }
}

}  // namespace spate::scenarios
