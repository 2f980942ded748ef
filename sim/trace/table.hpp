#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace spate::sim {

/// How the values of a column are stored in the file. In memory every cell is 64 bits.
enum class ColumnType : std::uint8_t { i64, f64, u32, u8 };

/// One column of a trace table.
struct Column {
    std::string name;  ///< snake_case, the same words as in scenarios and classes
    ColumnType type = ColumnType::i64;
    std::string unit;         ///< "us", "units", "CNY", "1", …; written as attribute `units`
    std::string description;  ///< one line; written as attribute `description`
    /// Names of the codes 0, 1, 2 … if the column is an enumeration (stored as HDF5 enum over uint8), else empty.
    std::vector<std::string> codes;
    /// Path of the table whose row numbers this column holds ("/network/sites"), else empty.
    std::string reference;
    double scale = 1.0;  ///< stored integer × scale = value in `unit` (money: 1e-6); attribute `scale_factor` if not 1
};

/// What a table holds. Columns of one table have the same length; a series table is a grid time × entity instead:
/// each column is a 2-D dataset, and `time` is written once per row of the grid.
struct TableSchema {
    std::string path;  ///< "/orders", "/series/sites", …
    std::string description;
    std::vector<Column> columns;
    std::uint32_t entities = 0;      ///< > 0: a grid with this many entities per sample
    std::string entity_reference{};  ///< for a grid: table whose rows are the entities ("/network/sites")
};

/// Number of a table within one recorder.
struct TableId {
    std::uint32_t value = 0;
};

/// One cell: the bits of an int64 or of a double, as the column's type says.
union Cell {
    std::int64_t integer;
    double real;

    Cell()
        : integer(0) {}

    Cell(std::int64_t v)
        : integer(v) {}  // NOLINT(google-explicit-constructor): cells are written as plain lists of numbers

    Cell(std::uint32_t v)
        : integer(v) {}  // NOLINT(google-explicit-constructor): as above

    Cell(std::int32_t v)
        : integer(v) {}  // NOLINT(google-explicit-constructor): as above

    Cell(double v)
        : real(v) {}  // NOLINT(google-explicit-constructor): as above
};

/// A static table, known as a whole: names of sites, products … Text columns are allowed only here.
struct TextColumn {
    std::string name;
    std::string description;
    std::vector<std::string> values;
};

struct NumberColumn {
    Column column;
    std::vector<Cell> values;
};

struct StaticTable {
    std::string path;
    std::string description;
    std::vector<TextColumn> texts;
    std::vector<NumberColumn> numbers;
};

/// Facts about a run, written as attributes of the file's root and of /run. Text or number.
struct Attribute {
    std::string name;
    std::string text;  ///< used if not empty or if is_text
    std::int64_t number = 0;
    bool is_text = true;
    bool is_unsigned = false;  ///< `number` holds the bits of an unsigned number
};

}  // namespace spate::sim
