#include "viz/trace_copy.hpp"

#include <utility>

namespace spate::viz {
namespace {

using sim::ColumnType;

sim::NumberColumn read_numbers(const sim::TraceReader& trace, const std::string& table, const sim::DatasetInfo& info) {
    sim::NumberColumn result{
        {info.name, ColumnType::i64, info.unit, info.description, info.codes, info.reference, info.scale}, {}};
    const std::string path = table + "/" + info.name;
    if (info.type == "float64") {
        // Read in its unit, so written without a scale.
        result.column.type = ColumnType::f64;
        result.column.scale = 1;
        for (const double value : trace.numbers(path))
            result.values.emplace_back(value);
        return result;
    }
    if (info.type == "uint32")
        result.column.type = ColumnType::u32;
    else if (info.type == "uint8" || info.type == "enum")
        result.column.type = ColumnType::u8;
    for (const std::int64_t value : trace.integers(path))
        result.values.emplace_back(value);
    return result;
}

}  // namespace

void copy_table(const sim::TraceReader& from, const std::string& path, sim::Recorder& to, const std::string& new_path) {
    const auto* info = from.find(path);
    if (info == nullptr || info->columns.empty() || info->columns.front().shape.at(0) == 0)
        return;
    sim::StaticTable table{new_path, info->description, {}, {}};
    for (const auto& column : info->columns) {
        if (column.type == "text")
            table.texts.push_back({column.name, column.description, from.texts(path + "/" + column.name)});
        else
            table.numbers.push_back(read_numbers(from, path, column));
    }
    to.add_static(std::move(table));
}

}  // namespace spate::viz
