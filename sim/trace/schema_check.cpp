#include "sim/trace/schema_check.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <string_view>

namespace spate::sim {

namespace {

constexpr std::uint32_t max_entities = 1U << 26;
constexpr std::array<std::string_view, 11> reserved_attributes = {"Conventions",
                                                                  "rows_from",
                                                                  "rows_until",
                                                                  "filetype",
                                                                  "format_version",
                                                                  "creator",
                                                                  "creator_version",
                                                                  "created",
                                                                  "NX_class",
                                                                  "default",
                                                                  "complete"};

void require(bool condition, const std::string& where, const std::string& problem) {
    if (!condition) {
        throw std::logic_error("table " + where + ": " + problem);
    }
}

void check_name(const std::string& name, const std::string& table, std::set<std::string>& names) {
    const bool is_good = !name.empty() && name.find('/') == std::string::npos && name != ".";
    require(is_good, table, "'" + name + "' is not a column name");
    require(names.insert(name).second, table, "column name '" + name + "' is used twice");
}

void check_codes(const Column& column, const std::string& table) {
    const std::set<std::string> codes(column.codes.begin(), column.codes.end());
    require(codes.size() <= 256, table, "column " + column.name + " has more than 256 codes");
    require(codes.empty() || column.type == ColumnType::u8, table, "enumeration " + column.name + " must be u8");
    require(codes.size() == column.codes.size() && !codes.contains(""),
            table,
            "a code of " + column.name + " is empty or used twice");
}

}  // namespace

void check_path(const std::string& path) {
    const bool is_good =
        path.size() > 1 && path.front() == '/' && path.back() != '/' && path.find("//") == std::string::npos;
    require(is_good, "'" + path + "'", "not a path like /orders");
}

void check_schema(const TableSchema& schema) {
    check_path(schema.path);
    require(schema.entities <= max_entities, schema.path, "too many entities");
    std::set<std::string> names = {"time"};
    if (schema.entities > 0) {
        check_name(entity_axis(schema), schema.path, names);
    }
    for (const Column& column : schema.columns) {
        check_name(column.name, schema.path, names);
        check_codes(column, schema.path);
    }
}

void check_schema(const StaticTable& table) {
    check_path(table.path);
    std::set<std::string> names;
    std::set<std::size_t> lengths;
    for (const TextColumn& text : table.texts) {
        check_name(text.name, table.path, names);
        lengths.insert(text.values.size());
    }
    for (const NumberColumn& number : table.numbers) {
        check_name(number.column.name, table.path, names);
        check_codes(number.column, table.path);
        lengths.insert(number.values.size());
    }
    require(lengths.size() <= 1, table.path, "columns differ in length");
}

std::string last_part(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

std::string entity_axis(const TableSchema& schema) {
    return schema.entity_reference.empty() ? "entity" : last_part(schema.entity_reference);
}

bool is_reserved_attribute(const std::string& name) {
    return std::find(reserved_attributes.begin(), reserved_attributes.end(), name) != reserved_attributes.end();
}

}  // namespace spate::sim
