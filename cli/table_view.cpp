#include "cli/table_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "sim/base/check.hpp"
#include "analysis/number_text.hpp"

namespace spate::cli {
namespace {

using sim::DatasetInfo;

constexpr const char* accounts_table = "/network/accounts";

ShownCell missing() {
    return {"–", std::nullopt, true};
}

bool is_integer(const DatasetInfo& column) {
    return column.type.find("int") != std::string::npos && column.scale == 1.0;
}

/// Microseconds are points of time, except where the name says that they are a span.
bool is_span(const DatasetInfo& column) {
    constexpr std::array<std::string_view, 14> words{"_sum",
                                                     "duration",
                                                     "delay",
                                                     "lead",
                                                     "transit",
                                                     "wait",
                                                     "lag",
                                                     "rise",
                                                     "lasts",
                                                     "decay",
                                                     "every",
                                                     "_us",
                                                     "promise",
                                                     "after"};
    return std::any_of(
        words.begin(), words.end(), [&](auto word) { return column.name.find(word) != std::string::npos; });
}

std::string money_text(double value) {
    const bool is_small = value != 0 && std::fabs(value) < 0.01;
    if (is_small) {
        return analysis::readable_number(value);
    }
    const std::string cents = fmt::format("{:.2f}", std::fabs(value));
    const std::string whole = cents.substr(0, cents.size() - 3);
    return (value < 0 ? "-" : "") + analysis::with_thousands(std::stoll(whole)) + cents.substr(cents.size() - 3);
}

}  // namespace

bool is_single_text(const DatasetInfo& column) {
    return column.shape.empty() && column.type == "text";
}

std::optional<std::string> RowNames::name(const std::string& table, double row) {
    const auto& all = names(table);
    if (!(row >= 0) || row >= static_cast<double>(all.size())) {
        return std::nullopt;
    }
    return all[static_cast<std::size_t>(row)];
}

const std::vector<std::string>& RowNames::names(const std::string& table) {
    const auto known = known_.find(table);
    if (known != known_.end()) {
        return known->second;
    }
    known_[table] = {};  // a table that refers to itself has no names while they are made
    auto made = read(table);
    return known_[table] = std::move(made);
}

std::vector<std::string> RowNames::read(const std::string& table) {
    const auto* info = trace_.find(table);
    if (info == nullptr) {
        return {};
    }
    const auto is_text = [](const DatasetInfo& c) { return c.type == "text" && c.shape.size() == 1; };
    std::vector<std::string> result;
    const auto append = [&](std::size_t row, const std::string& part) {
        if (row >= result.size()) {
            result.resize(row + 1);
        }
        result[row] += (result[row].empty() ? "" : "/") + part;
    };
    for (const auto& column : info->columns) {
        if (is_text(column) && column.name == "id") {
            return trace_.texts(table + "/id");
        }
    }
    for (const auto& column : info->columns) {
        const std::string path = table + "/" + column.name;
        if (!column.reference.empty() && column.reference != table) {
            const auto rows = trace_.numbers(path);
            for (std::size_t i = 0; i < rows.size(); ++i) {
                if (const auto part = name(column.reference, rows[i])) {
                    append(i, *part);
                }
            }
        } else if (is_text(column) && column.name == "name") {
            const auto texts = trace_.texts(path);
            for (std::size_t i = 0; i < texts.size(); ++i) {
                append(i, texts[i]);
            }
        }
    }
    return result;
}

TableView::TableView(const sim::TraceReader& trace, const sim::TableInfo& table)
    : trace_(trace)
    , table_(table)
    , calendar_(trace.text_attribute("start").value_or(""))
    , names_(trace) {
    for (const auto& column : table.columns) {
        if (column.shape.size() == 2) {
            is_grid_ = true;
            samples_ = column.shape[0];
            entities_ = column.shape[1];
        }
        if (!column.shape.empty()) {
            columns_.push_back(&column);
        }
    }
    if (!is_grid_ && !columns_.empty()) {
        samples_ = columns_[0]->shape[0];
    }
    check_shapes();
}

void TableView::check_shapes() const {
    const std::vector<std::uint64_t> whole{samples_, entities_}, along_time{samples_}, along_entities{entities_};
    for (const auto* column : columns_) {
        const bool is_whole = is_grid_ && column->shape.size() == 2;
        if (column->shape == (is_whole ? whole : is_entity_axis(*column) ? along_entities : along_time)) {
            continue;
        }
        throw sim::FileError(fmt::format("the columns of table '{}' differ in length", table_.path));
    }
}

bool TableView::is_entity_axis(const DatasetInfo& column) const {
    return is_grid_ && column.shape.size() == 1 && column.name != "time";
}

std::vector<std::vector<ShownCell>> TableView::first_rows(std::uint64_t count) {
    count = std::min(count, row_count());
    find_money_rows();
    std::vector<std::vector<ShownCell>> result;
    for (const auto* column : columns_) {
        result.push_back(cells_of(*column, count));
    }
    return result;
}

/// Balances of a ledger are stored as plain integers whatever the account: the account says whether they are money.
void TableView::find_money_rows() {
    for (const auto* column : columns_) {
        if (column->reference != accounts_table || trace_.find(accounts_table) == nullptr) {
            continue;
        }
        for (const auto& kind : trace_.texts(std::string(accounts_table) + "/kind")) {
            is_money_account_.push_back(kind == "money");
        }
        accounts_ = trace_.numbers(table_.path + "/" + column->name);
    }
}

std::vector<ShownCell> TableView::cells_of(const DatasetInfo& column, std::uint64_t count) {
    const std::string path = table_.path + "/" + column.name;
    std::vector<ShownCell> cells;
    if (column.type == "text") {
        const auto texts = trace_.texts(path);
        for (std::uint64_t row = 0; row < count; ++row) {
            cells.push_back({texts[row], std::nullopt, false});
        }
        return cells;
    }
    const std::uint64_t samples = entities_ == 0 ? 0 : (count + entities_ - 1) / entities_;
    const auto values = is_entity_axis(column) ? trace_.numbers(path) : trace_.numbers(path, 0, samples);
    for (std::uint64_t row = 0; row < count; ++row) {
        std::uint64_t at = row;
        if (is_grid_ && column.shape.size() == 1) {
            at = is_entity_axis(column) ? row % entities_ : row / entities_;
        }
        cells.push_back(cell(column, values[at], row));
    }
    return cells;
}

ShownCell TableView::cell(const DatasetInfo& column, double value, std::uint64_t row) {
    if (!column.codes.empty()) {
        const auto code = static_cast<std::size_t>(value);
        return code < column.codes.size() ? ShownCell{column.codes[code], std::nullopt, false} : missing();
    }
    if (!column.reference.empty()) {
        const auto name = names_.name(column.reference, value);
        if (name) {
            return {*name, std::nullopt, false};
        }
        if (value < 0 || value >= UINT32_MAX) {
            return missing();
        }
        return {fmt::format("row {:.0f}", value), value, false};
    }
    if (std::isnan(value)) {
        return missing();
    }
    if (column.unit == "us") {
        return time_cell(column, value);
    }
    if (is_integer(column) && !is_money_account_.empty()) {
        const auto account = static_cast<std::size_t>(accounts_[is_grid_ ? row % entities_ : row]);
        const bool is_money = account < is_money_account_.size() && is_money_account_[account];
        if (is_money) {
            return {money_text(value * 1e-6), value * 1e-6, false};
        }
    }
    if (is_integer(column) && value <= -9e18) {
        return missing();
    }
    if (is_integer(column)) {
        return {fmt::format("{:.0f}", value), value, false};
    }
    return {column.scale != 1.0 ? money_text(value) : analysis::readable_number(value), value, false};
}

ShownCell TableView::time_cell(const DatasetInfo& column, double value) const {
    if (!(std::fabs(value) < 9e18)) {
        return missing();
    }
    const auto us = static_cast<std::int64_t>(value);
    if (is_span(column)) {
        return {duration_text({us}), value, false};
    }
    if (us < 0) {
        return missing();
    }
    return {calendar_.text({us}), value, false};
}

}  // namespace spate::cli
