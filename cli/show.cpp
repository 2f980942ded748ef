#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/trace/reader.hpp"
#include "analysis/number_text.hpp"
#include "analysis/text_table.hpp"
#include "scenarios/load/suggest.hpp"

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/table_view.hpp"
#include "cli/whole_number.hpp"

namespace spate::cli {
namespace {

using analysis::Align;
using analysis::TextTable;
using nlohmann::ordered_json;
using sim::TableInfo;
using sim::TraceReader;

struct ShowOptions {
    std::string trace, table;
    std::uint64_t rows = 10;
    bool as_json = false;
};

std::string dump(const ordered_json& json) {
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// "744 × 12" or "1,234".
std::string shape_text(const std::vector<std::uint64_t>& shape) {
    std::string text;
    for (const auto extent : shape) {
        text += (text.empty() ? "" : " × ") + analysis::with_thousands(static_cast<std::int64_t>(extent));
    }
    return text;
}

/// The largest shape among the columns: that of the table.
std::vector<std::uint64_t> shape_of(const TableInfo& table) {
    std::vector<std::uint64_t> shape;
    for (const auto& column : table.columns) {
        if (column.shape.size() > shape.size()) {
            shape = column.shape;
        }
    }
    return shape;
}

std::uint64_t stored_bytes(const TableInfo& table) {
    std::uint64_t bytes = 0;
    for (const auto& column : table.columns) {
        bytes += column.stored_bytes;
    }
    return bytes;
}

std::string overview_text(const TraceReader& trace) {
    TextTable attributes({Align::left, Align::left});
    for (const auto& [name, value] : trace.attributes()) {
        attributes.add_row({name, value});
    }
    std::string text = attributes.text(0, 100);
    for (const auto& table : trace.tables()) {
        const auto shape = shape_of(table);
        text += "\n" + table.path;
        if (!shape.empty()) {
            text += "  " + shape_text(shape) + (shape.size() > 1 ? " (time × entity)" : " rows");
        }
        text += fmt::format("  {} kB",
                            analysis::with_thousands(static_cast<std::int64_t>(stored_bytes(table) + 999) / 1000));
        text += (table.description.empty() ? "" : "\n  " + table.description) + "\n";
        TextTable columns({Align::left, Align::left, Align::left, Align::left});
        for (const auto& column : table.columns) {
            const std::string unit =
                column.unit.empty() && !column.reference.empty() ? "-> " + column.reference : column.unit;
            columns.add_row({column.name, column.type, unit, column.description});
        }
        text += columns.text(4, 100);
    }
    return text;
}

ordered_json overview_json(const TraceReader& trace, const std::string& path) {
    ordered_json result{{"file", path}, {"attributes", ordered_json::object()}, {"tables", ordered_json::array()}};
    for (const auto& [name, value] : trace.attributes()) {
        result["attributes"][name] = value;
    }
    for (const auto& table : trace.tables()) {
        ordered_json entry{{"path", table.path}, {"description", table.description}};
        entry["shape"] = shape_of(table);
        entry["stored_bytes"] = stored_bytes(table);
        entry["columns"] = ordered_json::array();
        for (const auto& column : table.columns) {
            entry["columns"].push_back({{"name", column.name},
                                        {"type", column.type},
                                        {"unit", column.unit},
                                        {"description", column.description},
                                        {"reference", column.reference},
                                        {"codes", column.codes}});
        }
        result["tables"].push_back(entry);
    }
    return result;
}

std::string heading(const sim::DatasetInfo& column) {
    const bool is_plain = column.unit.empty() || column.unit == "1" || column.unit == "us" || !column.reference.empty();
    return is_plain ? column.name : column.name + " [" + column.unit + "]";
}

std::string rows_text(TableView& view, const TableInfo& table, std::uint64_t count) {
    const auto cells = view.first_rows(count);
    std::vector<Align> aligns;
    std::vector<std::string> headings;
    for (std::size_t c = 0; c < cells.size(); ++c) {
        const bool is_number =
            std::any_of(cells[c].begin(), cells[c].end(), [](const auto& x) { return x.number.has_value(); });
        aligns.push_back(is_number ? Align::right : Align::left);
        headings.push_back(heading(*view.columns()[c]));
    }
    TextTable text(aligns);
    text.add_row(headings);
    const std::size_t shown = cells.empty() ? 0 : cells[0].size();
    for (std::size_t row = 0; row < shown; ++row) {
        std::vector<std::string> line;
        for (const auto& column : cells) {
            line.push_back(column[row].text);
        }
        text.add_row(std::move(line));
    }
    const auto all = static_cast<std::int64_t>(view.row_count());
    const std::string rest = fmt::format("{}: {} of {} rows\n", table.path, shown, analysis::with_thousands(all));
    return text.text() + rest;
}

ordered_json cell_json(const ShownCell& cell) {
    if (cell.is_missing) {
        return {};
    }
    if (!cell.number) {
        return cell.text;
    }
    const bool is_whole = *cell.number == std::floor(*cell.number) && std::fabs(*cell.number) < 9e15;
    return is_whole ? ordered_json(static_cast<std::int64_t>(*cell.number)) : ordered_json(*cell.number);
}

ordered_json rows_json(TableView& view, const TableInfo& table, std::uint64_t count) {
    const auto cells = view.first_rows(count);
    ordered_json result{{"table", table.path}, {"row_count", view.row_count()}};
    auto& units = result["units"] = ordered_json::object();
    auto& rows = result["rows"] = ordered_json::array();
    for (const auto* column : view.columns()) {
        units[column->name] = column->unit;
    }
    for (std::size_t row = 0; !cells.empty() && row < cells[0].size(); ++row) {
        ordered_json line;
        for (std::size_t c = 0; c < cells.size(); ++c) {
            line[view.columns()[c]->name] = cell_json(cells[c][row]);
        }
        rows.push_back(line);
    }
    return result;
}

/// A text such as /run/scenario; false if `path` is not one.
bool show_single_text(const TraceReader& trace, const std::string& path, bool as_json) {
    for (const auto& table : trace.tables()) {
        for (const auto& column : table.columns) {
            const std::string own = table.path + "/" + column.name;
            if (!is_single_text(column) || (own != path && table.path != path)) {
                continue;
            }
            const std::string text = trace.text(own);
            const bool ends_line = !text.empty() && text.back() == '\n';
            print(as_json ? dump({{"path", own}, {"text", text}}) : text + (ends_line ? "" : "\n"));
            return true;
        }
    }
    return false;
}

void show(const ShowOptions& options) {
    const TraceReader trace(options.trace);
    if (options.table.empty()) {
        print(options.as_json ? dump(overview_json(trace, options.trace)) : overview_text(trace));
        return;
    }
    const std::string path = options.table[0] == '/' ? options.table : "/" + options.table;
    if (show_single_text(trace, path, options.as_json)) {
        return;
    }
    const auto* table = trace.find(path);
    if (table == nullptr) {
        std::vector<std::string_view> paths;
        for (const auto& known : trace.tables()) {
            paths.push_back(known.path);
        }
        throw UsageError(
            fmt::format("no table '{}' in '{}'{}", path, options.trace, scenarios::did_you_mean(path, paths)));
    }
    TableView view(trace, *table);
    print(options.as_json ? dump(rows_json(view, *table, options.rows)) : rows_text(view, *table, options.rows));
}

}  // namespace

Command add_show(CLI::App& program) {
    auto* app = program.add_subcommand("show", "Show what is in a trace, or the first rows of one of its tables.");
    auto options = std::make_shared<ShowOptions>();
    app->add_option("TRACE", options->trace, "trace file (HDF5)")->required()->type_name("");
    app->add_option("TABLE", options->table, "one table, for example /orders")->type_name("");
    app->add_option("--rows", options->rows, "how many rows of the table")
        ->check(whole_number())
        ->type_name("N")
        ->capture_default_str();
    app->add_flag("--json", options->as_json, "print one JSON object; times in microseconds");
    app->footer(R"(Examples:
  spate show out/double-eleven.h5                     attributes, tables, columns, units
  spate show out/double-eleven.h5 /orders --rows 20   orders one by one
  spate show out/double-eleven.h5 /run/scenario       the scenario that was run)");
    return {app, [options] { show(*options); }};
}

}  // namespace spate::cli
