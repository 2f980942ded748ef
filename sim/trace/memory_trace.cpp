#include "sim/trace/memory_trace.hpp"

#include <algorithm>
#include <span>

#include "sim/base/check.hpp"
#include "sim/trace/schema_check.hpp"

namespace spate::sim {

namespace {

[[noreturn]] void refuse(const std::string& text) {
    throw FileError("the trace in memory " + text);
}

std::string type_name(const Column& column) {
    if (!column.codes.empty()) {
        return "enum";
    }
    switch (column.type) {
        case ColumnType::i64: return "int64";
        case ColumnType::f64: return "float64";
        case ColumnType::u32: return "uint32";
        case ColumnType::u8: return "uint8";
    }
    SPATE_ASSERT(false);
}

Column time_column() {
    return {"time", ColumnType::i64, "us", "time since the start of the run", {}, "", 1.0};
}

std::vector<Cell> picked(std::span<const std::uint32_t> rows, const RowBatch& from, std::size_t column) {
    const std::size_t width = from.times.empty() ? 0 : from.cells.size() / from.times.size();
    std::vector<Cell> cells;
    cells.reserve(rows.size());
    for (const std::uint32_t row : rows) {
        cells.push_back(from.cells[row * width + column]);
    }
    return cells;
}

std::vector<Cell> to_cells(std::span<const Time> times) {
    std::vector<Cell> cells;
    for (const Time time : times) {
        cells.emplace_back(time.us);
    }
    return cells;
}

}  // namespace

void MemoryTrace::add_text(const std::string& path, const std::string& text, const std::string& description) {
    const std::size_t slash = path.rfind('/');
    DatasetInfo info;
    info.name = path.substr(slash + 1);
    info.type = "text";
    info.description = description;
    add_dataset(
        slash == 0 ? "/" : path.substr(0, slash), std::move(info), {.is_text = true, .cells = {}, .texts = {text}});
}

void MemoryTrace::add(const StaticTable& table) {
    describe(table.path, table.description);
    for (const TextColumn& column : table.texts) {
        DatasetInfo info;
        info.name = column.name;
        info.shape = {column.values.size()};
        info.type = "text";
        info.description = column.description;
        add_dataset(table.path, std::move(info), {.is_text = true, .cells = {}, .texts = column.values});
    }
    for (const NumberColumn& number : table.numbers) {
        add_numbers(table.path, number.column, 0, number.values);
    }
}

void MemoryTrace::add(const TableSchema& table, const RowBatch& rows) {
    describe(table.path, table.description);
    TimeOrder by_time;
    std::vector<Time> times;
    std::span<const std::uint32_t> order;
    std::optional<GridOrder> by_entity;
    if (table.entities > 0) {
        by_entity.emplace(table);
        order = by_entity->sort(rows, times);
    } else {
        order = by_time.sort(rows.times);
        for (const std::uint32_t row : order) {
            times.push_back(rows.times[row]);
        }
    }
    add_numbers(table.path, time_column(), 0, to_cells(times));
    if (table.entities > 0) {
        std::vector<Cell> axis;
        for (std::uint32_t i = 0; i < table.entities; ++i) {
            axis.emplace_back(i);
        }
        const Column column{
            entity_axis(table), ColumnType::u32, "1", "row of the entity", {}, table.entity_reference, 1.0};
        add_numbers(table.path, column, 0, std::move(axis));
    }
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        add_numbers(table.path, table.columns[c], table.entities, picked(order, rows, c));
    }
}

void MemoryTrace::add_numbers(const std::string& table,
                              const Column& column,
                              std::uint32_t entities,
                              std::vector<Cell> cells) {
    DatasetInfo info;
    info.name = column.name;
    info.shape = {cells.size()};
    if (entities > 0) {
        info.shape = {cells.size() / entities, entities};
    }
    info.type = type_name(column);
    info.unit = column.unit;
    info.description = column.description;
    info.codes = column.codes;
    info.reference = column.reference;
    info.scale = column.scale;
    add_dataset(table,
                std::move(info),
                {.is_real = column.type == ColumnType::f64,
                 .scale = column.scale,
                 .row_cells = std::max(1U, entities),
                 .cells = std::move(cells),
                 .texts = column.codes});
}

TableInfo& MemoryTrace::table(const std::string& path) {
    const auto [at, is_new] = table_numbers_.emplace(path, tables_.size());
    if (is_new) {
        tables_.push_back({path, {}, {}});
    }
    return tables_[at->second];
}

void MemoryTrace::describe(const std::string& path, const std::string& description) {
    table(path).description = description;
}

void MemoryTrace::add_dataset(const std::string& path, DatasetInfo info, Dataset dataset) {
    datasets_.emplace(path == "/" ? "/" + info.name : path + "/" + info.name, std::move(dataset));
    table(path).columns.push_back(std::move(info));
}

const TableInfo* MemoryTrace::find(const std::string& path) const {
    const auto known = table_numbers_.find(path);
    return known == table_numbers_.end() ? nullptr : &tables_[known->second];
}

std::optional<std::string> MemoryTrace::text_attribute(const std::string& name) const {
    const auto is_it = [&](const Attribute& a) { return a.name == name && (a.is_text || !a.text.empty()); };
    const auto found = std::find_if(attributes_.begin(), attributes_.end(), is_it);
    return found == attributes_.end() ? std::nullopt : std::optional(found->text);
}

std::optional<std::int64_t> MemoryTrace::integer_attribute(const std::string& name) const {
    const auto is_it = [&](const Attribute& a) { return a.name == name && !a.is_text && a.text.empty(); };
    const auto found = std::find_if(attributes_.begin(), attributes_.end(), is_it);
    return found == attributes_.end() ? std::nullopt : std::optional(found->number);
}

std::vector<std::pair<std::string, std::string>> MemoryTrace::attributes() const {
    std::vector<std::pair<std::string, std::string>> result;
    for (const Attribute& attribute : attributes_) {
        const bool is_text = attribute.is_text || !attribute.text.empty();
        const std::string number = attribute.is_unsigned ? std::to_string(static_cast<std::uint64_t>(attribute.number))
                                                         : std::to_string(attribute.number);
        result.emplace_back(attribute.name, is_text ? attribute.text : number);
    }
    return result;
}

const MemoryTrace::Dataset& MemoryTrace::dataset(const std::string& path) const {
    const auto found = datasets_.find(path);
    if (found == datasets_.end()) {
        refuse("has no dataset " + path);
    }
    return found->second;
}

const MemoryTrace::Dataset& MemoryTrace::dataset_of_numbers(const std::string& path) const {
    const Dataset& found = dataset(path);
    if (found.is_text) {
        refuse("holds text, not numbers, in " + path);
    }
    return found;
}

std::vector<double> MemoryTrace::numbers(const std::string& path,
                                         std::uint64_t first,
                                         std::optional<std::uint64_t> count) const {
    const Dataset& from = dataset_of_numbers(path);
    const std::uint64_t rows = from.cells.size() / from.row_cells;
    SPATE_EXPECT(first <= rows && count.value_or(0) <= rows - first);
    const std::uint64_t end = first + count.value_or(rows - first);
    std::vector<double> result;
    result.reserve((end - first) * from.row_cells);
    for (std::uint64_t i = first * from.row_cells; i < end * from.row_cells; ++i) {
        const double stored = from.is_real ? from.cells[i].real : static_cast<double>(from.cells[i].integer);
        result.push_back(from.scale == 1.0 ? stored : stored * from.scale);
    }
    return result;
}

std::vector<std::int64_t> MemoryTrace::integers(const std::string& path) const {
    const Dataset& from = dataset_of_numbers(path);
    if (from.is_real) {
        refuse("does not hold integers in " + path);
    }
    std::vector<std::int64_t> result;
    result.reserve(from.cells.size());
    for (const Cell cell : from.cells) {
        result.push_back(cell.integer);
    }
    return result;
}

std::vector<std::string> MemoryTrace::texts(const std::string& path) const {
    const Dataset& from = dataset(path);
    if (from.is_text) {
        return from.texts;
    }
    if (from.texts.empty()) {
        refuse("holds numbers, not text, in " + path);
    }
    std::vector<std::string> result;
    for (const Cell cell : from.cells) {
        result.push_back(from.texts.at(static_cast<std::size_t>(cell.integer)));
    }
    return result;
}

}  // namespace spate::sim
