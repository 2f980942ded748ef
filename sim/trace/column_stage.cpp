#include "sim/trace/column_stage.hpp"

#include <bit>
#include <cstring>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "sim/base/check.hpp"

namespace spate::sim {

static_assert(std::endian::native == std::endian::little, "values are staged in the byte order of the file");
static_assert(std::is_trivially_copyable_v<Cell> && sizeof(Cell) == 8 && sizeof(Time) == 8);

namespace {

std::int64_t value_limit(const Column& column) {
    if (!column.codes.empty()) {
        return static_cast<std::int64_t>(column.codes.size());
    }
    return column.type == ColumnType::u8 ? 256 : std::int64_t{1} << 32;
}

}  // namespace

std::size_t stored_size(ColumnType type) {
    switch (type) {
        case ColumnType::u8: return 1;
        case ColumnType::u32: return 4;
        case ColumnType::i64:
        case ColumnType::f64: break;
    }
    return 8;
}

ColumnStage::ColumnStage(const Column& column, std::string where)
    : type_(column.type)
    , element_size_(stored_size(column.type))
    , limit_(value_limit(column))
    , where_(std::move(where)) {}

void ColumnStage::append(std::span<const std::uint32_t> rows, const void* cells, std::size_t stride) {
    switch (type_) {
        case ColumnType::u8: return append_as<std::uint8_t>(rows, cells, stride);
        case ColumnType::u32: return append_as<std::uint32_t>(rows, cells, stride);
        case ColumnType::i64:
        case ColumnType::f64: return append_as<std::int64_t>(rows, cells, stride);  // the bits of a double as they are
    }
}

template <class Stored>
void ColumnStage::append_as(std::span<const std::uint32_t> rows, const void* cells, std::size_t stride) {
    const std::size_t old_bytes = bytes_.size();
    bytes_.resize(old_bytes + rows.size() * sizeof(Stored));
    std::byte* to = bytes_.data() + old_bytes;
    const auto* const from = static_cast<const std::byte*>(cells);
    for (const std::uint32_t row : rows) {
        std::int64_t value = 0;
        std::memcpy(&value, from + row * stride * sizeof(value), sizeof(value));
        if constexpr (sizeof(Stored) < sizeof(value)) {
            if (value < 0 || value >= limit_) {
                fail_value(value);
            }
        }
        const auto stored = static_cast<Stored>(value);
        std::memcpy(to, &stored, sizeof(Stored));
        to += sizeof(Stored);
    }
}

std::vector<std::byte> ColumnStage::take(std::vector<std::byte> spare) {
    spare.clear();
    return std::exchange(bytes_, std::move(spare));
}

void ColumnStage::fail_value(std::int64_t value) const {
    throw std::logic_error(where_ + ": value " + std::to_string(value) + " does not fit (0 to "
                           + std::to_string(limit_ - 1) + ")");
}

}  // namespace spate::sim
